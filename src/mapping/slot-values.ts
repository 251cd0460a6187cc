import { comparable } from '../scim/filter/matches.ts'
import type { JsonObject, JsonValue } from '../scim/json.ts'
import { isJsonObject } from '../scim/json.ts'
import { elementsOf } from '../scim/schema/attribute-path.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { subAttributeOf } from '../scim/schema/resource-schema.ts'
import { hasElements, type Slot } from './slot.ts'

/** A SCIM resource in the making. */
export type Draft = { [name: string]: JsonValue | Draft | (JsonValue | Draft)[] }

/** Puts the values of a slot into a resource; no values change nothing. */
export function putValues(resource: Draft, slot: Slot, values: readonly JsonValue[]): void {
  const [first] = values
  if (first === undefined) return
  const holder = slot.urn === undefined ? resource : childOf(resource, slot.urn)
  const { attribute, subAttribute } = slot
  if (hasElements(slot)) listOf(holder, attribute.name).push(...toElements(slot, values))
  else if (subAttribute === undefined) holder[attribute.name] = first
  else if (attribute.multiValued) partOf(holder, slot)[subAttribute.name] = first
  else childOf(holder, attribute.name)[subAttribute.name] = first
}

/** The values that a resource holds for a slot; that of a primary element comes first.
 *  @param siblings all slots of the same attribute: each element belongs to one of them alone. */
export function takeValues(
  resource: JsonObject,
  slot: Slot,
  siblings: readonly Slot[],
): JsonValue[] {
  const value = attributeOf(resource, slot)
  const { attribute, subAttribute } = slot
  if (!attribute.multiValued) return assigned([partOfValue(value, subAttribute)])
  const own = elementsOf(value).filter((element) => isOwn(slot, element, siblings))
  if (subAttribute !== undefined) return assigned([partOfValue(own[0], subAttribute)])
  const ordered = [...own.filter(isPrimary), ...own.filter((element) => !isPrimary(element))]
  const leaf = subAttributeOf(attribute, 'value')
  return assigned(ordered.map((element) => partOfValue(element, leaf)))
}

/** A resource without the values that it holds for a slot. */
export function dropValues(
  resource: JsonObject,
  slot: Slot,
  siblings: readonly Slot[],
): JsonObject {
  const { urn, attribute, subAttribute } = slot
  const withoutPart = (value: JsonValue): JsonValue | undefined =>
    subAttribute === undefined ? undefined : without(value, subAttribute.name)
  const rest = (value: JsonValue): JsonValue | undefined => {
    if (!attribute.multiValued) return withoutPart(value)
    const kept = elementsOf(value).flatMap((element) =>
      isOwn(slot, element, siblings) ? (withoutPart(element) ?? []) : [element],
    )
    return kept.length === 0 ? undefined : kept
  }
  const inHolder = (holder: JsonValue): JsonObject | undefined =>
    isJsonObject(holder) ? changed(holder, attribute.name, rest) : undefined
  return (urn === undefined ? inHolder(resource) : changed(resource, urn, inHolder)) ?? {}
}

/** Whether a resource says which of the slot's elements is the primary one, and the entry can say so too. */
export function hasPrimary(resource: JsonObject, slot: Slot, siblings: readonly Slot[]): boolean {
  return (
    slot.isPrimary &&
    hasElements(slot) &&
    elementsOf(attributeOf(resource, slot)).some(
      (element) => isPrimary(element) && isOwn(slot, element, siblings),
    )
  )
}

function attributeOf(resource: JsonObject, { urn, attribute }: Slot): JsonValue | undefined {
  const holder = urn === undefined ? resource : resource[urn]
  return isJsonObject(holder) ? holder[attribute.name] : undefined
}

function toElements({ attribute, terms, isPrimary: isFirst }: Slot, values: readonly JsonValue[]) {
  if (attribute.type !== 'complex') return [...values]
  return values.map((value, index) => ({
    value,
    ...terms,
    ...(isFirst && index === 0 ? { primary: true } : {}),
  }))
}

