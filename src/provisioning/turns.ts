/** Has those who work on the same thing take turns, in the order in which they come. */
export class Turns {
  /** The last turn of each thing that somebody works on. */
  readonly #last = new Map<string, Promise<void>>()

  /** Does the work when all who came before are done, however that ended. Work must not take a turn of the same thing itself:
   *  it would wait for itself. */
  async take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const former = this.#last.get(thing)
    const result = former === undefined ? work() : former.then(work)
    const turn = result.then(ignore, ignore)
    this.#last.set(thing, turn)
    try {
      return await result
    } finally {
      if (this.#last.get(thing) === turn) this.#last.delete(thing)
    }
  }

  /** The same for work on several things, which are taken in one order by all, or two could wait for each other. */
  async takeAll<T>(things: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const inOrder = [...new Set(things)].toSorted()
    const inTurn = inOrder.reduceRight<() => Promise<T>>(
      (rest, thing) => async () => await this.take(thing, rest),
      work,
    )
    return await inTurn()
  }
}

function ignore(): void {}
