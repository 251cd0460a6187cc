import { and, equals, type Filter, not, or, present } from '../directory/filter.ts'
import type { Comparison } from '../scim/filter/filter.ts'
import { isTextType, leafOf, type Slot } from './slot.ts'
import { ruleName } from './matching-rule.ts'
import { isVerbatim, toLdapValue } from './syntax.ts'
import { textFilter } from './text-filter.ts'

/** What an entry has at the least when the slot shows a value. */
export function slotPresence(slot: Slot): Filter {
  return orFallback(slot, present(slot.type.name))
}

/** What an entry has at the least when a value of the slot compares as asked. A comparison that LDAP cannot make, or that the
 *  attribute's rules could make more strictly than SCIM, asks for no more than a value. */
export function slotComparison(slot: Slot, comparison: Comparison): Filter {
  const { operator, path, value } = comparison
  // What has no value is unequal to all values. RFC 7644 §3.4.2.2
  if (operator === 'ne' || value === null) return and([])
  const isOfTerms = path.subAttribute !== undefined && path.subAttribute.name !== leafOf(slot).name
  return orFallback(slot, isOfTerms ? present(slot.type.name) : valueFilter(slot, comparison))
}

/** An entry that has no value may show the fallback. */
function orFallback(slot: Slot, filter: Filter): Filter {
  if (slot.fallback.length === 0 || slot.isDemanded) return filter
  const isSure = filter.kind !== 'present' && isTextType(leafOf(slot))
  // A value that is none of the SCIM type gives way to the fallback as well, and which those are LDAP cannot tell.
  return isSure ? or([filter, not(present(slot.type.name))]) : and([])
}

function valueFilter(slot: Slot, { operator, value }: Comparison): Filter {
  const { type } = slot
  const leaf = leafOf(slot)
  if (!isVerbatim(leaf, type)) return present(type.name)
  if (typeof value === 'string' && isTextType(leaf)) return textFilter(slot, operator, value)
  const rule = ruleName(type.equality ?? '')
  return operator === 'eq' && value !== null && rule === rulesByType[leaf.type]
    ? equals(type.name, toLdapValue(leaf, type, value))
    : present(type.name)
}

/** The rules by which values that are no text are compared as SCIM does. */
const rulesByType: Readonly<Record<string, string>> = {
  boolean: 'booleanmatch',
  integer: 'integermatch',
  dateTime: 'generalizedtimematch',
  binary: 'octetstringmatch',
}
