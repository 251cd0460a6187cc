import { scimErrors } from '../error.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { AttributeDefinition } from './definition.ts'
import type { ResourceSchema } from './resource-schema.ts'

/** A resource with its attributes in the order of the schemas, without extensions that have nothing to say, and with the
 *  `schemas` of those that have. Attributes that no schema knows are left out. RFC 7643 §3 */
export function arrangeResource(schema: ResourceSchema, resource: JsonObject): JsonObject {
  const extensions = schema.extensions.flatMap((definition) => {
    const value = resource[definition.name]
    const arranged = isJsonObject(value) ? pick(definition.subAttributes ?? [], value) : []
    return arranged.length > 0 ? [[definition.name, Object.fromEntries(arranged)] as const] : []
  })
  const schemas = [schema.resourceType.schema.id, ...extensions.map(([urn]) => urn)]
  const attributes = pick(
    schema.attributes.filter(({ name }) => name !== 'schemas'),
    resource,
  )
  return { schemas, ...Object.fromEntries(attributes), ...Object.fromEntries(extensions) }
}

/** Makes sure that a resource has what its schemas require; what the service provider itself gives is not asked for.
 *  @throws {ScimError} invalidValue naming every attribute that is missing. RFC 7643 §2.2 */
export function requireAttributes(schema: ResourceSchema, resource: JsonObject): void {
  const missing = missingAttributes(schema, resource)
  if (missing.length === 0) return
  throw scimErrors.invalidValue(
    `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} required.`,
  )
}

/** The paths of the required attributes that a resource lacks, of its extensions where these are present or required. */
export function missingAttributes(schema: ResourceSchema, resource: JsonObject): readonly string[] {
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

function pick(
  definitions: readonly AttributeDefinition[],
  values: JsonObject,
): (readonly [string, JsonValue])[] {
  return definitions.flatMap(({ name }) => {
    const value = values[name]
    return value === undefined ? [] : [[name, value] as const]
  })
}