/** Whether an element belongs to a line: the one that `ownerOf` finds, or one with the same terms. */
function isOwn(slot: Slot, element: JsonValue, siblings: readonly Slot[]): boolean {
  const owner = ownerOf(element, siblings)
  return owner !== undefined && hasTermsOf(slot, owner)
}

/** The line to which an element belongs: the one whose terms it meets, else the one without terms, and when it does not say what it
 *  is (OneLogin's sample bodies leave `type` out) the first one. Undefined when it belongs to none.
 *  @param siblings all lines of the attribute. */
export function ownerOf(element: JsonValue, siblings: readonly Slot[]): Slot | undefined {
  return (
    siblings.find(({ attribute, terms }) => hasTerms(terms) && meets(attribute, element, terms)) ??
    siblings.find(({ terms }) => !hasTerms(terms)) ??
    siblings.find(({ terms }) => Object.keys(terms).every((name) => !mentions(element, name)))
  )
}

/** Whether two lines are for the same elements of their attribute. */
export function hasTermsOf(slot: Slot, owner: Slot): boolean {
  return slot === owner || isSameTerms(slot.attribute, owner.terms, slot.terms)
}

function hasTerms(terms: JsonObject): boolean {
  return Object.keys(terms).length > 0
}

function isSameTerms(attribute: AttributeDefinition, one: JsonObject, other: JsonObject): boolean {
  return meets(attribute, one, other) && meets(attribute, other, one)
}

function meets(attribute: AttributeDefinition, element: JsonValue, terms: JsonObject): boolean {
  return Object.entries(terms).every(([name, wanted]) => {
    const value = isJsonObject(element) ? element[name] : undefined
    const definition = subAttributeOf(attribute, name)
    if (value === undefined || definition === undefined) return false
    if (isFarLonger(value, wanted)) return false
    return comparable(definition, value) === comparable(definition, wanted)
  })
}

/** Whether a text cannot be the same as a term, since there is hardly more left of it to compare than there was: then it need not
 *  be prepared for that, for each of many lines. */
function isFarLonger(value: JsonValue, wanted: JsonValue): boolean {
  if (typeof value !== 'string' || typeof wanted !== 'string') return false
  return value.length > 4 * wanted.length + 16
}

function mentions(element: JsonValue, name: string): boolean {
  return isJsonObject(element) && element[name] !== undefined
}

function isPrimary(element: JsonValue): boolean {
  return isJsonObject(element) && element['primary'] === true
}

function partOfValue(
  value: JsonValue | undefined,
  part: AttributeDefinition | undefined,
): JsonValue | undefined {
  if (part === undefined) return value
  return isJsonObject(value) ? value[part.name] : undefined
}

function without(value: JsonValue, name: string): JsonObject | undefined {
  return isJsonObject(value) ? changed(value, name, () => undefined) : undefined
}

/** The object with another value at a name, and without the name where there is none; nothing when nothing else is left. */
function changed(
  object: JsonObject,
  name: string,
  change: (value: JsonValue) => JsonValue | undefined,
): JsonObject | undefined {
  const entries = Object.entries(object).flatMap(([each, value]): [string, JsonValue][] => {
    const after = each === name ? change(value) : value
    return after === undefined ? [] : [[each, after]]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function assigned(values: readonly (JsonValue | undefined)[]): JsonValue[] {
  return values.filter((value) => value !== undefined && value !== null)
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

function partOf(holder: Draft, { attribute, terms, isPrimary: isFirst }: Slot): Draft {
  const list = listOf(holder, attribute.name)
  const found = list.find((element) => meets(attribute, element, terms))
  const element: Draft = found === undefined ? { ...terms } : (found as Draft)
  if (found === undefined) list.push(element)
  if (isFirst) element['primary'] = true
  return element
}
