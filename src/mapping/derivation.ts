import { withoutEnd } from '../codec/text-end.ts'
import type { AttributeType } from '../directory/directory-schema.ts'
import type { MapSource } from './map-line.ts'
import { canonicalKey, fallbackPaths } from './map-path.ts'
import type { DerivedAttribute } from './made-values.ts'
import { valueKey } from './matching-rule.ts'
import type { Slot } from './slot.ts'

/** An LDAP attribute that is made from the resource, such as sAMAccountName from userName. */
export interface Derivation {
  readonly type: AttributeType
  readonly settings: DerivedAttribute
  /** What the value is taken from, the first that has one: the keys of slots whose values are joined. */
  readonly from: readonly (readonly string[])[]
  /** The line by which clients give the value themselves; then it is not made. */
  readonly own: Slot | undefined
}

/** The values that derived and numbered attributes get, by the names of the attributes. */
export type DerivedValues = ReadonlyMap<string, string>

/** The derivations of the settings; an attribute that the schema does not have is left out. */
export function derivationsOf(
  { settings: { derived }, schema, directorySchema }: MapSource,
  slots: readonly Slot[],
): Derivation[] {
  return Object.entries(derived).flatMap(([name, settings]) => {
    const type = directorySchema.attributeType(name)
    if (type === undefined) return []
    const from = settings.from.map((text) =>
      fallbackPaths(text).map((path) => canonicalKey(schema, path)),
    )
    const own = slots.find((slot) => !slot.isReadOnly && slot.type.oid === type.oid)
    return [{ type, settings, from, own }]
  })
}

/** The value that is made of a text, the n-th in the order in which they are tried: the plain one first, then with a number at
 *  its end. Nothing when nothing is left of the text.
 *  @param number 1-based.
 *  @example candidate(sAMAccountName, 'ada.lovelace@example.org', 2) // ada.lovelace2 */
export function candidate(
  { settings }: Pick<Derivation, 'settings'>,
  source: string,
  number: number,
): string | undefined {
  const suffix = number === 1 ? '' : `${settings.separator}${number}`
  const { prefix } = settings
  const room = (settings.maxLength ?? Infinity) - prefix.length - suffix.length
  const plain = trimmed(settings, cut(cleaned(settings, source), room))
  return plain === '' ? undefined : `${prefix}${plain}${suffix}`
}

/** Nobody has so many of the same name; a value may be thousands of digits. */
const longestNumber = /\d{0,9}$/u

/** Whether a value is one of those that are made of a text, with a number at its end or without. */
export function isCandidate(
  { type, settings }: Pick<Derivation, 'type' | 'settings'>,
  source: string,
  value: string,
): boolean {
  const digits = longestNumber.exec(value)?.[0] ?? ''
  const numbers = Array.from(digits, (_, at) => Number(digits.slice(at)))
  return [1, ...numbers].some((number) => {
    const made = candidate({ settings }, source, number)
    return made !== undefined && valueKey(type.equality, made) === valueKey(type.equality, value)
  })
}

function cleaned(settings: DerivedAttribute, source: string): string {
  const { before, replace } = settings
  const ends = Array.from(before ?? '')
    .map((each) => source.indexOf(each))
    .filter((at) => at > 0)
  const kept = source.slice(0, Math.min(source.length, ...ends))
  const illegal = new Set(replace)
  const isIllegal = (character: string): boolean =>
    illegal.has(character) || /\p{Cc}/u.test(character)
  const legal = Array.from(kept, (character) => (isIllegal(character) ? '_' : character)).join('')
  return trimmed(settings, legal)
}

/** At most so many UTF-16 units, which is what Active Directory counts, and no half a character. */
export function cut(text: string, room: number): string {
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > room) break
    kept += character
  }
  return kept
}

/** Where characters are not allowed, a full stop at the end is not either. */
function trimmed({ replace }: DerivedAttribute, text: string): string {
  return replace === undefined
    ? text.trim()
    : withoutEnd(text.trim(), (character) => /[.\s]/u.test(character))
}
