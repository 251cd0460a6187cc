import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AdminClient } from './admin-client.ts'
import {
  exampleTree,
  type OpenldapEndpoint,
  type OpenldapOptions,
  type OpenldapServer,
  type Passwords,
  type Slapd,
} from './openldap-server.ts'
import { SlapdContainer } from './slapd-container.ts'
import { installedSlapd } from './slapd-installed.ts'
import { SlapdProcess } from './slapd-process.ts'
import { unpackedSlapd } from './slapd-unpacked.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The ways to obtain a server of our own, in the order they are tried. */
const ways = {
  /** A container, where an engine answers. */
  container: (options: OpenldapOptions, passwords: Passwords): Promise<Slapd> =>
    SlapdContainer.prepare(options, passwords),
  /** A slapd that is installed. */
  local: async (options: OpenldapOptions, passwords: Passwords): Promise<Slapd> =>
    SlapdProcess.prepare(await installedSlapd(), options, passwords),
  /** Debian's packages, unpacked beside the project. */
  packages: async (options: OpenldapOptions, passwords: Passwords): Promise<Slapd> =>
    SlapdProcess.prepare(await unpackedSlapd(), options, passwords),
} as const

/** A way to obtain a server. */
export type Way = keyof typeof ways

/** All ways, in the order they are tried. */
export const wayNames = Object.keys(ways) as readonly Way[]

const startLimitMs = 30_000

/** Starts an OpenLDAP with the example tree, in the first way that works: a container, an installed slapd, Debian's
 *  packages. The caller closes it.
 *  @param only the ways to try; default: what SCIM_TEST_OPENLDAP lists, such as `local,packages`, or else all.
 *  @throws Error naming every way and what it lacked. */
export async function startOpenldap(
  options: OpenldapOptions = {},
  only: readonly Way[] = wantedWays(),
): Promise<OpenldapServer> {
  const reasons: string[] = []
  for (const way of only) {
    try {
      return { ...(await startBy(way, options)), passedOver: reasons }
    } catch (error) {
      reasons.push(`${way}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new Error(['No OpenLDAP could be started:', ...reasons].join('\n  '))
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

function wantedWays(): readonly Way[] {
  const names = process.env['SCIM_TEST_OPENLDAP'] ?? ''
  if (names === '') return wayNames
  return names.split(',').map((name) => {
    const way = wayNames.find((known) => known === name.trim())
    if (way === undefined)
      throw new Error(`SCIM_TEST_OPENLDAP may list ${wayNames.join(', ')}; not ${name}`)
    return way
  })
}

type Started = Omit<OpenldapServer, 'passedOver'>

async function startBy(way: Way, options: OpenldapOptions): Promise<Started> {
  const passwords = { admin: randomPassword(), bridge: randomPassword() }
  const slapd = await ways[way](options, passwords)
  try {
    await launch(slapd, passwords)
    return await serverOf(slapd, passwords)
  } catch (error) {
    await end(slapd)
    throw error
  }
}

async function serverOf(slapd: Slapd, passwords: Passwords): Promise<Started> {
  const { url, ldapsUrl, obtained } = slapd
  const admin = { dn: exampleTree.admin, password: passwords.admin }
  const version = await readVersion(new AdminClient({ url, admin }))
  const folder = await temporaryFolder('openldap-ca')
  const ca = await slapd.readCa()
  const caFile = path.join(folder.path, 'ca.pem')
  await writeFile(caFile, ca)
  let isFrozen = false
  let isClosed = false

  const thaw = async () => {
    if (isFrozen) await slapd.signal('SIGCONT')
    isFrozen = false
  }
  const endBy = async (signal: 'SIGTERM' | 'SIGKILL') => {
    await thaw()
    if (!(await slapd.isRunning())) return
    await slapd.signal(signal)
    await slapd.ended()
  }
  return {
    url,
    ldapsUrl,
    ca,
    caFile,
    admin,
    bridge: { dn: exampleTree.bridge, password: passwords.bridge },
    version,
    obtained,
    stop: () => endBy('SIGTERM'),
    kill: () => endBy('SIGKILL'),
    async freeze() {
      if (!isFrozen) await slapd.signal('SIGSTOP')
      isFrozen = true
    },
    thaw,
    async restart() {
      await endBy('SIGTERM')
      await launch(slapd, passwords)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await endBy('SIGKILL')
      await slapd.remove()
      await folder.remove()
    },
  }
}

/** Starts it and waits until it answers the bridge's bind. */
async function launch(slapd: Slapd, passwords: Passwords): Promise<void> {
  await slapd.launch()
  const client = new AdminClient({ url: slapd.url, admin: { dn: exampleTree.admin, password: '' } })
  const deadline = performance.now() + startLimitMs
  for (;;) {
    const failure = await client.canBind(exampleTree.bridge, passwords.bridge).then(
      (isAccepted) => (isAccepted ? undefined : 'it refuses the password it was given'),
      (error: unknown) => String(error),
    )
    if (failure === undefined) return
    if (!(await slapd.isRunning()) || performance.now() > deadline) {
      throw new Error(`${slapd.obtained} did not come up: ${failure}\n${await slapd.readLog()}`)
    }
    await delay(20)
  }
}

async function end(slapd: Slapd): Promise<void> {
  if (await slapd.isRunning()) {
    await slapd.signal('SIGKILL')
    await slapd.ended()
  }
  await slapd.remove()
}

async function readVersion(admin: AdminClient): Promise<string> {
  const [info = ''] = await admin.values('cn=Monitor', 'monitoredInfo')
  return /slapd (\S+)/.exec(info)?.[1] ?? info
}

function randomPassword(): string {
  return randomBytes(12).toString('hex')
}
