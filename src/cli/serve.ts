import { SettingsError } from '../config/settings-error.ts'
import type { Settings } from '../config/settings.ts'
import { createApp } from '../http/app.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import { isDemoToken } from '../http/settings.ts'
import type { ScimApp } from '../http/state.ts'
import { TokenTable } from '../http/tokens.ts'
import { createLogger } from '../logging/create-logger.ts'
import type { Logger } from '../logging/logger.ts'
import { isBrakeOn } from '../provisioning/brake.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkLocally, listenProblem } from './local-check.ts'
import { Readiness } from './readiness.ts'
import { checkStartup, problemLines } from './startup-check.ts'
import type { Terminal } from './terminal.ts'

/** Serves until it is told to stop. A mapping that cannot work on the directory stops the start; a directory that is down does
 *  not: the bridge answers 503 until it is there.
 *  @param stopped ends when the bridge is to stop. */
export async function serve(
  settings: Settings,
  terminal: Terminal,
  stopped: Promise<string>,
): Promise<ExitCode> {
  const problems = await checkLocally(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  const logger = createLogger(settings.logging)
  const bridge = await openBridge(settings, logger)
  try {
    const check = await checkStartup(bridge, settings)
    if (check.state === 'wrong') {
      terminal.complain(
        `The settings cannot work on this directory:\n${problemLines(check.problems)}`,
      )
      return exitCodes.config
    }
    if (check.state === 'unreachable') {
      logger.warn('directory unreachable; answering 503 until it is back', {
        reason: check.reason,
      })
    } else {
      logger.info('directory ready', { kind: check.kind })
    }
    warnOf(settings, logger)
    const readiness = new Readiness(bridge, settings, check, logger)
    await listen(settings, { bridge, readiness, logger }, stopped)
    return exitCodes.ok
  } finally {
    await bridge.close()
  }
}

/** Says what an administrator may not have meant. */
function warnOf({ http, journal, brake }: Settings, logger: Logger): void {
  if (http.tokens.some(isDemoToken)) {
    logger.warn('the token of the demonstration is let in; remove it from http.tokens')
  }
  if (journal.file === undefined) logger.warn('writes are not recorded; set journal.file')
  if (!isBrakeOn(brake)) logger.warn('nothing stops mass deletions; set brake.entry')
}

interface Service {
  readonly bridge: Bridge
  readonly readiness: Readiness
  readonly logger: Logger
}

async function listen(
  { http }: Settings,
  { bridge, readiness, logger }: Service,
  stopped: Promise<string>,
): Promise<void> {
  const { users, groups, discovery } = bridge
  const app = createApp({
    users,
    groups,
    discovery,
    logger,
    settings: http,
    tokens: new TokenTable(http.tokens, () => new Date()),
    isReady: async () => await readiness.isReady(),
  })
  const server = await started(app, http, logger)
  logger.info('listening', { url: `${server.address}${http.basePath}` })
  const watching = readiness.watch()
  const signal = await stopped
  logger.info('stopping', { signal })
  readiness.stop()
  await server.stop()
  await watching
  logger.info('stopped')
}

/** @throws {SettingsError} when the address cannot be had. */
async function started(
  app: ScimApp,
  http: Settings['http'],
  logger: Logger,
): Promise<RunningServer> {
  try {
    return await startServer(app, http, logger)
  } catch (error) {
    const problem = listenProblem(error, http)
    throw problem === undefined ? error : new SettingsError([problem])
  }
}
