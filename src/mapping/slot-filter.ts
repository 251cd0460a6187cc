import {
  and,
  equals,
  type Filter,
  not,
  or,
  present,
  substrings,
  type Substrings,
} from '../directory/filter.ts'
import type { Comparison } from '../scim/filter/filter.ts'
import { isTextType, leafOf, type Slot } from './slot.ts'
import { ruleName } from './matching-rule.ts'
import { toLdapValue } from './syntax.ts'

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
  if (typeof value === 'string' && isTextType(leaf)) return textFilter(slot, operator, value)
  const rule = ruleName(type.equality ?? '')
  return operator === 'eq' && value !== null && rule === rulesByType[leaf.type]
    ? equals(type.name, toLdapValue(leaf, type, value))
    : present(type.name)
}

function textFilter(slot: Slot, operator: Comparison['operator'], value: string): Filter {
  const { name, equality, substring } = slot.type
  const rule = operator === 'eq' ? equality : substring
  const core = value.replace(isTelephone(rule) ? telephoneEnds : textEnds, '')
  if (core === '' || !isLooseEnough(slot, rule)) return present(name)
  // SCIM takes both forms of a letter for the same; a server may not.
  const forms = [...new Set([value, value.normalize('NFC')])]
  if (operator === 'eq') return or(forms.map((form) => equals(name, form)))
  const partOf = parts.get(core === value ? operator : 'co')
  if (partOf === undefined || !parts.has(operator)) return present(name)
  return or((core === value ? forms : [core]).map((form) => substrings(name, partOf(form))))
}

const parts: ReadonlyMap<string, (value: string) => Parts> = new Map([
  ['co', (value: string): Parts => ({ any: [value] })],
  ['sw', (value: string): Parts => ({ initial: value })],
  ['ew', (value: string): Parts => ({ final: value })],
])

type Parts = Pick<Substrings, 'initial' | 'any' | 'final'>

// Blanks at the ends, and hyphens in telephone numbers, count for nothing in LDAP; of some values nothing is left. RFC 4518 §2.6
const textEnds = /^\s+|\s+$/gu
const telephoneEnds = /^[\s-]+|[\s-]+$/gu

function isTelephone(rule: string | undefined): boolean {
  return rule !== undefined && ruleName(rule).startsWith('telephone')
}

/** Whether all texts that SCIM takes for the same are the same to the rule. */
function isLooseEnough(slot: Slot, rule: string | undefined): boolean {
  if (rule === undefined) return false
  const name = ruleName(rule)
  return looseRules.has(name) || (leafOf(slot).caseExact && exactRules.has(name))
}

const looseRules: ReadonlySet<string> = new Set([
  'caseignorematch',
  'caseignoresubstringsmatch',
  'caseignoreia5match',
  'caseignoreia5substringsmatch',
  'numericstringmatch',
  'numericstringsubstringsmatch',
  'telephonenumbermatch',
  'telephonenumbersubstringsmatch',
])

const exactRules: ReadonlySet<string> = new Set([
  'caseexactmatch',
  'caseexactsubstringsmatch',
  'caseexactia5match',
  'caseexactia5substringsmatch',
])

/** The rules by which values that are no text are compared as SCIM does. */
const rulesByType: Readonly<Record<string, string>> = {
  boolean: 'booleanmatch',
  integer: 'integermatch',
  dateTime: 'generalizedtimematch',
  binary: 'octetstringmatch',
}
