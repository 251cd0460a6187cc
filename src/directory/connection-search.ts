import type { NoAnswerError } from './connection-error.ts'
import type { OperationListener, OperationObserver } from './connection-operation.ts'
import type { FoundEntry } from './message-decoding.ts'
import { isSuccess, LdapResultError, type LdapResult } from './result.ts'

/** Bytes of entries that may wait to be taken before a search counts as behind. */
const fullBytes = 1024 * 1024

/** Sends the request of a search for an observer, and answers what abandons it. */
export type StartSearch = (observer: OperationObserver) => () => void

/** A search whose entries are taken in a loop as they arrive. It is sent when the loop begins, and leaving the
 *  loop abandons it. An entry is held until it is taken, and the server is not read any further while too much
 *  is held. It can be iterated once. RFC 4511 §4.5 */
export class LdapSearch implements AsyncIterable<FoundEntry>, OperationObserver {
  readonly #start: StartSearch
  readonly #listener: OperationListener
  readonly #onTaken: () => void
  #arrived: { found: FoundEntry; bytes: number }[] = []
  #waitingBytes = 0
  #result: LdapResult | undefined
  #failure: NoAnswerError | undefined
  #wake: () => void = () => {}

  /** @param onTaken called when the search is no longer behind. */
  constructor(start: StartSearch, listener: OperationListener, onTaken: () => void) {
    this.#start = start
    this.#listener = listener
    this.#onTaken = onTaken
  }

  /** How the search ended, with its controls. It is there once the loop has come to its end. */
  get result(): LdapResult {
    if (this.#result === undefined) throw new Error('the search has not ended yet')
    return this.#result
  }

  /** @throws {LdapResultError} behind the last entry, when the search ended in another result than success.
   *  @throws {NoAnswerError} when it ended without a result. */
  async *[Symbol.asyncIterator](): AsyncGenerator<FoundEntry, void, void> {
    const abandon = this.#start(this)
    try {
      while (!this.#hasEnded() || this.#arrived.length > 0) {
        if (this.#arrived.length === 0) await this.#arrival()
        yield* this.#taken()
      }
    } finally {
      if (!this.#hasEnded()) abandon()
      this.#arrived = []
    }
    if (this.#failure !== undefined) throw this.#failure
    if (!isSuccess(this.result)) throw new LdapResultError(this.result)
  }

  /** For the connection alone. */
  onEntry(found: FoundEntry, bytes: number): void {
    this.#arrived.push({ found, bytes })
    this.#waitingBytes += bytes
    this.#wake()
  }

  /** For the connection alone. */
  onReference(urls: readonly string[]): void {
    this.#listener.onReference?.(urls)
  }

  /** For the connection alone. */
  onIntermediate(oid: string | undefined, value: Buffer | undefined): void {
    this.#listener.onIntermediate?.(oid, value)
  }

  /** For the connection alone. */
  onResult(result: LdapResult): void {
    this.#result = result
    this.#wake()
  }

  /** For the connection alone. */
  onFailure(error: NoAnswerError): void {
    this.#failure = error
    this.#wake()
  }

  /** For the connection alone. */
  isBehind(): boolean {
    return this.#waitingBytes >= fullBytes
  }

  *#taken(): Generator<FoundEntry, void, void> {
    const batch = this.#arrived
    this.#arrived = []
    for (const { found, bytes } of batch) {
      const wasBehind = this.isBehind()
      this.#waitingBytes -= bytes
      if (wasBehind && !this.isBehind()) this.#onTaken()
      yield found
    }
  }

  #hasEnded(): boolean {
    return this.#result !== undefined || this.#failure !== undefined
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
