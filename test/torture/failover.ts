import { setTimeout as delay } from 'node:timers/promises'
import { type BridgeProcess, startBridge } from '../support/bridge-process.ts'
import { ByteProxy } from '../support/byte-proxy.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import {
  type OpenldapPair,
  haveSettled,
  startOpenldapPair,
} from '../support/replicated-openldap.ts'
import { ScimClient } from '../walkthrough/scim-client.ts'
import { casesAsked, seedAsked } from './cases.ts'
import { BridgeLog } from './failover/bridge-log.ts'
import { Outage } from './failover/outage.ts'
import { mostPerDeath, Reckoning } from './failover/reckoning.ts'
import { RenamesUnderWay } from './failover/renames-under-way.ts'
import { Findings, Session } from './failover/session.ts'
import { type Floor, floor, lineOf, problemsOf } from './faults/floors.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'
import { Random } from './random.ts'

/** How long it goes on. */
interface Size {
  /** How often the preferred server dies, every other time to come back without what was written meanwhile; SCIM_TEST_CASES says otherwise. */
  readonly deaths: number
  readonly clients: number
}

const sizes: Readonly<Record<Form, Size>> = {
  short: { deaths: 2, clients: 12 },
  long: { deaths: 20, clients: 12 },
}

const fixedSeed = 20_260_103
const operationTimeoutMs = 1000
/** How long both servers are away every other time: until it is given up to find out what became of a write. */
const bothAwayMs = 2.5 * operationTimeoutMs
/** How soon writes have to go on at the other server. */
const takeOverLimitMs = 2000
/** How often the bridge tries the preferred one again. */
const tryIntervalMs = 10_000
/** How soon it has to be back there. */
const returnLimitMs = 30_000
/** How soon both servers have to hold the same once nobody writes. */
const settleLimitMs = 10_000
/** How many renames are being made when the server dies, or how long that is waited for: on a busy machine requests would run into
 *  their time limits instead. What was cut off in the end is counted. */
const mostCutOff = 6
const cutOffLimitMs = 2000
/** How soon the bridge has to have finished what was left over, and watched for writes that come late. */
const leftoverLimitMs = 10_000
const mostProblemsTold = 12
const pauseMs = 10

/** Has clients write and read while the preferred one of two servers that replicate dies and comes back, again and again: each
 *  read shows what the write before it was answered, and in the end both servers hold just that. */
export const failover: TorturePart = {
  name: 'failover',
  async run(form, say) {
    const size = { ...sizes[form], deaths: casesAsked(sizes[form].deaths) }
    const pair = await startOpenldapPair()
    const toPreferred = await ByteProxy.start(pair.first.url)
    try {
      const section = await addSection(pair.first)
      const bridge = await startBridge(pair.first, {
        SCIM_DIRECTORY_URLS: `[${urlOf(toPreferred)}, ${pair.second.url}]`,
        SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: String(operationTimeoutMs),
        SCIM_DIRECTORY_CONNECT_TIMEOUT_MS: String(operationTimeoutMs),
        SCIM_LOGGING_FORMAT: 'json',
        SCIM_USERS_BASE: section.people,
        SCIM_GROUPS_BASE: section.groups,
      })
      try {
        const trial = new Trial({ pair, section, bridge, toPreferred }, size)
        await trial.run()
        trial.tell(say)
        return [...trial.problems, ...problemsOf(trial.floors)].slice(0, mostProblemsTold)
      } finally {
        await bridge.stop()
      }
    } finally {
      await toPreferred.close()
      await pair.close()
    }
  },
}

interface World {
  readonly pair: OpenldapPair
  readonly section: DirectorySection
  readonly bridge: BridgeProcess
  /** The network between the bridge and the preferred server. */
  readonly toPreferred: ByteProxy
}

