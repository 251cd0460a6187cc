import { withTokensOf } from '../config/changed-tokens.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { tenantsOf } from '../config/tenants.ts'
import { TokenTable } from '../http/tokens.ts'

/** The tokens of all tenants, which may become others while the bridge serves. */
export class TenantTokens {
  readonly #settings: Settings
  readonly #tables: ReadonlyMap<string | undefined, TokenTable>

  constructor(settings: Settings) {
    this.#settings = settings
    this.#tables = new Map(
      tenantsOf(settings).map(({ tenant, http }) => [
        tenant,
        new TokenTable(http.tokens, () => new Date()),
      ]),
    )
  }

  /** Those of one tenant, now and after they were replaced. */
  of({ tenant }: Tenant): TokenTable {
    const table = this.#tables.get(tenant)
    if (table === undefined) throw new TypeError('there is no such tenant')
    return table
  }

  /** Knows the tokens of other settings from now on, of all tenants, and none of those before.
   *  @returns the tenants, as they are now.
   *  @throws {SettingsError} when they cannot be let in; those before stay. */
  replace(settings: Settings): readonly Tenant[] {
    const tenants = tenantsOf(withTokensOf(this.#settings, settings))
    for (const tenant of tenants) this.of(tenant).replace(tenant.http.tokens)
    return tenants
  }
}
