import { isLoopback } from '../codec/loopback.ts'

/** Where a server listens on the network. */
export interface NetworkAddress {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly isTls: boolean
}

/** A Unix socket of this machine. */
export interface SocketAddress {
  readonly path: string
}

/** Where a server listens. */
export type ServerAddress = NetworkAddress | SocketAddress

/** The address in an `ldap://` or `ldaps://` URL, without a port 389 or 636 (RFC 4516 §2), or in an `ldapi://` URL, whose
 *  host is the path of a Unix socket with its slashes as `%2F`.
 *  @example parseServerUrl('ldapi://%2Frun%2Fslapd%2Fldapi') // { path: '/run/slapd/ldapi' } */
export function parseServerUrl(url: string): ServerAddress {
  const { protocol, hostname, port } = new URL(url)
  if (protocol === 'ldapi:') return { path: decodeURIComponent(hostname) }
  const isTls = protocol === 'ldaps:'
  const standardPort = isTls ? 636 : 389
  return {
    host: hostname.replace(/^\[(.*)\]$/u, '$1'),
    port: port === '' ? standardPort : Number(port),
    isTls,
  }
}

/** Whether what is sent there is in clear text on a network. */
export function isCleartext(address: ServerAddress): boolean {
  return !('path' in address) && !address.isTls && !isLoopback(address.host)
}
