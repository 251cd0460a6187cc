import type { AttributeType } from '../directory/directory-schema.ts'
import type { JsonObject } from '../scim/json.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'

/** One line of the attribute map: a place in a SCIM resource and the LDAP attribute that holds its value.
 *
 *  Three shapes: a single value (`userName`, `name.familyName`); every element of a multi-valued attribute, or of
 *  those with a type (`emails`, `emails[type eq "work"]`), each LDAP value one element; one sub-attribute of the element of a
 *  type (`addresses[type eq "work"].locality`), with several lines making up the element. */
export interface Slot {
  /** The path in its canonical form. */
  readonly key: string
  /** The URN of the extension the attribute is in; none for the core schema. */
  readonly urn: string | undefined
  readonly attribute: AttributeDefinition
  readonly subAttribute: AttributeDefinition | undefined
  /** What the value path asks of an element: `{ type: 'work' }`; empty for a line without value path. */
  readonly terms: JsonObject
  readonly type: AttributeType
  /** The object class by which entries are known demands the LDAP attribute, so that each of them has it. */
  readonly isDemanded: boolean
  readonly isPrimary: boolean
  readonly isReadOnly: boolean
  /** What stands in when there is no value, the first that has one: the keys of slots whose values are joined. */
  readonly fallback: readonly (readonly string[])[]
}

/** The definition of the values themselves: of the sub-attribute, or of `value` where elements are complex. */
export function leafOf({
  attribute,
  subAttribute,
}: Pick<Slot, 'attribute' | 'subAttribute'>): AttributeDefinition {
  if (subAttribute !== undefined) return subAttribute
  const value = attribute.subAttributes?.find(({ name }) => name === 'value')
  return attribute.type === 'complex' ? (value ?? attribute) : attribute
}

/** The names of the sub-attributes that are known where a slot of a complex attribute has a value. */
export function partNames({ subAttribute, terms, isPrimary }: Slot): readonly string[] {
  const leaf = subAttribute?.name ?? 'value'
  return [leaf, ...Object.keys(terms), ...(isPrimary ? ['primary'] : [])]
}

/** Whether each LDAP value is an element of its own. */
export function hasElements({ attribute, subAttribute }: Slot): boolean {
  return attribute.multiValued && subAttribute === undefined
}

/** Whether two slots hold values of the same SCIM attribute. */
export function isSibling(one: Slot, other: Slot): boolean {
  return one.urn === other.urn && one.attribute.name === other.attribute.name
}

/** Whether values are shown as the text they are in the directory. */
export function isTextType({ type }: AttributeDefinition): boolean {
  return type === 'string' || type === 'reference'
}
