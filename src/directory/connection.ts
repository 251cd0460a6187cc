import type { Socket } from 'node:net'
import { AbandonRequest, PresenceFilter, SearchRequest, UnbindRequest } from 'ldapts'
import { bindRequest, type Credentials, toBindFailure } from './connection-bind.ts'
import { NoAnswerError, type NoAnswerReason } from './connection-error.ts'
import {
  type OperationListener,
  type OperationObserver,
  PendingOperation,
} from './connection-operation.ts'
import { LdapSearch } from './connection-search.ts'
import { openSocket, type SocketOptions } from './connection-socket.ts'
import { MessageFramer } from './framing.ts'
import {
  decodeBeginning,
  decodeMessage,
  type LdapMessage,
  type MessageBeginning,
} from './message-decoding.ts'
import { encodeMessage, type LdapRequest } from './message-encoding.ts'
import { MalformedMessageError, OversizedMessageError } from './message-error.ts'
import { MessageIds } from './message-ids.ts'
import { isSuccess, type LdapResult, LdapResultError } from './result.ts'

/** How a connection is made and how long it waits. */
export interface ConnectionOptions extends SocketOptions {
  /** None binds as nobody. */
  readonly credentials?: Credentials
  /** The time for everything until the bind is answered. */
  readonly connectTimeoutMs: number
  /** How long the server may be silent about an operation, unless the operation says otherwise. */
  readonly operationTimeoutMs: number
  /** A longer message of the server is not read, and fails its operation. */
  readonly maxMessageBytes: number
  /** Called before each write is sent. */
  readonly onWrite?: () => void
}

/** What an operation may say beside its request. */
export interface RequestOptions extends OperationListener {
  readonly timeoutMs?: number
}

const noticeOfDisconnection = '1.3.6.1.4.1.1466.20036'
const searchResponse = 0x65
const lastWordsMs = 1000

/** modify, add, delete, modify DN, and extended operations such as the change of a password. RFC 4511 §4.6 to §4.9, §4.12 */
const writeTags: ReadonlySet<number> = new Set([0x66, 0x68, 0x4a, 0x6c, 0x77])

/** Timers go off up to a millisecond early, by this clock. */
const timerSlackMs = 2

/** A bound connection to a server: one socket with one life. It never reconnects, for a new connection would be
 *  another session. Any number of operations may be under way; each is settled exactly once, whatever happens. */
export class Connection {
  readonly url: string
  /** Fulfilled with the reason when the connection has ended; never rejected. */
  readonly closed: Promise<NoAnswerError>
  /** Called when the connection has become responsive again. */
  onResponsive: () => void = () => {}
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  readonly #framer: MessageFramer
  readonly #operations = new Map<number, PendingOperation>()
  /** Nothing says when the server is done with an abandoned operation, so its id stays taken. RFC 4511 §4.1.1.1 */
  readonly #abandoned = new Set<number>()
  readonly #ids = new MessageIds((id) => this.#operations.has(id) || this.#abandoned.has(id))
  readonly #onClosed: (end: NoAnswerError) => void
  #end: NoAnswerError | undefined
  #heardAt = performance.now()
  #isDoubtful = false

