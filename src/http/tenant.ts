import { Router } from '@koa/router'
import type { Logger } from '../logging/logger.ts'
import type { Discovery } from '../provisioning/discovery.ts'
import type { ResourceService } from '../provisioning/resource-service.ts'
import type { BadTokens } from './bad-tokens.ts'
import { addBulkEndpoint } from './bulk-endpoint.ts'
import { addDiscoveryEndpoints } from './discovery-endpoints.ts'
import { addMeEndpoint } from './me-endpoint.ts'
import { authentication } from './middleware/authenticate.ts'
import { bodyReader, type SharedBodyBounds } from './middleware/body.ts'
import { addResourceEndpoints } from './resource-endpoints.ts'
import { PermittedService, type WritableType } from './rights.ts'
import { addRootEndpoints } from './root-endpoints.ts'
import type { HttpSettings } from './settings.ts'
import type { PermittedResources, RequestState, ScimMiddleware, ScimRouter } from './state.ts'
import type { Tokens } from './tokens.ts'

/** One SCIM service: a path, who is let in to it, and what is served to them. */
export interface TenantService {
  /** Stands in the log; absent where there is but one, or for the first of several. */
  readonly name?: string
  readonly users: ResourceService
  readonly groups: ResourceService
  readonly discovery: Discovery
  readonly tokens: Tokens
  readonly settings: TenantServiceSettings
  readonly logger: Logger
}

/** The settings that the requests to one service are answered by. */
export type TenantServiceSettings = Pick<
  HttpSettings,
  'acceptRawToken' | 'basePath' | 'bulk' | 'maxBodyBytes' | 'publicUrl'
>

/** What bounds the requests of all tenants together. */
export interface SharedBounds extends SharedBodyBounds {
  readonly badTokens: BadTokens
  /** Behind the authentication: who has no token takes nobody's place. */
  readonly answerRoom: ScimMiddleware
}

/** Serves each tenant below its path, and with its tokens alone. What lies below none of their paths is asked of the first, who
 *  demands a token of his before he says that there is nothing. */
export function serveTenants(
  tenants: readonly [TenantService, ...TenantService[]],
  shared: SharedBounds,
): ScimMiddleware {
  const [first, ...further] = tenants.map(({ name, settings, ...rest }) => ({
    name,
    start: `${settings.basePath}/`.toLowerCase(),
    serve: inTurn(stepsOf({ settings, ...rest }, shared)),
  }))
  return async function serveTenant(ctx, next) {
    // The router compares without case, too.
    const path = `${ctx.path}/`.toLowerCase()
    const tenant = further.find(({ start }) => path.startsWith(start)) ?? first
    if (tenant === undefined) throw new TypeError('there is no tenant')
    if (tenant.name !== undefined) ctx.state.tenant = tenant.name
    await tenant.serve(ctx, next)
  }
}

function stepsOf(
  tenant: TenantService,
  { badTokens, answerRoom, ...bodies }: SharedBounds,
): readonly ScimMiddleware[] {
  const { settings, tokens, logger } = tenant
  const { acceptRawToken } = settings
  const router = createRouter(tenant)
  return [
    authentication({ tokens, badTokens, acceptRawToken, logger }),
    answerRoom,
    bodyReader(settings, bodies),
    router.routes() as ScimMiddleware,
    router.allowedMethods() as ScimMiddleware,
  ]
}

/** One after the other, each of which decides whether the next has its turn. */
function inTurn(steps: readonly ScimMiddleware[]): ScimMiddleware {
  return steps.reduceRight<ScimMiddleware>(
    (rest, step) => async (ctx, next) => {
      await step(ctx, async () => void (await rest(ctx, next)))
    },
    async (_ctx, next) => void (await next()),
  )
}

function createRouter(tenant: TenantService): ScimRouter {
  const { discovery, settings, logger } = tenant
  const router: ScimRouter = new Router<RequestState, object>({ prefix: settings.basePath })
  const users = permitted(tenant.users, 'users')
  const groups = permitted(tenant.groups, 'groups')
  const resources = new Map([
    ['/Users', users],
    ['/Groups', groups],
  ])
  addRootEndpoints(router, { resources: [users, groups], discovery, settings })
  addResourceEndpoints(router, { path: '/Users', resources: users, settings })
  addResourceEndpoints(router, { path: '/Groups', resources: groups, settings })
  addMeEndpoint(router, { users, settings })
  addBulkEndpoint(router, { resources, discovery, settings, logger })
  addDiscoveryEndpoints(router, { discovery, settings })
  return router
}

/** Endpoints get resources no other way, so that none can forget the rights of the one who asks. */
function permitted(service: ResourceService, type: WritableType): PermittedResources {
  return ({ state: { rights = [] } }) => new PermittedService(service, { type, rights })
}
