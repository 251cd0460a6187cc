import type { AttributeType } from '../directory/directory-schema.ts'
import type { AttributeValue, Entry } from '../directory/entry.ts'
import type { JsonObject, JsonValue } from '../scim/json.ts'
import { isJsonObject } from '../scim/json.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { toLdapValue, toScimValue } from './syntax.ts'

/** A SCIM resource in the making. */
export type Draft = { [name: string]: JsonValue | Draft | (JsonValue | Draft)[] }

/** One line of the attribute map: a place in a SCIM resource and the LDAP attribute that holds its value.
 *
 *  Three shapes: a single value (`userName`, `name.familyName`); every element of a multi-valued attribute, or of
 *  those with a type (`emails`, `emails[type eq "work"]`), each LDAP value one element; one sub-attribute of the element of a
 *  type (`addresses[type eq "work"].locality`), with several lines making up the element. */
export interface Slot {
  /** The path as it stands in the map, for messages. */
  readonly key: string
  /** The URN of the extension the attribute is in; none for the core schema. */
  readonly urn: string | undefined
  readonly attribute: AttributeDefinition
  readonly subAttribute: AttributeDefinition | undefined
  /** What the value path asks of an element: `{ type: 'work' }`; none for a line without value path. */
  readonly terms: Readonly<Record<string, string>>
  readonly type: AttributeType
  /** The object class of the entries demands the LDAP attribute. */
  readonly isDemanded: boolean
  readonly isPrimary: boolean
  readonly isReadOnly: boolean
  /** Paths whose value stands in when there is none, the first that has one; see `fallbackPaths`. */
  readonly fallback: readonly string[]
}

/** The paths of a fallback: several, parted by a blank, are joined (`name.givenName name.familyName`). */
export function fallbackPaths(fallback: string): readonly string[] {
  return fallback.includes('[') ? [fallback] : fallback.trim().split(/\s+/u)
}

/** The definition of the values themselves: of the sub-attribute, or of `value` where elements are complex. */
export function leafOf({ attribute, subAttribute }: Slot): AttributeDefinition {
  if (subAttribute !== undefined) return subAttribute
  const value = attribute.subAttributes?.find(({ name }) => name === 'value')
  return attribute.type === 'complex' ? (value ?? attribute) : attribute
}

/** Whether each LDAP value is an element of its own. */
export function hasElements({ attribute, subAttribute }: Slot): boolean {
  return attribute.multiValued && subAttribute === undefined
}

/** The SCIM values that an entry holds for a slot, in the order of the server.
 *  @param rdnValue the value that names the entry, when the slot's attribute is in its RDN: it comes first, so that a single
 *  value is always the one a rename changes. */
export function readValues(slot: Slot, entry: Entry, rdnValue?: string): JsonValue[] {
  const values = entry.bytes(slot.type.name)
  const first = values.findIndex((value) => value.toString('utf8') === rdnValue)
  const ordered = first > 0 ? [values[first], ...values.toSpliced(first, 1)] : values
  return ordered
    .flatMap((value) => (value === undefined ? [] : [toScimValue(leafOf(slot), value)]))
    .filter((value) => value !== undefined && value !== '')
    .map((value) => value as JsonValue)
}

/** The LDAP values of SCIM values; those that the attribute's equality rule takes for the same are given once. */
export function toLdapValues(slot: Slot, values: readonly JsonValue[]): AttributeValue[] {
  const converted = values.map((value) => toLdapValue(leafOf(slot), slot.type, value))
  const isCaseless = /^(?:caseIgnore|2\.5\.13\.2$)/u.test(slot.type.equality ?? '')
  const seen = new Set<string>()
  return converted.filter((value) => {
    const text = typeof value === 'string' ? value : value.toString('latin1')
    const key = isCaseless ? text.trim().toLowerCase() : text
    return !seen.has(key) && seen.add(key)
  })
}

