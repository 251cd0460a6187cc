import { type AttributeValue, toBytes, type Entry } from '../directory/entry.ts'
import type { Modification } from '../directory/operation.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonValue } from '../scim/json.ts'
import { valueKey } from './matching-rule.ts'
import { modificationsFor } from './modification-plan.ts'
import { rdnValueOf } from './rdn-value.ts'
import { hasElements, leafOf, type Slot } from './slot.ts'
import { toLdapValue, toScimValue } from './syntax.ts'
import { refuseMisfits } from './unmet-syntax.ts'
import { spellingKey, ValueSet } from './value-set.ts'

/** What a slot's attribute is to hold. */
export interface WantedValues {
  readonly values: readonly AttributeValue[]
  /** The first value is to be shown as the first. */
  readonly isFirstFirst: boolean
}

/** What the change of one attribute comes down to. */
export interface SlotChange {
  /** The value that takes the place of the one that names the entry. */
  readonly rdnValue?: string
  readonly modifications: readonly Modification[]
}

/** The SCIM values that an entry holds for a slot, in the order of the server, but the one that names the entry first, so that
 *  a single value is always the one a rename changes. Values that are none of the SCIM type are left out. */
export function readValues(slot: Slot, entry: Entry): JsonValue[] {
  return heldValues(slot, entry).flatMap(({ shown }) => shown ?? [])
}

/** The LDAP values of SCIM values; those that the attribute's equality rule takes for the same are given once. */
export function toLdapValues(slot: Slot, values: readonly JsonValue[]): AttributeValue[] {
  const byKey = new Map<string, AttributeValue>()
  for (const value of values) {
    const converted = toLdapValue(leafOf(slot), slot.type, value)
    const key = valueKey(slot.type.equality, converted)
    if (!byKey.has(key)) byKey.set(key, converted)
  }
  return [...byKey.values()]
}

/** Whether nothing has to be written to get from the values that are shown to those that are wanted. */
export function isAsWanted(shown: readonly AttributeValue[], wanted: WantedValues): boolean {
  const [one, other] = [shown, wanted.values].map((values) => values.map(spellingKey))
  if (wanted.isFirstFirst && one?.[0] !== other?.[0]) return false
  return JSON.stringify(one?.toSorted()) === JSON.stringify(other?.toSorted())
}

/** What makes an entry show the wanted values of a slot. A value that stands for the same is left as the entry spells it, and
 *  so are values that SCIM cannot show: those behind the first where SCIM has one value only, and those of another type.
 *  @throws {ScimError} mutability when the value that names the entry is taken away, invalidValue when the directory has no room
 *    for a value. */
export function changeSlot(
  slot: Slot,
  entry: Entry,
  { values, isFirstFirst }: WantedValues,
): SlotChange {
  const held = heldValues(slot, entry)
  const raws = asHeld(slot, held, values)
  const isHeld = new ValueSet(held.map(({ raw }) => raw))
  refuseMisfits(
    slot,
    raws.filter((raw) => !isHeld.has(raw)),
  )
  const wanted = [...raws, ...hiddenValues(slot, held, raws)]
  const { type } = slot
  const current = entry.bytes(type.name)
  const named = rdnValueOf(type, entry)
  const change = { type, current, wanted }
  if (named === undefined) return { modifications: modificationsFor({ ...change, isFirstFirst }) }
  if (new ValueSet(wanted).has(named)) return { modifications: modificationsFor(change) }
  const rdnValue = newRdnValue(slot, named, raws)
  // The modify comes behind the rename, which has put one value in the place of the other, unless it was there already.
  const others = current.filter((value) => !value.equals(named))
  const isThere = others.some((value) => isSameByRule(slot, value, rdnValue))
  const modifications = modificationsFor({
    type,
    current: isThere ? others : [...others, rdnValue],
    wanted,
  })
  return { rdnValue, modifications }
}

/** A value of an entry, as the server gave it and as SCIM shows it. */
interface HeldValue {
  readonly raw: Buffer
  readonly shown: JsonValue | undefined
}

function heldValues(slot: Slot, entry: Entry): HeldValue[] {
  const { type } = slot
  const named = rdnValueOf(type, entry)
  const values = entry.bytes(type.name)
  const first = values.filter((value) => named?.equals(value) === true)
  return [...first, ...values.filter((value) => !first.includes(value))].map((raw) => {
    const shown = toScimValue(leafOf(slot), type, raw)
    return { raw, shown: shown === '' ? undefined : shown }
  })
}

/** The values as the entry spells them, where it holds what stands for the same. */
function asHeld(
  slot: Slot,
  held: readonly HeldValue[],
  values: readonly AttributeValue[],
): readonly AttributeValue[] {
  const raws = new Map<string, Buffer>()
  for (const { raw, shown } of held.toReversed()) {
    if (shown === undefined) continue
    raws.set(spellingKey(toLdapValue(leafOf(slot), slot.type, shown)), raw)
  }
  return values.map((value) => raws.get(spellingKey(value)) ?? value)
}

/** The values that stay although nobody wants them, because nobody sees them. */
function hiddenValues(
  slot: Slot,
  held: readonly HeldValue[],
  wanted: readonly AttributeValue[],
): Buffer[] {
  // With nothing in front of them they would be seen, and there is no room for them beside another.
  const isBared = !hasElements(slot) && wanted.length === 0
  if (isBared || slot.type.isSingleValued) return []
  const first = held.find(({ shown }) => shown !== undefined)
  const isWanted = new Set(wanted.map((value) => valueKey(slot.type.equality, value)))
  return held
    .filter((each) => (hasElements(slot) ? each.shown === undefined : each !== first))
    .map(({ raw }) => raw)
    .filter((raw) => !isWanted.has(valueKey(slot.type.equality, raw)))
}

/** A value that differs in its spelling alone goes on naming the entry. */
function newRdnValue(slot: Slot, named: Buffer, wanted: readonly AttributeValue[]): string {
  const value = wanted.find((each) => isSameByRule(slot, named, each)) ?? wanted[0]
  if (value === undefined) {
    throw scimErrors.mutability(`${slot.key} cannot be removed: it names the entry.`)
  }
  return toBytes(value).toString('utf8')
}

function isSameByRule({ type }: Slot, one: AttributeValue, other: AttributeValue): boolean {
  return valueKey(type.equality, one) === valueKey(type.equality, other)
}
