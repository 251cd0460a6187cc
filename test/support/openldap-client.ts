import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Credentials } from './directory-server.ts'
import { isReadable, programOnPath } from './program-on-path.ts'
import { unpackedSlapd } from './slapd-unpacked.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How to run one of OpenLDAP's own clients. */
interface Program {
  readonly file: string
  /** What it needs on top of our own environment. */
  readonly environment: Readonly<Record<string, string>>
}

/** A directory as such a client sees it. */
export interface ClientTarget {
  readonly url: string
  /** The authority behind its certificate, where the URL is one of ldaps. */
  readonly caFile?: string
}

const longestOutput = 256 * 1024 * 1024
const found = new Map<string, Promise<Program>>()

/** Runs a client of OpenLDAP's, so that nothing the bridge is made of stands between a test and the server.
 *  @param name `ldapsearch` or `ldapwhoami`: those of the PATH, else those of Debian's package.
 *  @returns what it has printed.
 *  @throws Error as `execFile`, with the exit code as `code`; or saying what to install. */
export async function runOpenldapClient(
  name: 'ldapsearch' | 'ldapwhoami',
  target: ClientTarget,
  { dn, password }: Credentials,
  args: readonly string[] = [],
): Promise<string> {
  const program = found.get(name) ?? findClient(name)
  found.set(name, program)
  const { file, environment } = await program
  const folder = await temporaryFolder(name)
  try {
    const passwordFile = path.join(folder.path, 'password')
    await writeFile(passwordFile, password, { mode: 0o600 })
    const { stdout } = await promisify(execFile)(
      file,
      ['-x', '-H', target.url, '-D', dn, '-y', passwordFile, ...args],
      {
        maxBuffer: longestOutput,
        env: {
          ...process.env,
          ...environment,
          ...(target.caFile === undefined ? {} : { LDAPTLS_CACERT: target.caFile }),
        },
      },
    )
    return stdout
  } finally {
    await folder.remove()
  }
}

async function findClient(name: string): Promise<Program> {
  const file = await programOnPath(name)
  if (file !== undefined) return { file, environment: {} }
  try {
    const { programs, environment } = await unpackedSlapd()
    for (const folder of programs) {
      const unpacked = path.join(folder, name)
      if (await isReadable(unpacked)) return { file: unpacked, environment }
    }
    throw new Error("it is not in Debian's packages")
  } catch (cause) {
    throw new Error(
      `There is no ${name}, which the tests read the directory with: install ldap-utils (Debian, Ubuntu), openldap-clients (Fedora, Red Hat) or openldap2-client (SUSE).`,
      { cause },
    )
  }
}
