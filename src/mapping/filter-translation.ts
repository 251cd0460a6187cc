import { and, type Filter, not, or } from '../directory/filter.ts'
import type { Comparison, Presence, ScimFilter } from '../scim/filter/filter.ts'
import { junction } from '../scim/filter/filter.ts'
import { type AttributePath, formatAttributePath } from '../scim/schema/attribute-path.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { idFilter } from './identity.ts'
import { leafOf, type Slot } from './slot.ts'
import { slotComparison, slotPresence } from './slot-filter.ts'
import { comparedId, type SpecialAttribute } from './special-attributes.ts'

/** What a SCIM filter becomes: an LDAP filter that finds every match and perhaps more, and what is left to be decided on
 *  the resources that were found. */
export interface Translation {
  readonly filter: Filter
  /** Left out when the LDAP filter finds the matches and nothing else. */
  readonly residual?: ScimFilter
}

/** What translates the filters of one resource type. */
export interface TranslationRules {
  readonly entries: EntryMapping
  /** Attributes that are not in the map, by the texts of their paths in lower case (`active`, `members.value`). */
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
    case 'or':
      return translateOr(rules, filter)
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

function translateOr(
  rules: TranslationRules,
  whole: Extract<ScimFilter, { filters: unknown }>,
): Translation {
  const parts = whole.filters.map((each) => translateFilter(rules, each))
  const filter = or(parts.map((part) => part.filter))
  const isExact = parts.every(({ residual }) => residual === undefined)
  return isExact ? { filter } : { filter, residual: whole }
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

function translatePresence(rules: TranslationRules, filter: Presence): Translation {
  const special = specialOf(rules, filter.path)
  if (special?.present !== undefined) return { filter: special.present }
  if (isUnassigned(rules, filter.path)) return { filter: nothing }
  const slots = special === undefined ? slotsOf(rules, filter.path) : []
  // A path without slot (`id`, `meta`) may be there in any case.
  if (slots.length === 0) return { filter: everything, residual: filter }
  return { filter: or(slots.map(slotPresence)), residual: filter }
}

function translateComparison(rules: TranslationRules, filter: Comparison): Translation {
  const special = specialOf(rules, filter.path)
  if (special !== undefined) return translateSpecial(special, filter)
  if (formatAttributePath(filter.path) === 'id') return translateId(rules, filter)
  if (isUnassigned(rules, filter.path)) {
    // What has no value is null, and unequal to all else. RFC 7643 §2.5
    return { filter: (filter.operator === 'ne') === (filter.value === null) ? nothing : everything }
  }
  const slots = slotsOf(rules, filter.path)
  if (slots.length === 0) return { filter: everything, residual: filter }
  return { filter: or(slots.map((slot) => slotComparison(slot, filter))), residual: filter }
}

function translateSpecial(special: SpecialAttribute, comparison: Comparison): Translation {
  const filter = special.translate(comparison)
  if (filter === undefined) return { filter: everything, residual: comparison }
  return special.isExact ? { filter } : { filter, residual: comparison }
}

function translateId({ entries }: TranslationRules, filter: Comparison): Translation {
  if (filter.operator !== 'eq') return { filter: everything, residual: filter }
  const found = idFilter(entries.identity, comparedId(filter))
  return found === undefined ? { filter: nothing } : { filter: found, residual: filter }
}

function specialOf(
  { specials }: TranslationRules,
  path: AttributePath,
): SpecialAttribute | undefined {
  return specials.get(formatAttributePath(path).toLowerCase())
}

/** Whether nobody has a value: externalId is an attribute of every resource, and not every map stores it. RFC 7643 §3.1 */
function isUnassigned(rules: TranslationRules, path: AttributePath): boolean {
  return formatAttributePath(path) === 'externalId' && slotsOf(rules, path).length === 0
}

/** The slots whose values a path may mean: those of the attribute, or of its part, or that say what an element is. */
function slotsOf({ entries }: TranslationRules, { schema, ...path }: AttributePath): Slot[] {
  const part = path.subAttribute?.name
  return entries.slots.filter(
    (slot) =>
      slot.urn === schema &&
      slot.attribute.name === path.attribute.name &&
      (part === undefined || leafOf(slot).name === part || part in slot.terms),
  )
}
