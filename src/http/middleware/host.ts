import { scimErrors } from '../../scim/error.ts'
import type { ScimMiddleware } from '../state.ts'

/** Refuses a request of HTTP/1.1 that does not say to which host it goes, and ends its connection: who leaves that out may
 *  mean something else by what follows, too. RFC 9112 §3.2 */
export const requireHost: ScimMiddleware = function requireHost(ctx, next) {
  if (ctx.req.headers.host === undefined && ctx.req.httpVersion === '1.1') {
    ctx.set('Connection', 'close')
    throw scimErrors.invalidSyntax('The request has no Host header.')
  }
  return next()
}
