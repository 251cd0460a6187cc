import { scimErrors } from '../error.ts'
import type { JsonValue } from '../json.ts'
import type { ComparisonOperator } from './filter.ts'

/** How many comparisons a filter may make on one resource: about 200 milliseconds of one core. */
const mostForOne = 2_000_000

/** So many characters are as much work as one comparison of short values. */
const charactersOfOne = 128

/** Above this a text may be one that takes very long to fold, because its characters are taken apart. */
const shortText = 1024

/** Counts what it costs to ask one resource whether it meets a filter: in comparisons of short values, one of which takes about
 *  a tenth of a microsecond. A clock would tell the same request once so and once otherwise. */
export class FilterWork {
  #done = 0

  /** How much has been counted so far. */
  get done(): number {
    return this.#done
  }

  /** Counts so much more, before it is done.
   *  @throws {ScimError} tooMany when it is more than a filter may cost on one resource. RFC 7644 §3.12 */
  take(count: number): void {
    this.#done += count
    if (this.#done <= mostForOne) return
    throw scimErrors.tooMany(
      `The filter would take more than ${mostForOne} comparisons on a single resource, where a long value counts as many. Ask with fewer terms, or for shorter texts.`,
    )
  }
}

/** How much work it is to compare two values. Searching a text for another may hold each character of one against each of the
 *  other, whatever the engine does about it. */
export function weightOfComparison(
  operator: ComparisonOperator,
  actual: JsonValue,
  wanted: JsonValue,
): number {
  if (typeof actual !== 'string' || typeof wanted !== 'string') return 1
  const characters =
    operator === 'co' ? actual.length * wanted.length : Math.min(actual.length, wanted.length)
  return 1 + Math.floor(characters / charactersOfOne)
}

/** How much work it is to find a value in a set. */
export function weightOfLookup(value: JsonValue): number {
  return 1 + Math.floor(lengthOf(value) / charactersOfOne)
}

/** How much work it is to make of a value what it is compared by. */
export function weightOfFolding(value: JsonValue): number {
  const length = lengthOf(value)
  return length <= shortText ? 1 + Math.ceil(length / 16) : length
}

function lengthOf(value: JsonValue): number {
  return typeof value === 'string' ? value.length : 0
}
