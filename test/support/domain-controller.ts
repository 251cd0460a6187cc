import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { connect, createServer as createTlsServer } from 'node:tls'
import { BerReader } from 'ldapts'
import { MessageFramer } from '../../src/directory/framing.ts'
import { decodeMessage } from '../../src/directory/message-decoding.ts'
import { type RequestKind, requestKinds } from '../directory/adapter/ldap-proxy.ts'
import type { DirectoryEndpoint } from './directory-server.ts'
import {
  type Asked,
  ConversationLimits,
  type Limits,
  usualLimits,
} from './domain-controller-limits.ts'
import { Learned, refusalOf } from './domain-controller-requests.ts'
import { asActiveDirectory } from './domain-controller-results.ts'
import { GroupScopes } from './domain-controller-scopes.ts'

/** In what a double differs from others. */
export interface Manner {
  /** Default: the usual ones. */
  readonly limits?: Limits
  /** The certificate and key by which it is spoken to over TLS; without them it is spoken to in clear text. */
  readonly identity?: { readonly certificate: string; readonly key: string }
  /** Where it listens. Default: any port that is free. */
  readonly port?: number
  /** Whether the domain still has controllers of Windows NT, so that security groups hold fewer others. Default: no. */
  readonly isMixed?: boolean
  /** An attribute that nobody may read, so that no filter on it is true. */
  readonly unreadable?: string
}

/** A request that is held back. */
export interface HeldRequest {
  /** Resolves when it has come. */
  readonly arrived: Promise<void>
  readonly letGo: () => void
}

interface Gate {
  readonly tag: number
  readonly arrive: () => void
  readonly opened: Promise<void>
}

/** Stands in front of a Samba and behaves as Active Directory is documented where Samba is milder: at most 1000 entries
 *  without paging, at most 1500 values of an attribute at a time, logon names of at most 20 characters, nobody enabled
 *  without a password, no group in another one whose scope does not fit, and the result codes and Win32 codes of its own.
 *
 *  MS-ADTS 3.1.1.3.4.6 (the limits), 3.1.1.3.1.3.3 (ranges), MS-SAMR 3.1.1.6 (names), 3.1.1.8.9 (members). */
export class DomainController {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #limits: Limits
  readonly #scheme: string
  readonly #counts = new Map<number, number>()
  readonly #gates: Gate[] = []
  readonly #learned: Learned
  readonly #unreadable: string | undefined

  private constructor(samba: Pick<DirectoryEndpoint, 'ldapsUrl' | 'ca'>, manner: Manner) {
    const { limits = usualLimits, identity, isMixed = false, unreadable } = manner
    this.#limits = limits
    this.#unreadable = unreadable
    this.#learned = new Learned(new GroupScopes(isMixed))
    this.#scheme = identity === undefined ? 'ldap' : 'ldaps'
    const { hostname, port } = new URL(samba.ldapsUrl)
    const target = { host: hostname, port: Number(port === '' ? 636 : port), ca: samba.ca }
    const join = (client: Socket): void =>
      this.#join(client, connect({ ...target, servername: '' }))
    this.#server =
      identity === undefined
        ? createServer(join)
        : createTlsServer({ key: identity.key, cert: identity.certificate }, join)
  }

  /** @param samba what it stands in front of; it is not closed with it. */
  static async start(
    samba: Pick<DirectoryEndpoint, 'ldapsUrl' | 'ca'>,
    manner: Manner = {},
  ): Promise<DomainController> {
    const controller = new DomainController(samba, manner)
    controller.#server.listen(manner.port ?? 0, '127.0.0.1')
    await once(controller.#server, 'listening')
    return controller
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many requests of a kind have come. */
  countOf(kind: RequestKind): number {
    return this.#counts.get(requestKinds[kind]) ?? 0
  }

  /** Holds the next request of a kind back until it is let go. */
  holdNext(kind: RequestKind): HeldRequest {
    const tag = requestKinds[kind]
    const [coming, opening] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    this.#gates.push({ tag, arrive: coming.resolve, opened: opening.promise })
    return { arrived: coming.promise, letGo: opening.resolve }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, samba: Socket): void {
    for (const socket of [client, samba]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        samba.destroy()
        this.#sockets.delete(socket)
      })
    }
    const asked = new Map<number, Asked>()
    const limits = new ConversationLimits(this.#limits)
    eachMessage(client, (message) => {
      const bytes = this.#readable(message)
      const { messageId, tag } = headerOf(bytes)
      this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1)
      const refusal = refusalOf({ messageId, tag }, bytes, this.#learned)
      if (refusal !== undefined) {
        client.write(refusal)
        return
      }
      asked.set(messageId, limits.ask(bytes, tag))
      const gate = this.#gates.findIndex((each) => each.tag === tag)
      const [held] = gate === -1 ? [] : this.#gates.splice(gate, 1)
      if (held === undefined) {
        samba.write(bytes)
        return
      }
      held.arrive()
      void held.opened.then(() => samba.write(bytes))
    })
    eachMessage(samba, (bytes) => {
      const { messageId } = headerOf(bytes)
      const request = asked.get(messageId)
      const message = decodeMessage(bytes)
      if (message.kind === 'entry') this.#learned.see(message.found.entry)
      const answers = request === undefined ? [bytes] : limits.answer(bytes, request)
      for (const answer of answers)
        client.write(asActiveDirectory(answer, request?.isGroup ?? false))
    })
  }

  /** The request with another name, which nothing has, in place of the attribute that nobody may read. */
  #readable(bytes: Buffer): Buffer {
    const name = this.#unreadable
    if (name === undefined) return bytes
    const text = bytes.toString('latin1').replaceAll(name, 'x'.repeat(name.length))
    return Buffer.from(text, 'latin1')
  }
}

function headerOf(bytes: Buffer): { readonly messageId: number; readonly tag: number } {
  const reader = new BerReader(bytes)
  reader.readSequence()
  return { messageId: reader.readInt() ?? 0, tag: reader.peek() ?? 0 }
}

function eachMessage(socket: Socket, take: (bytes: Buffer) => void): void {
  const framer = new MessageFramer(64 * 1024 * 1024)
  socket.on('data', (chunk: Buffer) => {
    framer.push(chunk)
    for (let bytes = framer.next(); bytes !== undefined; bytes = framer.next()) take(bytes)
  })
}
