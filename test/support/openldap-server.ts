/** A DN and the password to bind with. */
export interface Credentials {
  readonly dn: string
  readonly password: string
}

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

/** An OpenLDAP with the example tree. */
export interface OpenldapEndpoint {
  readonly url: string
  readonly ldapsUrl: string
  /** The authority behind the server's certificate, as PEM, and the file it is in. */
  readonly ca: string
  readonly caFile: string
  /** May do everything; no password policy holds for it. */
  readonly admin: Credentials
  /** The bridge's account, with the rights that `slapd/slapd.conf` gives it. */
  readonly bridge: Credentials
  /** As the server says it: `2.6.10+dfsg-1`. */
  readonly version: string
  /** How it was obtained, in words. */
  readonly obtained: string
  /** The ways that were tried before, each with what it lacked. */
  readonly passedOver: readonly string[]
}

/** An OpenLDAP of one's own, to be stopped and started at will. Data, addresses and certificate stay the same. */
export interface OpenldapServer extends OpenldapEndpoint {
  /** Orderly stop (SIGTERM); returns when it has ended. */
  stop(): Promise<void>
  /** Sudden death (SIGKILL); returns when it has ended. */
  kill(): Promise<void>
  /** Stands still with its connections open (SIGSTOP), as behind a broken network, until it is thawed. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Starts it again, stopping it first where it runs; returns when it answers a bind. */
  restart(): Promise<void>
  /** Ends it for good and removes what it left behind. May be called twice. */
  close(): Promise<void>
}

/** The overlays that can be left out. */
type Overlay = 'memberof' | 'refint' | 'unique' | 'ppolicy'

/** What can be different from server to server. */
export interface OpenldapOptions {
  /** Default: all four. Without ppolicy the schema has no pwdAccountLockedTime, without memberof no memberOf. */
  readonly overlays?: readonly Overlay[]
  /** Whether every write reaches the disk before it is answered. Default: no, which is about four times as fast. */
  readonly fsync?: boolean
  /** How many entries a search of the bridge's account may return. Default: any number. */
  readonly bridgeSizeLimit?: number
  /** After how many seconds an idle connection is closed. Default: never. */
  readonly idleTimeoutSeconds?: number
}

/** A slapd under `slapd/start.sh`, in a container or beside us: what the ways to run one have in common. */
export interface Slapd {
  readonly url: string
  readonly ldapsUrl: string
  /** How it was obtained, in words. */
  readonly obtained: string
  /** Starts it; returns before it answers. */
  launch(): Promise<void>
  isRunning(): Promise<boolean>
  /** Returns when it does not run. */
  ended(): Promise<void>
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** The authority behind its certificate, as PEM; there once it answers. */
  readCa(): Promise<string>
  /** What it has written, for the message about a failed start. */
  readLog(): Promise<string>
  /** Removes it with its data; it does not run any more. */
  remove(): Promise<void>
}

/** The passwords a slapd is started with. */
export interface Passwords {
  readonly admin: string
  readonly bridge: string
}

/** The settings of `slapd/start.sh` that do not depend on where it runs. */
export function slapdEnvironment(options: OpenldapOptions, passwords: Passwords) {
  return {
    LDAP_ADMIN_PASSWORD: passwords.admin,
    LDAP_BRIDGE_PASSWORD: passwords.bridge,
    LDAP_OVERLAYS: (options.overlays ?? ['memberof', 'refint', 'unique', 'ppolicy']).join(' '),
    LDAP_FSYNC: options.fsync === true ? 'on' : 'off',
    LDAP_BRIDGE_SIZE_LIMIT: String(options.bridgeSizeLimit ?? 'unlimited'),
    LDAP_IDLE_TIMEOUT: String(options.idleTimeoutSeconds ?? 0),
  }
}
