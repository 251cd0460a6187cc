import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { ScimClient } from '../../walkthrough/scim-client.ts'

/** How long answers took. */
export interface Latency {
  readonly requests: number
  readonly medianMs: number
  readonly worstMs: number
}

/** What an ordinary client met, and who asked whether the bridge lives. */
export interface Experience {
  readonly client: Latency
  readonly live: Latency
  /** The answers that were none, one sentence each. */
  readonly failures: readonly string[]
}

const pauseMs = 20

/** Finds a user and changes him, again and again, and asks for `/health/live`, while something else goes on. */
export async function beside<T>(
  bridge: { readonly baseUrl: string; readonly token: string },
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly experience: Experience }> {
  const client = new OrdinaryClient(new ScimClient(bridge.baseUrl, bridge.token))
  const watcher = new Watcher(new URL('/health/live', bridge.baseUrl))
  const over = new AbortController()
  const going = Promise.all([
    again(over.signal, (turn) => client.findAndChange(turn)),
    again(over.signal, () => watcher.ask()),
  ])
  const result = await work().finally(() => over.abort())
  await going
  return {
    result,
    experience: {
      client: client.exchanges.latency,
      live: watcher.exchanges.latency,
      failures: [...client.exchanges.failures, ...watcher.exchanges.failures],
    },
  }
}

async function again(signal: AbortSignal, work: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    await work(turn)
    await delay(pauseMs)
  }
}

/** How long exchanges took, and which failed. */
class Exchanges {
  readonly failures: string[] = []
  readonly #times: number[] = []

  get latency(): Latency {
    const sorted = this.#times.toSorted((one, other) => one - other)
    const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0
    return { requests: sorted.length, medianMs, worstMs: sorted.at(-1) ?? 0 }
  }

  /** @param what in a word, such as the method.
   *  @returns the answer, where there is one with status 200. */
  async time<T extends { readonly status: number }>(
    what: string,
    exchange: () => Promise<T>,
  ): Promise<T | undefined> {
    const before = performance.now()
    try {
      const answer = await exchange()
      if (answer.status === 200) return answer
      this.failures.push(`${what} was answered ${answer.status}`)
    } catch (error) {
      this.failures.push(`${what} was not answered: ${String(error)}`)
    } finally {
      this.#times.push(performance.now() - before)
    }
    return undefined
  }
}

interface Found {
  readonly id: string
}

class OrdinaryClient {
  readonly exchanges = new Exchanges()
  readonly #scim: ScimClient

  constructor(scim: ScimClient) {
    this.#scim = scim
  }

  async findAndChange(turn: number): Promise<void> {
    const filter = encodeURIComponent('userName eq "u1"')
    const list = await this.exchanges.time('GET', () => this.#scim.get(`/Users?filter=${filter}`))
    if (list === undefined) return
    const { Resources: [user] = [] } = list.answer as { readonly Resources?: readonly Found[] }
    const Operations = [{ op: 'replace', path: 'title', value: `T${turn}` }]
    if (user === undefined) this.exchanges.failures.push('the user was not found')
    else {
      const path = `/Users/${user.id}`
      await this.exchanges.time('PATCH', () => this.#scim.patch(path, { Operations }))
    }
  }
}

class Watcher {
  readonly exchanges = new Exchanges()
  readonly #url: URL

  constructor(url: URL) {
    this.#url = url
  }

  async ask(): Promise<void> {
    await this.exchanges.time('/health/live', async () => {
      const response = await fetch(this.#url)
      await response.text()
      return response
    })
  }
}
