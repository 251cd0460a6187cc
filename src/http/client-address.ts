import type { ScimContext } from './state.ts'

/** The address of the client, as the socket or the trusted proxies tell it. */
export function clientAddress(ctx: ScimContext): string {
  return plainAddress(ctx.ip)
}

/** IPv4 in its usual spelling also where the socket is IPv6.
 *  @example plainAddress('::ffff:192.0.2.1') // 192.0.2.1 */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '')
}
