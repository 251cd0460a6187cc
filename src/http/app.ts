import { Router } from '@koa/router'
import Koa from 'koa'
import type { Logger } from '../logging/logger.ts'
import type { Discovery } from '../provisioning/discovery.ts'
import type { ResourceService } from '../provisioning/resource-service.ts'
import { addBulkEndpoint } from './bulk-endpoint.ts'
import { addDiscoveryEndpoints } from './discovery-endpoints.ts'
import { addMeEndpoint } from './me-endpoint.ts'
import { allowAddresses } from './middleware/allow-addresses.ts'
import { authentication } from './middleware/authenticate.ts'
import { bodyReader } from './middleware/body.ts'
import { answerErrors } from './middleware/error.ts'
import { health } from './middleware/health.ts'
import { requireHost } from './middleware/host.ts'
import { legiblePath, tidyPath } from './middleware/path.ts'
import { requestLog } from './middleware/request-log.ts'
import { requireCertificate } from './middleware/require-certificate.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { addResourceEndpoints } from './resource-endpoints.ts'
import { PermittedService, type WritableType } from './rights.ts'
import { addRootEndpoints } from './root-endpoints.ts'
import type { HttpSettings } from './settings.ts'
import type { PermittedResources, RequestState, ScimApp, ScimRouter } from './state.ts'
import type { Tokens } from './tokens.ts'
import { reportUnsentAnswer } from './unsent-answer.ts'

/** What the application stands on. */
export interface AppDependencies {
  readonly users: ResourceService
  readonly groups: ResourceService
  readonly discovery: Discovery
  readonly tokens: Tokens
  readonly settings: AppSettings
  readonly logger: Logger
  /** Whether requests can be served now; a rejection counts as no. */
  readonly isReady: () => Promise<boolean>
}

/** The settings that requests are answered by; those of the server are not among them. */
export type AppSettings = Pick<
  HttpSettings,
  | 'acceptRawToken'
  | 'allowedAddresses'
  | 'badTokens'
  | 'basePath'
  | 'bulk'
  | 'maxBodyBytes'
  | 'publicUrl'
  | 'tls'
  | 'trustedProxies'
>

/** The SCIM service as a Koa application that does not listen yet. RFC 7644 §3 */
export function createApp(dependencies: AppDependencies): ScimApp {
  const { settings, logger, isReady } = dependencies
  const router = createRouter(dependencies)
  const app: ScimApp = new Koa<RequestState, object>({
    proxy: settings.trustedProxies > 0,
    // The proxies add to the right of X-Forwarded-For; what stands further left, the client may have made up.
    maxIpsCount: settings.trustedProxies,
  })
  app.use(legiblePath)
  app.use(requestLog(logger))
  app.use(securityHeaders)
  app.use(answerErrors)
  app.use(requireHost)
  app.use(tidyPath)
  app.use(health(isReady))
  app.use(allowAddresses(settings.allowedAddresses))
  app.use(requireCertificate(settings.tls))
  app.use(authentication({ ...settings, ...dependencies }))
  app.use(bodyReader(settings))
  app.use(router.routes())
  app.use(router.allowedMethods())
  app.on('error', reportUnsentAnswer(logger))
  return app
}

function createRouter(dependencies: AppDependencies): ScimRouter {
  const { discovery, settings, logger } = dependencies
  const router: ScimRouter = new Router<RequestState, object>({ prefix: settings.basePath })
  const users = permitted(dependencies.users, 'users')
  const groups = permitted(dependencies.groups, 'groups')
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
