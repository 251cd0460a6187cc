/** Lets so much work go on at a time; the rest waits for its turn, in its order and however long that takes. */
export class Queue {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  /** @param most how much goes on at a time, from 1. */
  constructor(most: number) {
    this.#most = most
  }

  /** What the work brings, which begins at once where there is room. It fails as the work does. */
  async take<A>(work: () => Promise<A>): Promise<A> {
    if (this.#underWay < this.#most) this.#underWay += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on.
      if (next === undefined) this.#underWay -= 1
      else next()
    }
  }
}
