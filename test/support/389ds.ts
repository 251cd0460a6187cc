import type { AdminClient } from './admin-client.ts'
import type { DirectoryServer, Passwords } from './directory-server.ts'
import { exampleTree } from './openldap-server.ts'
import { programOnPath } from './program-on-path.ts'
import { startServer, type ServerKind, type Ways } from './server-lifecycle.ts'
import { ServerContainer } from './server-container.ts'
import { ServerProcess } from './server-process.ts'

/** The plug-ins that can be left out. */
type Plugin = 'memberof' | 'refint' | 'unique' | '7bit'

/** What can be different from server to server. */
export interface Options389 {
  /** Default: all four. The last refuses a uid or mail that is not ASCII, as 389 DS does when nobody changes it. */
  readonly plugins?: readonly Plugin[]
}

/** A way to obtain a server: a container, where an engine answers, or Debian's package 389-ds-base, which is installed. */
export type Way389 = 'container' | 'local'

const server389: ServerKind = {
  name: '389 Directory Server',
  waysVariable: 'SCIM_TEST_389DS',
  accounts: exampleTree,
  // A file in /dev/shm.
  leavesTraces: true,
  readVersion,
}

/** Starts a 389 Directory Server with the example tree, where everything is as in the one of OpenLDAP, in the first way
 *  that works. The caller closes it.
 *  @param only the ways to try; default: what SCIM_TEST_389DS lists, or else all.
 *  @throws Error naming every way and what it lacked. */
export async function start389ds(
  options: Options389 = {},
  only?: readonly Way389[],
): Promise<DirectoryServer> {
  const ways: Ways<Way389> = {
    container: (passwords) =>
      ServerContainer.prepare({
        image: 'scim-directory-bridge-test-389ds',
        dockerfile: '389ds/Dockerfile',
        ports: { ldap: 1389, ldaps: 1636 },
        environment: environmentOf(options, passwords),
      }),
    local: (passwords) => localServer(options, passwords),
  }
  return startServer(server389, ways, only)
}

async function localServer(options: Options389, passwords: Passwords): Promise<ServerProcess> {
  for (const program of ['ns-slapd', 'pwdhash', 'certutil', 'pk12util', 'openssl']) {
    if ((await programOnPath(program)) === undefined) {
      throw new Error(
        `there is no ${program} on the PATH: install 389-ds-base, libnss3-tools, openssl`,
      )
    }
  }
  return ServerProcess.prepare({
    script: '389ds/start.sh',
    obtained: 'ns-slapd of this machine',
    environment: ({ url, ldapsUrl }) => ({
      ...environmentOf(options, passwords),
      LDAP_ADDRESS: new URL(url).hostname,
      LDAP_PORT: new URL(url).port,
      LDAPS_PORT: new URL(ldapsUrl).port,
    }),
  })
}

function environmentOf({ plugins }: Options389, passwords: Passwords) {
  return {
    LDAP_ADMIN_PASSWORD: passwords.admin,
    LDAP_BRIDGE_PASSWORD: passwords.bridge,
    LDAP_OVERLAYS: (plugins ?? ['memberof', 'refint', 'unique', '7bit']).join(' '),
  }
}

async function readVersion(admin: AdminClient): Promise<string> {
  const [info = ''] = await admin.values('', 'vendorVersion')
  return /^389-Directory\/(\S+)/.exec(info)?.[1] ?? info
}
