import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { BerReader } from 'ldapts'
import { MessageFramer } from '../../../src/directory/framing.ts'
import { resultMessage } from './ldap-messages.ts'

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly messageId: number
  /** The BER tag of the request, such as 0x63 for a search. */
  readonly tag: number
  readonly bytes: Buffer
}

/** Tags of requests. */
export const requestTags = {
  bind: 0x60,
  unbind: 0x42,
  search: 0x63,
  modify: 0x66,
  delete: 0x4a,
  abandon: 0x50,
  extended: 0x77,
} as const

const tlsHandshake = 0x16

/** The connection of a client. */
export class ScriptedConnection {
  readonly socket: Socket
  readonly requests: ReceivedRequest[] = []
  isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** Sends all messages in one piece. */
  send(...messages: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(messages))
  }

  /** The requests of a kind that have arrived. */
  received(tag: number): readonly ReceivedRequest[] {
    return this.requests.filter((request) => request.tag === tag)
  }
}

/** What a server does with a request; binds are accepted unless it does it itself. */
export interface Script {
  readonly onConnection?: (connection: ScriptedConnection) => void
  /** Binds and StartTLS come here, too. */
  readonly onEvery?: (request: ReceivedRequest, connection: ScriptedConnection) => void
  /** Requests beside binds. */
  readonly onRequest?: (request: ReceivedRequest, connection: ScriptedConnection) => void
  readonly port?: number
}

/** A TCP server on the loopback address that does what a test says. */
export class ScriptedServer {
  readonly #server: Server
  readonly connections: ScriptedConnection[] = []
  port = 0

  private constructor(script: Script) {
    this.#server = createServer((socket) => this.#accept(socket, script))
  }

  static async start(script: Script = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script)
    server.#server.listen(script.port ?? 0, '127.0.0.1')
    await once(server.#server, 'listening')
    server.port = (server.#server.address() as AddressInfo).port
    return server
  }

  /** Stays the same when the server is closed. */
  get url(): string {
    return `ldap://127.0.0.1:${this.port}`
  }

  /** The connections that the client has not closed. */
  get open(): readonly ScriptedConnection[] {
    return this.connections.filter(({ isClosed }) => !isClosed)
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket, script: Script): void {
    const connection = new ScriptedConnection(socket)
    this.connections.push(connection)
    const framer = new MessageFramer(64 * 1024 * 1024)
    // A client that goes away is what some tests are about.
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      if (chunk[0] === tlsHandshake) return
      framer.push(chunk)
      for (let bytes = framer.next(); bytes !== undefined; bytes = framer.next()) {
        receive(toRequest(bytes), connection, script)
      }
    })
    script.onConnection?.(connection)
  }
}

function receive(request: ReceivedRequest, connection: ScriptedConnection, script: Script): void {
  connection.requests.push(request)
  if (script.onEvery !== undefined) return script.onEvery(request, connection)
  if (request.tag === requestTags.bind) connection.send(resultMessage(request.messageId, 0x61))
  else script.onRequest?.(request, connection)
}

function toRequest(bytes: Buffer): ReceivedRequest {
  const reader = new BerReader(bytes)
  reader.readSequence()
  const messageId = reader.readInt() ?? 0
  return { messageId, tag: reader.peek() ?? 0, bytes }
}
