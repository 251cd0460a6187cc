import type { AttributeType } from '../../src/directory/directory-schema.ts'
import { toBytes, type AttributeValue } from '../../src/directory/entry.ts'
import type { Filter, Substrings } from '../../src/directory/filter.ts'
import { matchKey, substringKey, valuesOf, type StoredEntry } from './memory-directory-entry.ts'
import { impliedClasses, memorySchema } from './memory-directory-schema.ts'

/** Whether an entry matches, in three values: nothing is Undefined. RFC 4511 §4.5.1.7 */
export function evaluate(filter: Filter, entry: StoredEntry): boolean | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return join(
        filter.kind,
        filter.filters.map((part) => evaluate(part, entry)),
      )
    case 'not': {
      const part = evaluate(filter.filter, entry)
      return part === undefined ? undefined : !part
    }
    case 'substrings':
      return hasSubstrings(filter, entry)
    default:
      return evaluateAssertion(filter, entry)
  }
}

type Assertion = Exclude<Filter, Substrings | { kind: 'and' | 'or' | 'not' }>

function evaluateAssertion(filter: Assertion, entry: StoredEntry): boolean | undefined {
  const type = memorySchema.attributeType(filter.attribute)
  if (type === undefined) return undefined
  switch (filter.kind) {
    case 'present':
      return valuesOf(entry, type.name).length > 0
    case 'equals':
      return hasValue(entry, type, filter.value)
    case 'greaterOrEqual':
      return compares(entry, type, filter.value, (one, other) => one >= other)
    case 'lessOrEqual':
      return compares(entry, type, filter.value, (one, other) => one <= other)
    case 'extensible':
      return hasValue(
        entry,
        { ...type, equality: rules.get(filter.rule) ?? filter.rule },
        filter.value,
      )
  }
}

/** Whether an entry has a value by the equality rule of the attribute; nothing when it cannot be told. */
export function hasValue(
  entry: StoredEntry,
  type: AttributeType,
  value: AttributeValue,
): boolean | undefined {
  const wanted = matchKey(type.equality, toBytes(value))
  if (wanted === undefined) return undefined
  const keys = valuesOf(entry, type.name).map((found) => matchKey(type.equality, found) ?? '')
  if (type.name !== 'objectClass') return keys.includes(wanted)
  return keys.flatMap((name) => [name, ...(impliedClasses.get(name) ?? [])]).includes(wanted)
}

const rules: ReadonlyMap<string, string> = new Map([
  ['2.5.13.1', 'distinguishedNameMatch'],
  ['2.5.13.2', 'caseIgnoreMatch'],
  ['2.5.13.5', 'caseExactMatch'],
])

function join(kind: 'and' | 'or', parts: readonly (boolean | undefined)[]): boolean | undefined {
  const decisive = kind === 'or'
  if (parts.includes(decisive)) return decisive
  return parts.includes(undefined) ? undefined : !decisive
}

function compares(
  entry: StoredEntry,
  type: AttributeType,
  value: AttributeValue,
  holds: (one: string, other: string) => boolean,
): boolean | undefined {
  if (type.ordering === undefined) return undefined
  const bound = toBytes(value).toString().toLowerCase()
  return valuesOf(entry, type.name).some((found) => holds(found.toString().toLowerCase(), bound))
}

function hasSubstrings(filter: Substrings, entry: StoredEntry): boolean | undefined {
  const type = memorySchema.attributeType(filter.attribute)
  const rule = type?.substring
  if (type === undefined || rule === undefined) return undefined
  return valuesOf(entry, type.name).some((value) =>
    fits(substringKey(rule, value.toString()).replace(/^ | $/g, ''), filter, (part) =>
      substringKey(rule, part),
    ),
  )
}

function fits(text: string, parts: Substrings, fold: (part: string) => string): boolean {
  const initial = fold(parts.initial ?? '')
  const final = fold(parts.final ?? '')
  if (!text.startsWith(initial)) return false
  let position = initial.length
  for (const part of (parts.any ?? []).map(fold)) {
    const found = text.indexOf(part, position)
    if (found === -1) return false
    position = found + part.length
  }
  return text.endsWith(final) && text.length - final.length >= position
}
