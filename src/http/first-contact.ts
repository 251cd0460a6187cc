import type { Logger } from '../logging/logger.ts'
import type { ScimContext } from './state.ts'

const mostContacts = 1000
const longestHeader = 200

/** Reports how each client introduces itself, once per token, User-Agent, Accept and Content-Type: what OneLogin
 *  sends by default is known from nowhere else. */
export class FirstContacts {
  readonly #logger: Logger
  readonly #seen = new Set<string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Reports the client of a request, unless one like it was reported before. */
  report(ctx: ScimContext, tokenName: string): void {
    const headers = {
      userAgent: ctx.get('User-Agent').slice(0, longestHeader),
      accept: ctx.get('Accept').slice(0, longestHeader),
      contentType: ctx.get('Content-Type').slice(0, longestHeader),
    }
    const key = JSON.stringify([tokenName, headers])
    // A client that changes its name all the time must not fill the memory or the log.
    if (this.#seen.has(key) || this.#seen.size >= mostContacts) return
    this.#seen.add(key)
    this.#logger.info('client seen', { requestId: ctx.state.requestId, tokenName, ...headers })
  }
}
