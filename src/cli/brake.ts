import type { Tenant } from '../config/settings.ts'
import { DirectoryError } from '../directory/error.ts'
import { createLogger } from '../logging/create-logger.ts'
import { type BrakeState, type BrakeStop, isBrakeOn } from '../provisioning/brake.ts'
import { ScimError } from '../scim/error.ts'
import { type Bridge, openBridge, openReadingBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkStartup, problemLines, reasonOf } from './startup-check.ts'
import type { Terminal } from './terminal.ts'

const reason = {
  requestId: 'brake --release',
  actor: 'command line',
  clientAddress: 'local',
  method: 'brake',
  path: '--release',
}

/** Shows how the brake stands, or releases it, which the journal records.
 *  @returns `failed` while deletions are stopped, for those who watch. */
export async function brake(
  settings: Tenant,
  isReleased: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  if (!isBrakeOn(settings.brake)) {
    terminal.complain('There is no brake: brake.entry is not set, or brake.enabled is false.')
    return exitCodes.failed
  }
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  const open = isReleased ? openBridge : openReadingBridge
  const bridge = await open(settings, logger)
  try {
    const check = await checkStartup(bridge, settings)
    if (check.state === 'unreachable') {
      terminal.complain(`The directory cannot be reached: ${check.reason}`)
      return exitCodes.unavailable
    }
    if (check.state === 'wrong') {
      terminal.complain(
        `The settings cannot work on this directory:\n${problemLines(check.problems)}`,
      )
      return exitCodes.config
    }
    return isReleased ? await release(bridge, terminal) : await show(bridge, settings, terminal)
  } catch (error) {
    const cause = error instanceof ScimError ? error.cause : error
    if (!(cause instanceof DirectoryError)) throw error
    terminal.complain(`The brake cannot be used: ${reasonOf(cause)}`)
    return cause.failure === 'unavailable' ? exitCodes.unavailable : exitCodes.config
  } finally {
    await bridge.close()
  }
}

async function release({ parts }: Bridge, terminal: Terminal): Promise<ExitCode> {
  await parts.brake.release(reason)
  terminal.print('The brake is released: deletions and deactivations go on, counted anew.')
  return exitCodes.ok
}

async function show(
  { parts }: Bridge,
  { brake: { periodMs } }: Tenant,
  terminal: Terminal,
): Promise<ExitCode> {
  const state = await parts.brake.state(await parts.mappings.get())
  terminal.print(linesOf(state, periodMs / 60_000).join('\n'))
  return state.trips.length === 0 ? exitCodes.ok : exitCodes.failed
}

function linesOf({ counts, limits, trips }: BrakeState, minutes: number): readonly string[] {
  return [
    `Within the last ${minutes} minutes:`,
    `  ${counts.user} of at most ${limits.user} users deleted or deactivated`,
    `  ${counts.group} of at most ${limits.group} groups deleted or emptied`,
    ...(trips.length === 0
      ? ['The brake is off: deletions and deactivations are let through.']
      : trips.map(stopLine)),
  ]
}

function stopLine({ subject, limit, time }: BrakeStop): string {
  const stopped =
    subject === 'user'
      ? 'nothing is deleted or deactivated'
      : 'no group is deleted or emptied, users are deleted and deactivated as before'
  return `The brake is on since ${new Date(time).toISOString()}, after ${limit} ${subject}s: ${stopped}. Look into the journal for what was, and release it with --release.`
}
