/** Many ids of one directory in little memory: they are all of one length, so they stand in one buffer without
 *  separators. A hundred thousand UUIDs take 3.6 MB. */
export class IdList {
  #bytes = Buffer.alloc(0)
  #width = 0
  #count = 0

  /** How many there are. */
  get length(): number {
    return this.#count
  }

  /** How much memory they take. */
  get byteLength(): number {
    return this.#bytes.byteLength
  }

  /** Adds an id behind the others.
   *  @throws {Error} when it is not as long as they are. */
  push(id: string): void {
    if (this.#count === 0) this.#width = id.length
    if (id.length !== this.#width) throw new Error('an id is not as long as the others')
    const end = (this.#count + 1) * this.#width
    if (end > this.#bytes.length) this.#grow(end)
    this.#bytes.write(id, this.#count * this.#width, 'latin1')
    this.#count += 1
  }

  /** The ids from a place on, from 0, up to another, which is left out. */
  slice(from: number, to: number): string[] {
    const [first, last] = [Math.max(0, from), Math.min(this.#count, to)]
    const ids: string[] = []
    for (let place = first; place < last; place += 1) {
      const start = place * this.#width
      ids.push(this.#bytes.toString('latin1', start, start + this.#width))
    }
    return ids
  }

  #grow(least: number): void {
    const bytes = Buffer.alloc(Math.max(least, this.#bytes.length * 2, 64 * this.#width))
    this.#bytes.copy(bytes)
    this.#bytes = bytes
  }
}
