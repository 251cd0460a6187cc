import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import type { SlapdInstallation } from './slapd-process.ts'

/** How distributions lay OpenLDAP out. */
const layouts = [
  { schema: '/etc/ldap/schema', modules: '/usr/lib/ldap' },
  { schema: '/etc/openldap/schema', modules: '/usr/lib64/openldap' },
  { schema: '/etc/openldap/schema', modules: '/usr/lib/openldap' },
  { schema: '/usr/local/etc/openldap/schema', modules: '/usr/local/libexec/openldap' },
] as const

/** The slapd of this machine.
 *  @throws Error saying what is missing. */
export async function installedSlapd(): Promise<SlapdInstallation> {
  const slapd = await programOnPath('slapd')
  if (slapd === undefined) throw new Error('there is no slapd on the PATH')
  if ((await programOnPath('openssl')) === undefined) {
    throw new Error('there is no openssl on the PATH, which makes the certificate')
  }
  for (const { schema, modules } of layouts) {
    const needed = [path.join(schema, 'namedobject.schema'), path.join(modules, 'memberof.la')]
    if ((await Promise.all(needed.map((file) => isReadable(file)))).every(Boolean)) {
      const programs = [path.dirname(slapd)]
      return { programs, schema, modules, environment: {}, obtained: `${slapd} of this machine` }
    }
  }
  throw new Error('the slapd on the PATH has no overlays as modules, or no schema of OpenLDAP 2.5')
}

/** Where a program is; daemons are not always on the PATH of a plain user. */
export async function programOnPath(name: string): Promise<string | undefined> {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin:/usr/local/libexec`
  for (const folder of folders.split(':')) {
    const file = path.join(folder, name)
    if (await isReadable(file, constants.X_OK)) return file
  }
  return undefined
}

async function isReadable(file: string, mode = constants.R_OK): Promise<boolean> {
  try {
    await access(file, mode)
    return true
  } catch {
    return false
  }
}
