import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { foldPart, foldText, parseDateTime } from '../scalar.ts'
import {
  attributeValueAt,
  elementsOf,
  formatAttributePath,
  valuesAt,
} from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { alternativesOf, type Alternatives } from './equality-sets.ts'
import type { Comparison, ComparisonOperator, Junction, ScimFilter } from './filter.ts'
import { FilterWork, weightOfComparison, weightOfFolding, weightOfLookup } from './filter-work.ts'

/** Whether a canonical resource meets a filter. RFC 7644 §3.4.2.2
 *
 *  A comparison holds when any value of the attribute compares as asked, for `ne` too: some value differs.
 *  An attribute without a value counts as null: it is `ne` to every value, `eq` to null, and compares in no
 *  other way.
 *  @param work counts what it costs.
 *  @throws {ScimError} tooMany when it costs too much. */
export function matches(
  filter: ScimFilter,
  resource: JsonObject,
  work = new FilterWork(),
): boolean {
  const values = new Map<string, Values>()
  const elements = new Map<string, readonly Read[]>()
  return holds(filter, {
    work,
    read: (path) =>
      remembered(values, formatAttributePath(path), () =>
        comparables(path, valuesAt(resource, path), work),
      ),
    readEach: (path) =>
      remembered(elements, formatAttributePath(path), () =>
        elementsOf(attributeValueAt(resource, path)).map((each) => readerOf(each, work)),
      ),
  })
}

/** Whether one element of a multi-valued attribute meets the filter of a value path. */
export function elementMatches(filter: ScimFilter, element: JsonValue): boolean {
  return holds(filter, { work: uncounted, read: readerOf(element, uncounted), readEach: () => [] })
}

type Work = Pick<FilterWork, 'take'>

/** The steps of a PATCH have been counted before. */
const uncounted: Work = { take: () => {} }

/** What a filter is asked of. */
interface Subject {
  readonly work: Work
  readonly read: Read
  readonly readEach: ReadEach
}

/** Values as they are compared. */
type Values = readonly JsonValue[]

type Read = (path: AttributePath) => Values

/** Reads each element of a multi-valued attribute by itself. */
type ReadEach = (path: AttributePath) => readonly Read[]

/** Reads an element. What a value is compared by is worked out once, however many terms of a filter ask for it. */
function readerOf(element: JsonValue, work: Work): Read {
  const known = new Map<AttributeDefinition, Values>()
  return (path) =>
    remembered(known, path.subAttribute ?? path.attribute, () =>
      comparables(path, valuesIn(element, path), work),
    )
}

function comparables(
  { attribute, subAttribute }: AttributePath,
  values: Values,
  work: Work,
): Values {
  const definition = subAttribute ?? attribute
  return values.map((each) => {
    if (isFolded(definition)) work.take(weightOfFolding(each))
    return comparable(definition, each)
  })
}

function remembered<K, V>(
  known: { get: (key: K) => V | undefined; set: (key: K, value: V) => unknown },
  key: K,
  make: () => V,
): V {
  const present = known.get(key)
  if (present !== undefined) return present
  const made = make()
  known.set(key, made)
  return made
}

/** What a value is compared by: texts as a directory prepares them, without their letter case where that does not count,
 *  dates as instants. References and bytes in base64 are compared as they are. */
export function comparable(definition: AttributeDefinition, value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  if (definition.type === 'dateTime') return parseDateTime(value) ?? value
  return isFolded(definition) ? foldText(value, definition.caseExact) : value
}

function isFolded({ type, caseExact }: AttributeDefinition): boolean {
  return type === 'string' || !caseExact
}

/** What a part of a text is compared by; blanks at an end that is to be that of the text count for nothing. */
function comparablePart(
  definition: AttributeDefinition,
  operator: ComparisonOperator,
  value: string,
): string {
  if (!isFolded(definition)) return value
  const part = foldPart(value, definition.caseExact)
  return operator === 'co' ? part : part.replace(operator === 'sw' ? /^ / : / $/, '')
}

function holds(filter: ScimFilter, subject: Subject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((each) => holds(each, subject))
    case 'or':
      return holdsAny(
        remembered(alternatives, filter, () => toAlternatives(filter)),
        subject,
      )
    case 'not':
      return !holds(filter.filter, subject)
    case 'present':
      subject.work.take(1)
      return subject.read(filter.path).length > 0
    case 'compare':
      return compares(filter, subject)
    case 'valuePath':
      return subject
        .readEach(filter.path)
        .some((read) => holds(filter.filter, { ...subject, read }))
  }
}

function holdsAny({ sets, others }: Alternatives, subject: Subject): boolean {
  return (
    sets.some(({ path, values }) =>
      subject.read(path).some((each) => {
        subject.work.take(weightOfLookup(each))
        return values.has(each)
      }),
    ) || others.some((each) => holds(each, subject))
  )
}

/** What filters are asked as; a filter is asked of many resources. */
const alternatives = new WeakMap<Junction, Alternatives>()

function toAlternatives({ filters }: Junction): Alternatives {
  return alternativesOf(filters, ({ path, value }) =>
    comparable(path.subAttribute ?? path.attribute, value),
  )
}

function valuesIn(element: JsonValue, { subAttribute }: AttributePath): readonly JsonValue[] {
  if (subAttribute === undefined) return [element]
  return isJsonObject(element) ? elementsOf(element[subAttribute.name]) : []
}

function compares(comparison: Comparison, { work, read }: Subject): boolean {
  const { operator, path, value } = comparison
  work.take(1)
  const values = read(path)
  if (value === null) return (operator === 'eq') === (values.length === 0)
  if (values.length === 0) return operator === 'ne'
  const wanted = remembered(wantedByTerm, comparison, () => comparableTerm(comparison, value))
  return values.some((each) => {
    work.take(weightOfComparison(operator, each, wanted))
    return tests[operator](each, wanted)
  })
}

/** What the terms of filters compare with; a filter is asked of many values. */
const wantedByTerm = new WeakMap<Comparison, JsonValue>()

function comparableTerm({ path, operator }: Comparison, value: JsonValue): JsonValue {
  const definition = path.subAttribute ?? path.attribute
  const isPart = operator === 'co' || operator === 'sw' || operator === 'ew'
  return isPart && typeof value === 'string'
    ? comparablePart(definition, operator, value)
    : comparable(definition, value)
}

type Test = (actual: JsonValue, wanted: JsonValue) => boolean

const tests: Readonly<Record<ComparisonOperator, Test>> = {
  eq: (actual, wanted) => actual === wanted,
  ne: (actual, wanted) => actual !== wanted,
  co: onTexts((actual, wanted) => actual.includes(wanted)),
  sw: onTexts((actual, wanted) => actual.startsWith(wanted)),
  ew: onTexts((actual, wanted) => actual.endsWith(wanted)),
  gt: inOrder((actual, wanted) => actual > wanted),
  ge: inOrder((actual, wanted) => actual >= wanted),
  lt: inOrder((actual, wanted) => actual < wanted),
  le: inOrder((actual, wanted) => actual <= wanted),
}

function onTexts(test: (actual: string, wanted: string) => boolean): Test {
  return (actual, wanted) =>
    typeof actual === 'string' && typeof wanted === 'string' && test(actual, wanted)
}

/** A text and a number have no order. */
function inOrder(test: <A extends string | number>(actual: A, wanted: A) => boolean): Test {
  return (actual, wanted) => {
    if (typeof actual === 'string' && typeof wanted === 'string') return test(actual, wanted)
    return typeof actual === 'number' && typeof wanted === 'number' && test(actual, wanted)
  }
}
