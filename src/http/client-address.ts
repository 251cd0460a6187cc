import type { ScimContext } from './state.ts'

/** The address of the client, as the socket or the trusted proxies tell it; IPv4 in its usual spelling also where the
 *  socket is IPv6. */
export function clientAddress(ctx: ScimContext): string {
  return ctx.ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '')
}
