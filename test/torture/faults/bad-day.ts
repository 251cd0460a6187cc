import { setTimeout as delay } from 'node:timers/promises'
import { type BridgeProcess, startBridge } from '../../support/bridge-process.ts'
import type { ByteProxy } from '../../support/byte-proxy.ts'
import type { DirectorySection } from '../../support/directory-section.ts'
import { shownBelow, type ShownEntry } from '../../support/ldapsearch.ts'
import type { OpenldapServer } from '../../support/openldap-server.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import { seedAsked } from '../cases.ts'
import type { Hidden } from '../fuzz/answer-rules.ts'
import { figure, type Say } from '../part.ts'
import { Random } from '../random.ts'
import { BadDayClient } from './bad-day-client.ts'
import { type Breakage, breakages } from './breakages.ts'
import { Canary } from './canary.ts'
import { Comparison, compared } from './comparison.ts'
import { Doorman } from './doorman.ts'
import { type Floor, floor, lineOf, problemsOf } from './floors.ts'
import { requestLimitMs } from './limits.ts'
import { problemsOfDyingLog } from './log-rules.ts'
import type { SharedGroup, TrackedGroup, TrackedUser } from './model.ts'
import { Observer } from './observer.ts'
import { RefusedWrites } from './refused-writes.ts'

/** How long it goes on. */
export interface Size {
  /** How often something breaks. */
  readonly rounds: number
  readonly clients: number
  /** How long it stays broken, at least and at most. */
  readonly brokenMs: readonly [number, number]
}

/** What has a bad day. */
export interface World {
  readonly server: OpenldapServer
  readonly proxy: ByteProxy
  readonly section: DirectorySection
  readonly bridge: BridgeProcess
  /** With which the bridge was started. */
  readonly settings: Readonly<Record<string, string>>
  /** The server follows renames and deletions behind its answers, by name, as refint does. */
  readonly isFollowedLate: boolean
}

/** More than so many are not told. */
export const mostProblemsTold = 12

const fixedSeed = 20_260_101
const sharedGroups = 6
/** How soon the bridge has to serve again. */
const returnLimitMs = 1000
/** How soon one has to serve that was started meanwhile: it looks for the directory once a second. */
const lateReturnLimitMs = returnLimitMs + 1000
/** How soon it has to have finished what was left over. */
const leftoverLimitMs = 5000

/** How often requests must have been answered so at least, for each time something broke: about a third of what is usual. */
const leastAnswers: Readonly<Record<string, number>> = {
  'POST 201': 3,
  'PUT 200': 2,
  'PATCH 200': 1,
  'PATCH 204': 1,
  'DELETE 204': 0.5,
  'POST 409': 0.2,
  'PATCH 400': 0.2,
  'PUT 412': 0.2,
  'PATCH 412': 0.2,
  'DELETE 412': 0.2,
  'PUT 404': 0.2,
  'PATCH 404': 0.2,
  'DELETE 404': 0.2,
  'POST 503': 1,
  'PUT 503': 0.3,
  'PATCH 503': 0.3,
  'DELETE 503': 0.1,
}

/** Clients who write while the directory before them breaks again and again, and what is found of it. */
export class BadDay {
  readonly #world: World
  readonly #size: Size
  readonly #random = new Random(seedAsked(fixedSeed))
  readonly #observer = new Observer(requestLimitMs)
  readonly #users: TrackedUser[] = []
  readonly #groups: TrackedGroup[] = []
  readonly #shared: SharedGroup[]
  readonly #clients: readonly BadDayClient[]
  readonly #returns: number[] = []
  readonly #scim: ScimClient
  readonly #doorman: Doorman
  readonly #canary: Canary
  /** Bridges that were started while the directory was away. */
  readonly #latecomers: BridgeProcess[] = []
  readonly #logProblems: string[] = []
  /** How often each kind of breakage came, and how many requests were answered 503 in all those rounds. */
  readonly #met = new Map<Breakage, { rounds: number; unavailable: number }>()
  #openCount = 0
  #toldCount = 0
  #worstLeftoverMs = 0