  private constructor(socket: Socket, options: ConnectionOptions) {
    const { promise, resolve } = Promise.withResolvers<NoAnswerError>()
    this.closed = promise
    this.#onClosed = resolve
    this.url = options.url
    this.#options = options
    this.#socket = socket
    this.#framer = new MessageFramer(options.maxMessageBytes, (beginning, bytes) =>
      this.#letPass(decodeBeginning(beginning), bytes),
    )
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#finish('lost', error))
    socket.on('end', () => this.#finish('lost'))
    socket.on('close', () => this.#finish('lost'))
  }

  /** Connects, turns on TLS and binds.
   *  @throws {DirectoryError} `unavailable`, `refused` or `protocol`. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { credentials, connectTimeoutMs, url } = options
    const bind = credentials === undefined ? undefined : bindRequest(credentials)
    const startedAt = performance.now()
    const socket = await openSocket(options, AbortSignal.timeout(connectTimeoutMs))
    const connection = new Connection(socket, options)
    if (credentials === undefined || bind === undefined) return connection
    try {
      const timeoutMs = Math.max(1, connectTimeoutMs - (performance.now() - startedAt))
      await connection.request(bind, { timeoutMs })
      return connection
    } catch (cause) {
      connection.close()
      throw toBindFailure(cause, url, credentials)
    }
  }

  /** Whether requests are still sent. */
  get isOpen(): boolean {
    return this.#end === undefined
  }

  /** The operations under way. */
  get inFlight(): number {
    return this.#operations.size
  }

  /** Whether a new operation can expect a quick answer: the server is not suspected to be dead, and nobody lets
   *  the entries of a search pile up. */
  get isResponsive(): boolean {
    return this.isOpen && !this.#isDoubtful && !this.#isAnyBehind()
  }

  /** Sends a request and answers its result. Entries of a search are dropped.
   *  @throws {LdapResultError} when the server answers anything but success, compareTrue and compareFalse.
   *  @throws {NoAnswerError} when there is no answer.
   *  @throws {DirectoryError} invalidValue when the request is too long for LDAP; nothing is sent. */
  request(request: LdapRequest, options: RequestOptions = {}): Promise<LdapResult> {
    return new Promise((resolve, reject) => {
      const observer: OperationObserver = {
        onReference: (urls) => options.onReference?.(urls),
        onIntermediate: (oid, value) => options.onIntermediate?.(oid, value),
        onResult: (result) =>
          isSuccess(result) ? resolve(result) : reject(new LdapResultError(result)),
        onFailure: reject,
      }
      this.#begin(request, observer, options.timeoutMs)
    })
  }

  /** The entries of a search, to be taken in a loop. The time limit holds for each silence of the server, not for
   *  the whole search. */
  search(request: LdapRequest, options: RequestOptions = {}): LdapSearch {
    return new LdapSearch(
      (observer) => this.#begin(request, observer, options.timeoutMs),
      options,
      () => this.#resume(),
    )
  }

  /** Says good-bye and ends the connection; what is under way fails. Closing twice does nothing. RFC 4511 §4.3 */
  close(): void {
    if (!this.isOpen) return
    this.#socket.end(new UnbindRequest({ messageId: this.#ids.next() }).write())
    this.#finish('closed')
  }

  #begin(request: LdapRequest, observer: OperationObserver, timeoutMs?: number): () => void {
    if (this.#end !== undefined) {
      observer.onFailure(new NoAnswerError('notSent', this.#end.reason, this.#end.cause))
      return () => {}
    }
    const id = this.#ids.next()
    const bytes = encodeMessage(id, request)
    const operation = new PendingOperation({
      protocolOperation: request.protocolOperation,
      observer,
      timeoutMs: timeoutMs ?? this.#options.operationTimeoutMs,
      onTimeLimit: () => this.#expire(id, operation),
    })
    this.#operations.set(id, operation)
    if (writeTags.has(request.protocolOperation)) this.#options.onWrite?.()
    this.#socket.write(bytes)
    this.#regulate()
    return () => this.#abandon(id)
  }

  #expire(id: number, operation: PendingOperation): void {
    const isSilent = performance.now() - this.#heardAt >= operation.timeoutMs - timerSlackMs
    operation.fail(new NoAnswerError('unknown', 'timeLimit'))
    this.#abandon(id)
    if (isSilent && this.isOpen && !this.#isDoubtful) this.#probe()
  }

  /** RFC 4511 §4.11 */
  #abandon(id: number): void {
    const operation = this.#operations.get(id)
    if (operation === undefined) return
    this.#operations.delete(id)
    this.#abandoned.add(id)
    operation.forget()
    const messageId = this.#ids.next()
    this.#socket.write(encodeMessage(messageId, new AbandonRequest({ messageId, abandonId: id })))
    this.#regulate()
  }

  /** Asks what every server answers at once, for one slow operation does not tell a dead server from a busy one. */
  #probe(): void {
    this.#isDoubtful = true
    const request = new SearchRequest({
      messageId: 0,
      baseDN: '',
      scope: 'base',
      filter: new PresenceFilter({ attribute: 'objectClass' }),
      attributes: ['1.1'],
    })
    const answered = (): void => {
      this.#isDoubtful = false
      this.onResponsive()
    }
    this.request(request, { timeoutMs: this.#options.connectTimeoutMs }).then(
      answered,
      (error: unknown) => {
        if (error instanceof LdapResultError) answered()
        else this.#finish('lost', error)
      },
    )
  }

  #read(chunk: Buffer): void {
    this.#heardAt = performance.now()
    try {
      this.#framer.push(chunk)
      while (this.isOpen) {
        const bytes = this.#framer.next()
        if (bytes === undefined) break
        this.#receive(decodeMessage(bytes), bytes.length)
      }
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error
      this.#finish('malformed', error)
    }
    this.#regulate()
  }

