import type { AttributeType } from '../directory/directory-schema.ts'
import { type AttributeValue, toBytes } from '../directory/entry.ts'
import type { Modification } from '../directory/operation.ts'

/** What an LDAP attribute holds and what it is to hold; either may be empty. */
export interface AttributeChange {
  readonly type: AttributeType
  readonly current: readonly AttributeValue[]
  readonly wanted: readonly AttributeValue[]
}

/** The least modifications that turn the current values into the wanted ones: values that stay are not named, so
 *  what others add meanwhile is kept, and a value that others removed meanwhile makes the modify fail instead of
 *  going by unseen. Only an attribute without equality rule is replaced as a whole: its values cannot be deleted one by one
 *  (OpenLDAP answers 18 for facsimileTelephoneNumber). RFC 4511 §4.6 */
export function modificationsFor({ type, current, wanted }: AttributeChange): Modification[] {
  const [removed, added] = [without(current, wanted), without(wanted, current)]
  if (removed.length === 0 && added.length === 0) return []
  if (type.equality === undefined && removed.length > 0) {
    return [{ operation: 'replace', attribute: type.name, values: wanted }]
  }
  const modifications: Modification[] = [
    { operation: 'delete', attribute: type.name, values: removed },
    { operation: 'add', attribute: type.name, values: added },
  ]
  return modifications.filter(({ values }) => values.length > 0)
}

function without(
  values: readonly AttributeValue[],
  others: readonly AttributeValue[],
): AttributeValue[] {
  const bytes = others.map(toBytes)
  return values.filter((value) => !bytes.some((other) => other.equals(toBytes(value))))
}
