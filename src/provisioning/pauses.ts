/** Waits between rounds of work that goes on in the background, until there is an end of it. */
export class Pauses {
  #isOver = false
  #wake: () => void = () => {}

  /** Whether nobody waits any more. */
  get areOver(): boolean {
    return this.#isOver
  }

  /** Waits for so many milliseconds, or until `end` is called. Nobody has to wait for us to end the process. */
  async take(forMs: number): Promise<void> {
    if (this.#isOver) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = setTimeout(resolve, forMs).unref()
    await promise
    clearTimeout(timer)
  }

  /** Ends the pause that is under way, and all to come. */
  end(): void {
    this.#isOver = true
    this.#wake()
  }
}
