import * as fc from 'fast-check'
import { seed } from '../directory/bridge/properties/cases.ts'
import { startBridge, type BridgeProcess } from '../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import type { DirectoryServer } from '../support/directory-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { type Hidden, problemsOfAnswer } from './fuzz/answer-rules.ts'
import { exchange, NoAnswer, type RawAnswer, type RawRequest } from './fuzz/raw-http.ts'
import { problemsOfJournal, problemsOfLog } from './fuzz/record-rules.ts'
import { anyRequest, tokenMark } from './fuzz/requests.ts'
import { Scene } from './fuzz/scene.ts'
import { SlapdWatch } from './fuzz/slapd-rules.ts'
import { Tail } from './fuzz/tail.ts'
import { residentMib } from './memory.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'

/** How many requests; SCIM_TEST_CASES says otherwise. */
const sizes: Readonly<Record<Form, number>> = { short: 1500, long: 100_000 }
const requestsInRound = 250
/** One at a time in CI, so that what a seed finds is found again. */
const clientsAtATime: Readonly<Record<Form, number>> = { short: 1, long: 8 }
const mostProblemsTold = 40

/** Sends whatever comes to mind to two bridges on one directory, one that logs JSON and one that logs text, and looks at
 *  every answer, at both logs, both journals and the log of slapd. After each round an ordinary client finds everything as
 *  it should be. */
export const fuzz: TorturePart = {
  name: 'fuzz',
  async run(form, say) {
    const server = await startOpenldap({ logsOperations: true }, ['local', 'packages'])
    const victims: Victim[] = []
    try {
      for (const format of ['json', 'text'] as const)
        victims.push(await Victim.start(server, format, clientsAtATime[form]))
      return await fuzzAll(server, victims, {
        count: Number(process.env['SCIM_TEST_CASES'] ?? sizes[form]),
        say,
      })
    } finally {
      for (const victim of victims) await victim.stop()
      await server.close()
    }
  },
}

/** The statuses and times of many answers. */
class Tally {
  readonly statuses = new Map<string, number>()
  worstMs = 0
  worst = ''

  count({ method, target }: RawRequest, answer: RawAnswer | undefined): void {
    const status = answer === undefined ? 'closed' : String(answer.status)
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    if (answer === undefined || answer.durationMs <= this.worstMs) return
    this.worstMs = answer.durationMs
    this.worst = `${method} ${target.slice(0, 60)} ${answer.status}`
  }
}

/** A bridge under fire, on a section of its own. */
class Victim {
  readonly bridge: BridgeProcess
  readonly section: DirectorySection
  readonly scene: Scene
  readonly #format: 'json' | 'text'
  readonly #hidden: Hidden
  readonly #log: Tail
  readonly #journal: Tail
  readonly #clients: number

  private constructor(
    bridge: BridgeProcess,
    parts: { section: DirectorySection; scene: Scene; format: 'json' | 'text'; clients: number },
  ) {
    this.bridge = bridge
    this.section = parts.section
    this.scene = parts.scene
    this.#format = parts.format
    this.#hidden = { token: bridge.token, section: parts.section.people.split(',')[0] ?? '' }
    this.#log = new Tail(bridge.logFile)
    this.#journal = new Tail(bridge.journalFile)
    this.#clients = parts.clients
  }

  static async start(
    server: DirectoryServer,
    format: 'json' | 'text',
    clients: number,
  ): Promise<Victim> {
    const section = await addSection(server)
    const bridge = await startBridge(server, {
      SCIM_USERS_BASE: section.people,
      SCIM_GROUPS_BASE: section.groups,
      SCIM_USERS_PASSWORD_METHOD: 'userPassword',
      SCIM_LOGGING_FORMAT: format,
      SCIM_JOURNAL_SYNC: 'false',
      // Most requests that delete would meet it.
      SCIM_BRAKE_ENABLED: 'false',
      // What stands in X-Forwarded-For is believed, and so logged.
      SCIM_HTTP_TRUSTED_PROXIES: format === 'text' ? '1' : '0',
    })
    return new Victim(bridge, {
      section,
      format,
      clients,
      scene: new Scene(server, bridge, section, `standing-${format}`),
    })
  }

