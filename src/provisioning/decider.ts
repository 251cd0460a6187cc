import type { ScimFilter } from '../scim/filter/filter.ts'
import { FilterWork } from '../scim/filter/filter-work.ts'
import { matches } from '../scim/filter/matches.ts'
import type { JsonObject } from '../scim/json.ts'
import { Queue } from './queue.ts'

/** After so much work others have their turn; it takes about 5 milliseconds. */
const workAtATime = 50_000

/** Decides on resources what is left of filters. Whoever has much to decide gives the thread back again and again, and a little
 *  longer the more was done at a stretch: what others do takes a few steps between them and the directory, and would otherwise
 *  wait before each of them. Of all who have much to decide one goes on at a time. */
export class Decider {
  readonly #turns = new Queue(1)

  /** The items whose resources meet a filter, in their order; all of them where there is none.
   *  @throws {ScimError} tooMany when it costs too much to ask one of them. */
  async matching<T>(
    filter: ScimFilter | undefined,
    items: readonly T[],
    resourceOf: (item: T) => JsonObject,
  ): Promise<readonly T[]> {
    if (filter === undefined) return items
    const isMatch = (item: T, work: FilterWork): boolean => matches(filter, resourceOf(item), work)
    let step = decided(items, 0, isMatch)
    const found = [...step.found]
    while (step.next < items.length) {
      const { next, done } = step
      step = await this.#turns.take(async () => {
        await pauseAfter(done)
        return decided(items, next, isMatch)
      })
      found.push(...step.found)
    }
    return found
  }
}

interface Step<T> {
  readonly found: readonly T[]
  /** The place of the first item that has not been decided on. */
  readonly next: number
  /** How much work it was. */
  readonly done: number
}

function decided<T>(
  items: readonly T[],
  from: number,
  isMatch: (item: T, work: FilterWork) => boolean,
): Step<T> {
  const found: T[] = []
  let done = 0
  let next = from
  for (const item of items.slice(from)) {
    const work = new FilterWork()
    if (isMatch(item, work)) found.push(item)
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