  private constructor(world: World, size: Size, { shared, canary }: Standing) {
    this.#world = world
    this.#size = size
    this.#shared = shared
    this.#canary = canary
    const { baseUrl, token } = world.bridge
    this.#scim = new ScimClient(baseUrl, token)
    this.#doorman = new Doorman(world.server)
    const refused = new RefusedWrites()
    this.#clients = Array.from(
      { length: size.clients },
      (_, index) =>
        new BadDayClient(`c${index}`, {
          scim: new ScimClient(baseUrl, token),
          random: new Random(this.#random.below(2 ** 31)),
          shared,
          observer: this.#observer,
          refused,
          isFollowedLate: world.isFollowedLate,
        }),
    )
  }

  /** Creates what all clients share. */
  static async begin(world: World, size: Size): Promise<BadDay> {
    const scim = new ScimClient(world.bridge.baseUrl, world.bridge.token)
    const shared: SharedGroup[] = []
    for (let index = 0; index < sharedGroups; index += 1) {
      const displayName = `Shared ${index}`
      const { answer } = await scim.post('/Groups', { displayName })
      shared.push({
        id: answer?.['id'] as string,
        displayName,
        members: new Set(),
        open: new Set(),
      })
    }
    return new BadDay(world, size, { shared, canary: await Canary.create(scim) })
  }

  get problems(): readonly string[] {
    return this.#observer.problems
  }

