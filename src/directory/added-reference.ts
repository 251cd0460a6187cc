import type { AskedOperation } from './complained-attribute.ts'
import { InvalidDnError, isSameDn, isWithin, parentDn } from './dn.ts'
import type { AttributeValue } from './entry.ts'
import type { LdapResult } from './result.ts'

/** Whether an operation adds a reference that an answer may mean. Active Directory has one code for a missing entry, for one whose parent is missing, and for a missing value: only a value that
 *  looks like a DN can be meant, and no search for a parent comes to its end above it. */
export function addsReference(
  asked: AskedOperation,
  { matchedDn = '' }: Partial<Pick<LdapResult, 'matchedDn'>>,
): boolean {
  switch (asked.kind) {
    case 'add':
      return (
        !isAboveParent(matchedDn, asked.dn) &&
        asked.attributes.some(({ values }) => values.some(isReference))
      )
    case 'modify':
      return asked.modifications.some(
        ({ operation, values }) => operation !== 'delete' && values.some(isReference),
      )
    default:
      return false
  }
}

function isAboveParent(matchedDn: string, dn: string): boolean {
  try {
    const parent = parentDn(dn)
    return matchedDn !== '' && isWithin(parent, matchedDn) && !isSameDn(parent, matchedDn)
  } catch (error) {
    if (error instanceof InvalidDnError) return false
    throw error
  }
}

function isReference(value: AttributeValue): boolean {
  return typeof value === 'string' && /^(<GUID=|[a-z][a-z0-9-]*=[^,]+,)/i.test(value)
}
