import { isHost } from '../host-name.ts'
import type { ScimMiddleware } from '../state.ts'

/** Takes what a proxy says of scheme and host out of a request where it is neither: it is believed as the client's own, and comes
 *  back in every location. It stands in front of everything that looks at either. */
export const plausibleForwarding: ScimMiddleware = function checkForwarding(ctx, next) {
  const { headers } = ctx.req
  if (!/^https?$/iu.test(firstOf(headers['x-forwarded-proto']))) delete headers['x-forwarded-proto']
  if (!isHost(firstOf(headers['x-forwarded-host']))) delete headers['x-forwarded-host']
  return next()
}

/** The one of several that counts. */
function firstOf(header: string | readonly string[] | undefined): string {
  return String(header ?? '')
    .replace(/,.*$/su, '')
    .trim()
}