  /** Sends the requests, some at a time.
   *  @returns what was wrong, each with the request that it was wrong for. */
  async endure(requests: readonly RawRequest[], tally: Tally): Promise<string[]> {
    const problems: string[] = []
    const waiting = requests.values()
    const client = async (): Promise<void> => {
      for (const request of waiting) problems.push(...(await this.#try(request, tally)))
    }
    await Promise.all(Array.from({ length: this.#clients }, client))
    return problems
  }

  async #try(marked: RawRequest, tally: Tally): Promise<string[]> {
    const request = this.#filledIn(marked)
    try {
      const answer = await exchange(Number(new URL(this.bridge.baseUrl).port), request)
      tally.count(marked, answer)
      const problems = problemsOfAnswer(request, answer, this.#hidden)
      return problems.map(
        (problem) =>
          `${problem}: ${described(marked)}\n      ${answer.body.toString('utf8').slice(0, 300)}`,
      )
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      tally.count(marked, undefined)
      return [`${error.message}: ${described(marked)}`]
    }
  }

  #filledIn(marked: RawRequest): RawRequest {
    const { body } = marked
    return {
      ...marked,
      target: this.scene.withIds(marked.target),
      headers: marked.headers.map(
        ([name, value]) => [name, value.replace(tokenMark, this.bridge.token)] as const,
      ),
      ...(body === undefined
        ? {}
        : { body: Buffer.from(this.scene.withIds(body.toString('latin1')), 'latin1') }),
    }
  }

  /** What was written down wrongly since it was last looked at. */
  async records(): Promise<string[]> {
    const bases = [this.section.people, this.section.groups]
    return [
      ...problemsOfLog(await this.#log.lines(), this.#format, this.#hidden),
      ...problemsOfJournal(await this.#journal.lines(), bases, this.#hidden),
    ]
  }

  async stop(): Promise<void> {
    await this.bridge.stop()
    await this.section.remove()
  }
}

async function fuzzAll(
  server: DirectoryServer,
  victims: readonly Victim[],
  { count, say }: { readonly count: number; readonly say: Say },
): Promise<readonly string[]> {
  const bases = victims.flatMap(({ section }) => [section.people, section.groups])
  const watch = new SlapdWatch(server.bridge.dn, bases)
  const slapdLog = new Tail(server.logFile ?? '')
  const tally = new Tally()
  const problems: string[] = []
  const startedAt = performance.now()
  for (
    let round = 0;
    round * requestsInRound < count && problems.length < mostProblemsTold;
    round += 1
  ) {
    const victim = victims[round % victims.length]
    if (victim === undefined) break
    await victim.scene.reset()
    const requests = fc.sample(anyRequest, {
      seed: seed + round,
      numRuns: Math.min(requestsInRound, count - round * requestsInRound),
    })
    const found = [
      ...(await victim.endure(requests, tally)),
      ...(await victim.scene.canary()),
      ...(await victim.records()),
      ...watch.problemsOf(await slapdLog.lines()),
    ]
    problems.push(...found.map((problem) => `seed ${seed}, round ${round}: ${problem}`))
  }
  const seconds = (performance.now() - startedAt) / 1000
  if (watch.operations === 0) problems.push('slapd has logged no operation of the bridge')
  await tell({ tally, victims, seconds, operations: watch.operations }, say)
  return problems.slice(0, mostProblemsTold)
}

interface Figures {
  readonly tally: Tally
  readonly victims: readonly Victim[]
  readonly seconds: number
  readonly operations: number
}

async function tell({ tally, victims, seconds, operations }: Figures, say: Say): Promise<void> {
  const total = [...tally.statuses.values()].reduce((sum, each) => sum + each, 0)
  say(figure('seed', seed))
  say(figure('requests', total))
  for (const [status, count] of [...tally.statuses].sort(([one], [other]) =>
    one.localeCompare(other),
  ))
    say(figure(`  answered ${status}`, count))
  say(figure('requests per second', Math.round(total / seconds)))
  say(figure('worst latency, ms', Math.round(tally.worstMs)))
  say(`    ${tally.worst}`)
  say(figure('LDAP operations watched', operations))
  for (const [index, victim] of victims.entries()) {
    say(figure(`memory of bridge ${index + 1}, MiB`, await residentMib(victim.bridge.pid)))
  }
}

function described({ method, target, headers, body }: RawRequest): string {
  const told = headers.map(([name, value]) => `${name}: ${value.slice(0, 80)}`).slice(0, 8)
  const content = body === undefined ? '' : `\n      ${body.toString('latin1').slice(0, 700)}`
  return (
    JSON.stringify(`${method} ${target.slice(0, 400)}`) +
    `\n      ${JSON.stringify(told)}${content}`
  )
}
