import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { hashToken } from '../../../src/http/tokens.ts'
import { type BridgeProcess, startBridge } from '../../support/bridge-process.ts'
import { ByteProxy } from '../../support/byte-proxy.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'
import { figure, type Say } from '../part.ts'
import type { Balancer } from './balancer.ts'
import type { LongWork } from './long-work.ts'

/** All bridges have the same token: clients know of one server only. */
export const token = 'rolling-restart'

/** How long a bridge that is to stop still serves: the balancer looks every 50 ms. */
const shutdownDelayMs = 400
const pauseMs = 10
const firstLimitMs = 3000

/** A bridge with a way to the directory that is its own. */
interface Member {
  readonly bridge: BridgeProcess
  readonly origin: string
  readonly proxy: ByteProxy
}

/** Two bridges. */
export class Fleet {
  readonly problems: string[] = []
  readonly #server: OpenldapServer
  readonly #section: DirectorySection
  readonly #balancer: Balancer
  #members: readonly Member[] = []
  #restarts = 0
  #longestStopMs = 0
  /** How many requests of the balancer were under way at each stop. */
  readonly #underWay: number[] = []
  #longRequests = 0

  constructor(server: OpenldapServer, section: DirectorySection, balancer: Balancer) {
    this.#server = server
    this.#section = section
    this.#balancer = balancer
  }

  async start(): Promise<void> {
    this.#members = [await this.#begin(), await this.#begin()]
  }

  /** Restarts one after the other. */
  async roll(work: LongWork): Promise<void> {
    for (const member of this.#members) {
      await this.#stop(member, work)
      const next = await this.#begin()
      this.#members = [...this.#members.filter((each) => each !== member), next]
      this.#restarts += 1
    }
  }

  async stop(): Promise<void> {
    for (const { bridge, proxy } of this.#members) {
      await bridge.stop()
      await proxy.close()
    }
  }

  tell(say: Say): void {
    say(figure('restarts', this.#restarts))
    say(figure('  requests under way at the stop, least', Math.min(...this.#underWay)))
    say(figure('  long ones under way at the stop, in all', this.#longRequests))
    say(figure('longest stop, ms', Math.round(this.#longestStopMs)))
  }

  /** Stops a bridge while it has requests that cannot end before it has closed its door: slow senders and readers, and all that
   *  wait for the directory. */
  async #stop({ bridge, origin, proxy }: Member, work: LongWork): Promise<void> {
    const target = { origin, token }
    const slow = await work.begin(target)
    proxy.weather = 'stall'
    const long = [...slow, await work.beginWaiting(target)]
    await this.#firstOf(origin)
    const startedAt = performance.now()
    const stopping = bridge.stop()
    await closedDoor(origin)
    this.#underWay.push(this.#balancer.underWay(origin))
    this.#longRequests += long.length
    proxy.weather = 'pass'
    const found = await Promise.all(long.map(async (request) => request.finish()))
    this.problems.push(...found.filter((problem) => problem !== undefined))
    const end = await stopping
    this.#longestStopMs = Math.max(this.#longestStopMs, performance.now() - startedAt)
    if (end !== 0) this.problems.push(`a bridge that was stopped ended with ${end}`)
    this.#balancer.remove(origin)
    await proxy.close()
  }

  /** Waits for a request of the balancer that has to wait for the directory. */
  async #firstOf(origin: string): Promise<void> {
    const deadline = performance.now() + firstLimitMs
    while (this.#balancer.underWay(origin) === 0) {
      if (performance.now() > deadline) {
        this.problems.push('no request was under way at a bridge that was to be stopped')
        return
      }
      await delay(pauseMs)
    }
  }

  async #begin(): Promise<Member> {
    const proxy = await ByteProxy.start(this.#server.url)
    const bridge = await startBridge(this.#server, {
      SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${proxy.port}`,
      SCIM_USERS_BASE: this.#section.people,
      SCIM_GROUPS_BASE: this.#section.groups,
      SCIM_HTTP_TOKENS: `[{ name: rolling, sha256: ${hashToken(token)} }]`,
      SCIM_HTTP_SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
    })
    const { origin } = new URL(bridge.baseUrl)
    this.#balancer.add(origin)
    while (!this.#balancer.isUsing(origin)) await delay(pauseMs)
    return { bridge, origin, proxy }
  }
}

/** Returns when a server takes no more connections. */
async function closedDoor(origin: string): Promise<void> {
  for (;;) {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    try {
      await once(socket, 'connect')
    } catch {
      return
    } finally {
      socket.destroy()
    }
    await delay(pauseMs)
  }
}
