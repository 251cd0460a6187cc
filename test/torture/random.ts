/** Choices that follow from a seed: the same ones in every run. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number from 0 to below the bound. */
  below(bound: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }

  /** A whole number between two, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** Whether something happens that does in so many of a hundred cases. */
  happens(percent: number): boolean {
    return this.below(100) < percent
  }

  /** One of several; none of none. */
  one<T>(items: readonly T[]): T | undefined {
    return items[this.below(Math.max(1, items.length))]
  }

  /** At most so many of them, each once. */
  some<T>(items: readonly T[], most: number): readonly T[] {
    const left = [...items]
    const count = Math.min(left.length, this.between(1, most))
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)).flat()
  }
}
