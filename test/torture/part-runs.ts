import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type CommandLine, leashed } from '../support/leash.ts'
import { within } from './limit.ts'
import { figure, type Say } from './part.ts'

/** A part that is to be run in a process of its own, which prints what it finds. */
export interface PartRun {
  readonly name: string
  readonly command: CommandLine
  /** How long it may take, in milliseconds. */
  readonly limitMs: number
}

/** How long a process that is told to end may take for that. */
const endLimitMs = 5000
/** With which a process ends that has told itself what did not hold. */
const toldStatus = 1

/** Runs parts one after the other, also behind one that fails, is not done in time, or is lost.
 *  @returns the names of those. */
export async function runParts(runs: readonly PartRun[], say: Say): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, command, limitMs } of runs) {
    say(name)
    const startedAt = performance.now()
    const end = await endOf(command, limitMs)
    if (end === undefined) say(`  FAILED: ${name} was not done within ${minutes(limitMs)}`)
    else if (end !== 0 && end !== toldStatus) say(`  FAILED: ${name} was lost: ${end}`)
    say(figure('seconds', ((performance.now() - startedAt) / 1000).toFixed(1)))
    if (end !== 0) failed.push(name)
  }
  return failed
}

/** The exit status of a process, or the signal that has ended it; nothing when it had to be ended. */
async function endOf(command: CommandLine, limitMs: number): Promise<number | string | undefined> {
  const [program, ...args] = await leashed(command)
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  const end = await within(limitMs, ended)
  if (end !== undefined) return end[0] ?? end[1] ?? undefined
  child.kill('SIGTERM')
  if ((await within(endLimitMs, ended)) === undefined) {
    child.kill('SIGKILL')
    await ended
  }
  return undefined
}

function minutes(ms: number): string {
  return `${ms / 60_000} minutes`
}
