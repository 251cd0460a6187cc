import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { AttributeDefinition } from './definition.ts'
import type { ResourceSchema } from './resource-schema.ts'

/** A resource with its attributes in the order of the schemas, without extensions that have nothing to say,
 *  and with the `schemas` of those that have. Attributes that no schema knows are left out. RFC 7643 §3 */
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

function pick(
  definitions: readonly AttributeDefinition[],
  values: JsonObject,
): (readonly [string, JsonValue])[] {
  return definitions.flatMap(({ name }) => {
    const value = values[name]
    return value === undefined ? [] : [[name, value] as const]
  })
}
