import { parseArgs } from 'node:util'
import { bounds } from './bounds.ts'
import { failover } from './failover.ts'
import { faults } from './faults.ts'
import { fuzz } from './fuzz.ts'
import type { TorturePart } from './part.ts'
import { rolling } from './rolling.ts'
import { twoBridges } from './two-bridges.ts'

const parts: readonly TorturePart[] = [fuzz, faults, failover, twoBridges, rolling, bounds]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** What the tests of CI do, instead of the long form. */
    short: { type: 'boolean', default: false },
  },
})

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name))

if (unknown.length > 0) {
  say(
    `There is no part ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}.`,
  )
  process.exitCode = 64
} else {
  const chosen = parts.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  for (const part of chosen) {
    say(part.name)
    const failures = await part.run(values.short ? 'short' : 'long', say)
    for (const failure of failures) say(`  FAILED: ${failure}`)
    say(failures.length === 0 ? '  everything held' : `  ${failures.length} did not hold`)
    if (failures.length > 0) process.exitCode = 1
  }
}
