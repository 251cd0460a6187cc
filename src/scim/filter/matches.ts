import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { foldCase, parseDateTime } from '../scalar.ts'
import { attributeValueAt, elementsOf, valuesAt } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import type { Comparison, ComparisonOperator, ScimFilter } from './filter.ts'

/** Whether a canonical resource meets a filter. RFC 7644 §3.4.2.2
 *
 *  A comparison holds when any value of the attribute compares as asked, for `ne` too: some value differs. An attribute
 *  without a value counts as null: it is `ne` to every value, `eq` to null, and compares in no other way. */
export function matches(filter: ScimFilter, resource: JsonObject): boolean {
  return holds(filter, resource, (path) => valuesAt(resource, path))
}

/** Whether one element of a multi-valued attribute meets the filter of a value path. */
export function elementMatches(filter: ScimFilter, element: JsonValue): boolean {
  return holds(filter, {}, (path) => valuesIn(element, path))
}

/** What a value is compared by: texts without their letter case where that does not count, dates as instants. */
export function comparable(definition: AttributeDefinition, value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  if (definition.type === 'dateTime') return parseDateTime(value) ?? value
  return definition.caseExact ? value : foldCase(value)
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
  const wanted = comparable(definition, value)
  return values.some((each) => isSo(operator, comparable(definition, each), wanted))
}

function isSo(operator: ComparisonOperator, actual: JsonValue, wanted: JsonValue): boolean {
  if (operator === 'eq') return actual === wanted
  if (operator === 'ne') return actual !== wanted
  if (typeof actual === 'string' && typeof wanted === 'string') {
    return textTests[operator](actual, wanted)
  }
  if (typeof actual === 'number' && typeof wanted === 'number') {
    return numberTests[operator](actual, wanted)
  }
  return false
}

type Test<A> = (actual: A, wanted: A) => boolean
type Ordering = 'gt' | 'ge' | 'lt' | 'le'
type Substring = 'co' | 'sw' | 'ew'

function orderings<A extends string | number>(): Readonly<Record<Ordering, Test<A>>> {
  return {
    gt: (actual, wanted) => actual > wanted,
    ge: (actual, wanted) => actual >= wanted,
    lt: (actual, wanted) => actual < wanted,
    le: (actual, wanted) => actual <= wanted,
  }
}

const textTests: Readonly<Record<Ordering | Substring, Test<string>>> = {
  ...orderings<string>(),
  co: (actual, wanted) => actual.includes(wanted),
  sw: (actual, wanted) => actual.startsWith(wanted),
  ew: (actual, wanted) => actual.endsWith(wanted),
}

const never: Test<number> = () => false

/** The parser lets no substring operator get to a number. */
const numberTests: Readonly<Record<Ordering | Substring, Test<number>>> = {
  ...orderings<number>(),
  co: never,
  sw: never,
  ew: never,
}
