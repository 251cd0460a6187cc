import type { Logger } from '../logging/logger.ts'
import { Bulk } from '../provisioning/bulk.ts'
import type { BulkOutcome } from '../provisioning/bulk-job.ts'
import type { Discovery } from '../provisioning/discovery.ts'
import type { ScimError } from '../scim/error.ts'
import { decodeBulkRequest, isBulkMethod } from '../scim/message/bulk-request.ts'
import { bulkResponse, type BulkResult } from '../scim/message/bulk-response.ts'
import { errorMessage } from '../scim/message/error-message.ts'
import { sendDocument, sendPlan } from './answer.ts'
import { bulkPlan } from './bulk-plan.ts'
import { bodyOf } from './middleware/body.ts'
import { toScimError } from './middleware/error.ts'
import { withoutNames, withoutQuotations } from './middleware/request-log.ts'
import { parsePreferences } from './preferences.ts'
import { redact } from './redact.ts'
import { requestContext, type UrlSettings } from './request-context.ts'
import type { HttpSettings } from './settings.ts'
import type { EndpointContext, PermittedResources, ScimRouter } from './state.ts'

/** What the bulk endpoint stands on. */
export interface BulkEndpointOptions {
  /** By the paths of their endpoints: `/Users`. */
  readonly resources: ReadonlyMap<string, PermittedResources>
  readonly discovery: Discovery
  readonly settings: UrlSettings & Pick<HttpSettings, 'bulk'>
  readonly logger: Logger
}

/** Adds the endpoint that takes many operations in one request. RFC 7644 §3.7 */
export function addBulkEndpoint(router: ScimRouter, endpoint: BulkEndpointOptions): void {
  router.post('/Bulk', (ctx) => carryOut(endpoint, ctx))
}

/** The answer is 200 however the operations went: each has a status of its own. RFC 7644 §3.7.3 */
async function carryOut(
  { resources, discovery, settings, logger }: BulkEndpointOptions,
  ctx: EndpointContext,
): Promise<void> {
  const request = decodeBulkRequest(bodyOf(ctx), settings.bulk.maxOperations)
  const { isDryRun } = parsePreferences(ctx.get('Prefer'))
  const context = requestContext(ctx, settings)
  const services = new Map([...resources].map(([path, permitted]) => [path, permitted(ctx)]))
  const outcomes = await new Bulk({ services, discovery }).run({
    request,
    context: { ...context, reason: { ...context.reason, path: settings.basePath } },
    isDryRun,
    redact,
    isAbandoned: () => !ctx.writable,
  })
  for (const outcome of outcomes) report(logger, outcome)
  if (isDryRun) return sendPlan(ctx, bulkPlan(outcomes))
  ctx.status = 200
  sendDocument(ctx, bulkResponse(outcomes.map(toResult)))
}

function toResult(outcome: BulkOutcome): BulkResult {
  const { operation, location, result } = outcome
  const { method, bulkId } = operation
  const version = result.kind === 'written' ? result.version : undefined
  const error = errorOf(outcome)
  return {
    ...(location === undefined ? {} : { location }),
    ...(method === undefined ? {} : { method }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
    status: statusOf(outcome),
    ...(error === undefined ? {} : { response: errorMessage(error) }),
  }
}

/** One line for each operation, as for each request; what its client wrote stays out. */
function report(logger: Logger, outcome: BulkOutcome): void {
  const { operation, requestId, result } = outcome
  const status = statusOf(outcome)
  const error = errorOf(outcome)
  const fields = {
    requestId,
    method: nameOfMethod(operation.method),
    path:
      'endpoint' in operation ? withoutNames(pathOf(operation)).slice(0, longestText) : undefined,
    status,
    scimType: error?.scimType,
    detail: error && withoutQuotations(error.message),
  }
  if (result.kind === 'failed' && status >= 500) {
    logger.error('bulk operation failed', fields, result.failure)
  } else logger.info('bulk operation answered', fields)
}

const longestText = 512

/** A method; another text may be a name, or a DN. */
function nameOfMethod(method: string | undefined): string | undefined {
  return method === undefined || isBulkMethod(method) ? method : '***'
}

function pathOf({ endpoint, id }: { readonly endpoint: string; readonly id?: string }): string {
  return id === undefined ? endpoint : `${endpoint}/${id}`
}

function statusOf(outcome: BulkOutcome): number {
  const { result } = outcome
  if (result.kind === 'written') return result.status
  return errorOf(outcome)?.status ?? 200
}

function errorOf({ result, requestId }: BulkOutcome): ScimError | undefined {
  return result.kind === 'failed' ? toScimError(result.failure, requestId) : undefined
}
