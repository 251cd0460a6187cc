import { inspect } from 'node:util'
import { bounds } from './bounds.ts'
import { failover } from './failover.ts'
import { faults } from './faults.ts'
import { fuzz } from './fuzz.ts'
import type { Form, TorturePart } from './part.ts'
import { rolling } from './rolling.ts'
import { isPartName, type PartName } from './schedule.ts'
import { twoBridges } from './two-bridges.ts'

// The process of one part: `node part-process.ts NAME FORM`. It prints the figures and what did not hold, and ends with 1 then.

const parts: Readonly<Record<PartName, TorturePart>> = {
  fuzz,
  faults,
  failover,
  'two-bridges': twoBridges,
  rolling,
  bounds,
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

// Whoever is told to end leaves no folders behind.
process.once('SIGTERM', () => process.exit(1))

/** What did not hold, an exception among it. */
async function failuresOf(part: TorturePart, form: Form): Promise<readonly string[]> {
  try {
    return await part.run(form, say)
  } catch (error) {
    return [`it ended with ${inspect(error)}`]
  }
}

const [, , name = '', form] = process.argv
if (!isPartName(name)) throw new Error(`there is no part ${name}`)
const failures = await failuresOf(parts[name], form === 'short' ? 'short' : 'long')
for (const failure of failures) say(`  FAILED: ${failure}`)
say(failures.length === 0 ? '  everything held' : `  ${failures.length} did not hold`)
// What a part has left open is not waited for.
process.exit(failures.length === 0 ? 0 : 1)
