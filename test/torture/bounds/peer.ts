import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that is a nuisance: a socket, and what is done with it. */
export class Peer {
  readonly #socket: Socket
  readonly #closed: Promise<unknown>
  #beginning = ''
  #received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    // Whoever is cut off may get a reset.
    socket.on('error', () => {})
    this.#closed = new Promise((resolve) => socket.once('close', resolve))
  }

  /** Connects, and reads nothing yet. */
  static async connect(baseUrl: string): Promise<Peer> {
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1')
    const peer = new Peer(socket)
    await once(socket, 'connect')
    return peer
  }

  /** Whether the bridge has ended the connection. */
  get isClosed(): boolean {
    return this.#socket.closed
  }

  /** Sends bytes, as fast as they are taken. */
  async send(bytes: string | Buffer): Promise<void> {
    if (this.#socket.destroyed || this.#socket.write(bytes)) return
    // Not once(), which fails when the connection does.
    const drained = new Promise((resolve) => this.#socket.once('drain', resolve))
    await Promise.race([drained, this.#closed])
  }

  /** Reads on and keeps the beginning and the end of what arrives. */
  read(): this {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#beginning ||= chunk.toString('latin1', 0, 12)
      this.#received = Buffer.concat([this.#received, chunk]).subarray(-200)
    })
    return this
  }

  /** When the bridge has ended the connection: the end of what arrived, at most 200 bytes. */
  async end(): Promise<string> {
    await this.#closed
    return this.#received.toString('latin1')
  }

  /** When the bridge has ended the connection: the status of its first answer; 0 where there was none. */
  async status(): Promise<number> {
    await this.#closed
    return Number(/^HTTP\/1\.1 (\d{3})$/u.exec(this.#beginning)?.[1] ?? 0)
  }

  /** Says that nothing more will be sent. */
  finish(): void {
    this.#socket.end()
  }

  close(): void {
    this.#socket.destroy()
  }
}
