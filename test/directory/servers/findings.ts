import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { documentDirectories, type Findings, type PlaceFindings } from './directories-page.ts'

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
 *  @param version as the server says it; its first two numbers are added to the versions. */
export function recordFindings(
  { name, about }: { readonly name: string; readonly about: string },
  version: string,
  outcomes: PlaceFindings['outcomes'],
): void {
  const known = readFindings()
  const [short = version] = /^\d+\.\d+/u.exec(version) ?? []
  const versions = [...new Set([...(known[name]?.versions ?? []), short])].toSorted()
  const all = { ...known, [name]: { about, versions, outcomes } }
  const findings = Object.fromEntries(Object.entries(all).toSorted(byName))
  writeFileSync(file, `${JSON.stringify(findings, undefined, 2)}\n`)
  writeFileSync(page, documentDirectories(findings))
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
