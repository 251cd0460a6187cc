import { setTimeout as delay } from 'node:timers/promises'
import { startBridge, type BridgeProcess } from '../support/bridge-process.ts'
import { ByteProxy } from '../support/byte-proxy.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow } from '../support/ldapsearch.ts'
import type { OpenldapOptions, OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { BadDayClient } from './faults/bad-day-client.ts'
import { type Breakage, breakages, type Scene } from './faults/breakages.ts'
import { Comparison, compared } from './faults/comparison.ts'
import { Doorman } from './faults/doorman.ts'
import { problemsOfDyingLog } from './faults/log-rules.ts'
import type { SharedGroup, TrackedGroup, TrackedUser } from './faults/model.ts'
import { Observer } from './faults/observer.ts'
import { firstService } from './faults/service.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Random } from './random.ts'

/** How long it goes on. */
interface Size {
  /** How often something breaks, for each setup; SCIM_TEST_CASES says otherwise. */
  readonly rounds: number
  readonly clients: number
  /** How long it stays broken, at least and at most. */
  readonly brokenMs: readonly [number, number]
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { rounds: 10, clients: 16, brokenMs: [100, 600] },
  long: { rounds: 60, clients: 24, brokenMs: [50, 3000] },
}

const fixedSeed = 20_260_101
const sharedGroups = 6
const operationTimeoutMs = 1000
/** A request takes several operations, each of which may wait for a connection, take its time, and be settled by reading. */
const requestLimitMs = 8 * operationTimeoutMs
/** How soon the bridge has to serve again. */
const returnLimitMs = 1000
/** How soon it has to have finished what was left over. */
const leftoverLimitMs = 5000
const mostProblemsTold = 12

/** Has many clients write while the directory dies, stands still, and is cut off, and compares afterwards what it holds with
 *  what each answer promised. */
export const faults: TorturePart = {
  name: 'faults',
  async run(form, say) {
    const problems: string[] = []
    for (const setup of setups) {
      say(`  ${setup.name}`)
      const found = await runOn(setup, { ...sizes[form], ...roundsAsked() }, say)
      problems.push(...found.slice(0, mostProblemsTold))
    }
    return problems
  },
}

/** How the directory and the bridge are set up. */
interface Setup {
  readonly name: string
  readonly overlays: NonNullable<OpenldapOptions['overlays']>
  readonly passwordMethod: 'userPassword' | 'passwordModify'
}

const setups: readonly Setup[] = [
  {
    name: 'without refint, passwords in the same write',
    overlays: ['memberof', 'unique', 'ppolicy'],
    passwordMethod: 'userPassword',
  },
  {
    name: 'beside refint, passwords by an operation of their own',
    overlays: ['memberof', 'refint', 'unique', 'ppolicy'],
    passwordMethod: 'passwordModify',
  },
]

async function runOn(setup: Setup, size: Size, say: Say): Promise<readonly string[]> {
  const { overlays, passwordMethod } = setup
  const server = await startOpenldap({ fsync: true, overlays }, ['local', 'packages'])
  const proxy = await ByteProxy.start(server.url)
  const section = await addSection(server)
  const settings = settingsFor(section, proxy)
  const bridge = await startBridge(server, {
    ...settings,
    SCIM_USERS_PASSWORD_METHOD: passwordMethod,
  })
  try {
    const day = await BadDay.begin({ server, proxy, section, bridge }, size)
    await day.run()
    day.tell(say)
    const hidden = { token: bridge.token, section: section.people.split(',')[0] ?? '' }
    return [...day.problems, ...problemsOfDyingLog(await bridge.log(), hidden)]
  } finally {
    await bridge.stop()
    await proxy.close()
    await server.close()
  }
}

function roundsAsked(): Partial<Size> {
  const asked = process.env['SCIM_TEST_CASES']
  return asked === undefined ? {} : { rounds: Number(asked) }
}

function settingsFor(section: DirectorySection, proxy: ByteProxy): Record<string, string> {
  return {
    SCIM_DIRECTORY_URLS: `ldap://127.0.0.1:${proxy.port}`,
    SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: String(operationTimeoutMs),
    SCIM_DIRECTORY_CONNECT_TIMEOUT_MS: String(operationTimeoutMs),
    SCIM_USERS_BASE: section.people,
    SCIM_GROUPS_BASE: section.groups,
  }
}

interface World extends Scene {
  readonly server: OpenldapServer
  readonly section: DirectorySection
  readonly bridge: BridgeProcess
}

class BadDay {
  readonly #world: World
  readonly #size: Size
  readonly #random = new Random(Number(process.env['SCIM_TEST_SEED'] ?? fixedSeed))
  readonly #observer = new Observer(requestLimitMs)
  readonly #users: TrackedUser[] = []
  readonly #groups: TrackedGroup[] = []
  readonly #shared: SharedGroup[]
  readonly #clients: readonly BadDayClient[]
  readonly #returns: number[] = []
  readonly #scim: ScimClient
  readonly #doorman: Doorman
  #openCount = 0
  #worstLeftoverMs = 0

  private constructor(world: World, size: Size, shared: SharedGroup[]) {
    this.#world = world
    this.#size = size
    this.#shared = shared
    const { baseUrl, token } = world.bridge
    this.#scim = new ScimClient(baseUrl, token)
    this.#doorman = new Doorman(world.server)
    this.#clients = Array.from(
      { length: size.clients },
      (_, index) =>
        new BadDayClient(`c${index}`, {
          scim: new ScimClient(baseUrl, token),
          random: new Random(this.#random.below(2 ** 31)),
          shared,
          observer: this.#observer,
        }),
    )
  }

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
    return new BadDay(world, size, shared)
  }

  get problems(): readonly string[] {
    return this.#observer.problems
  }

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
      const openCount = this.#clients.reduce((sum, { openCount: count }) => sum + count, 0)
      this.#openCount += openCount
      await Promise.all(this.#clients.map(async (client) => client.repeat()))
      await this.#compare()
      for (let index = before; index < this.problems.length; index += 1) {
        this.#observer.problems[index] =
          `round ${round + 1}, ${breakage.name}: ${this.problems[index]}`
      }
    }
  }

  async #work(breakage: Breakage): Promise<void> {
    const stop = new AbortController()
    const work = this.#clients.map(async (client) => client.work(stop.signal))
    await delay(this.#random.between(100, 400))
    const returnedAt = await breakage.strike(
      this.#world,
      this.#random.between(...this.#size.brokenMs),
    )
    const tookMs = (await firstService(this.#scim, requestLimitMs)) - returnedAt
    this.#returns.push(tookMs)
    if (tookMs > returnLimitMs) {
      this.#observer.problem(`served again only after ${Math.round(tookMs)} ms`)
    }
    await delay(this.#random.between(50, 300))
    stop.abort()
    await Promise.all(work)
  }

  /** Compares until it is as it should be; the bridge may take a moment to finish what was left over. */
  async #compare(): Promise<void> {
    const { server, section } = this.#world
    this.#collect()
    const promised = { users: this.#users, groups: this.#groups, shared: this.#shared }
    const startedAt = performance.now()
    for (;;) {
      const people = await shownBelow(server, section.people, compared)
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

  tell(say: Say): void {
    const { statuses, worstMs, worst } = this.#observer
    const returns = this.#returns.toSorted((one, other) => one - other)
    const total = [...statuses.values()].reduce((sum, count) => sum + count, 0)
    say(figure('clients', this.#clients.length))
    say(figure('times something broke', this.#returns.length))
    say(figure('requests', total))
    for (const [key, count] of sorted(statuses)) say(figure(`  ${key}`.slice(0, 44), count))
    say(figure('users written', this.#users.length))
    say(figure('groups written', this.#groups.length + this.#shared.length))
    say(figure('requests left open, and repeated', this.#openCount))
    say(figure('let in with what was set', this.#doorman.admitted))
    say(figure('kept out, as they have to be', this.#doorman.refused))
    say(figure('worst latency, ms', Math.round(worstMs)))
    say(`    ${worst}`)
    say(figure('served again after, median ms', Math.round(returns[returns.length >> 1] ?? 0)))
    say(figure('served again after, worst ms', Math.round(returns.at(-1) ?? 0)))
    say(figure('left-over work done after, worst ms', Math.round(this.#worstLeftoverMs)))
  }
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([one], [other]) => one.localeCompare(other))
}
