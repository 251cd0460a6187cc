import type { Settings } from '../config/settings.ts'
import { createLogger } from '../logging/create-logger.ts'
import { openReadingBridge } from './bridge.ts'
import { isBrakeOn } from '../provisioning/brake.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkLocally } from './local-check.ts'
import { checkStartup, problemLines } from './startup-check.ts'
import type { Terminal } from './terminal.ts'

/** Checks settings that were read, on this machine and against the live directory, and says everything that is wrong. */
export async function check(settings: Settings, terminal: Terminal): Promise<ExitCode> {
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  const bridge = await openReadingBridge(settings, logger)
  try {
    terminal.print('The settings are well formed.')
    const problems = await checkLocally(settings)
    const result = await checkStartup(bridge, settings)
    if (result.state === 'wrong') problems.push(...result.problems)
    if (problems.length > 0) {
      terminal.complain(`The settings cannot work:\n${problemLines(problems)}`)
    }
    if (result.state === 'unreachable') {
      terminal.complain(`The directory cannot be reached: ${result.reason}`)
      return exitCodes.unavailable
    }
    if (problems.length > 0) return exitCodes.config
    const kind = result.state === 'ready' ? result.kind : ''
    if (!isBrakeOn(settings.brake)) {
      terminal.print(
        'Nothing stops mass deletions: brake.entry is not set, or brake.enabled is false.',
      )
    }
    terminal.print(`The directory answers (${kind}), and the mapping works on its schema.`)
    return exitCodes.ok
  } finally {
    await bridge.close()
  }
}
