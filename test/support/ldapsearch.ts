import type { Credentials, DirectoryEndpoint } from './directory-server.ts'
import { type ClientTarget, runOpenldapClient } from './openldap-client.ts'

/** An entry as it is shown: attribute names in lower case, values as text. */
export interface ShownEntry {
  readonly dn: string
  readonly values: (attribute: string) => readonly string[]
}

/** What is below a base in the eyes of the directory's administrator, by the `ldapsearch` of OpenLDAP.
 *  @param attributes which of them. */
export async function shownBelow(
  server: ClientTarget & Pick<DirectoryEndpoint, 'admin'>,
  base: string,
  attributes: readonly string[],
): Promise<readonly ShownEntry[]> {
  const how = ['-LLL', '-o', 'ldif-wrap=no', '-b', base, '(objectClass=*)']
  const stdout = await runOpenldapClient('ldapsearch', server, server.admin, [
    ...how,
    ...attributes,
  ])
  return stdout
    .split('\n\n')
    .filter((record) => record.trim() !== '')
    .map(entryIn)
}

const invalidCredentials = 49

/** Whether somebody is let in with a password, by the `ldapwhoami` of OpenLDAP: no for a wrong password and for an account that is
 *  locked.
 *  @throws Error when the directory does not answer. */
export async function isLetIn(server: ClientTarget, credentials: Credentials): Promise<boolean> {
  try {
    await runOpenldapClient('ldapwhoami', server, credentials)
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === invalidCredentials) return false
    throw error
  }
}

function entryIn(record: string): ShownEntry {
  const pairs = record.split('\n').flatMap((line) => {
    const match = /^([^:]+)(::?) (.*)$/u.exec(line)
    if (match === null) return []
    const [, name = '', colons, text = ''] = match
    const value = colons === '::' ? Buffer.from(text, 'base64').toString('utf8') : text
    return [[name.toLowerCase(), value] as const]
  })
  const [, dn = ''] = pairs.find(([name]) => name === 'dn') ?? []
  return {
    dn,
    values: (attribute) =>
      pairs.filter(([name]) => name === attribute.toLowerCase()).map(([, value]) => value),
  }
}
