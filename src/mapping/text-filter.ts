import { normalForm } from '../codec/normal-form.ts'
import { withoutEnd } from '../codec/text-end.ts'
import {
  equals,
  type Filter,
  or,
  present,
  type Substrings,
  substrings,
} from '../directory/filter.ts'
import type { Comparison } from '../scim/filter/filter.ts'
import { ruleName } from './matching-rule.ts'
import { leafOf, type Slot } from './slot.ts'

type Operator = Comparison['operator']

/** What an entry has at the least when a text of the slot compares as asked. */
export function textFilter(slot: Slot, operator: Operator, value: string): Filter {
  // SCIM takes all forms of a letter for the same; a server may not, and some attributes have room for one of them alone.
  const forms = [...new Set([value, ...normalForms.map((each) => normalForm(value, each))])]
  return or(forms.map((form) => formFilter(slot, operator, form)))
}

const normalForms = ['NFC', 'NFD', 'NFKC'] as const

function formFilter(slot: Slot, operator: Operator, form: string): Filter {
  const { name, equality, substring } = slot.type
  const pieces = form.split(uncertainIn(slot))
  const isWhole = operator === 'eq' && pieces.length === 1
  const rule = isWhole ? equality : substring
  if (!isLooseEnough(slot, rule)) return present(name)
  const cores = pieces.map((piece) => coreOf(piece, isTelephone(rule)))
  if (cores.every((core) => core === '')) return present(name)
  if (isWhole) return equals(name, form)
  const anchor = anchors.get(operator)
  return anchor === undefined ? present(name) : substrings(name, partsOf(pieces, cores, anchor))
}

type Parts = Pick<Substrings, 'initial' | 'any' | 'final'>

/** Which ends of a value are given. */
interface Anchor {
  readonly isInitial: boolean
  readonly isFinal: boolean
}

const anchors: ReadonlyMap<Operator, Anchor> = new Map([
  ['eq', { isInitial: true, isFinal: true }],
  ['co', { isInitial: false, isFinal: false }],
  ['sw', { isInitial: true, isFinal: false }],
  ['ew', { isInitial: false, isFinal: true }],
])

/** The pieces of a text with anything between them.
 *  @param cores the pieces without what counts for nothing at their ends; not all of them are empty. */
function partsOf(pieces: readonly string[], cores: readonly string[], anchor: Anchor): Parts {
  const kindAt = (place: number): keyof Parts => {
    // Where something was cut off, the rest need not stand at the very end.
    if (cores[place] !== pieces[place]) return 'any'
    if (anchor.isInitial && place === 0) return 'initial'
    return anchor.isFinal && place === cores.length - 1 ? 'final' : 'any'
  }
  const partsAs = (kind: keyof Parts): string[] =>
    cores.filter((core, place) => core !== '' && kindAt(place) === kind)
  const [[initial], any, [final]] = [partsAs('initial'), partsAs('any'), partsAs('final')]
  return {
    ...(initial === undefined ? {} : { initial }),
    ...(any.length === 0 ? {} : { any }),
    ...(final === undefined ? {} : { final }),
  }
}

function uncertainIn(slot: Slot): RegExp {
  if (leafOf(slot).caseExact) return unsendable
  return isTelephone(slot.type.equality ?? slot.type.substring) ? letters : uncertain
}

/** What a server may not take for the same where SCIM does. OpenLDAP has the letter case of Unicode 3, without a capital ß or a
 *  small Cherokee letter; others may have less. Certain are the letters of the usual alphabets and all that have no case. */
const uncertain =
  /i\u0307|[\p{Surrogate}[\p{Changes_When_Casemapped}--[A-Za-zÀ-ÖØ-Þà-öø-ÿĀ-įĲ-ňŊ-žǍ-ǜȘ-țΆ-ώЀ-ҁҊ-ҿԱ-Ֆա-ֆḀ-ẕẠ-ỹ]]]/v

/** To OpenLDAP letter case counts in telephone numbers, against RFC 4517 §4.2.29. */
const letters = /[\p{L}\p{Surrogate}]/u

/** Half of a surrogate pair is a part of a text to SCIM, and nothing that UTF-8 has. */
const unsendable = /\p{Surrogate}/u

/** Blanks at the ends, and hyphens in telephone numbers, count for nothing in LDAP; of some values nothing is left. RFC 4518 §2.6 */
function coreOf(piece: string, isTelephoneNumber: boolean): string {
  if (!isTelephoneNumber) return piece.trim()
  return withoutEnd(piece.replace(/^[\s-]+/u, ''), (character) => /[\s-]/u.test(character))
}

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
