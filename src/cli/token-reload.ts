import { problemLine, SettingsError } from '../config/settings-error.ts'
import type { Settings } from '../config/settings.ts'
import type { Logger } from '../logging/logger.ts'
import type { TenantTokens } from './tenant-tokens.ts'

/** Reads the tokens again while the bridge serves. */
export class TokenReload {
  readonly #tokens: TenantTokens
  readonly #read: () => Promise<Settings>
  readonly #logger: Logger
  #reloaded = Promise.resolve()

  /** @param read the settings as they stand in their sources now. */
  constructor(tokens: TenantTokens, read: () => Promise<Settings>, logger: Logger) {
    this.#tokens = tokens
    this.#read = read
    this.#logger = logger
  }

  /** Reads them, one time after the other. Where anything is wrong with the settings the last ones stay, and the log says what. */
  begin(): void {
    this.#reloaded = this.#reloaded.then(() => this.#reload())
  }

  async #reload(): Promise<void> {
    try {
      const tenants = this.#tokens.replace(await this.#read())
      for (const { tenant, http } of tenants) {
        const tokenNames = http.tokens.map(({ name }) => name).join(', ')
        this.#logger.info('tokens reloaded', { tenant, tokenNames })
      }
    } catch (error) {
      const isExpected = error instanceof SettingsError
      const problems = isExpected ? error.problems.map(problemLine).join('; ') : undefined
      const cause = isExpected ? undefined : error
      this.#logger.error('tokens not reloaded, the last ones stay', { problems }, cause)
    }
  }
}