  #receive(message: LdapMessage, bytes: number): void {
    if (message.messageId === 0) return this.#receiveNotice(message)
    const operation = this.#operations.get(message.messageId)
    if (operation === undefined) return this.#receiveLate(message)
    operation.refresh()
    switch (message.kind) {
      case 'entry':
        expect(operation.responseTag === searchResponse)
        return operation.observer.onEntry?.(message.found, bytes)
      case 'reference':
        expect(operation.responseTag === searchResponse)
        return operation.observer.onReference?.(message.urls)
      case 'intermediate':
        return operation.observer.onIntermediate?.(message.oid, message.value)
      case 'result':
        expect(operation.responseTag === message.protocolOperation)
        this.#operations.delete(message.messageId)
        return operation.succeed(message.result)
    }
  }

  /** A write has ended as its result says, whatever controls came with it; a walk in pages would seem to have come to its end
   *  without them. */
  #letPass(message: MessageBeginning, bytes: number): void {
    const { messageId } = message
    const operation = this.#operations.get(messageId)
    if (message.kind === 'result') {
      if (operation === undefined) return void this.#abandoned.delete(messageId)
      expect(operation.responseTag === message.protocolOperation)
      this.#operations.delete(messageId)
      if (operation.responseTag !== searchResponse) return operation.succeed(message.result)
    }
    const dn = message.kind === 'entry' ? message.dn : undefined
    const cause = new OversizedMessageError(bytes, this.#options.maxMessageBytes, dn)
    operation?.fail(new NoAnswerError('unknown', 'tooLong', cause))
    this.#abandon(messageId)
  }

  /** Other notices than that of disconnection are to be ignored. RFC 4511 §4.4 */
  #receiveNotice(message: LdapMessage): void {
    if (message.kind !== 'result' || message.result.oid !== noticeOfDisconnection) return
    this.#finish('lost', new LdapResultError(message.result))
  }

  #receiveLate(message: LdapMessage): void {
    if (message.kind === 'result') this.#abandoned.delete(message.messageId)
  }

  /** Reads no further while that delays nobody: when all that is under way are searches that are behind. Pausing
   *  earlier could stop the very answer that the loop over a search waits for. */
  #regulate(): void {
    if (!this.isOpen) return
    const isEachBehind =
      this.#operations.size > 0 && this.#operations.values().every(({ isBehind }) => isBehind)
    if (isEachBehind) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #resume(): void {
    this.#regulate()
    if (this.isResponsive) this.onResponsive()
  }

  #isAnyBehind(): boolean {
    return this.#operations.values().some(({ isBehind }) => isBehind)
  }

  #finish(reason: NoAnswerReason, cause?: unknown): void {
    if (this.#end !== undefined) return
    this.#end = new NoAnswerError('notSent', reason, cause)
    const operations = [...this.#operations.values()]
    this.#operations.clear()
    if (reason === 'closed') this.#socket.setTimeout(lastWordsMs, () => this.#socket.destroy())
    else this.#socket.destroy()
    for (const operation of operations) {
      operation.fail(new NoAnswerError('unknown', reason, cause))
    }
    this.#onClosed(this.#end)
  }
}

function expect(isRight: boolean): void {
  if (!isRight) throw new MalformedMessageError('a response is of another kind than its request')
}
