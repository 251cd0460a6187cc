import { randomUUID } from 'node:crypto'
import type { LogFields, Logger } from '../../logging/logger.ts'
import { clientAddress } from '../client-address.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'
import { toScimError } from './error.ts'

const longestPath = 512
const longestDetail = 512

/** Names the request, and logs it once when its answer is sent or its client is gone: parameters by name only,
 *  because filters hold personal data. Answers of 5xx are logged as errors with their cause. */
export function requestLog(logger: Logger): ScimMiddleware {
  return async function logRequest(ctx, next) {
    const startedAt = performance.now()
    ctx.state.requestId = requestIdOf(ctx.get('X-Request-Id'))
    ctx.set('X-Request-Id', ctx.state.requestId)
    const { path } = ctx
    ctx.res.once('close', () => {
      const durationMs = Math.round(performance.now() - startedAt)
      report(logger, ctx, { ...factsOf(ctx), path: path.slice(0, longestPath), durationMs })
    })
    await next()
  }
}

/** The id that the client gave, where it is short and harmless, else a new one. */
function requestIdOf(given: string): string {
  return /^[\w.:-]{1,128}$/u.test(given) ? given : randomUUID()
}

function factsOf(ctx: ScimContext): LogFields {
  const { failure, requestId, actor } = ctx.state
  const refusal = failure === undefined ? undefined : toScimError(failure, requestId)
  const parameters = [...new URLSearchParams(ctx.querystring).keys()].join(',')
  return {
    requestId,
    method: ctx.method,
    parameters: parameters === '' ? undefined : parameters.slice(0, longestDetail),
    status: ctx.status,
    scimType: refusal?.scimType,
    detail: refusal?.message.slice(0, longestDetail),
    token: actor,
    clientAddress: clientAddress(ctx),
    requestBytes: bytesIn(ctx.get('Content-Length')),
    responseBytes: bytesIn(ctx.response.get('Content-Length')),
    isAborted: ctx.res.writableFinished ? undefined : true,
  }
}

function report(logger: Logger, ctx: ScimContext, facts: LogFields): void {
  if (ctx.status >= 500) logger.error('request failed', facts, ctx.state.failure)
  else if (ctx.path.startsWith('/health/')) logger.debug('request answered', facts)
  else logger.info('request answered', facts)
}

function bytesIn(contentLength: string): number | undefined {
  return contentLength === '' ? undefined : Number(contentLength)
}
