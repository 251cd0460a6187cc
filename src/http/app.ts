import Koa from 'koa'
import type { Logger } from '../logging/logger.ts'
import { Queue } from '../provisioning/queue.ts'
import { BadTokens } from './bad-tokens.ts'
import { BodyBudget } from './body-budget.ts'
import { allowAddresses } from './middleware/allow-addresses.ts'
import { answerRoom } from './middleware/answer-room.ts'
import { answerErrors } from './middleware/error.ts'
import { plausibleForwarding } from './middleware/forwarded.ts'
import { health } from './middleware/health.ts'
import { requireHost } from './middleware/host.ts'
import { legiblePath, tidyPath } from './middleware/path.ts'
import { requestLog } from './middleware/request-log.ts'
import { requireCertificate } from './middleware/require-certificate.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { plainTransfer } from './middleware/transfer-coding.ts'
import type { HttpSettings } from './settings.ts'
import type { RequestState, ScimApp } from './state.ts'
import { serveTenants, type TenantService } from './tenant.ts'
import { reportUnsentAnswer } from './unsent-answer.ts'

/** What the application stands on. */
export interface AppDependencies {
  readonly tenants: readonly [TenantService, ...TenantService[]]
  readonly settings: AppSettings
  readonly logger: Logger
  /** Whether requests can be served now; a rejection counts as no. */
  readonly isReady: () => Promise<boolean>
}

/** The settings that all requests are answered by, whichever tenant they are for; those of the server are not among them. */
export type AppSettings = Pick<
  HttpSettings,
  'allowedAddresses' | 'answers' | 'badTokens' | 'bodies' | 'tls' | 'trustedProxies'
>

/** The work on them takes turns on one core in any case. */
const largeBodiesAtATime = 2

const now = (): number => performance.now()

/** The SCIM service as a Koa application that does not listen yet. RFC 7644 §3 */
export function createApp({ tenants, settings, logger, isReady }: AppDependencies): ScimApp {
  const app: ScimApp = new Koa<RequestState, object>({
    proxy: settings.trustedProxies > 0,
    // The proxies add to the right of X-Forwarded-For; what stands further left, the client may have made up.
    maxIpsCount: settings.trustedProxies,
  })
  app.use(legiblePath)
  app.use(plausibleForwarding)
  app.use(requestLog(logger))
  app.use(securityHeaders)
  app.use(answerErrors)
  app.use(requireHost)
  app.use(plainTransfer)
  app.use(tidyPath)
  app.use(health(isReady))
  app.use(allowAddresses(settings.allowedAddresses))
  app.use(requireCertificate(settings.tls))
  app.use(
    serveTenants(tenants, {
      badTokens: new BadTokens(settings.badTokens, now),
      bodyBudget: new BodyBudget(settings.bodies, now),
      largeBodies: new Queue(largeBodiesAtATime),
      answerRoom: answerRoom(settings),
    }),
  )
  app.on('error', reportUnsentAnswer(logger))
  return app
}
