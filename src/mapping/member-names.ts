import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'
import type { Entry } from '../directory/entry.ts'
import { valueKey } from './matching-rule.ts'
import { rdnValueOf } from './rdn-value.ts'
import { dnKey } from './reference.ts'
import type { GroupSettings } from './settings.ts'
import { syntaxes, syntaxNumber } from './syntax.ts'

/** By what the values of an attribute name entries: by their DNs, or as memberUid does by an attribute of users. */
export interface MemberNames {
  /** The attribute of users whose values these are; nothing where they are DNs. */
  readonly type: AttributeType | undefined
  /** The same for all spellings of a value. */
  readonly key: (value: string) => string
  /** The values by which a user can be named, the first is the one that is written. None where the attribute that names has no
   *  room for what he has. */
  readonly ofUser: (entry: Entry) => readonly string[]
  /** The values by which a group can be named. */
  readonly ofGroup: (dn: string) => readonly string[]
}

/** By DNs, users and groups alike. */
export const dnNames: MemberNames = {
  type: undefined,
  key: dnKey,
  ofUser: ({ dn }) => [dn],
  ofGroup: (dn) => [dn],
}

/** By what groups name their members. */
export function memberNames(
  { attribute, holds }: GroupSettings['members'],
  schema: DirectorySchema,
): MemberNames {
  const [type, member] = [schema.attributeType(holds), schema.attributeType(attribute)]
  if (holds === dnValue || type === undefined || member === undefined) return dnNames
  return {
    type,
    key: (value) => valueKey(member.equality, value),
    ofUser: (entry) => valuesOf(type, entry).filter((value) => hasRoomFor(member, value)),
    ofGroup: () => [],
  }
}

/** What `members.holds` says of DNs. */
export const dnValue = 'dn'

/** The values of an attribute, the one that names the entry first. */
function valuesOf(type: AttributeType, entry: Entry): string[] {
  const named = rdnValueOf(type, entry)?.toString('utf8')
  const others = entry.texts(type.name).filter((value) => value !== named)
  return named === undefined ? others : [named, ...others]
}

/** RFC 4517 §3.3.15 */
function hasRoomFor(member: AttributeType, value: string): boolean {
  return syntaxNumber(member) !== syntaxes.ia5String || /^\p{ASCII}*$/u.test(value)
}
