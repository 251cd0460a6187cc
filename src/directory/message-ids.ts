const largestId = 2 ** 31 - 1

/** Gives each request of a connection an id that no request under way has. RFC 4511 §4.1.1.1 */
export class MessageIds {
  readonly #taken: (id: number) => boolean
  #last: number

  /** @param isTaken whether the server may still answer to the id.
   *  @param last the id that counts as the last one given. */
  constructor(isTaken: (id: number) => boolean, last = 0) {
    this.#taken = isTaken
    this.#last = last
  }

  /** The next free id, from 1 to 2147483647 and then from 1 again; 0 belongs to the server. */
  next(): number {
    do {
      this.#last = this.#last >= largestId ? 1 : this.#last + 1
    } while (this.#taken(this.#last))
    return this.#last
  }
}
