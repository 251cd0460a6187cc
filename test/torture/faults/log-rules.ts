import type { Hidden } from '../fuzz/answer-rules.ts'
import { secretsIn } from '../fuzz/record-rules.ts'
import { passwordStart } from './model.ts'

/** What is wrong with a log of a directory that dies: secrets and DNs in it, and failures that are missing there. */
export function problemsOfDyingLog(log: string, hidden: Hidden): readonly string[] {
  const lines = log.split('\n')
  const isTold = lines.some((line) => line.includes('"request failed"'))
  const told = lines.flatMap((line) =>
    [
      ...secretsIn(line, hidden, passwordStart),
      ...(line.includes(hidden.section) ? ['a DN'] : []),
    ].map((what) => `the log shows ${what}: ${line.slice(0, 1500)}`),
  )
  return [...(isTold ? [] : ['the log has no failure']), ...told]
}