  /** Breaks one thing after the other, and compares each time. */
  async run(): Promise<void> {
    for (
      let round = 0;
      round < this.#size.rounds && this.problems.length < mostProblemsTold;
      round += 1
    ) {
      const breakage = breakages[round % breakages.length] as Breakage
      const before = this.problems.length
      await this.#work(breakage)
      await this.#compare()
      for (const { openCount, toldCount } of this.#clients) {
        this.#openCount += openCount
        this.#toldCount += toldCount
      }
      await Promise.all(this.#clients.map(async (client) => client.repeat()))
      await this.#compare()
      for (let index = before; index < this.problems.length; index += 1) {
        this.#observer.problems[index] =
          `round ${round + 1}, ${breakage.name}: ${this.problems[index]}`
      }
    }
  }

  async #work(breakage: Breakage): Promise<void> {
    const met = this.#met.get(breakage) ?? { rounds: 0, unavailable: 0 }
    this.#met.set(breakage, met)
    const before = this.#unavailable
    const stop = new AbortController()
    const work = this.#clients.map(async (client) => client.work(stop.signal))
    await delay(this.#random.between(100, 400))
    const returnedAt = await breakage.strike(
      { ...this.#world, startAnother: async () => this.#startAnother() },
      this.#random.between(...this.#size.brokenMs),
    )
    try {
      const all = [this.#scim, ...this.#latecomers.map(clientOf)]
      await Promise.all(all.map(async (scim) => this.#awaitService(scim, returnedAt)))
    } finally {
      for (const bridge of this.#latecomers.splice(0)) {
        this.#logProblems.push(...(await this.#problemsOfLog(bridge)))
        await bridge.stop()
      }
    }
    await delay(this.#random.between(50, 300))
    stop.abort()
    await Promise.all(work)
    met.rounds += 1
    met.unavailable += this.#unavailable - before
  }

  get #unavailable(): number {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    return methods.reduce((sum, method) => sum + this.#observer.countOf(`${method} 503`), 0)
  }

  async #awaitService(scim: ScimClient, returnedAt: number): Promise<void> {
    const tookMs = (await this.#canary.firstService(scim, requestLimitMs)) - returnedAt
    this.#returns.push(tookMs)
    const isLate = scim !== this.#scim
    if (tookMs <= (isLate ? lateReturnLimitMs : returnLimitMs)) return
    const whose = isLate ? ' by the bridge that was started meanwhile' : ''
    this.#observer.problem(`served again${whose} only after ${Math.round(tookMs)} ms`)
  }

  /** Starts one more bridge, which has no directory yet and says so. */
  async #startAnother(): Promise<void> {
    const { server, settings } = this.#world
    const bridge = await startBridge(server, settings, 'live')
    this.#latecomers.push(bridge)
    const scim = clientOf(bridge)
    const name = 'GET of a new bridge'
    const answer = await this.#observer.watch(name, async () => scim.get('/Users?count=0'))
    if (answer?.status !== 503) {
      this.#observer.problem(`a bridge without a directory has answered ${answer?.status}`)
    }
  }

  async #problemsOfLog(bridge: BridgeProcess): Promise<readonly string[]> {
    const { people } = this.#world.section
    const hidden: Hidden = { token: bridge.token, section: people.split(',')[0] ?? '' }
    return problemsOfDyingLog(await bridge.log(), hidden)
  }

  /** Compares until it is as it should be; the bridge may take a moment to finish what was left over. */
  async #compare(): Promise<void> {
    const { server, section } = this.#world
    this.#collect()
    const promised = { users: this.#users, groups: this.#groups, shared: this.#shared }
    const startedAt = performance.now()
    for (;;) {
      const people = (await shownBelow(server, section.people, compared)).filter(isNoCanary)
      const groups = await shownBelow(server, section.groups, compared)
      const comparison = new Comparison(promised, [...people, ...groups])
      const tookMs = performance.now() - startedAt
      if (comparison.problems.length === 0 || tookMs > leftoverLimitMs) {
        this.#worstLeftoverMs = Math.max(this.#worstLeftoverMs, tookMs)
        this.#observer.problems.push(...comparison.problems)
        comparison.learn()
        const dnOf = (user: TrackedUser): string | undefined => comparison.dnOf(user)
        this.#observer.problems.push(...(await this.#doorman.try(this.#users, dnOf)))
        return
      }
      await delay(50)
    }
  }

  /** Everything that clients have, or have had. */
  #collect(): void {
    for (const { users, groups } of this.#clients) {
      this.#users.push(...users.filter((user) => !this.#users.includes(user)))
      this.#groups.push(...groups.filter((group) => !this.#groups.includes(group)))
    }
  }

  /** All that did not hold, or was tried out too rarely, one sentence each. */
  async findings(): Promise<readonly string[]> {
    return [
      ...this.problems,
      ...problemsOf(this.#floors),
      ...this.#logProblems,
      ...(await this.#problemsOfLog(this.#world.bridge)),
    ]
  }

  get #floors(): readonly Floor[] {
    const { rounds } = this.#size
    const { admitted, refused } = this.#doorman
    const kinds = [...breakages].flatMap((breakage) => {
      const met = this.#met.get(breakage) ?? { rounds: 0, unavailable: 0 }
      const isDue = breakages.indexOf(breakage) < rounds
      return isDue
        ? [
            floor(breakage.name, met.rounds, rounds / breakages.length, 1),
            ...(breakage.isAway ? [floor('  answered 503', met.unavailable, met.rounds, 4)] : []),
          ]
        : []
    })
    const answers = Object.entries(leastAnswers).map(([key, share]) =>
      floor(key, this.#observer.countOf(key), rounds, share),
    )
    return [
      ...kinds,
      ...answers,
      floor('requests left open, and repeated', this.#openCount, rounds, 2),
      floor('503, and said to be made', this.#toldCount, rounds, 0.3),
      floor('let in with what was set', admitted, rounds, 2),
      floor('kept out, as they have to be', refused, rounds, 1),
    ]
  }

  /** Prints the figures. */
  tell(say: Say): void {
    const { statuses, worstMs, worst } = this.#observer
    const returns = this.#returns.toSorted((one, other) => one - other)
    const total = [...statuses.values()].reduce((sum, count) => sum + count, 0)
    say(figure('clients', this.#clients.length))
    say(figure('requests', total))
    for (const [key, count] of sorted(statuses)) say(figure(`  ${key}`.slice(0, 44), count))
    say(figure('users written', this.#users.length))
    say(figure('groups written', this.#groups.length + this.#shared.length))
    for (const each of this.#floors) say(lineOf(each))
    say(figure(`worst latency, ms, of ${requestLimitMs} allowed`, Math.round(worstMs)))
    say(`    ${worst}`)
    say(figure('served again after, median ms', Math.round(returns[returns.length >> 1] ?? 0)))
    say(figure('served again after, worst ms', Math.round(returns.at(-1) ?? 0)))
    say(figure('left-over work done after, worst ms', Math.round(this.#worstLeftoverMs)))
  }
}

/** What all clients share. */
interface Standing {
  readonly shared: SharedGroup[]
  readonly canary: Canary
}

function clientOf({ baseUrl, token }: BridgeProcess): ScimClient {
  return new ScimClient(baseUrl, token)
}

function isNoCanary({ values }: ShownEntry): boolean {
  return !values('uid').includes(Canary.userName)
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([one], [other]) => one.localeCompare(other))
}
