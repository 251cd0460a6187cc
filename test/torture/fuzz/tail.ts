import { open } from 'node:fs/promises'

/** A file that grows, read on from where the last reading ended. */
export class Tail {
  readonly #file: string
  #position = 0

  constructor(file: string) {
    this.#file = file
  }

  /** The lines that are new and complete. */
  async lines(): Promise<readonly string[]> {
    const file = await open(this.#file, 'r')
    try {
      const { size } = await file.stat()
      const { buffer } = await file.read({
        buffer: Buffer.alloc(size - this.#position),
        position: this.#position,
      })
      const end = buffer.lastIndexOf('\n') + 1
      this.#position += end
      return buffer.toString('utf8', 0, end).split('\n').slice(0, -1)
    } finally {
      await file.close()
    }
  }
}
