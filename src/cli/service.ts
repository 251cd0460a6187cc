import type { Settings } from '../config/settings.ts'
import { createApp } from '../http/app.ts'
import type { ScimApp } from '../http/state.ts'
import type { TenantService } from '../http/tenant.ts'
import type { Logger } from '../logging/logger.ts'
import type { Bridges, TenantBridge } from './bridge.ts'
import type { TenantTokens } from './tenant-tokens.ts'

/** What stands behind the application. */
export interface ServiceParts {
  readonly bridges: Bridges
  readonly settings: Settings
  readonly tokens: TenantTokens
  readonly logger: Logger
  /** Whether requests can be served now. */
  readonly isReady: () => Promise<boolean>
}

/** The application in front of the bridges of all tenants. */
export function createService(parts: ServiceParts): ScimApp {
  const { bridges, settings, tokens, logger, isReady } = parts
  const [first, ...further] = bridges.tenants.map((each) => toService(each, tokens))
  if (first === undefined) throw new TypeError('there is no tenant')
  return createApp({ tenants: [first, ...further], settings: settings.http, logger, isReady })
}

function toService({ tenant, bridge, logger }: TenantBridge, all: TenantTokens): TenantService {
  const { users, groups, discovery } = bridge
  const { http, tenant: name } = tenant
  const tokens = all.of(tenant)
  const service = { users, groups, discovery, tokens, settings: http, logger }
  return name === undefined ? service : { ...service, name }
}
