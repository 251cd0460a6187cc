import { text } from '../codec/scalars.ts'
import { InvalidDnError, parseDn } from '../directory/dn.ts'

function isDn(value: string): boolean {
  try {
    return parseDn(value).length > 0
  } catch (error) {
    if (error instanceof InvalidDnError) return false
    throw error
  }
}

/** The name of an entry, kept as it is written. RFC 4514 */
export const DistinguishedName = text(
  'a distinguished name such as ou=people,dc=example,dc=org',
  isDn,
)
/** The name of an attribute or object class. RFC 4512 §1.4 */
export const LdapName = text('the name of an LDAP attribute or object class', (value) =>
  /^[A-Za-z][A-Za-z0-9-]*$/u.test(value),
)
