import { type AskedOperation, type NamedValues, namedValues } from './complained-attribute.ts'
import { InvalidDnError, isSameDn, isWithin, parentDn } from './dn.ts'
import type { AttributeValue } from './entry.ts'
import type { LdapResult } from './result.ts'

/** Whether an operation adds a reference that an answer may mean. Active Directory has one code for a missing entry, for one whose
 *  parent is missing, and for a missing value: only a value that looks like a DN can be meant, and no search for a parent comes to
 *  its end above it. */
export function addsReference(
  asked: AskedOperation,
  { matchedDn = '' }: Partial<Pick<LdapResult, 'matchedDn'>>,
): boolean {
  const isParentMissing = asked.kind === 'add' && isAboveParent(matchedDn, asked.dn)
  return !isParentMissing && referringAttributes(asked).length > 0
}

/** The attribute to which an operation adds references; nothing where there are several. */
export function referringAttribute(asked: AskedOperation): string | undefined {
  const [name, ...others] = referringAttributes(asked)
  return others.length === 0 ? name : undefined
}

function referringAttributes(asked: AskedOperation): readonly string[] {
  const names = addedValues(asked)
    .filter(({ values }) => values.some(isReference))
    .map(({ name }) => name)
  return [...new Set(names)]
}

function addedValues(asked: AskedOperation): readonly NamedValues[] {
  switch (asked.kind) {
    case 'add':
      return namedValues(asked)
    case 'modify':
      return namedValues({
        ...asked,
        modifications: asked.modifications.filter(({ operation }) => operation !== 'delete'),
      })
    default:
      return []
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
