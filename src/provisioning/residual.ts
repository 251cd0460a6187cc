import type { ScimFilter } from '../scim/filter/filter.ts'
import { FilterWork } from '../scim/filter/filter-work.ts'
import { matches } from '../scim/filter/matches.ts'
import type { JsonObject } from '../scim/json.ts'

/** After so many comparisons others have their turn; they take about 5 milliseconds. */
const workAtATime = 50_000

/** What is left of a filter when the directory has done its part; nothing where it has decided alone. */
export type Residual = ScimFilter | undefined

/** The items whose resources meet a filter, in their order; nothing when it is too much work to decide on all of them at a
 *  stretch.
 *  @throws {ScimError} tooMany when it costs too much to ask one of them. */
export function decideAtOnce<T>(
  filter: Residual,
  items: readonly T[],
  resourceOf: (item: T) => JsonObject,
): readonly T[] | undefined {
  if (filter === undefined) return items
  const { found, next } = decide(filter, items, resourceOf)
  return next < items.length ? undefined : found
}

/** The same, however much work it is. It is done in steps, and behind each of them others have their turn, a little longer the
 *  more it was: what they do takes a few rounds between them and the directory, and would otherwise wait in each of them.
 *  @throws {ScimError} tooMany when it costs too much to ask one of them. */
export async function decideInSteps<T>(
  filter: Residual,
  items: readonly T[],
  resourceOf: (item: T) => JsonObject,
): Promise<readonly T[]> {
  if (filter === undefined) return items
  const all: T[] = []
  for (let from = 0; from < items.length;) {
    const { found, next, done } = decide(filter, items.slice(from), resourceOf)
    all.push(...found)
    from += next
    if (done >= workAtATime) await pauseAfter(done)
  }
  return all
}

interface Step<T> {
  readonly found: readonly T[]
  /** The place of the first item that has not been decided on. */
  readonly next: number
  /** How much work it was. */
  readonly done: number
}

function decide<T>(
  filter: ScimFilter,
  items: readonly T[],
  resourceOf: (item: T) => JsonObject,
): Step<T> {
  const found: T[] = []
  let done = 0
  let next = 0
  for (const item of items) {
    const work = new FilterWork()
    if (matches(filter, resourceOf(item), work)) found.push(item)
    done += work.done
    next += 1
    if (done >= workAtATime) break
  }
  return { found, next, done }
}

/** A millisecond, and one more for each 25 that the work may have taken. */
async function pauseAfter(done: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, 1 + Math.floor(done / (5 * workAtATime)))
  await promise
}
