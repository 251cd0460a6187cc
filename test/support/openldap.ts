import { readFile } from 'node:fs/promises'
import { AdminClient } from './admin-client.ts'
import type { Passwords } from './directory-server.ts'
import {
  exampleTree,
  slapdEnvironment,
  socketUrl,
  type OpenldapEndpoint,
  type OpenldapOptions,
  type OpenldapServer,
} from './openldap-server.ts'
import { startServer, type ServerKind, type Ways } from './server-lifecycle.ts'
import { ServerContainer } from './server-container.ts'
import { ServerProcess } from './server-process.ts'
import { installedSlapd, type SlapdInstallation } from './slapd-installed.ts'
import { unpackedSlapd } from './slapd-unpacked.ts'

/** A way to obtain a server: a container, where an engine answers; a slapd that is installed; Debian's packages, unpacked
 *  beside the project. */
export type Way = 'container' | 'local' | 'packages'

/** All ways, in the order they are tried. */
export const wayNames: readonly Way[] = ['container', 'local', 'packages']

const openldap: ServerKind = {
  name: 'OpenLDAP',
  waysVariable: 'SCIM_TEST_OPENLDAP',
  accounts: exampleTree,
  readVersion,
}

/** Starts an OpenLDAP with the example tree, in the first way that works: a container, an installed slapd, Debian's
 *  packages. The caller closes it.
 *  @param only the ways to try; default: what SCIM_TEST_OPENLDAP lists, such as `local,packages`, or else all.
 *  @throws Error naming every way and what it lacked. */
export async function startOpenldap(
  options: OpenldapOptions = {},
  only?: readonly Way[],
): Promise<OpenldapServer> {
  const ways: Ways<Way> = {
    container: (passwords) =>
      ServerContainer.prepare({
        image: 'scim-directory-bridge-test-openldap',
        context: 'slapd',
        ports: { ldap: 1389, ldaps: 1636 },
        environment: slapdEnvironment(options, passwords),
      }),
    local: async (passwords) => slapdProcess(await installedSlapd(), options, passwords),
    packages: async (passwords) => slapdProcess(await unpackedSlapd(), options, passwords),
  }
  const { passwords } = options.provider ?? {}
  return startServer({ ...openldap, ...(passwords && { passwords }) }, ways, only)
}

async function slapdProcess(
  { programs, schema, modules, environment, obtained }: SlapdInstallation,
  options: OpenldapOptions,
  passwords: Passwords,
): Promise<ServerProcess> {
  const { socketFile, provider } = options
  const socketUrls = socketFile === undefined ? [] : [socketUrl(socketFile)]
  return ServerProcess.prepare({
    script: 'slapd/start.sh',
    obtained,
    ...(provider && { addresses: provider.addresses }),
    environment: ({ url, ldapsUrl }) => ({
      ...environment,
      ...slapdEnvironment(options, passwords),
      PATH: [...programs, process.env['PATH']].join(':'),
      LDAP_URLS: [url, ldapsUrl, ...socketUrls].join(' '),
      LDAP_SCHEMA: schema,
      LDAP_MODULES: modules,
    }),
  })
}

/** The directory that SCIM_TEST_LDAP_URL names, if it is set: one with the example tree that somebody else runs, such as the
 *  compose file's. Its further addresses and passwords are in SCIM_TEST_LDAPS_URL, SCIM_TEST_LDAP_CA_FILE,
 *  SCIM_TEST_LDAP_ADMIN_PASSWORD and SCIM_TEST_LDAP_BRIDGE_PASSWORD. */
export async function givenOpenldap(): Promise<OpenldapEndpoint | undefined> {
  const url = process.env['SCIM_TEST_LDAP_URL']
  if (url === undefined || url === '') return undefined
  const caFile = required('SCIM_TEST_LDAP_CA_FILE')
  const admin = { dn: exampleTree.admin, password: required('SCIM_TEST_LDAP_ADMIN_PASSWORD') }
  return {
    url,
    ldapsUrl: required('SCIM_TEST_LDAPS_URL'),
    ca: await readFile(caFile, 'utf8'),
    caFile,
    admin,
    bridge: { dn: exampleTree.bridge, password: required('SCIM_TEST_LDAP_BRIDGE_PASSWORD') },
    version: await readVersion(new AdminClient({ url, admin })),
    obtained: `SCIM_TEST_LDAP_URL=${url}`,
    passedOver: [],
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw new Error(`${name} must be set beside SCIM_TEST_LDAP_URL`)
  }
  return value
}

async function readVersion(admin: AdminClient): Promise<string> {
  const [info = ''] = await admin.values('cn=Monitor', 'monitoredInfo')
  return /slapd (\S+)/.exec(info)?.[1] ?? info
}
