import { setTimeout as delay } from 'node:timers/promises'
import { AdminClient } from '../support/admin-client.ts'
import { type BridgeProcess, startBridge } from '../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { shownBelow, type ShownEntry } from '../support/ldapsearch.ts'
import { exampleTree, type OpenldapServer } from '../support/openldap-server.ts'
import { type OpenldapPair, startOpenldapPair } from '../support/replicated-openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { casesAsked, seedAsked } from './cases.ts'
import { Outage } from './failover/outage.ts'
import { Findings, Session } from './failover/session.ts'
import { compared, Comparison, type Difference } from './faults/comparison.ts'
import type { Tracked } from './faults/model.ts'
import { Tail } from './fuzz/tail.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Random } from './random.ts'

/** How long it goes on. */
interface Size {
  /** How often the preferred server dies, every other time to come back without what was written meanwhile; SCIM_TEST_CASES says otherwise. */
  readonly deaths: number
  readonly clients: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { deaths: 2, clients: 6 },
  long: { deaths: 20, clients: 12 },
}

const fixedSeed = 20_260_103
const operationTimeoutMs = 1000
/** How soon writes have to go on at the other server. */
const takeOverLimitMs = 2000
/** How often the bridge tries the preferred one again. */
const tryIntervalMs = 10_000
/** How soon it has to be back there. */
const returnLimitMs = 30_000
/** How soon both servers have to hold the same once nobody writes. */
const settleLimitMs = 10_000
const mostProblemsTold = 12
const pauseMs = 10

/** Has clients write and read while the preferred one of two servers that replicate dies and comes back, again and again: each
 *  read shows what the write before it was answered, and in the end both servers hold just that. */
export const failover: TorturePart = {
  name: 'failover',
  async run(form, say) {
    const size = { ...sizes[form], deaths: casesAsked(sizes[form].deaths) }
    const pair = await startOpenldapPair()
    try {
      const section = await addSection(pair.first)
      const bridge = await startBridge(pair.first, {
        SCIM_DIRECTORY_URLS: `[${pair.first.url}, ${pair.second.url}]`,
        SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: String(operationTimeoutMs),
        SCIM_DIRECTORY_CONNECT_TIMEOUT_MS: String(operationTimeoutMs),
        SCIM_LOGGING_FORMAT: 'json',
        SCIM_USERS_BASE: section.people,
        SCIM_GROUPS_BASE: section.groups,
      })
      try {
        const trial = new Trial({ pair, section, bridge }, size)
        await trial.run()
        trial.tell(say)
        return trial.problems.slice(0, mostProblemsTold)
      } finally {
        await bridge.stop()
      }
    } finally {
      await pair.close()
    }
  },
}

interface World {
  readonly pair: OpenldapPair
  readonly section: DirectorySection
  readonly bridge: BridgeProcess
}

class Trial {
  readonly #world: World
  readonly #size: Size
  readonly #random = new Random(seedAsked(fixedSeed))
  readonly #outage = new Outage()
  readonly #findings = new Findings()
  readonly #sessions: readonly Session[]
  readonly #log: Tail
  #serverInUse: string
  readonly #takeOvers: number[] = []
  readonly #returns: number[] = []
  #entryCount = 0
  readonly #notPassedOn = new Set<string>()
  readonly #broughtBack = new Set<string>()
  /** What was not as was answered last after some death: it stays so. */
  readonly #differing = new Set<Difference['subject']>()

  constructor(world: World, size: Size) {
    const { baseUrl, token, logFile } = world.bridge
    this.#world = world
    this.#size = size
    this.#serverInUse = world.pair.first.url
    this.#log = new Tail(logFile)
    this.#sessions = Array.from(
      { length: size.clients },
      (_, index) =>
        new Session(`s${index}`, {
          scim: new ScimClient(baseUrl, token),
          random: new Random(this.#random.below(2 ** 31)),
          outage: this.#outage,
          findings: this.#findings,
        }),
    )
  }

  get problems(): readonly string[] {
    return this.#findings.problems
  }