/** Puts the values of a slot into a resource; no values change nothing. */
export function putValues(resource: Draft, slot: Slot, values: readonly JsonValue[]): void {
  const [first] = values
  if (first === undefined) return
  const holder = slot.urn === undefined ? resource : childOf(resource, slot.urn)
  const { attribute, subAttribute } = slot
  if (hasElements(slot)) listOf(holder, attribute.name).push(...elementsOf(slot, values))
  else if (subAttribute === undefined) holder[attribute.name] = first
  else if (attribute.multiValued) partOf(holder, slot)[subAttribute.name] = first
  else childOf(holder, attribute.name)[subAttribute.name] = first
}

/** The values that a resource holds for a slot; a primary element comes first.
 *  @param siblings all slots of the same attribute: each element belongs to one of them alone. */
export function takeValues(
  resource: JsonObject,
  slot: Slot,
  siblings: readonly Slot[],
): JsonValue[] {
  const holder = slot.urn === undefined ? resource : resource[slot.urn]
  const value = isJsonObject(holder) ? holder[slot.attribute.name] : undefined
  if (value === undefined) return []
  const { subAttribute } = slot
  if (!slot.attribute.multiValued) return present([partValue(value, subAttribute?.name)])
  const own = asList(value).filter((element) => isOwn(slot, element, siblings))
  if (subAttribute !== undefined) return present([partValue(own[0], subAttribute.name)])
  const primaryFirst = [...own.filter(isPrimaryElement), ...own.filter((e) => !isPrimaryElement(e))]
  return present(
    primaryFirst.map((element) => (isJsonObject(element) ? element['value'] : element)),
  )
}

function elementsOf(slot: Slot, values: readonly JsonValue[]): JsonValue[] {
  if (slot.attribute.type !== 'complex') return [...values]
  return values.map((value, index) => ({
    value,
    ...slot.terms,
    ...(slot.isPrimary && index === 0 ? { primary: true } : {}),
  }))
}

/** An element belongs to the line whose terms it meets, else to the line without terms, and when it does not say what it
 *  is (OneLogin's sample bodies leave `type` out) to the first line. */
function isOwn(slot: Slot, element: JsonValue, siblings: readonly Slot[]): boolean {
  const owner =
    siblings.find(({ terms }) => Object.keys(terms).length > 0 && meets(element, terms)) ??
    siblings.find(({ terms }) => Object.keys(terms).length === 0) ??
    siblings.find(({ terms }) => Object.keys(terms).every((name) => !mentions(element, name)))
  return owner !== undefined && isSameTerms(owner.terms, slot.terms)
}

function meets(element: JsonValue, terms: Readonly<Record<string, string>>): boolean {
  return Object.entries(terms).every(
    ([name, value]) =>
      isJsonObject(element) && String(element[name]).toLowerCase() === value.toLowerCase(),
  )
}

function mentions(element: JsonValue, name: string): boolean {
  return isJsonObject(element) && element[name] !== undefined
}

function isSameTerms(one: Slot['terms'], other: Slot['terms']): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  )
}

function isPrimaryElement(element: JsonValue): boolean {
  return isJsonObject(element) && element['primary'] === true
}

function partValue(value: JsonValue | undefined, name: string | undefined): JsonValue | undefined {
  if (name === undefined) return value
  return isJsonObject(value) ? value[name] : undefined
}

function present(values: readonly (JsonValue | undefined)[]): JsonValue[] {
  return values.filter((value) => value !== undefined && value !== null)
}

function asList(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
}

function childOf(holder: Draft, name: string): Draft {
  const child = (holder[name] ?? {}) as Draft
  holder[name] = child
  return child
}

function listOf(holder: Draft, name: string): (JsonValue | Draft)[] {
  const list = (holder[name] ?? []) as (JsonValue | Draft)[]
  holder[name] = list
  return list
}

function partOf(holder: Draft, slot: Slot): Draft {
  const list = listOf(holder, slot.attribute.name)
  const found = list.find((element) => meets(element, slot.terms))
  if (found !== undefined) return found as Draft
  const element: Draft = { ...slot.terms, ...(slot.isPrimary ? { primary: true } : {}) }
  list.push(element)
  return element
}
