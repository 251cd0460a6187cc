import type { NoAnswerError } from './connection-error.ts'
import type { FoundEntry } from './message-decoding.ts'
import type { LdapResult } from './result.ts'

/** What may arrive before the result of an operation. */
export interface OperationListener {
  /** A part of the search that another server holds, as LDAP URLs; never followed. RFC 4511 §4.5.3 */
  onReference?(urls: readonly string[]): void
  /** A message before the result. RFC 4511 §4.13 */
  onIntermediate?(oid: string | undefined, value: Buffer | undefined): void
}

/** How an operation is followed by whoever asked for it: any number of parts, then one result or failure. */
export interface OperationObserver extends OperationListener {
  /** @param bytes how long the message was. */
  onEntry?(found: FoundEntry, bytes: number): void
  onResult(result: LdapResult): void
  onFailure(error: NoAnswerError): void
  /** Whether what arrived waits to be taken, so that more should not be read. */
  isBehind?(): boolean
}

/** The tag of the response that each request is answered by. RFC 4511 §4.2 to §4.12 */
const responseTags: ReadonlyMap<number, number> = new Map([
  [0x60, 0x61],
  [0x63, 0x65],
  [0x66, 0x67],
  [0x68, 0x69],
  [0x4a, 0x6b],
  [0x6c, 0x6d],
  [0x6e, 0x6f],
  [0x77, 0x78],
])

/** What is under way and for how long. */
export interface PendingOptions {
  /** The BER tag of the request. */
  readonly protocolOperation: number
  readonly observer: OperationObserver
  readonly timeoutMs: number
  /** Called when the server has been silent about the operation for so long. Time during which the observer is
   *  behind does not count. */
  onTimeLimit(): void
}

/** An operation under way, with its time limit. It is told once how it ended, whatever happens afterwards. */
export class PendingOperation {
  readonly observer: OperationObserver
  readonly responseTag: number | undefined
  readonly timeoutMs: number
  readonly #timer: NodeJS.Timeout
  #isSettled = false

  constructor(options: PendingOptions) {
    this.observer = options.observer
    this.responseTag = responseTags.get(options.protocolOperation)
    this.timeoutMs = options.timeoutMs
    this.#timer = setTimeout(() => this.#afterReading(() => options.onTimeLimit()), this.timeoutMs)
  }

  /** Whether its observer has to take what it was given before more is read. */
  get isBehind(): boolean {
    return this.observer.isBehind?.() ?? false
  }

  /** Starts the time limit anew: the server has been heard about the operation. */
  refresh(): void {
    if (!this.#isSettled) this.#timer.refresh()
  }

  /** Tells the observer the result, unless it has ended. */
  succeed(result: LdapResult): void {
    if (this.#settle()) this.observer.onResult(result)
  }

  /** Tells the observer the failure, unless it has ended. */
  fail(error: NoAnswerError): void {
    if (this.#settle()) this.observer.onFailure(error)
  }

  /** Ends it without telling anybody. */
  forget(): void {
    this.#settle()
  }

  // When the process was busy for longer than the limit, the answer may lie unread in the socket: let it be read first.
  #afterReading(onTimeLimit: () => void): void {
    setImmediate(() => {
      if (this.#isSettled) return
      if (this.isBehind) this.#timer.refresh()
      else onTimeLimit()
    })
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    clearTimeout(this.#timer)
    return true
  }
}