class Trial {
  readonly #world: World
  readonly #size: Size
  readonly #random = new Random(seedAsked(fixedSeed))
  readonly #outage = new Outage()
  readonly #findings = new Findings()
  readonly #sessions: readonly Session[]
  readonly #log: BridgeLog
  readonly #reckoning: Reckoning
  readonly #renames: RenamesUnderWay
  #diedAt = 0
  readonly #takeOvers: number[] = []
  readonly #returns: number[] = []
  constructor(world: World, size: Size) {
    const { baseUrl, token, logFile, journalFile } = world.bridge
    this.#world = world
    this.#size = size
    this.#log = new BridgeLog(logFile, urlOf(world.toPreferred))
    this.#renames = new RenamesUnderWay(journalFile)
    this.#reckoning = new Reckoning(world.pair, world.section)
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
    const { pair, toPreferred } = this.#world
    const { first, second, toFirst } = pair
    await delay(this.#random.between(500, 1500))
    this.#outage.begin()
    // Far away, so that what takes several operations is cut off between any two of them.
    toPreferred.weather = 'delay'
    const until = performance.now() + cutOffLimitMs
    while ((await this.#renames.count()) < mostCutOff && performance.now() < until)
      await delay(pauseMs)
    await delay(this.#random.between(0, 40))
    // A server that takes over at once leaves hardly anything to be done later.
    if (!isBehind) await second.freeze()
    await first.kill()
    toPreferred.weather = 'pass'
    this.#diedAt = performance.now()
    this.#outage.die()
    if (!isBehind) {
      await delay(bothAwayMs)
      await second.thaw()
    }
    const isThereAt = performance.now()
    const goneOn = async (): Promise<boolean> => {
      if (await this.#isUsing(second.url)) this.#outage.takeOver()
      return this.#findings.servedAt > isThereAt
    }
    await this.#until(goneOn, takeOverLimitMs, 'no write was made at the other server')
    this.#takeOvers.push(performance.now() - isThereAt)
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
    const isBack = async (): Promise<boolean> => await this.#isUsing(urlOf(toPreferred))
    await this.#until(isBack, returnLimitMs, 'the bridge was not back at the preferred server')
    this.#outage.end()
    this.#returns.push(performance.now() - restartedAt)
    await delay(this.#random.between(300, 1000))
  }

  async #isUsing(url: string): Promise<boolean> {
    await this.#log.read()
    return this.#log.serverInUse === url
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
    const isSettled = async (): Promise<boolean> => await haveSettled(this.#world.pair)
    await this.#until(isSettled, settleLimitMs, 'the servers had not got all of each other')
    const isWorkedOff = async (): Promise<boolean> => {
      await this.#log.read()
      return this.#log.left === this.#log.done + this.#log.undone
    }
    await this.#until(isWorkedOff, leftoverLimitMs, 'what was left over was not done')
    await this.#until(isSettled, settleLimitMs, 'the servers had not got all of each other')
    const departments = this.#sessions.flatMap((session) => session.departments)
    const found = await this.#reckoning.compare(departments, this.#diedAt)
    this.#findings.problems.push(...found)
  }

  #problem(text: string): void {
    this.#findings.problems.push(text)
  }

  /** What must have happened at least, for each death. */
  get floors(): readonly Floor[] {
    const { reads, open, madeAtOther } = this.#findings
    const { deaths } = this.#size
    return [
      floor('take-overs', this.#takeOvers.length, deaths, 1),
      floor('returns to the preferred server', this.#returns.length, deaths, 1),
      floor('reads behind writes', reads, deaths, leastPerDeath.reads),
      floor('writes at the other server', madeAtOther, deaths, leastPerDeath.madeAtOther),
      floor('writes left open (503)', open, deaths, leastPerDeath.open),
      floor('left-over work done', this.#log.done, deaths, leastPerDeath.leftOver),
    ]
  }

  tell(say: Say): void {
    const { answers, missing, worstMs } = this.#findings
    const { unlike, back, differing, entryCount } = this.#reckoning
    say(figure('clients', this.#sessions.length))
    for (const [key, count] of [...answers].toSorted(([one], [other]) => one.localeCompare(other)))
      say(figure(`  ${key}`, count))
    for (const each of this.floors) say(lineOf(each))
    say(figure('left-over work refused', this.#log.undone))
    say(figure('reads that showed less, server away', missing))
    say(figure('worst latency, ms', Math.round(worstMs)))
    say(figure('writes went on after, worst ms', Math.round(Math.max(...this.#takeOvers))))
    say(figure('back at the preferred after, worst ms', Math.round(Math.max(...this.#returns))))
    say(figure('entries on both servers', entryCount))
    say(bounded('differing, both servers being content', unlike.size, mostPerDeath.unlike))
    say(bounded('deleted, and brought back by a server', back.size, mostPerDeath.back))
    say(bounded('otherwise not as was answered last', differing.size, mostPerDeath.differing))
  }
}

/** How often something must have happened for each death. */
const leastPerDeath = { reads: 200, madeAtOther: 100, open: 3, leftOver: 1 }

function urlOf({ port }: ByteProxy): string {
  return `ldap://127.0.0.1:${port}`
}

function bounded(name: string, count: number, most: number): string {
  return `${figure(`  ${name}`, count)}  (at most ${most} after a death)`
}
