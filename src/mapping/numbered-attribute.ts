import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'
import { and, equals, type Filter, greaterOrEqual, lessOrEqual } from '../directory/filter.ts'
import type { EntrySettings } from './settings.ts'

/** An LDAP attribute whose number a new entry gets from a range, such as gidNumber. */
export interface NumberedAttribute {
  readonly type: AttributeType
  /** The lowest and the highest number, both of the range. */
  readonly from: number
  readonly to: number
}

/** The numbered attributes of the settings; an attribute that the schema does not have is left out. */
export function numberedAttributesOf(
  { numbers }: EntrySettings,
  directorySchema: DirectorySchema,
): NumberedAttribute[] {
  return Object.entries(numbers).flatMap(([name, range]) => {
    const type = directorySchema.attributeType(name)
    return type === undefined ? [] : [{ type, ...range }]
  })
}

/** The entries that have a number of the range which is this one or higher. */
export function hasFrom({ type, to }: NumberedAttribute, number: number): Filter {
  return and([greaterOrEqual(type.name, String(number)), lessOrEqual(type.name, String(to))])
}

/** The entries that have this number. */
export function hasNumber({ type }: NumberedAttribute, number: string): Filter {
  return equals(type.name, number)
}
