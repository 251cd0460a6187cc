import { setTimeout as delay } from 'node:timers/promises'
import { hashToken } from '../../src/http/tokens.ts'
import type { JsonObject } from '../../src/scim/json.ts'
import { type BridgeProcess, startBridge } from '../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow } from '../support/ldapsearch.ts'
import type { OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { type Exchange, ScimClient } from '../walkthrough/scim-client.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Balancer } from './rolling/balancer.ts'

/** How long it goes on. */
interface Size {
  /** How often both bridges are restarted, one after the other. */
  readonly rounds: number
  readonly clients: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { rounds: 2, clients: 12 },
  long: { rounds: 20, clients: 24 },
}

/** How long a bridge that is to stop still serves: the balancer looks every 50 ms. */
const shutdownDelayMs = 400
/** All bridges have the same token: clients know of one server only. */
const token = 'rolling-restart'

/** Two bridges behind a load balancer are restarted one after the other under load, and no request fails. */
export const rolling: TorturePart = {
  name: 'rolling',
  async run(form, say) {
    const server = await startOpenldap({}, ['local', 'packages'])
    const section = await addSection(server)
    const balancer = await Balancer.start()
    const fleet = new Fleet(server, section, balancer)
    try {
      await fleet.start()
      const load = new Load(new ScimClient(`${balancer.origin}/scim/v2`, token))
      const stop = new AbortController()
      const clients = Array.from({ length: sizes[form].clients }, async (_, index) =>
        load.client(`roller${index}`, stop.signal),
      )
      for (let round = 0; round < sizes[form].rounds; round += 1) await fleet.roll()
      stop.abort()
      await Promise.all(clients)
      load.tell(say)
      say(figure('restarts', fleet.restarts))
      say(figure('longest stop, ms', Math.round(fleet.longestStopMs)))
      return [...load.problems, ...fleet.problems, ...(await load.missingIn(server, section))]
    } finally {
      await balancer.close()
      await fleet.stop()
      await server.close()
    }
  },
}

/** Two bridges. */
class Fleet {
  readonly problems: string[] = []
  restarts = 0
  longestStopMs = 0
  readonly #server: OpenldapServer
  readonly #section: DirectorySection
  readonly #balancer: Balancer
  #bridges: readonly BridgeProcess[] = []

  constructor(server: OpenldapServer, section: DirectorySection, balancer: Balancer) {
    this.#server = server
    this.#section = section
    this.#balancer = balancer
  }

  async start(): Promise<void> {
    this.#bridges = [await this.#begin(), await this.#begin()]
  }

  /** Restarts one after the other. */
  async roll(): Promise<void> {
    for (const bridge of this.#bridges) {
      const startedAt = performance.now()
      const end = await bridge.stop()
      this.longestStopMs = Math.max(this.longestStopMs, performance.now() - startedAt)
      if (end !== 0) this.problems.push(`a bridge that was stopped ended with ${end}`)
      this.#balancer.remove(originOf(bridge))
      const next = await this.#begin()
      this.#bridges = [...this.#bridges.filter((each) => each !== bridge), next]
      this.restarts += 1
    }
  }

  async stop(): Promise<void> {
    for (const bridge of this.#bridges) await bridge.stop()
  }

  async #begin(): Promise<BridgeProcess> {
    const bridge = await startBridge(this.#server, {
      SCIM_USERS_BASE: this.#section.people,
      SCIM_GROUPS_BASE: this.#section.groups,
      SCIM_HTTP_TOKENS: `[{ name: rolling, sha256: ${hashToken(token)} }]`,
      SCIM_HTTP_SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
    })
    this.#balancer.add(originOf(bridge))
    while (!this.#balancer.isUsing(originOf(bridge))) await delay(10)
    return bridge
  }
}

/** Clients who write and read without a pause. */
class Load {
  readonly problems: string[] = []
  readonly #scim: ScimClient
  readonly #users = new Map<string, string>()
  #requests = 0
  #worstMs = 0

  constructor(scim: ScimClient) {
    this.#scim = scim
  }

  async client(name: string, stop: AbortSignal): Promise<void> {
    for (let number = 0; !stop.aborted && this.problems.length === 0; number += 1) {
      const userName = `${name}-${number}`
      const body = { userName, name: { familyName: 'R' } }
      const created = await this.#send('POST', '/Users', body)
      const path = `/Users/${created?.answer?.['id'] as string}`
      const operation = { op: 'replace', value: { title: 'Rolled', userName: `${userName}r` } }
      await this.#send('PATCH', path, { Operations: [operation] })
      await this.#send('GET', path)
      if (number % 4 === 3) await this.#send('DELETE', path)
      else this.#users.set(`${userName}r`, 'Rolled')
    }
  }

  /** What was answered and is not there. */
  async missingIn(
    server: OpenldapServer,
    { people }: DirectorySection,
  ): Promise<readonly string[]> {
    const entries = await shownBelow(server, people, ['uid', 'title'])
    const stored = new Map(
      entries.map(({ values }) => [values('uid')[0] ?? '', values('title')[0] ?? '']),
    )
    // The base has no uid.
    stored.delete('')
    const missing = [...this.#users].filter(([name, title]) => stored.get(name) !== title)
    const surplus = [...stored.keys()].filter((name) => !this.#users.has(name))
    return [
      ...missing.map(([name]) => `${name} is not as it was answered`),
      ...surplus.map((name) => `${name} is there, and should not`),
    ]
  }

  tell(say: Say): void {
    say(figure('requests', this.#requests))
    say(figure('requests that failed', this.problems.length))
    say(figure('worst latency, ms', Math.round(this.#worstMs)))
  }

  async #send(method: string, path: string, body?: JsonObject): Promise<Exchange | undefined> {
    const startedAt = performance.now()
    this.#requests += 1
    try {
      const answer = await this.#scim.send(method, path, body === undefined ? {} : { body })
      if (answer.status >= 300) {
        this.problems.push(`${method} ${path} was answered ${answer.status}: ${answer.text}`)
      }
      return answer
    } catch (error) {
      this.problems.push(`${method} ${path} was not answered: ${String(error)}`)
      return undefined
    } finally {
      this.#worstMs = Math.max(this.#worstMs, performance.now() - startedAt)
    }
  }
}

function originOf({ baseUrl }: BridgeProcess): string {
  return new URL(baseUrl).origin
}
