/** What clients may put down to the death of the preferred server, and what not. */
export class Outage {
  #diedAt: number | undefined
  #takenOverAt: number | undefined

  /** The preferred server is about to die. */
  begin(): void {
    this.#diedAt = Infinity
    this.#takenOverAt = undefined
  }

  /** The preferred server has died. */
  die(): void {
    this.#diedAt = performance.now()
  }

  /** The bridge has gone over to the other one. */
  takeOver(): void {
    this.#takenOverAt = performance.now()
  }

  /** The bridge is back at the preferred one, which has all that it was ever told. */
  end(): void {
    this.#diedAt = undefined
  }

  /** Whether the preferred server is about to die, so that what is worth being cut off has to be begun. */
  get isNear(): boolean {
    return this.#diedAt === Infinity
  }

  /** Whether a request that was sent at a time could reach the other server alone. */
  isAtOther(sentAt: number): boolean {
    return this.#diedAt !== undefined && sentAt >= (this.#takenOverAt ?? Infinity)
  }

  /** Whether what was told at a time, or before, may be missing now: the server that has it died afterwards, and is away.
   *  Replication is asynchronous. */
  hides(toldAt: number): boolean {
    return this.#diedAt !== undefined && toldAt < this.#diedAt
  }

  /** Whether a server has died after a time, so that somebody who has written before has to look what there is. */
  hasComeSince(time: number): boolean {
    return this.#diedAt !== Infinity && this.hides(time)
  }

  /** Whether a request that was sent at a time may fail: no server was there yet that could serve it. */
  excuses(sentAt: number): boolean {
    return this.#diedAt !== undefined && sentAt < (this.#takenOverAt ?? Infinity)
  }
}
