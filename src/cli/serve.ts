import { SettingsError } from '../config/settings-error.ts'
import type { Settings } from '../config/settings.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import { isDemoToken } from '../http/settings.ts'
import type { ScimApp } from '../http/state.ts'
import { createLogger } from '../logging/create-logger.ts'
import type { Logger } from '../logging/logger.ts'
import { isBrakeOn } from '../provisioning/brake.ts'
import { type Bridges, openBridges } from './bridge.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { checkLocally, listenProblem } from './local-check.ts'
import { Readiness, reportReady } from './readiness.ts'
import { createService } from './service.ts'
import type { Signals } from './signals.ts'
import { checkStartup, problemLines, type StartupCheck } from './startup-check.ts'
import { ofTenant } from './tenant-check.ts'
import { TenantTokens } from './tenant-tokens.ts'
import type { Terminal } from './terminal.ts'
import { TokenReload } from './token-reload.ts'

/** What is told to the bridge while it serves. */
export interface ServingSignals extends Signals {
  /** The settings as they stand in their sources now.
   *  @throws {SettingsError} with everything that is wrong. */
  readSettings(): Promise<Settings>
}

/** Serves until it is told to stop. A mapping that cannot work on the directory stops the start; a directory that is down does
 *  not: the bridge answers 503 until it is there. */
export async function serve(
  settings: Settings,
  terminal: Terminal,
  signals: ServingSignals,
): Promise<ExitCode> {
  const stopped = signals.stopped()
  const problems = await checkLocally(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  const logger = createLogger(settings.logging)
  const tokens = new TenantTokens(settings)
  const reload = new TokenReload(tokens, () => signals.readSettings(), logger)
  signals.onReload(() => reload.begin())
  const bridges = await openBridges(settings, logger)
  try {
    const readiness: Readiness[] = []
    for (const opened of bridges.tenants) {
      const check = await checkStartup(opened.bridge, opened.tenant)
      if (check.state === 'wrong') {
        terminal.complain(
          `The settings cannot work on this directory${ofTenant(opened.tenant)}:\n${problemLines(check.problems)}`,
        )
        return exitCodes.config
      }
      report(check, opened.logger)
      readiness.push(new Readiness(opened, check))
    }
    warnOf(settings, bridges, logger)
    await listen(settings, { bridges, readiness, tokens, logger }, stopped)
    return exitCodes.ok
  } finally {
    await bridges.close()
  }
}

function report(check: Exclude<StartupCheck, { readonly state: 'wrong' }>, logger: Logger): void {
  if (check.state === 'ready') reportReady(check, logger)
  else {
    logger.warn('directory unreachable; answering 503 until it is back', { reason: check.reason })
  }
}

/** Says what an administrator may not have meant. */
function warnOf({ journal }: Settings, { tenants }: Bridges, logger: Logger): void {
  for (const { tenant, logger: named } of tenants) {
    if (tenant.http.tokens.some(isDemoToken)) {
      named.warn('the token of the demonstration is let in; remove it from http.tokens')
    }
    if (!isBrakeOn(tenant.brake)) named.warn('nothing stops mass deletions; set brake.entry')
  }
  if (journal.file === undefined) logger.warn('writes are not recorded; set journal.file')
}

interface Service {
  readonly bridges: Bridges
  readonly readiness: readonly Readiness[]
  readonly tokens: TenantTokens
  readonly logger: Logger
}

async function listen(
  settings: Settings,
  { bridges, readiness, tokens, logger }: Service,
  stopped: Promise<string>,
): Promise<void> {
  const { http } = settings
  const isReady = async (): Promise<boolean> =>
    (await Promise.all(readiness.map((each) => each.isReady()))).every(Boolean)
  const app = createService({ bridges, settings, tokens, logger, isReady })
  const server = await started(app, http, logger)
  for (const { tenant, bridge, logger: named } of bridges.tenants) {
    bridge.parts.caretaker.start()
    named.info('listening', { url: `${server.address}${tenant.http.basePath}` })
  }
  const watching = Promise.all(readiness.map((each) => each.watch()))
  const signal = await stopped
  logger.info('stopping', { signal })
  for (const each of readiness) each.stop()
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
