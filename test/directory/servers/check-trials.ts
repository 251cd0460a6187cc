import { readFileSync } from 'node:fs'
import { readFindings } from './findings.ts'
import { type Trial, untriedVersions } from './trials.ts'

// Fails when docs/directories.md names what was not tried, as the tests on the servers have noted it.
const file = process.env['SCIM_TEST_TRIALS'] ?? ''
const problems = file === '' ? [unset()] : untriedVersions(readFindings(), trialsIn(file))
for (const sentence of problems) console.error(sentence)
if (problems.length > 0) process.exitCode = 1
else console.log('docs/directories.md names nothing that was not tried')

function unset(): string {
  return 'Set SCIM_TEST_TRIALS to the name of a file, run the tests of test/directory/servers on every server with it, and then this.'
}

function trialsIn(path: string): readonly Trial[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Trial)
}
