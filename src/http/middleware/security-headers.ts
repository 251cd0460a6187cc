import type { ScimMiddleware } from '../state.ts'

/** Sets the headers that every answer has. */
export const securityHeaders: ScimMiddleware = function setSecurityHeaders(ctx, next) {
  ctx.set(securityHeadersOver(ctx.secure))
  return next()
}

/** The headers that every answer has: it is personal data, so no cache keeps it and no browser guesses at it.
 *  @param isSecure over plain HTTP the demand for TLS must not be sent. RFC 6797 §7.2 */
export function securityHeadersOver(isSecure: boolean): Readonly<Record<string, string>> {
  return {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(isSecure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  }
}
