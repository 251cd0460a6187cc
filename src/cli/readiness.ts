import { setTimeout as delay } from 'node:timers/promises'
import { formatProblem } from '../codec/decode.ts'
import type { Tenant } from '../config/settings.ts'
import type { Logger } from '../logging/logger.ts'
import type { Bridge, TenantBridge } from './bridge.ts'
import { checkStartup, type StartupCheck } from './startup-check.ts'

const watchIntervalMs = 1000
/** Anybody may ask whether the bridge is ready, and as often as they like; the directory is not asked more often. */
const answerLifetimeMs = 500

/** Whether the bridge can serve. A directory that was away at the start is checked against the settings as soon as it is
 *  there, and the log says what came of it. */
export class Readiness {
  readonly #bridge: Bridge
  readonly #tenant: Tenant
  readonly #logger: Logger
  readonly #stopped = new AbortController()
  #check: StartupCheck
  #reported = ''
  #answer: { readonly isReachable: Promise<boolean>; readonly expires: number } | undefined

  /** @param check how the settings stood at the start. */
  constructor({ bridge, tenant, logger }: TenantBridge, check: StartupCheck) {
    this.#bridge = bridge
    this.#tenant = tenant
    this.#check = check
    this.#logger = logger
  }

  /** Whether requests can be served now. */
  async isReady(): Promise<boolean> {
    if (this.#stopped.signal.aborted || this.#check.state !== 'ready') return false
    const now = performance.now()
    if (this.#answer === undefined || this.#answer.expires <= now) {
      const isReachable = this.#bridge.directory.isReachable()
      this.#answer = { isReachable, expires: now + answerLifetimeMs }
    }
    const isReachable = await this.#answer.isReachable
    // It may have been told to stop meanwhile, and a balancer that hears of it late goes by what it hears last.
    return isReachable && !this.#stopped.signal.aborted
  }

  /** Looks until the settings are known to work, or `stop` is called. */
  async watch(): Promise<void> {
    while (this.#check.state !== 'ready') {
      await delay(watchIntervalMs, undefined, { signal: this.#stopped.signal }).catch(() => {})
      if (this.#stopped.signal.aborted) return
      this.#check = await checkStartup(this.#bridge, this.#tenant)
      this.#report(this.#check)
    }
  }

  /** From now on the bridge is not ready. */
  stop(): void {
    this.#stopped.abort()
  }

  #report(check: StartupCheck): void {
    if (check.state === 'ready') reportReady(check, this.#logger)
    if (check.state !== 'wrong') return
    const problems = check.problems.map(formatProblem).join('; ')
    if (problems === this.#reported) return
    this.#reported = problems
    this.#logger.error('settings cannot work on this directory', { problems })
  }
}

/** Says that the directory can be used, and what of the settings is in doubt there. */
export function reportReady(
  { kind, doubts }: Extract<StartupCheck, { readonly state: 'ready' }>,
  logger: Logger,
): void {
  logger.info('directory ready', { kind })
  if (doubts.length === 0) return
  logger.warn('settings name what is not there', { problems: doubts.map(formatProblem).join('; ') })
}
