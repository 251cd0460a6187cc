import { askHealth, localOrigin } from '../http/ask-health.ts'
import type { HttpSettings } from '../http/settings.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Terminal } from './terminal.ts'

/** Below the three seconds that the health check of the image has, the start of the process included. */
const limitMs = 2000

/** Asks the bridge that runs on this machine with these settings whether it is ready, and says what it hears in a line. */
export async function health(settings: HttpSettings, terminal: Terminal): Promise<ExitCode> {
  const origin = localOrigin(settings)
  if (settings.port === 0) {
    terminal.complain('http.port is 0, so that nobody knows where to ask: set a port.')
    return exitCodes.failed
  }
  try {
    const status = await askHealth(settings, limitMs)
    if (status === 200) {
      terminal.print(`The bridge at ${origin} is ready.`)
      return exitCodes.ok
    }
    terminal.complain(`At ${origin} ${meaningOf(status)}`)
  } catch (error) {
    terminal.complain(`At ${origin} ${reasonFor(error)}`)
  }
  return exitCodes.failed
}

function meaningOf(status: number): string {
  return status === 503
    ? 'the bridge is not ready: its log says why.'
    : `something answers ${status}, which no bridge does: another program listens there.`
}

function reasonFor(error: unknown): string {
  if (!(error instanceof Error)) return 'nothing can be asked.'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return `there was no answer within ${limitMs} ms.`
  }
  const code = 'code' in error ? String(error.code) : error.message
  return code === 'ECONNREFUSED'
    ? 'nobody listens: the bridge does not run, or with other settings.'
    : `the bridge cannot be asked (${code}): does it run with these settings?`
}
