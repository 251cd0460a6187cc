import { childDn, formatDn, parseDn } from '../directory/dn.ts'
import type { Identity } from './identity.ts'
import { dnKey } from './reference.ts'

/** The principals of other forests, for each of which the domain has an entry that groups name. The entry is named by the security
 *  identifier of the principal and has nothing else to tell, so that it need not be read, out of reach as it is.
 *  MS-ADTS §6.1.1.4.10 */
export class ForeignPrincipals {
  readonly #container: string | undefined

  /** @param base somewhere within the domain. */
  constructor({ foreignPrincipals }: Pick<Identity, 'foreignPrincipals'>, base: string) {
    this.#container =
      foreignPrincipals === undefined ? undefined : childDn('CN', foreignPrincipals, domainOf(base))
  }

  /** The security identifier of the principal that a DN names; nothing when it names anything else.
   *  @example 'S-1-5-21-1111111111-2222222222-3333333333-1104' */
  sidOf(dn: string): string | undefined {
    const [, sid = ''] = /^CN=([^,]+),/iu.exec(dn) ?? []
    const own = this.dnOf(sid)
    return own !== undefined && dnKey(own) === dnKey(dn) ? sid : undefined
  }

  /** Where the principal with a security identifier is, if the domain has an entry for it; nothing when the id is none. */
  dnOf(id: string): string | undefined {
    if (this.#container === undefined || !isSid(id)) return undefined
    return childDn('CN', id, this.#container)
  }
}

/** MS-DTYP §2.4.2.1 */
function isSid(text: string): boolean {
  return /^S-1(?:-\d+){1,16}$/iu.test(text)
}

/** A domain is named by domain components alone. */
function domainOf(base: string): string {
  const rdns = parseDn(base)
  const last = rdns.findLastIndex((rdn) => rdn.some(({ type }) => type.toLowerCase() !== 'dc'))
  return formatDn(rdns.slice(last + 1))
}
