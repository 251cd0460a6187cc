import type { DirectoryEndpoint, DirectoryServer, Passwords } from './directory-server.ts'
import type { Addresses } from './server-process.ts'

/** Where things are in the example tree, `slapd/tree.ldif`. */
export const exampleTree = {
  suffix: 'dc=example,dc=org',
  people: 'ou=people,dc=example,dc=org',
  groups: 'ou=groups,dc=example,dc=org',
  /** Entries that look like those the bridge serves, but outside of its bases. */
  secret: 'ou=secret,dc=example,dc=org',
  /** The member of a group that has none, and what refint leaves in its place. */
  placeholder: 'cn=empty-membership,dc=example,dc=org',
  admin: 'cn=admin,dc=example,dc=org',
  bridge: 'uid=bridge,ou=services,dc=example,dc=org',
} as const

/** An OpenLDAP with the example tree; the rights of the bridge are those of `slapd/slapd.conf`. */
export type OpenldapEndpoint = DirectoryEndpoint

/** An OpenLDAP of one's own. */
export type OpenldapServer = DirectoryServer

/** The overlays that can be left out. */
type Overlay = 'memberof' | 'refint' | 'unique' | 'ppolicy'

/** What can be different from server to server. */
export interface OpenldapOptions {
  /** Default: all four. Without ppolicy the schema has no pwdAccountLockedTime, without memberof no memberOf. */
  readonly overlays?: readonly Overlay[]
  /** The groups that the overlays memberof and refint care for. Default: groupOfNames with member. */
  readonly groups?: { readonly objectClass: string; readonly member: string }
  /** Whether every write reaches the disk before it is answered. Default: no, which is about four times as fast. */
  readonly fsync?: boolean
  /** How many entries a search of the bridge's account may return. Default: any number. */
  readonly bridgeSizeLimit?: number
  /** Whether it logs every operation. Default: no. */
  readonly logsOperations?: boolean
  /** After how many seconds an idle connection is closed. Default: never. */
  readonly idleTimeoutSeconds?: number
  /** The path of a Unix socket to listen on, too; not for a container. Our own user is the bridge's account there. */
  readonly socketFile?: string
  /** The CA, as PEM, of the client certificates that are asked for. `CN=scim-bridge` is the bridge's account. Default: no
   *  certificate is asked for. */
  readonly clientCa?: string
  /** One of several providers of the same data, not in a container. Default: it is alone. */
  readonly provider?: Provider
}

/** A provider in multi-provider replication. */
export interface Provider {
  /** Its serverID, from 1. The example tree is loaded into the first; the others get it from there. */
  readonly number: number
  /** Where it gets the changes of the other from. */
  readonly peerUrl: string
  /** Where it listens. */
  readonly addresses: Addresses
  /** All providers have the same. */
  readonly passwords: Passwords
}

/** The `ldapi://` URL of a Unix socket. */
export function socketUrl(file: string): string {
  return `ldapi://${encodeURIComponent(file)}`
}

/** The settings of `slapd/start.sh` that do not depend on where it runs. */
export function slapdEnvironment(options: OpenldapOptions, passwords: Passwords) {
  return {
    LDAP_ADMIN_PASSWORD: passwords.admin,
    LDAP_BRIDGE_PASSWORD: passwords.bridge,
    LDAP_OVERLAYS: (options.overlays ?? ['memberof', 'refint', 'unique', 'ppolicy']).join(' '),
    ...(options.groups && {
      LDAP_GROUP_CLASS: options.groups.objectClass,
      LDAP_GROUP_MEMBER: options.groups.member,
    }),
    LDAP_FSYNC: options.fsync === true ? 'on' : 'off',
    LDAP_BRIDGE_SIZE_LIMIT: String(options.bridgeSizeLimit ?? 'unlimited'),
    LDAP_DEBUG: options.logsOperations === true ? '256' : '0',
    LDAP_IDLE_TIMEOUT: String(options.idleTimeoutSeconds ?? 0),
    ...(options.provider === undefined
      ? {}
      : {
          LDAP_SERVER_ID: String(options.provider.number),
          LDAP_PEER_URL: options.provider.peerUrl,
        }),
    ...(options.clientCa === undefined ? {} : { LDAP_CLIENT_CA: options.clientCa }),
  }
}
