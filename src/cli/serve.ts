import type { Settings } from '../config/settings.ts'
import { createApp } from '../http/app.ts'
import { startServer } from '../http/server.ts'
import { TokenTable } from '../http/tokens.ts'
import { createLogger } from '../logging/create-logger.ts'
import { type Bridge, isReady, openBridge } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
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
  const logger = createLogger(settings.logging)
  const bridge = await openBridge(settings, logger)
  try {
    const check = await checkStartup(bridge)
    if (check.state === 'wrong') {
      terminal.complain(
        `The settings cannot work on this directory:\n${problemLines(check.problems)}`,
      )
      return exitCodes.config
    }
    if (check.state === 'unreachable') {
      logger.warn('directory unreachable at the start; answering 503 until it is back', {})
    } else {
      logger.info('directory ready', { kind: check.kind })
    }
    await listen(settings, bridge, stopped)
    return exitCodes.ok
  } finally {
    await bridge.close()
  }

  async function listen(
    { http }: Settings,
    { users, groups, discovery }: Bridge,
    until: Promise<string>,
  ): Promise<void> {
    const running = { isStopping: false }
    const app = createApp({
      users,
      groups,
      discovery,
      logger,
      settings: http,
      tokens: new TokenTable(http.tokens, () => new Date()),
      isReady: async () => !running.isStopping && (await isReady(bridge)),
    })
    const server = await startServer(app, http, logger)
    logger.info('listening', { url: `${server.address}${http.basePath}` })
    const signal = await until
    logger.info('stopping', { signal })
    running.isStopping = true
    await server.stop()
    logger.info('stopped')
  }
}
