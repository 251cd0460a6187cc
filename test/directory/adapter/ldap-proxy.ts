import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { BerReader, BerWriter } from 'ldapts'
import { MessageFramer } from '../../../src/directory/framing.ts'

/** What becomes of a request:
 *  - `pass`: it goes on, and so do its answers
 *  - `cutBefore`: the connection ends, and the server never sees it
 *  - `cutAfter`: the server does it, and the connection ends instead of the answer
 *  - `loseRequest`, `loseAnswer`: it, or its answer, disappears while the connection goes on
 *  - `busy`: it is answered so, and the server never sees it */
export type Fate = 'pass' | 'cutBefore' | 'cutAfter' | 'loseRequest' | 'loseAnswer' | 'busy'

/** The kinds of requests, by their BER tags. RFC 4511 §4.2 to §4.12 */
export const requestKinds = {
  bind: 0x60,
  search: 0x63,
  modify: 0x66,
  add: 0x68,
  delete: 0x4a,
  modifyDn: 0x6c,
  compare: 0x6e,
  extended: 0x77,
} as const

/** The kind of a request. */
export type RequestKind = keyof typeof requestKinds

/** Something done while a request waits. */
type Work = () => Promise<void>

/** Stands between the adapter and a real server, and lets messages or connections get lost. */
export class LdapProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #hidden: readonly string[]
  readonly #delayMs: number
  readonly #fates: { kind: RequestKind; fate: Fate; skip: number; first: Work }[] = []
  /** The requests that arrived, in order. */
  readonly requests: RequestKind[] = []
  /** The messages that clients sent, in order. RFC 4511 §4.1.1 */
  readonly messages: Buffer[] = []

  private constructor(target: URL, hidden: readonly string[], delayMs: number) {
    this.#hidden = hidden
    this.#delayMs = delayMs
    this.#server = createServer((client) => {
      this.#join(client, connect(Number(target.port), target.hostname))
    })
  }

  /** @param hidden values of its rootDSE that the server behind seems not to have.
   *  @param delayMs how long each request is held back. */
  static async start(
    target: string,
    hidden: readonly string[] = [],
    delayMs = 0,
  ): Promise<LdapProxy> {
    const proxy = new LdapProxy(new URL(target), hidden, delayMs)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `ldap://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Decides about the next request of a kind, or the one after some more.
   *  @param skip how many of the kind pass before. */
  next(kind: RequestKind, fate: Fate, skip = 0): void {
    this.#fates.push({ kind, fate, skip, first: nothing })
  }

  /** Has the next request of a kind, or the one after some more, wait until something is done.
   *  @param skip how many of the kind pass before. */
  meanwhile(kind: RequestKind, first: Work, skip = 0): void {
    this.#fates.push({ kind, fate: 'pass', skip, first })
  }

  /** How many requests of a kind arrived. */
  count(kind: RequestKind): number {
    return this.requests.filter((request) => request === kind).length
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, upstream: Socket): void {
    const cut = (): void => {
      client.destroy()
      // A server that is not to be hurried is not left in a hurry either.
      setTimeout(() => upstream.destroy(), this.#delayMs)
    }
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        cut()
        this.#sockets.delete(socket)
      })
    }
    const fates = new Map<number, Fate>()
    eachMessage(client, (bytes, { messageId, tag }) => {
      this.messages.push(bytes)
      const { fate, first } = this.#fateOf(tag)
      fates.set(messageId, fate)
      if (fate === 'cutBefore') cut()
      else if (fate === 'busy') client.write(busyAnswer(messageId, tag))
      else if (fate !== 'loseRequest') {
        void first().then(() => setTimeout(() => upstream.write(bytes), this.#delayMs))
      }
    })
    eachMessage(upstream, (bytes, { messageId }) => {
      const fate = fates.get(messageId) ?? 'pass'
      if (fate === 'cutAfter') cut()
      else if (fate === 'pass') client.write(this.#withoutHidden(bytes))
    })
  }

  #fateOf(tag: number): { readonly fate: Fate; readonly first: Work } {
    const passing = { fate: 'pass', first: nothing } as const
    const kind = kindsByTag.get(tag)
    if (kind === undefined) return passing
    this.requests.push(kind)
    const planned = this.#fates.find((each) => each.kind === kind)
    if (planned === undefined) return passing
    planned.skip -= 1
    if (planned.skip >= 0) return passing
    this.#fates.splice(this.#fates.indexOf(planned), 1)
    return planned
  }

  #withoutHidden(bytes: Buffer): Buffer {
    const text = this.#hidden.reduce((rest, oid) => {
      const length = String.fromCharCode(oid.length)
      return rest.replaceAll(length + oid, length + '0'.repeat(oid.length))
    }, bytes.toString('latin1'))
    return Buffer.from(text, 'latin1')
  }
}

/** The answer to a write that says that the server is busy. RFC 4511 §4.1.9 */
function busyAnswer(messageId: number, tag: number): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(messageId)
  writer.startSequence(tag === requestKinds.delete ? 0x6b : tag + 1)
  writer.writeEnumeration(51)
  writer.writeString('')
  writer.writeString('')
  writer.endSequence()
  writer.endSequence()
  return writer.buffer
}

const nothing: Work = async () => {}

const kindsByTag = new Map<number, RequestKind>(
  Object.entries(requestKinds).map(([kind, tag]) => [tag, kind as RequestKind]),
)

function eachMessage(
  socket: Socket,
  take: (bytes: Buffer, header: { messageId: number; tag: number }) => void,
): void {
  const framer = new MessageFramer(64 * 1024 * 1024)
  socket.on('data', (chunk: Buffer) => {
    framer.push(chunk)
    for (let bytes = framer.next(); bytes !== undefined; bytes = framer.next()) {
      const reader = new BerReader(bytes)
      reader.readSequence()
      take(bytes, { messageId: reader.readInt() ?? 0, tag: reader.peek() ?? 0 })
    }
  })
}
