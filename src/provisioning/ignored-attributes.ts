import type { WriteReason } from '../directory/directory.ts'
import type { Logger } from '../logging/logger.ts'

const namedAtMost = 20

/** What a request names and the map does not store, gathered however often the request is worked out anew. */
export class IgnoredAttributes {
  readonly #names = new Set<string>()

  /** Takes down the names of attributes, which hold no values. */
  note(names: readonly string[]): void {
    for (const name of names) this.#names.add(name)
  }

  /** Tells the administrator, whose map could have lines for them, once the request is done. */
  report(logger: Logger, { requestId }: WriteReason): void {
    if (this.#names.size === 0) return
    const attributes = [...this.#names].slice(0, namedAtMost).join(', ')
    logger.info('attribute not stored', { requestId, attributes })
  }
}
