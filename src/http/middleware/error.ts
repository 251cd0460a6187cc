import { DecodeError, formatProblem } from '../../codec/decode.ts'
import { ScimError, scimErrors } from '../../scim/error.ts'
import { errorMessage } from '../../scim/message/error-message.ts'
import { sendDocument } from '../answer.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Turns whatever goes wrong, and whatever no endpoint took, into an Error message. RFC 7644 §3.12 */
export const answerErrors: ScimMiddleware = async function answerErrors(ctx, next) {
  try {
    await next()
    failWithoutAnswer(ctx)
  } catch (failure) {
    ctx.state.failure = failure
    sendError(ctx, toScimError(failure, ctx.state.requestId))
  }
}

/** What the client is told of a failure. Of what is not meant for it, it learns the request id alone.
 *  Koa's own errors and those of its body parser are told by their status. */
export function toScimError(failure: unknown, requestId: string): ScimError {
  if (failure instanceof ScimError) return failure
  if (failure instanceof DecodeError) {
    return scimErrors.invalidSyntax(`${failure.problems.map(formatProblem).join('; ')}.`)
  }
  if (statusOf(failure) === 400) {
    return scimErrors.invalidSyntax('The request body is not valid JSON.')
  }
  return scimErrors.internal(
    `The bridge failed in a way it should not; its log says more under the request id ${requestId}.`,
  )
}

/** The router leaves a status and no body where the path is unknown or the method does not fit. */
function failWithoutAnswer(ctx: ScimContext): void {
  if (ctx.body !== undefined && ctx.body !== null) return
  if (ctx.status === 404) throw scimErrors.notFound('There is no such endpoint.')
  if (ctx.status === 405) {
    throw scimErrors.methodNotAllowed(`${ctx.method} is not possible here.`)
  }
  if (ctx.status === 501) throw scimErrors.notImplemented(`${ctx.method} is not implemented.`)
}

function sendError(ctx: ScimContext, error: ScimError): void {
  ctx.status = error.status
  if (error.retryAfterSeconds !== undefined) {
    ctx.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)))
  }
  sendDocument(ctx, errorMessage(error))
}

function statusOf(failure: unknown): unknown {
  return failure instanceof Error && 'status' in failure ? failure.status : undefined
}
