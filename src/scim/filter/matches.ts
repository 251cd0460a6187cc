import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { foldPart, foldText, parseDateTime } from '../scalar.ts'
import { attributeValueAt, elementsOf, valuesAt } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import type { Comparison, ComparisonOperator, ScimFilter } from './filter.ts'

/** Whether a canonical resource meets a filter. RFC 7644 §3.4.2.2
 *
 *  A comparison holds when any value of the attribute compares as asked, for `ne` too: some value differs.
 *  An attribute without a value counts as null: it is `ne` to every value, `eq` to null, and compares in no
 *  other way. */
export function matches(filter: ScimFilter, resource: JsonObject): boolean {
  return holds(filter, resource, (path) => valuesAt(resource, path))
}

/** Whether one element of a multi-valued attribute meets the filter of a value path. */
export function elementMatches(filter: ScimFilter, element: JsonValue): boolean {
  return holds(filter, {}, (path) => valuesIn(element, path))
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

function holds(
  filter: ScimFilter,
  resource: JsonObject,
  read: (path: AttributePath) => readonly JsonValue[],
): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((each) => holds(each, resource, read))
    case 'or':
      return filter.filters.some((each) => holds(each, resource, read))
    case 'not':
      return !holds(filter.filter, resource, read)
    case 'present':
      return read(filter.path).length > 0
    case 'compare':
      return compares(filter, read(filter.path))
    case 'valuePath':
      return elementsOf(attributeValueAt(resource, filter.path)).some((element) =>
        elementMatches(filter.filter, element),
      )
  }
}

function valuesIn(element: JsonValue, { subAttribute }: AttributePath): readonly JsonValue[] {
  if (subAttribute === undefined) return [element]
  return isJsonObject(element) ? elementsOf(element[subAttribute.name]) : []
}

function compares({ path, operator, value }: Comparison, values: readonly JsonValue[]): boolean {
  if (value === null) return (operator === 'eq') === (values.length === 0)
  if (values.length === 0) return operator === 'ne'
  const definition = path.subAttribute ?? path.attribute
  const isPart = operator === 'co' || operator === 'sw' || operator === 'ew'
  const wanted =
    isPart && typeof value === 'string'
      ? comparablePart(definition, operator, value)
      : comparable(definition, value)
  return values.some((each) => tests[operator](comparable(definition, each), wanted))
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
