import { getuid } from 'node:process'
import type { AdminClient } from './admin-client.ts'
import type { DirectoryServer, Passwords } from './directory-server.ts'
import { isReadable, programOnPath } from './program-on-path.ts'
import { startServer, type ServerKind, type Ways } from './server-lifecycle.ts'
import { ServerContainer } from './server-container.ts'
import { ServerProcess, type Addresses } from './server-process.ts'

/** Where things are in the example domain, `samba/tree.ldif`. */
export const exampleDomain = {
  suffix: 'DC=example,DC=org',
  people: 'OU=People,DC=example,DC=org',
  groups: 'OU=Groups,DC=example,DC=org',
  /** Where those go who have left. */
  former: 'OU=Former,DC=example,DC=org',
  /** Entries that look like those the bridge serves, but outside of its bases. */
  secret: 'OU=Secret,DC=example,DC=org',
  /** A user with adminCount=1. */
  protectedUser: 'CN=Petra Protected,OU=People,DC=example,DC=org',
  /** A group with a foreign security principal as its only member. */
  partners: 'CN=Partners,OU=Groups,DC=example,DC=org',
  admin: 'CN=Administrator,CN=Users,DC=example,DC=org',
  bridge: 'CN=bridge,OU=Services,DC=example,DC=org',
  /** A container in whose description the bridge may count. */
  brake: 'CN=scim-brake,OU=Services,DC=example,DC=org',
} as const

/** What can be different from server to server. */
export interface SambaOptions {
  /** Whether a bind without TLS is accepted. Default: no, as on a domain controller that demands signing. */
  readonly allowsCleartext?: boolean
}

/** A way to obtain a server: a container, where an engine answers, or Debian's package samba-ad-dc, which is installed, and
 *  root. */
export type SambaWay = 'container' | 'local'

const domainController: ServerKind = {
  name: 'Samba',
  waysVariable: 'SCIM_TEST_SAMBA',
  accounts: exampleDomain,
  demandsTls: true,
  readVersion,
}

/** Starts a Samba domain controller with the example domain, in the first way that works. The caller closes it.
 *  @param only the ways to try; default: what SCIM_TEST_SAMBA lists, or else all.
 *  @throws Error naming every way and what it lacked. */
export async function startSamba(
  options: SambaOptions = {},
  only?: readonly SambaWay[],
): Promise<DirectoryServer> {
  const ways: Ways<SambaWay> = {
    container: (passwords) =>
      ServerContainer.prepare({
        image: 'scim-directory-bridge-test-samba',
        dockerfile: 'samba/Dockerfile',
        ports: { ldap: 389, ldaps: 636 },
        environment: environmentOf(options, passwords),
      }),
    local: (passwords) => localServer(options, passwords),
  }
  return startServer(domainController, ways, only)
}

async function localServer(options: SambaOptions, passwords: Passwords): Promise<ServerProcess> {
  const [provisioning, python] = ['/usr/share/samba/setup/provision.ldif', '/usr/bin/python3']
  const samba = await programOnPath('samba')
  if (samba === undefined || !(await isReadable(provisioning)) || !(await isReadable(python))) {
    throw new Error('there is no domain controller of Samba: install samba-ad-dc')
  }
  if (getuid?.() !== 0) throw new Error('a domain controller of Samba has to be root')
  const addresses = ownAddresses()
  const { hostname } = new URL(addresses.url)
  return ServerProcess.prepare({
    script: 'samba/start.sh',
    obtained: `${samba} of this machine`,
    addresses,
    environment: () => ({
      ...environmentOf(options, passwords),
      LDAP_ADDRESS: `${hostname}/8`,
      LDAP_TLS_NAMES: `IP:${hostname}`,
    }),
  })
}

let count = 0

/** The ports cannot be changed, so every server gets a loopback address of its own. Linux answers on all of 127.0.0.0/8. */
function ownAddresses(): Addresses {
  count += 1
  const host = `127.${88 + count}.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`
  return { url: `ldap://${host}`, ldapsUrl: `ldaps://${host}` }
}

function environmentOf({ allowsCleartext = false }: SambaOptions, passwords: Passwords) {
  return {
    LDAP_ADMIN_PASSWORD: passwords.admin,
    LDAP_BRIDGE_PASSWORD: passwords.bridge,
    LDAP_STRONG_AUTH: allowsCleartext ? 'no' : 'yes',
  }
}

async function readVersion(admin: AdminClient): Promise<string> {
  const [version = ''] = await admin.values('', 'vendorVersion')
  return version
}
