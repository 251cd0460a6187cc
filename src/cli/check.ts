import type { Settings } from '../config/settings.ts'
import { createLogger } from '../logging/create-logger.ts'
import { openBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkStartup, problemLines } from './startup-check.ts'
import type { Terminal } from './terminal.ts'

/** Checks settings that were read against the live directory. */
export async function check(settings: Settings, terminal: Terminal): Promise<ExitCode> {
  const logger = createLogger({ ...settings.logging, level: 'error' }, { stream: process.stderr })
  const bridge = await openBridge(settings, logger)
  try {
    terminal.print('The settings are well formed.')
    const result = await checkStartup(bridge)
    switch (result.state) {
      case 'ready':
        terminal.print(
          `The directory answers (${result.kind}), and the mapping works on its schema.`,
        )
        return exitCodes.ok
      case 'unreachable':
        terminal.complain(`The directory cannot be reached: ${result.error.message}`)
        return exitCodes.unavailable
      case 'wrong':
        terminal.complain(
          `The settings cannot work on this directory:\n${problemLines(result.problems)}`,
        )
        return exitCodes.config
    }
  } finally {
    await bridge.close()
  }
}
