import path from 'node:path'
import { isReadable, programOnPath } from './program-on-path.ts'

/** Where a slapd and its belongings are. */
export interface SlapdInstallation {
  /** The folders of slapd, slapadd, slappasswd and openssl, as far as they are not on the PATH. */
  readonly programs: readonly string[]
  readonly schema: string
  readonly modules: string
  /** What its processes need on top of our own environment. */
  readonly environment: Readonly<Record<string, string>>
  /** How it was obtained, in words. */
  readonly obtained: string
}

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
