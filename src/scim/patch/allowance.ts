import { scimErrors } from '../error.ts'
import type { Comparison, ScimFilter } from '../filter/filter.ts'
import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { elementsOf } from '../schema/attribute-path.ts'

/** How many attributes a PATCH may name in its operations and in their values. */
const maxSteps = 1000

/** How many values a PATCH may look at or change, beside once each of those that are there. */
const maxComparisons = 50_000

/** So many characters are as much work as one value. */
const charactersOfOne = 128

/** So much of something in one request, whose work would otherwise grow with the product of what it holds. */
export class Allowance {
  readonly #refusal: string
  #left: number

  /** @param refusal what a client is told who asks for more. */
  constructor(most: number, refusal: string) {
    this.#left = most
    this.#refusal = refusal
  }

  /** Takes so much of it, before the work is done.
   *  @throws {ScimError} 413 when that much is not left. */
  take(count: number): void {
    this.#left -= count
    if (this.#left < 0) throw scimErrors.payloadTooLarge(this.#refusal)
  }
}

/** For the attributes that a PATCH names by a path, or by a key of a value. */
export function stepAllowance(): Allowance {
  return new Allowance(
    maxSteps,
    `A PATCH may name at most ${maxSteps} attributes in its operations and their values. Send the rest in another one.`,
  )
}

/** For the values that the steps of a PATCH look at, as `weightOf` counts them. Each that the resource has may be looked at
 *  once more: a group is as large as it is. */
export function comparisonAllowance(resource: JsonObject): Allowance {
  const stored = Object.values(resource).reduce<number>((sum, each) => sum + weightOf(each), 0)
  return new Allowance(
    maxComparisons + stored,
    `The operations of a PATCH may look at ${maxComparisons} values beside those that are there. Send them in several requests.`,
  )
}

/** How much work it is to look at a value once: that of its elements, one for each that is not long. */
export function weightOf(value: JsonValue | undefined): number {
  return elementsOf(value).reduce<number>(
    (sum, each) => sum + 1 + Math.floor(lengthOf(each) / charactersOfOne),
    0,
  )
}

/** How much work it is to ask the elements of a value whether they meet a filter. */
export function weightOfFilter(filter: ScimFilter, value: JsonValue | undefined): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, each) => sum + weightOfFilter(each, value), 0)
    case 'not':
    case 'valuePath':
      return weightOfFilter(filter.filter, value)
    case 'present':
      return weightOf(value)
    case 'compare':
      return weightOfComparison(filter, value)
  }
}

/** To look for a part may hold each character of it against each of the text. */
function weightOfComparison(
  { operator, value: wanted }: Comparison,
  value: JsonValue | undefined,
): number {
  const once = weightOf(value) * weightOf(wanted)
  if (operator !== 'co' || value === undefined) return once
  return Math.max(once, Math.floor((lengthOf(value) * lengthOf(wanted)) / charactersOfOne))
}

function lengthOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length
  if (!isJsonList(value) && !isJsonObject(value)) return 0
  return Object.values(value).reduce<number>((sum, each) => sum + lengthOf(each), 0)
}
