import { scimErrors } from '../../scim/error.ts'
import type { ScimMiddleware } from '../state.ts'

/** Refuses a request of HTTP/1.1 that does not say to which host it goes, and any that says it twice, and ends its connection:
 *  who does that may mean something else by what follows, too. RFC 9112 §3.2 */
export const requireHost: ScimMiddleware = function requireHost(ctx, next) {
  const { headersDistinct, httpVersion } = ctx.req
  const count = headersDistinct['host']?.length ?? 0
  if (count === 1 || (count === 0 && httpVersion !== '1.1')) return next()
  ctx.set('Connection', 'close')
  throw scimErrors.invalidSyntax(
    count === 0 ? 'The request has no Host header.' : 'The request has more than one Host header.',
  )
}