  async run(): Promise<void> {
    for (let death = 0; death < this.#size.deaths && this.problems.length === 0; death += 1) {
      const stop = new AbortController()
      const work = Promise.all(this.#sessions.map(async (session) => session.work(stop.signal)))
      try {
        await this.#die(death % 2 === 1)
      } finally {
        stop.abort()
        await work
      }
      await this.#compare()
    }
  }

  /** The preferred server dies under load, and comes back later.
   *  @param isBehind it comes back just before the bridge tries it, and gets what was written meanwhile only afterwards. */
  async #die(isBehind: boolean): Promise<void> {
    const { first, second, toFirst } = this.#world.pair
    await delay(this.#random.between(500, 1500))
    this.#outage.begin()
    await first.kill()
    const diedAt = performance.now()
    this.#outage.die()
    const goneOn = async (): Promise<boolean> => {
      if (await this.#isUsing(second)) this.#outage.takeOver()
      return this.#findings.servedAt > diedAt
    }
    await this.#until(goneOn, takeOverLimitMs, 'no write was made at the other server')
    this.#takeOvers.push(performance.now() - diedAt)
    if (isBehind) {
      toFirst.cut()
      await delay(tryIntervalMs - this.#random.between(600, 1000))
      await first.restart()
      await delay(this.#random.between(1500, 2500))
      toFirst.restore()
    } else {
      await delay(this.#random.between(500, 3000))
      await first.restart()
    }
    const restartedAt = performance.now()
    const isBack = async (): Promise<boolean> => await this.#isUsing(first)
    await this.#until(isBack, returnLimitMs, 'the bridge was not back at the preferred server')
    this.#outage.end()
    this.#returns.push(performance.now() - restartedAt)
    await delay(this.#random.between(300, 1000))
  }

  async #isUsing({ url }: OpenldapServer): Promise<boolean> {
    for (const line of await this.#log.lines()) {
      const event = JSON.parse(line) as { readonly message: string; readonly url?: string }
      if (event.message === 'directory server changed') this.#serverInUse = event.url ?? ''
    }
    return this.#serverInUse === url
  }

  /** Waits, or tells that it has taken too long. */
  async #until(isSo: () => Promise<boolean>, limitMs: number, problem: string): Promise<void> {
    const startedAt = performance.now()
    while (!(await isSo())) {
      if (this.problems.length > 0) return
      if (performance.now() - startedAt > limitMs) {
        this.#problem(`${problem} within ${limitMs} ms`)
        return
      }
      await delay(pauseMs)
    }
  }

  /** Compares both servers with each other and with what clients were told. */
  async #compare(): Promise<void> {
    const { first, second } = this.#world.pair
    const isSettled = async (): Promise<boolean> =>
      (await stateOf(first)) === (await stateOf(second))
    await this.#until(isSettled, settleLimitMs, 'the servers had not got all of each other')
    const departments = this.#sessions.flatMap((session) => session.departments)
    const promised = {
      users: departments.flatMap(({ users }) => users),
      groups: departments.flatMap(({ groups }) => groups),
      shared: [],
    }
    const [one, other] = [await this.#entriesOf(first), await this.#entriesOf(second)]
    const gone = new Set([...promised.users, ...promised.groups].filter(isGone).map(({ id }) => id))
    const isBack = ({ values }: ShownEntry): boolean => gone.has(values('entryUUID')[0])
    for (const { dn } of one.filter(isBack)) this.#broughtBack.add(dn)
    const comparison = new Comparison(
      promised,
      one.filter((entry) => !isBack(entry)),
    )
    const fresh = comparison.differences.filter(({ subject }) => !this.#differing.has(subject))
    if (fresh.length > mostPerDeath) this.#findings.problems.push(...fresh.map(({ text }) => text))
    for (const { subject } of fresh) this.#differing.add(subject)
    for (const department of departments) department.setAside(this.#differing)
    comparison.learn()
    for (const dn of notPassedOn(one, other)) this.#notPassedOn.add(dn)
    this.#entryCount = one.length
  }

  async #entriesOf(server: OpenldapServer): Promise<readonly ShownEntry[]> {
    const { people, groups } = this.#world.section
    return [
      ...(await shownBelow(server, people, replicated)),
      ...(await shownBelow(server, groups, replicated)),
    ]
  }

  #problem(text: string): void {
    this.#findings.problems.push(text)
  }

  tell(say: Say): void {
    const { answers, reads, missing, open, worstMs } = this.#findings
    say(figure('clients', this.#sessions.length))
    say(figure('deaths of the preferred server', this.#takeOvers.length))
    for (const [key, count] of [...answers].toSorted(([one], [other]) => one.localeCompare(other)))
      say(figure(`  ${key}`, count))
    say(figure('reads behind writes', reads))
    say(figure('  less than written, server away', missing))
    say(figure('writes left open (503)', open))
    say(figure('worst latency, ms', Math.round(worstMs)))
    say(figure('writes went on after, worst ms', Math.round(Math.max(...this.#takeOvers))))
    say(figure('back at the preferred after, worst ms', Math.round(Math.max(...this.#returns))))
    say(figure('entries on both servers', this.#entryCount))
    say(figure('  differing, both servers being content', this.#notPassedOn.size))
    say(figure('  deleted, and brought back by a server', this.#broughtBack.size))
    say(figure('  otherwise not as was answered last', this.#differing.size))
  }
}

/** What both servers must have alike. */
const replicated = [...compared, 'entryCSN']

function textOf({ dn, values }: ShownEntry): string {
  return JSON.stringify([dn, ...replicated.map((name) => [name, ...values(name).toSorted()])])
}

/** How many entries may be other than was answered last when the servers have agreed on them after a death: OpenLDAP replicates whole
 *  entries, so that of two changes of one, the first of which the dying server could not pass on, the later one wins alone. What
 *  was read behind each write is held to the answer in any case. */
const mostPerDeath = 3

/** Whether a resource was deleted, which its client has looked after. An entry with its id can be brought back by a server alone,
 *  in replication: nobody else can give an entry an entryUUID. RFC 4530 §2.1 */
function isGone({ states }: Tracked<unknown>): boolean {
  return states.every((state) => state === undefined)
}

/** The DNs of entries that differ between two servers of which each says that it has everything of the other. OpenLDAP does not always
 *  pass on what was written right before it was killed, or then: what was written later, and passed on earlier, hides that it is
 *  missing. A bridge cannot bring that about, nor see it. */
function notPassedOn(one: readonly ShownEntry[], other: readonly ShownEntry[]): readonly string[] {
  const [texts, otherTexts] = [new Set(one.map(textOf)), new Set(other.map(textOf))]
  const alone = [
    ...one.filter((entry) => !otherTexts.has(textOf(entry))),
    ...other.filter((entry) => !texts.has(textOf(entry))),
  ]
  return alone.map(({ dn }) => dn)
}

/** How far a server has come with replication. */
async function stateOf(server: OpenldapServer): Promise<string> {
  const values = await new AdminClient(server).values(exampleTree.suffix, 'contextCSN')
  return values.toSorted().join()
}
