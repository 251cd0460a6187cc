import path from 'node:path'
import { parseArgs } from 'node:util'
import { casesAsked, seedAsked } from './cases.ts'
import type { Form } from './part.ts'
import { runParts } from './part-runs.ts'
import { isPartName, limitMinutes, partNames } from './schedule.ts'

const usage = `npm run torture -- [--short] [PART …]

Runs these parts, one after the other; all of them where none is named:
  ${partNames.join(', ')}

  --short   what the tests of CI do, instead of the long form
  --help    this text

SCIM_TEST_CASES   how many requests (fuzz), breakages (faults) or deaths (failover), instead of the usual number
SCIM_TEST_SEED    where the random choices begin
SCIM_TEST_OPENLDAP=local|packages   where slapd comes from

Ends with 0 when everything held, with 1 when something did not. docs/torture.md says what each part does, and how long it takes.
`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

interface Asked {
  readonly names: readonly string[]
  readonly form: Form
  readonly isHelp: boolean
}

/** @throws Error that names what cannot be done. */
function readArguments(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const unknown = positionals.filter((name) => !isPartName(name))
  if (unknown.length > 0) {
    throw new Error(`There is no part ${unknown.join(', ')}; there are ${partNames.join(', ')}`)
  }
  // Here, for no part is begun with a typo in them.
  casesAsked(1)
  seedAsked(0)
  const names = partNames.filter((name) => positionals.length === 0 || positionals.includes(name))
  return { names, form: values.short === true ? 'short' : 'long', isHelp: values.help === true }
}

async function torture({ names, form }: Asked): Promise<number> {
  const runs = names.filter(isPartName).map((name) => ({
    name,
    command: [
      process.execPath,
      path.join(import.meta.dirname, 'part-process.ts'),
      name,
      form,
    ] as const,
    limitMs: limitMinutes[name][form] * 60_000,
  }))
  const failed = await runParts(runs, say)
  say(failed.length === 0 ? 'everything held' : `did not hold: ${failed.join(', ')}`)
  return failed.length === 0 ? 0 : 1
}

try {
  const asked = readArguments()
  if (asked.isHelp) say(usage)
  else process.exitCode = await torture(asked)
} catch (error) {
  if (!(error instanceof Error)) throw error
  say(`${error.message}. See --help.`)
  process.exitCode = 64
}
