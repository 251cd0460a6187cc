import type { AttributeType } from '../directory/directory-schema.ts'
import { type AttributeValue, toBytes } from '../directory/entry.ts'
import type { Modification } from '../directory/operation.ts'

/** What an LDAP attribute holds and what it is to hold; either may be empty. */
export interface AttributeChange {
  readonly type: AttributeType
  readonly current: readonly AttributeValue[]
  readonly wanted: readonly AttributeValue[]
  /** The first of the wanted values is to be the first of the attribute: the one that counts where only one is shown. */
  readonly isFirstFirst?: boolean
}

/** The least modifications that turn the current values into the wanted ones: values that stay are not named, so
 *  what others add meanwhile is kept, and a value that others removed meanwhile makes the modify fail instead of
 *  going by unseen. Deletions come first: the values of a modify take effect in their order, and `SMITH` cannot be added while
 *  `Smith` is there. An attribute without equality rule is replaced as a whole: its values can neither be deleted one by one nor
 *  added to others (OpenLDAP answers 18 for facsimileTelephoneNumber). RFC 4511 §4.6 */
export function modificationsFor(change: AttributeChange): Modification[] {
  const { type, current, wanted } = change
  const staying = current.filter((value) => includes(wanted, value))
  const moved = movedBehind(change, staying)
  const removed = current.filter((value) => !includes(staying, value) || includes(moved, value))
  const added = wanted.filter((value) => !includes(staying, value) || includes(moved, value))
  if (removed.length === 0 && added.length === 0) return []
  if (type.equality === undefined && current.length > 0) {
    return [{ operation: 'replace', attribute: type.name, values: wanted }]
  }
  const modifications: Modification[] = [
    { operation: 'delete', attribute: type.name, values: removed },
    { operation: 'add', attribute: type.name, values: added },
  ]
  return modifications.filter(({ values }) => values.length > 0)
}

/** Values that stay, but have to be taken out and added again so that they stand behind the one that is to be the first. LDAP promises
 *  no order (RFC 4511 §4.1.7), yet servers keep that in which values are added. */
function movedBehind(
  { wanted, isFirstFirst }: AttributeChange,
  staying: readonly AttributeValue[],
): readonly AttributeValue[] {
  const [first] = wanted
  if (isFirstFirst !== true || first === undefined) return []
  const place = staying.findIndex((value) => includes([first], value))
  return place === -1 ? staying : staying.slice(0, place)
}

function includes(values: readonly AttributeValue[], value: AttributeValue): boolean {
  const bytes = toBytes(value)
  return values.some((each) => toBytes(each).equals(bytes))
}
