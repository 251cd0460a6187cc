import { BlockList, isIP } from 'node:net'

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly isTls: boolean
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** The address in an `ldap://` or `ldaps://` URL; without a port 389 or 636. RFC 4516 §2 */
export function parseServerUrl(url: string): ServerAddress {
  const { protocol, hostname, port } = new URL(url)
  const isTls = protocol === 'ldaps:'
  const standardPort = isTls ? 636 : 389
  return {
    host: hostname.replace(/^\[(.*)\]$/u, '$1'),
    port: port === '' ? standardPort : Number(port),
    isTls,
  }
}

/** Whether what is sent to the host never leaves this machine. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const family = isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}
