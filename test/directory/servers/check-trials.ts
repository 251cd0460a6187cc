import { readFileSync } from 'node:fs'
import { readFindings } from './findings.ts'
import { type Trial, untriedVersions } from './trials.ts'

// Fails when docs/directories.md names what was not tried. The trials are in the file that SCIM_TEST_TRIALS names, as the
// tests on the servers have noted them.
const lines = readFileSync(process.env['SCIM_TEST_TRIALS'] ?? '', 'utf8').split('\n')
const trials = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Trial)
const untried = untriedVersions(readFindings(), trials)
for (const sentence of untried) console.error(sentence)
if (untried.length > 0) process.exitCode = 1
else console.log(`docs/directories.md names nothing that was not tried (${trials.length} trials)`)
