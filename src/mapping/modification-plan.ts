import type { AttributeType } from '../directory/directory-schema.ts'
import type { AttributeValue } from '../directory/entry.ts'
import type { Modification } from '../directory/operation.ts'
import { writtenName } from './syntax.ts'
import { byteKey, ValueSet } from './value-set.ts'

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
  const isWanted = new ValueSet(wanted)
  const staying = current.filter((value) => isWanted.has(value))
  const [stays, moves] = [new ValueSet(staying), new ValueSet(movedBehind(change, staying))]
  const isChanged = (value: AttributeValue): boolean => !stays.has(value) || moves.has(value)
  const [removed, added] = [current.filter(isChanged), wanted.filter(isChanged)]
  if (removed.length === 0 && added.length === 0) return []
  const attribute = writtenName(type)
  if (type.equality === undefined && current.length > 0) {
    return [{ operation: 'replace', attribute, values: wanted }]
  }
  const modifications: Modification[] = [
    { operation: 'delete', attribute, values: removed },
    { operation: 'add', attribute, values: added },
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
  const place = staying.findIndex((value) => byteKey(value) === byteKey(first))
  return place === -1 ? staying : staying.slice(0, place)
}
