/** Bounds what is held of answers that have been made and not been taken yet by their clients, of all of them together. */
export class AnswerBudget {
  readonly #maxTotalBytes: number
  #heldBytes = 0

  /** @param maxTotalBytes an answer that is larger by itself is let through where nothing else is held. */
  constructor(maxTotalBytes: number) {
    this.#maxTotalBytes = maxTotalBytes
  }

  /** Whether there is room for an answer, with which it is held until it is released. */
  tryHold(bytes: number): boolean {
    const fits = this.#heldBytes === 0 || this.#heldBytes + bytes <= this.#maxTotalBytes
    if (fits) this.hold(bytes)
    return fits
  }

  /** Holds an answer in any case: what was written is told. */
  hold(bytes: number): void {
    this.#heldBytes += bytes
  }

  /** Has an answer gone, or given up. */
  release(bytes: number): void {
    this.#heldBytes -= bytes
  }
}
