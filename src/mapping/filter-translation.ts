import { and, equals, type Filter, not, or, present, substrings } from '../directory/filter.ts'
import type { Comparison, Presence, ScimFilter } from '../scim/filter/filter.ts'
import { junction } from '../scim/filter/filter.ts'
import { type AttributePath, formatAttributePath } from '../scim/schema/attribute-path.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { idFilter } from './identity.ts'
import { hasElements, leafOf, type Slot } from './slot.ts'
import { toLdapValue } from './syntax.ts'

/** What a SCIM filter becomes: an LDAP filter that finds every match and perhaps more, and what is left to be decided on
 *  the resources that were found. */
export interface Translation {
  readonly filter: Filter
  /** Left out when the LDAP filter finds the matches and nothing else. */
  readonly residual?: ScimFilter
}

/** Attributes that are not in the map, by the texts of their paths (`active`, `members.value`). */
export interface SpecialAttribute {
  /** The exact LDAP filter of a comparison, or nothing when it can only be decided on the resource. */
  translate(comparison: Comparison): Filter | undefined
  /** The exact LDAP filter for having a value. */
  readonly present?: Filter
}

/** What translates the filters of one resource type. */
export interface TranslationRules {
  readonly entries: EntryMapping
  readonly specials: ReadonlyMap<string, SpecialAttribute>
}

const everything: Filter = and([])
const nothing: Filter = or([])

/** The LDAP filter of a SCIM filter, never too narrow. LDAP compares more loosely than SCIM in places (blanks folded, case ignored
 *  where SCIM is exact), so what it finds is decided once more on the resource, except where both mean the same.
 *  RFC 7644 §3.4.2.2, RFC 4511 §4.5.1.7 */
export function translateFilter(rules: TranslationRules, filter: ScimFilter): Translation {
  switch (filter.kind) {
    case 'and':
      return translateAnd(rules, filter.filters)
    case 'or': {
      const parts = filter.filters.map((each) => translateFilter(rules, each))
      return finished(or(parts.map((part) => part.filter)), parts, filter)
    }
    case 'not': {
      const inner = translateFilter(rules, filter.filter)
      // The complement of a filter that finds too much would find too little.
      if (inner.residual !== undefined) return { filter: everything, residual: filter }
      return { filter: not(inner.filter) }
    }
    case 'present':
      return translatePresence(rules, filter)
    case 'compare':
      return translateComparison(rules, filter)
    case 'valuePath':
      return { filter: widest(rules, filter.filter), residual: filter }
  }
}

function translateAnd(rules: TranslationRules, filters: readonly ScimFilter[]): Translation {
  const parts = filters.map((each) => translateFilter(rules, each))
  const residuals = parts.flatMap(({ residual }) => residual ?? [])
  const filter = and(parts.map((part) => part.filter))
  return residuals.length === 0 ? { filter } : { filter, residual: junction('and', residuals) }
}

/** The widest of what a filter on one element may find. */
function widest(rules: TranslationRules, filter: ScimFilter): Filter {
  switch (filter.kind) {
    case 'and':
      return and(filter.filters.map((each) => widest(rules, each)))
    case 'or':
      return or(filter.filters.map((each) => widest(rules, each)))
    case 'not':
      return everything
    case 'present':
    case 'compare':
    case 'valuePath':
      return translateFilter(rules, filter).filter
  }
}

function finished(filter: Filter, parts: readonly Translation[], whole: ScimFilter): Translation {
  return parts.some(({ residual }) => residual !== undefined)
    ? { filter, residual: whole }
    : { filter }
}

function translatePresence(rules: TranslationRules, filter: Presence): Translation {
  const special = specialOf(rules, filter.path)
  if (special !== undefined) {
    return special.present === undefined
      ? { filter: everything, residual: filter }
      : { filter: special.present }
  }
  const slots = slotsOf(rules, filter.path)
  // An entry may show a fallback, and a path without slot (`id`, `meta`) may be there in any case.
  if (slots.length === 0 || slots.some(({ fallback }) => fallback.length > 0)) {
    return { filter: everything, residual: filter }
  }
  return { filter: or(slots.map(({ type }) => present(type.name))), residual: filter }
}

function translateComparison(rules: TranslationRules, filter: Comparison): Translation {
  const special = specialOf(rules, filter.path)
  if (special !== undefined) {
    const exact = special.translate(filter)
    return exact === undefined ? { filter: everything, residual: filter } : { filter: exact }
  }
  if (formatAttributePath(filter.path) === 'id') return translateId(rules, filter)
  const slots = slotsOf(rules, filter.path)
  if (slots.length === 0) return { filter: everything, residual: filter }
  return { filter: or(slots.map((slot) => compareSlot(slot, filter))), residual: filter }
}

function translateId({ entries }: TranslationRules, filter: Comparison): Translation {
  if (filter.operator !== 'eq') return { filter: everything, residual: filter }
  const found = idFilter(entries.identity, String(filter.value))
  return found === undefined ? { filter: nothing } : { filter: found, residual: filter }
}

function specialOf(
  { specials }: TranslationRules,
  path: AttributePath,
): SpecialAttribute | undefined {
  return specials.get(formatAttributePath(path).toLowerCase())
}

/** The slots whose values a path may mean. */
function slotsOf({ entries }: TranslationRules, path: AttributePath): Slot[] {
  return entries.slots.filter(
    (slot) =>
      slot.urn === path.schema &&
      slot.attribute.name === path.attribute.name &&
      (path.subAttribute === undefined ||
        slot.subAttribute?.name === path.subAttribute.name ||
        (hasElements(slot) && leafOf(slot).name === path.subAttribute.name) ||
        path.subAttribute.name in slot.terms),
  )
}

/** What a slot's attribute must hold, at the least, for the comparison to be true. */
function compareSlot(slot: Slot, { operator, path, value }: Comparison): Filter {
  const isTerm = path.subAttribute !== undefined && leafOf(slot).name !== path.subAttribute.name
  if (operator === 'ne' || value === null || (slot.fallback.length > 0 && !slot.isDemanded)) {
    return everything
  }
  const any = present(slot.type.name)
  if (isTerm || isNarrower(slot)) return any
  if (operator === 'eq') {
    if (slot.type.equality === undefined) return any
    return equals(slot.type.name, toLdapValue(leafOf(slot), slot.type, value))
  }
  return typeof value === 'string' && value !== '' ? compareText(slot, operator, value) : any
}

function compareText(slot: Slot, operator: Comparison['operator'], value: string): Filter {
  // A substring of blanks alone is nothing to the substring rules. RFC 4518 §2.6
  if (slot.type.substring === undefined || value.trim() === '') return present(slot.type.name)
  if (operator === 'co') return substrings(slot.type.name, { any: [value] })
  if (operator === 'sw') return substrings(slot.type.name, { initial: value })
  if (operator === 'ew') return substrings(slot.type.name, { final: value })
  return present(slot.type.name)
}

/** Whether the directory tells case apart where SCIM does not, so that its comparison could miss a match. */
function isNarrower(slot: Slot): boolean {
  const { type, caseExact } = leafOf(slot)
  const isText = type === 'string' || type === 'reference'
  return isText && !caseExact && /^caseExact|^octetString/u.test(slot.type.equality ?? '')
}
