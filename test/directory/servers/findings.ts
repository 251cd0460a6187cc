import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { documentDirectories, type Findings, type PlaceFindings } from './directories-page.ts'
import type { ServerPlace } from './server-place.ts'
import type { Trial } from './trials.ts'

const file = new URL('findings.json', import.meta.url)
const page = new URL('../../../docs/directories.md', import.meta.url)

/** Whether what is found is written down instead of compared with what is written. */
export const isRecording = process.env['SCIM_TEST_RECORD_FINDINGS'] === 'yes'

/** What was found when it was recorded last. */
export function readFindings(): Findings {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Findings) : {}
}

/** docs/directories.md as it is. */
export function readPage(): string {
  return readFileSync(page, 'utf8')
}

/** Writes down what was found at a place, in findings.json and docs/directories.md.
 *  @param version is added to the versions. */
export function recordFindings(
  { name, about, server }: Pick<ServerPlace, 'name' | 'about' | 'server'>,
  version: string,
  outcomes: PlaceFindings['outcomes'],
): void {
  const known = readFindings()
  const versions = [...new Set([...(known[name]?.versions ?? []), version])].toSorted()
  const all = { ...known, [name]: { about, server, versions, outcomes } }
  const findings = Object.fromEntries(Object.entries(all).toSorted(byName))
  writeFileSync(file, `${JSON.stringify(findings, undefined, 2)}\n`)
  writeFileSync(page, documentDirectories(findings))
}

/** Notes a trial in the file that SCIM_TEST_TRIALS names, if it is set, as a line of JSON. */
export function noteTrial(trial: Trial): void {
  const trials = process.env['SCIM_TEST_TRIALS'] ?? ''
  if (trials !== '') appendFileSync(trials, `${JSON.stringify(trial)}\n`)
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
