import { Queue } from './queue.ts'

/** Lets a few walks through many entries go on at a time. The others wait for their turn, and whoever asks for the same as
 *  one that has not begun shares it: a hundred clients that want the same list take three walks and the memory of
 *  three. Nobody shares a walk that has begun, which may miss what he has just written. */
export class SharedWalks<A> {
  readonly #queue: Queue
  /** What has not begun, by its question. */
  readonly #waiting = new Map<string, Promise<A>>()

  /** @param most how many go on at a time, from 1. */
  constructor(most: number) {
    this.#queue = new Queue(most)
  }

  /** What a walk brings, or one that begins later and was asked for by the same question. It fails as the walk does. */
  run(question: string, walk: () => Promise<A>): Promise<A> {
    const shared = this.#waiting.get(question)
    if (shared !== undefined) return shared
    let hasBegun = false
    const result = this.#queue.take(() => {
      hasBegun = true
      this.#waiting.delete(question)
      return walk()
    })
    if (!hasBegun) this.#waiting.set(question, result)
    return result
  }
}
