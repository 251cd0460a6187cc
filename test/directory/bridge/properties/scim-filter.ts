import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { isJsonObject } from '../../../../src/scim/json.ts'
import {
  attribute,
  type AttributeDefinition,
  type SchemaDefinition,
} from '../../../../src/scim/schema/definition.ts'
import { word } from './words.ts'

/** Where a filter may look: a path, and what is there. */
interface Place {
  readonly path: string
  readonly definition: AttributeDefinition
}

const common: readonly AttributeDefinition[] = [
  attribute('id', ''),
  attribute('externalId', ''),
  attribute('schemas', '', { type: 'reference', multiValued: true }),
  attribute('meta.created', '', { type: 'dateTime' }),
  attribute('meta.lastModified', '', { type: 'dateTime' }),
  attribute('meta.resourceType', ''),
  attribute('meta.location', '', { type: 'reference' }),
  attribute('meta.version', ''),
]

/** Filters of the whole grammar over everything that the schemas advertise, with values that the resources have, parts of
 *  them, and others. RFC 7644 §3.4.2.2 */
export function filtersOver(
  schemas: readonly SchemaDefinition[],
  resources: readonly JsonObject[],
): fc.Arbitrary<string> {
  const places = [...common.map(asPlace), ...schemas.flatMap(placesIn)]
  const pool = poolOf(resources)
  const values = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...pool).chain(variantsOf) },
    { weight: 1, arbitrary: word },
  )
  const test = fc.constantFrom(...places).chain((place) => testOf(place, values))
  const { filter } = fc.letrec<{ filter: string; nested: string }>((tie) => ({
    filter: fc.oneof({ depthSize: 'small' }, { weight: 3, arbitrary: test }, tie('nested')),
    nested: fc.oneof(
      fc
        .tuple(tie('filter'), fc.constantFrom(' and ', ' or ', ' AND ', '  Or '), tie('filter'))
        .map((parts) => parts.join('')),
      fc
        .constantFrom('not ', 'NOT', 'not')
        .chain((not) => tie('filter').map((inner) => `${not}(${inner})`)),
      tie('filter').map((inner) => `( ${inner} )`),
    ),
  }))
  return filter
}

function asPlace(definition: AttributeDefinition): Place {
  return { path: definition.name, definition }
}

function placesIn({ id, attributes }: SchemaDefinition): Place[] {
  const isCore = id.includes(':core:')
  return attributes
    .filter(({ returned }) => returned !== 'never')
    .flatMap((definition) => {
      const paths = [`${id}:${definition.name}`, ...(isCore ? [definition.name] : [])]
      return paths.flatMap((path) => [
        { path, definition },
        ...(definition.subAttributes ?? []).map((part) => ({
          path: `${path}.${part.name}`,
          definition: part,
        })),
      ])
    })
}

/** Every text and number in the resources. */
function poolOf(resources: readonly JsonObject[]): string[] {
  const leaves = (value: JsonValue): string[] => {
    if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(leaves)
    if (isJsonObject(value)) return Object.values(value).flatMap(leaves)
    return typeof value === 'string' ? [value] : []
  }
  return [...new Set(resources.flatMap(leaves))]
}

function variantsOf(value: string): fc.Arbitrary<string> {
  const part = fc
    .tuple(fc.nat(value.length), fc.nat(value.length))
    .map(([one, other]) => value.slice(Math.min(one, other), Math.max(one, other)))
  const respelt = fc.constantFrom(
    value.toUpperCase(),
    value.toLowerCase(),
    ` ${value}`,
    `${value} `,
    value.replaceAll(' ', '  '),
    value.normalize('NFD'),
    value.normalize('NFC'),
    value.normalize('NFKC'),
  )
  return fc.oneof(fc.constant(value), part, respelt)
}

function testOf(place: Place, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { path, definition } = place
  const simple = fc.oneof({ weight: 5, arbitrary: comparison(place, values) }, present(path))
  if (definition.type !== 'complex' || !definition.multiValued) return simple
  return fc.oneof(simple, valuePath(place, values))
}

function present(path: string): fc.Arbitrary<string> {
  return respelled(path).chain((name) => fc.constantFrom(`${name} pr`, `${name} PR`))
}

/** One element that meets a filter on its parts, perhaps with one more part behind. */
function valuePath(
  { path, definition }: Place,
  values: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const parts = (definition.subAttributes ?? []).map(asPlace)
  const inner = fc.constantFrom(...parts).chain((part) => testOf(part, values))
  const junction = fc
    .array(fc.tuple(inner, fc.boolean()), { minLength: 1, maxLength: 3 })
    .chain((list) =>
      fc
        .constantFrom(' and ', ' or ')
        .map((joint) => list.map(([text, isNot]) => (isNot ? `not (${text})` : text)).join(joint)),
    )
  return fc.tuple(respelled(path), junction, fc.option(inner)).map(([name, filter, behind]) =>
    // What stands behind the brackets begins with a name of the element.
    behind === null ? `${name}[${filter}]` : `${name}[${filter}].${behind}`,
  )
}

const operators: Readonly<Record<string, readonly string[]>> = {
  boolean: ['eq', 'ne'],
  dateTime: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  binary: ['eq', 'ne'],
}
const textOperators = ['eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']

function comparison(
  { path, definition }: Place,
  values: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  // A complex attribute is compared by its value.
  const value = definition.subAttributes?.find(({ name }) => name === 'value')
  const { type } = value ?? definition
  if (type === 'complex') return present(path)
  const operator = fc.constantFrom(...(operators[type] ?? textOperators))
  return fc
    .tuple(respelled(path), operator, valueOf(type, values), fc.boolean(), fc.nat(9))
    .map(([name, op, text, isLoud, isNull]) => {
      const isEquality = op === 'eq' || op === 'ne'
      return `${name} ${isLoud ? op.toUpperCase() : op} ${isNull === 0 && isEquality ? 'null' : text}`
    })
}

function valueOf(type: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  if (type === 'boolean') return fc.constantFrom('true', 'false', 'True', '"false"')
  if (type === 'dateTime') {
    return fc
      .tuple(fc.integer({ min: -2, max: 2 }), fc.constantFrom('Z', '.000Z', '+00:00'))
      .map(
        ([hours, zone]) =>
          `"${new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 19)}${zone}"`,
      )
  }
  return fc.tuple(values, fc.nat(3)).map(([text, form]) => {
    if (form === 0 && text !== 'null' && /^[\p{L}][\p{L}\p{N}.@-]*$/u.test(text)) return text
    return form === 1 ? escapedThroughout(text) : JSON.stringify(text)
  })
}

/** A JSON string in which every character is written by its number. RFC 8259 §7 */
function escapedThroughout(text: string): string {
  const units = Array.from({ length: text.length }, (_, place) => text.charCodeAt(place))
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
}

/** A name in some case of its letters. RFC 7643 §2.1 */
function respelled(name: string): fc.Arbitrary<string> {
  return fc.constantFrom(name, name, name.toUpperCase(), name.toLowerCase())
}
