import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

const lookIntervalMs = 50

/** A load balancer: it passes requests on, in turn, to those servers whose `/health/ready` says yes, and repeats none. */
export class Balancer {
  readonly #server: http.Server
  readonly #agent = new http.Agent({ keepAlive: true })
  readonly #origins = new Set<string>()
  readonly #ready = new Set<string>()
  readonly #timer: NodeJS.Timeout
  readonly #underWay = new Map<string, number>()
  #turn = 0

  private constructor() {
    this.#server = http.createServer((request, response) => {
      void this.#pass(request, response)
    })
    this.#timer = setInterval(() => {
      for (const origin of this.#origins) void this.#look(origin)
    }, lookIntervalMs)
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer()
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Whether requests are passed on to a server now. */
  isUsing(origin: string): boolean {
    return this.#ready.has(origin)
  }

  /** How many requests a server has been passed and has not answered to the end. */
  underWay(origin: string): number {
    return this.#underWay.get(origin) ?? 0
  }

  /** From now on a server is looked at. */
  add(origin: string): void {
    this.#origins.add(origin)
  }

  /** From now on a server is no more. */
  remove(origin: string): void {
    this.#origins.delete(origin)
    this.#ready.delete(origin)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#agent.destroy()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #look(origin: string): Promise<void> {
    const isReady = await fetch(`${origin}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady && this.#origins.has(origin)) this.#ready.add(origin)
    else this.#ready.delete(origin)
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const ready = [...this.#ready]
    this.#turn += 1
    const origin = ready[this.#turn % Math.max(1, ready.length)]
    if (origin === undefined) {
      response.writeHead(502).end('no server is ready')
      return
    }
    this.#underWay.set(origin, this.underWay(origin) + 1)
    try {
      await this.#passTo(origin, request, response)
    } finally {
      this.#underWay.set(origin, this.underWay(origin) - 1)
    }
  }

  async #passTo(
    origin: string,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const { method, url, headers } = request
    try {
      const sent = http.request(`${origin}${url}`, { method, headers, agent: this.#agent })
      const answered = once(sent, 'response')
      await Promise.all([pipeline(request, sent), answered])
      const [answer] = (await answered) as [http.IncomingMessage]
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      await pipeline(answer, response)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end(`${origin}: ${String(error)}`)
    }
  }
}
