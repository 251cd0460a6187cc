import { costOf } from '../codec/normal-form.ts'
import { scimErrors } from './error.ts'
import { isJsonList, isJsonObject } from './json.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { resourceAtUrl } from './reference-url.ts'
import { isBase64, parseDateTime, toBoolean } from './scalar.ts'
import { arrangeResource } from './schema/canonical-resource.ts'
import type { AttributeDefinition, AttributeType } from './schema/definition.ts'
import { subAttributeOf } from './schema/resource-schema.ts'
import type { ResourceSchema } from './schema/resource-schema.ts'

/** The canonical resource that a client's body of a POST or PUT means: canonical names in the order of the
 *  schemas, no null, no blank text, no empty list or object, read-only attributes left out. Whatever clients
 *  write in place of the form of RFC 7643 is understood here; unknown attributes are ignored.
 *  @throws {ScimError} invalidValue naming the first attribute that holds a value of the wrong type. */
export function normalizeResource(schema: ResourceSchema, body: JsonObject): JsonObject {
  const given = gather(topLevelEntries(schema, body), (name) => topLevelAttribute(schema, name))
  const resource = build([...schema.attributes, ...schema.extensions], given, (name) => name)
  return arrangeResource(schema, resource)
}

/** The canonical value of a whole attribute; undefined when nothing is left of it.
 *  @param at the attribute's path, for the error.
 *  @throws {ScimError} invalidValue when the value has the wrong type, or several elements are primary; 413 as `givenElements`. */
export function normalizeAttribute(
  definition: AttributeDefinition,
  value: JsonValue,
  at: string,
): JsonValue | undefined {
  if (!definition.multiValued) return normalizeElement(definition, value, at)
  // OneLogin's Enterprise template sends one object for the list of e-mail addresses.
  const elements = givenElements(definition, value, at).map((each) =>
    normalizeElement(definition, each, at),
  )
  return settleElements(
    definition,
    elements.filter((each) => each !== undefined),
    at,
  )
}

/** How many elements a list in a request may have. */
const maxElements = 2000

/** The elements that a client gives of a multi-valued attribute; a value that is no list is the only one.
 *  @param at the attribute's path, for the error.
 *  @throws {ScimError} 413 when there are more than 2000, but of members, of whom a group may have any number. */
export function givenElements(
  definition: AttributeDefinition,
  value: JsonValue,
  at: string,
): readonly JsonValue[] {
  const given = isJsonList(value) ? value : [value]
  if (given.length <= maxElements || definition.name === 'members') return given
  throw scimErrors.payloadTooLarge(`${at} may have at most ${maxElements} values in one request.`)
}

/** What a list becomes as the value of a multi-valued attribute: elements that lack their `value`, and
 *  repetitions, go; undefined when none is left.
 *  @throws {ScimError} invalidValue when several elements are primary. RFC 7643 §2.4 */
export function settleElements(
  definition: AttributeDefinition,
  elements: readonly JsonValue[],
  at: string,
): readonly JsonValue[] | undefined {
  const kept = withoutRepetitions(elements.filter((each) => saysSomething(definition, each)))
  if (kept.filter(isPrimary).length > 1) {
    throw scimErrors.invalidValue(`${at} must not have more than one primary value.`)
  }
  return kept.length > 0 ? kept : undefined
}

/** The canonical value of a single-valued attribute, or of one element of a multi-valued one, which may be
 *  incomplete; undefined when nothing is left of it.
 *  @throws {ScimError} invalidValue when the value has the wrong type. */
export function normalizeElement(
  definition: AttributeDefinition,
  value: JsonValue,
  at: string,
): JsonValue | undefined {
  // Entra ID sends a list with one element for the manager.
  const single = isJsonList(value) && value.length === 1 ? (value[0] ?? null) : value
  if (isBlank(single)) return undefined
  if (isJsonList(single)) throw scimErrors.invalidValue(`${at} must be a single value.`)
  return definition.type === 'complex'
    ? normalizeComplex(definition, single, at)
    : normalizeScalar(definition.type, single, at)
}

