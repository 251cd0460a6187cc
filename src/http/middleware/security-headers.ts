import type { ScimMiddleware } from '../state.ts'

/** Headers that every answer has: it is personal data, so no cache keeps it and no browser guesses at it. */
export const securityHeaders: ScimMiddleware = function securityHeaders(ctx, next) {
  ctx.set('Cache-Control', 'no-store')
  ctx.set('X-Content-Type-Options', 'nosniff')
  // Over plain HTTP the header must not be sent. RFC 6797 §7.2
  if (ctx.secure) ctx.set('Strict-Transport-Security', 'max-age=31536000')
  return next()
}
