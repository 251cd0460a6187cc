import type { ScimContext } from './state.ts'

/** The address of the client, as the socket or the trusted proxies tell it. */
export function clientAddress(ctx: ScimContext): string {
  return plainAddress(ctx.ip)
}

/** An address alone: IPv4 in its usual spelling also where the socket is IPv6, without the port that some proxies add and without
 *  the zone of a link.
 *  @example plainAddress('::ffff:192.0.2.1') // 192.0.2.1
 *  @example plainAddress('192.0.2.1:50123') // 192.0.2.1
 *  @example plainAddress('[2001:db8::1]:50123') // 2001:db8::1 */
export function plainAddress(address: string): string {
  return address
    .replace(/^\[([^\]]*)\](?::\d+)?$/u, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/u, '$1')
    .replace(/%.*$/u, '')
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/iu, '')
}
