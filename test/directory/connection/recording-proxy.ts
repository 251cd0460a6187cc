import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Forwards TCP connections and keeps what clients send, as somebody on the wire would see it. */
export class RecordingProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #sent: Buffer[] = []
  #connections = 0

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      this.#connections += 1
      const upstream = connect(Number(target.port), target.hostname)
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          client.destroy()
          upstream.destroy()
          this.#sockets.delete(socket)
        })
      }
      client.on('data', (chunk: Buffer) => this.#sent.push(chunk))
      client.pipe(upstream)
      upstream.pipe(client)
    })
  }

  static async start(target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(new URL(target))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `ldap://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get connections(): number {
    return this.#connections
  }

  /** Everything that clients sent. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent)
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
