import { randomUUID } from 'node:crypto'
import type { LogFields, Logger } from '../../logging/logger.ts'
import { clientAddress } from '../client-address.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'
import { toScimError } from './error.ts'

/** The longest text of a client that is logged. */
const longestText = 512

/** Names the request, and logs it once when it is done with and its answer is sent or its client is gone. What the
 *  client wrote stays out: parameters are logged by name, because filters hold personal data. Answers of 5xx are
 *  logged as errors with their cause. */
export function requestLog(logger: Logger): ScimMiddleware {
  return async function logRequest(ctx, next) {
    const startedAt = performance.now()
    const closed = new Promise((resolve) => ctx.res.once('close', resolve))
    const request = factsOfRequest(ctx)
    await next()
    const logWhenClosed = async (): Promise<void> => {
      await closed
      const durationMs = Math.round(performance.now() - startedAt)
      report(logger, ctx, { ...request, ...factsOfAnswer(ctx), durationMs })
    }
    // Not awaited: the answer is sent only after this returns.
    void logWhenClosed()
  }
}

/** Taken before anything else: later the path is another and the socket may be gone. */
function factsOfRequest(ctx: ScimContext): LogFields {
  ctx.state.requestId = requestIdOf(ctx.get('X-Request-Id'))
  ctx.set('X-Request-Id', ctx.state.requestId)
  const parameters = [...new URLSearchParams(ctx.querystring).keys()].map(nameOf).join(',')
  return {
    requestId: ctx.state.requestId,
    method: ctx.method,
    path: withoutNames(ctx.path).slice(0, longestText),
    parameters: parameters === '' ? undefined : parameters.slice(0, longestText),
    clientAddress: clientAddress(ctx),
    requestBytes: bytesIn(ctx.get('Content-Length')),
  }
}

function factsOfAnswer(ctx: ScimContext): LogFields {
  const { failure, requestId, tenant, actor } = ctx.state
  const refusal = failure === undefined ? undefined : toScimError(failure, requestId)
  return {
    tenant,
    tokenName: actor,
    status: ctx.status,
    scimType: refusal?.scimType,
    detail: refusal === undefined ? undefined : withoutQuotations(refusal.message),
    responseBytes: bytesIn(ctx.response.get('Content-Length')),
    isAborted: ctx.res.writableFinished ? undefined : true,
  }
}

function report(logger: Logger, ctx: ScimContext, facts: LogFields): void {
  // A probe asks every few seconds, and that the bridge is not ready is an answer, not a failure.
  if (ctx.path.startsWith('/health/')) logger.debug('request answered', facts)
  // Nothing failed where a client asks for what the bridge does not do.
  else if (ctx.status >= 500 && ctx.status !== 501)
    logger.error('request failed', facts, ctx.state.failure)
  else logger.info('request answered', facts)
}

/** The id that the client gave, where it is short and harmless, else a new one. */
function requestIdOf(given: string): string {
  return /^[\w.:-]{1,128}$/u.test(given) ? given : randomUUID()
}

/** A path without what stands where an id is to stand and is none: a client may send a DN or a login there. Elsewhere
 *  only what could be the name of an endpoint or of a schema is shown. */
export function withoutNames(path: string): string {
  const [, before, rest] = /^(.*?\/(?:Users|Groups)\/)(.*)$/isu.exec(path) ?? []
  if (before === undefined || rest === undefined) return path.replace(/[^/]+/gu, nameInPath)
  return `${before.replace(/[^/]+/gu, nameInPath)}${isHarmless(rest) ? rest : '***'}`
}

function nameInPath(segment: string): string {
  return /^(?!sdb_)[\w.:~-]{1,128}$/iu.test(segment) ? segment : '***'
}

const parameterNames: readonly string[] = [
  'attributes',
  'count',
  'cursor',
  'excludedattributes',
  'filter',
  'sortby',
  'sortorder',
  'startindex',
]

/** The name of a parameter that there is; a client may have sent a filter in place of one. */
function nameOf(parameter: string): string {
  return parameterNames.includes(parameter.toLowerCase()) ? parameter : '…'
}

/** Whether what follows the name of an endpoint says nothing of anybody: an id of any directory, or a search. */
function isHarmless(rest: string): boolean {
  return /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{8}(?:-[\da-f]{8}){3}|\.search|)$/iu.test(
    rest,
  )
}

/** What a detail says in words of ours: what it quotes may be a value of a filter. A quotation that is not closed goes on to the
 *  end, so that nothing is looked at twice. */
export function withoutQuotations(detail: string): string {
  return detail.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gsu, '"…"').slice(0, longestText)
}

/** @param contentLength the header; an answer that was sent without one has none to read. */
function bytesIn(contentLength: string | undefined): number | undefined {
  const bytes = Number.parseInt(contentLength ?? '', 10)
  return Number.isNaN(bytes) ? undefined : bytes
}
