import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What a network does to the bytes of a connection:
 *  - `pass`: nothing
 *  - `split`: they arrive in pieces of a few bytes each
 *  - `delay`: they arrive late
 *  - `stall`: they do not arrive until it is over
 *  - `refuse`: connections end, and new ones end at once */
export type Weather = 'pass' | 'split' | 'delay' | 'stall' | 'refuse'

const delayMs = 40
const pieceBytes = 3
/** After so many pieces the rest goes on as it is: a whole search result in pieces would take minutes. */
const mostPieces = 40

/** A network between a client and a server that can be as bad as one likes. It knows bytes, and nothing of what they mean. */
export class ByteProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #weather: Weather = 'pass'
  #changed = Promise.withResolvers<void>()

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      if (this.#weather === 'refuse') {
        client.resetAndDestroy()
        return
      }
      const upstream = connect(Number(target.port), target.hostname)
      this.#join(client, upstream)
      this.#join(upstream, client)
    })
  }

  /** @param target the URL of the server, whose host and port count. */
  static async start(target: string): Promise<ByteProxy> {
    const proxy = new ByteProxy(new URL(target))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** From now on it is like this. */
  set weather(weather: Weather) {
    this.#weather = weather
    if (weather === 'refuse') this.reset()
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** Ends every connection with a reset; new ones can be made. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.reset()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(from: Socket, to: Socket): void {
    from.setNoDelay(true)
    this.#sockets.add(from)
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    void this.#carry(from, to)
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) await this.#deliver(chunk as Buffer, to)
      to.end()
    } catch {
      to.destroy()
    }
  }

  async #deliver(chunk: Buffer, to: Socket): Promise<void> {
    if (this.#weather === 'delay') await delay(delayMs)
    while (this.#weather === 'stall') await this.#changed.promise
    let rest = chunk
    for (let piece = 0; this.#weather === 'split' && piece < mostPieces; piece += 1) {
      to.write(rest.subarray(0, pieceBytes))
      rest = rest.subarray(pieceBytes)
      if (rest.length === 0) return
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    to.write(rest)
  }
}