/** Whether a value means that the attribute is unassigned. OneLogin renders a macro without a value to an
 *  empty text, or to a space. RFC 7643 §2.5 */
export function isBlank(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (isJsonList(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Whether a body names an attribute at all, be it only to say that it has no value. */
export function mentions(schema: ResourceSchema, body: JsonObject, attributeName: string): boolean {
  const wanted = schema.attribute(attributeName)
  return topLevelEntries(schema, body).some(
    ([name]) => wanted !== undefined && schema.attribute(name) === wanted,
  )
}

/** Makes sure that a resource has what its schemas require; what the service provider itself gives is not
 *  asked for.
 *  @throws {ScimError} invalidValue naming every attribute that is missing. RFC 7643 §2.2 */
export function requireAttributes(schema: ResourceSchema, resource: JsonObject): void {
  const missing = missingAttributes(schema, resource)
  if (missing.length === 0) return
  throw scimErrors.invalidValue(
    `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} required.`,
  )
}

type Entry = readonly [name: string, value: JsonValue]

/** What a body says, attributes that stand under the URN of the core schema included. */
function topLevelEntries(schema: ResourceSchema, body: JsonObject): readonly Entry[] {
  const entries = Object.entries(body)
  const underUrn = entries.flatMap(([name, value]) =>
    schema.isCoreUrn(name) && isJsonObject(value) ? Object.entries(value) : [],
  )
  return [...entries, ...underUrn]
}

function topLevelAttribute(schema: ResourceSchema, name: string): AttributeDefinition | undefined {
  return schema.attribute(name) ?? schema.extension(name)
}

/** The values by canonical name. Where several names mean one attribute the first that has a value counts. */
function gather(
  entries: readonly Entry[],
  find: (name: string) => AttributeDefinition | undefined,
): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>()
  for (const [name, value] of entries) {
    const definition = find(name)
    if (definition !== undefined && isBlank(values.get(definition.name))) {
      values.set(definition.name, value)
    }
  }
  return values
}

function build(
  definitions: readonly AttributeDefinition[],
  given: ReadonlyMap<string, JsonValue>,
  pathOf: (name: string) => string,
): JsonObject {
  const entries: (readonly [string, JsonValue])[] = []
  for (const definition of definitions) {
    const value = given.get(definition.name)
    // Okta's PUT echoes read-only attributes, OneLogin's templates have `"id": null`; they are
    // ignored. RFC 7644 §3.5.1
    if (value === undefined || definition.mutability === 'readOnly') continue
    const normal = normalizeAttribute(definition, value, pathOf(definition.name))
    if (normal !== undefined) entries.push([definition.name, normal])
  }
  return Object.fromEntries(entries)
}

function normalizeComplex(
  definition: AttributeDefinition,
  value: JsonValue,
  at: string,
): JsonObject | undefined {
  const object = asObject(definition, value, at)
  const named = gather(Object.entries(object), (name) => subAttributeOf(definition, name))
  const given = withReferredId(definition, named, at)
  const separator = definition.name.includes(':') ? ':' : '.'
  const normal = build(definition.subAttributes ?? [], given, (name) => `${at}${separator}${name}`)
  return isBlank(normal) ? undefined : normal
}

/** A reference without a `value` is to the resource at its `$ref`. */
function withReferredId(
  definition: AttributeDefinition,
  given: ReadonlyMap<string, JsonValue>,
  at: string,
): ReadonlyMap<string, JsonValue> {
  const url = given.get('$ref') ?? null
  const reference = subAttributeOf(definition, '$ref')
  if (reference === undefined || isBlank(url) || !isBlank(given.get('value'))) return given
  const found = resourceAtUrl(reference, url, `${at}.$ref`)
  if (found === undefined) return given
  const isUntyped = isBlank(given.get('type'))
  return new Map([
    ...given,
    ['value', found.id],
    ...(isUntyped && found.type !== undefined ? [['type', found.type] as const] : []),
  ])
}

/** A text in place of an object is its `value`: the manager's id, the id of a member. */
function asObject(definition: AttributeDefinition, value: JsonValue, at: string): JsonObject {
  if (isJsonObject(value)) return value
  if (typeof value === 'string' && subAttributeOf(definition, 'value') !== undefined) {
    return { value }
  }
  throw scimErrors.invalidValue(`${at} must be an object.`)
}

function normalizeScalar(
  type: Exclude<AttributeType, 'complex'>,
  value: JsonValue,
  at: string,
): JsonValue {
  const normal = type === 'boolean' ? toBoolean(value) : value
  if (normal === undefined || !isOfType[type](normal)) {
    throw scimErrors.invalidValue(`${at} must be ${nameOfType[type]}.`)
  }
  if (type === 'string' && isText(normal)) refuseCostly(normal, at)
  return normal
}

/** Longer than what a directory keeps as text. */
const longestText = 65_536

/** A text is prepared for comparison several times, here and in the directory. */
function refuseCostly(text: string, at: string): void {
  if (text.length > longestText) {
    throw scimErrors.invalidValue(`${at} must not have more than ${longestText} characters.`)
  }
  const cost = costOf(text)
  if (cost !== undefined) throw scimErrors.invalidValue(`${at} must not have ${cost}.`)
}

const isText = (value: JsonValue): value is string => typeof value === 'string'

const isOfType: Readonly<Record<Exclude<AttributeType, 'complex'>, (value: JsonValue) => boolean>> =
  {
    string: isText,
    reference: isText,
    binary: (value) => isText(value) && isBase64(value),
    dateTime: (value) => isText(value) && parseDateTime(value) !== undefined,
    boolean: (value) => typeof value === 'boolean',
    decimal: (value) => typeof value === 'number',
    integer: (value) => Number.isInteger(value),
  }

const nameOfType: Readonly<Record<Exclude<AttributeType, 'complex'>, string>> = {
  string: 'a string',
  reference: 'a string',
  binary: 'base64',
  dateTime: 'a date and time such as 2026-01-31T12:00:00Z',
  boolean: 'true or false',
  decimal: 'a number',
  integer: 'a whole number',
}

/** The paths of the required attributes that a resource lacks, of its extensions where these are present or
 *  required. */
function missingAttributes(schema: ResourceSchema, resource: JsonObject): readonly string[] {
  const ofExtensions = schema.extensions.flatMap((extension) => {
    const value = resource[extension.name]
    if (!isJsonObject(value)) return extension.required ? [extension.name] : []
    const missing = missingFrom(extension.subAttributes ?? [], value)
    return missing.map((name) => `${extension.name}:${name}`)
  })
  return [...missingFrom(schema.attributes, resource), ...ofExtensions]
}

function missingFrom(
  definitions: readonly AttributeDefinition[],
  values: JsonObject,
): readonly string[] {
  return definitions
    .filter(({ required, mutability }) => required && mutability !== 'readOnly')
    .filter(({ name }) => values[name] === undefined)
    .map(({ name }) => name)
}

/** Whether an element says more than what it is for: a `type` and a `primary` without a `value` are what is left of a
 *  template when a person has no e-mail address. */
export function saysSomething(definition: AttributeDefinition, element: JsonValue): boolean {
  const hasValue = subAttributeOf(definition, 'value') !== undefined
  return !hasValue || !isJsonObject(element) || element['value'] !== undefined
}

/** The canonical order of names makes equal elements equal texts. */
function withoutRepetitions(elements: readonly JsonValue[]): readonly JsonValue[] {
  return [...new Map(elements.map((each) => [JSON.stringify(each), each])).values()]
}

function isPrimary(element: JsonValue): boolean {
  return isJsonObject(element) && element['primary'] === true
}
