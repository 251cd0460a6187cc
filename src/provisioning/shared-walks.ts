interface Waiting<A> {
  readonly begin: () => void
  readonly result: Promise<A>
}

/** Lets a few walks through many entries go on at a time. The others wait for their turn, however long that takes, and
 *  whoever asks for the same as one that has not begun shares it: a hundred clients that want the same list take three
 *  walks and the memory of three. Nobody shares a walk that has begun, which may miss what he has just written. */
export class SharedWalks<A> {
  readonly #most: number
  readonly #waiting = new Map<string, Waiting<A>>()
  #underWay = 0

  /** @param most how many go on at a time, from 1. */
  constructor(most: number) {
    this.#most = most
  }

  /** What a walk brings, or one that begins later and was asked for by the same question. It fails as the walk does. */
  run(question: string, walk: () => Promise<A>): Promise<A> {
    const shared = this.#waiting.get(question)
    if (shared !== undefined) return shared.result
    if (this.#underWay < this.#most) {
      this.#underWay += 1
      return this.#go(walk)
    }
    const turn = Promise.withResolvers<undefined>()
    const result = turn.promise.then(() => this.#go(walk))
    this.#waiting.set(question, { begin: () => turn.resolve(undefined), result })
    return result
  }

  async #go(walk: () => Promise<A>): Promise<A> {
    try {
      return await walk()
    } finally {
      this.#handOn()
    }
  }

  /** The place goes to who has waited longest. */
  #handOn(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#underWay -= 1
      return
    }
    const [question, { begin }] = next
    this.#waiting.delete(question)
    begin()
  }
}
