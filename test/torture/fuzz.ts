import * as fc from 'fast-check'
import { seed } from '../directory/bridge/properties/cases.ts'
import type { DirectoryServer } from '../support/directory-server.ts'
import { exampleTree } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { casesAsked } from './cases.ts'
import type { RawRequest } from './fuzz/raw-http.ts'
import { heavyRequests } from './fuzz/heavy-requests.ts'
import { placedRequests } from './fuzz/places.ts'
import { anyRequest } from './fuzz/requests.ts'
import { smallestOf } from './fuzz/smallest.ts'
import { SlapdWatch } from './fuzz/slapd-rules.ts'
import { Tail } from './fuzz/tail.ts'
import { longestWaitMs, Tally } from './fuzz/tally.ts'
import { Victim } from './fuzz/victim.ts'
import { residentMib } from './memory.ts'
import { figure, type Form, type Say, type TorturePart } from './part.ts'

/** How many requests; SCIM_TEST_CASES says otherwise. */
const sizes: Readonly<Record<Form, number>> = { short: 1500, long: 100_000 }
/** How often each heavy request is sent. */
const heavyTimes: Readonly<Record<Form, number>> = { short: 1, long: 10 }
/** Of how many pairs of a hostile text and a place one is tried, first of all. */
const placedShares: Readonly<Record<Form, number>> = { short: 7, long: 1 }
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
        count: casesAsked(sizes[form]),
        form,
        say,
      })
    } finally {
      for (const victim of victims) await victim.stop()
      await server.close()
    }
  },
}

/** Requests that are sent one after the other, or some at a time, before everything is looked at. */
interface Round {
  readonly name: string
  readonly requests: readonly RawRequest[]
  /** From which the requests can be drawn again. */
  readonly seed?: number
}

async function fuzzAll(
  server: DirectoryServer,
  victims: readonly Victim[],
  { count, form, say }: { readonly count: number; readonly form: Form; readonly say: Say },
): Promise<readonly string[]> {
  const watch = new SlapdWatch(server.bridge.dn)
  const slapdLog = new Tail(server.logFile ?? '')
  const problems = [...watch.look(await slapdLog.lines(), lookedAtOnce(victims)).problems]
  const tally = new Tally()
  const startedAt = performance.now()
  let turn = 0
  let writes = 0
  for (const round of rounds(count, form)) {
    const victim = victims[turn % victims.length]
    if (victim === undefined || problems.length >= mostProblemsTold) break
    turn += 1
    const records = (): Promise<string[]> => victim.records(watch, slapdLog)
    // The directory has each name once, for both.
    for (const { scene } of victims) await scene.clear()
    await victim.scene.reset()
    const found = await records()
    const before = watch.writes
    found.push(...(await victim.endure(round.requests, tally)), ...(await records()))
    writes += watch.writes - before
    found.push(...(await victim.scene.canary()), ...(await records()))
    const { seed: roundSeed, requests } = round
    if (found.length > 0 && roundSeed !== undefined) {
      const drawn = { seed: roundSeed, numRuns: requests.length }
      problems.push(await smallestOf(victim, records, drawn))
    }
    problems.push(...found.map((problem) => `${round.name}: ${problem}`))
  }
  const seconds = (performance.now() - startedAt) / 1000
  problems.push(...tally.shortcomings())
  if (writes < tally.created)
    problems.push(`slapd has logged ${writes} writes for ${tally.created} answers of 201`)
  await tell({ tally, victims, seconds, operations: watch.operations, writes }, say)
  return problems.slice(0, mostProblemsTold)
}

/** What the bridges look at when they start: their own bases, and whether the placeholder of groups is somebody. */
function lookedAtOnce(victims: readonly Victim[]): readonly string[] {
  return [
    exampleTree.placeholder,
    ...victims.flatMap(({ section }) => [section.people, section.groups]),
  ]
}

/** First what is heavy and hostile texts in all places, then what comes to mind. */
function* rounds(count: number, form: Form): Generator<Round, void, void> {
  for (let time = 1; time <= heavyTimes[form]; time += 1)
    yield { name: 'heavy requests', requests: heavyRequests }
  const placed = placedRequests(placedShares[form], seed)
  for (let at = 0; at < placed.length; at += requestsInRound) {
    const requests = placed.slice(at, at + requestsInRound)
    yield { name: `placed texts from ${at}`, requests }
  }
  for (let at = 0; at < count; at += requestsInRound) {
    const numRuns = Math.min(requestsInRound, count - at)
    const roundSeed = seed + at / requestsInRound
    const requests = fc.sample(anyRequest, { seed: roundSeed, numRuns })
    yield { name: `seed ${roundSeed}`, requests, seed: roundSeed }
  }
}

interface Figures {
  readonly tally: Tally
  readonly victims: readonly Victim[]
  readonly seconds: number
  readonly operations: number
  readonly writes: number
}

async function tell(
  { tally, victims, seconds, operations, writes }: Figures,
  say: Say,
): Promise<void> {
  say(figure('seed', seed))
  say(figure('requests', tally.total))
  for (const [status, count] of [...tally.statuses].sort(([one], [other]) =>
    one.localeCompare(other),
  ))
    say(figure(`  answered ${status}`, count))
  for (const [what, count] of tally.counts) say(figure(`  that ${what}`, count))
  say(figure('requests per second', Math.round(tally.total / seconds)))
  say(figure('worst latency, ms', Math.round(tally.worstMs)))
  say(`    ${tally.worst}`)
  say(figure('worst latency of /health/live, ms', Math.round(tally.worstProbeMs)))
  say(figure('bound of both, ms', longestWaitMs))
  say(figure('LDAP operations watched', operations))
  say(figure('writes found in the journal', writes))
  for (const [index, victim] of victims.entries()) {
    say(figure(`memory of bridge ${index + 1}, MiB`, await residentMib(victim.bridge.pid)))
  }
}
