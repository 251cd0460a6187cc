import type { JsonObject } from '../json.ts'
import type {
  AttributeDefinition,
  ResourceTypeDefinition,
  SchemaDefinition,
} from '../schema/definition.ts'
import { schemaUrns } from '../urn.ts'

/** The document of /Schemas/{urn}. RFC 7643 §7
 *  @param baseUrl the URL of the SCIM root, without a trailing slash. */
export function toSchemaDocument(schema: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: [schemaUrns.schema],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(toAttributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

/** The document of /ResourceTypes/{id}. RFC 7643 §6
 *  @param baseUrl the URL of the SCIM root, without a trailing slash. */
export function toResourceTypeDocument(
  resourceType: ResourceTypeDefinition,
  baseUrl: string,
): JsonObject {
  const { id, name, endpoint, description, schema, schemaExtensions } = resourceType
  return {
    schemas: [schemaUrns.resourceType],
    id,
    name,
    endpoint,
    description,
    schema: schema.id,
    schemaExtensions: schemaExtensions.map((each) => ({
      schema: each.schema.id,
      required: each.required,
    })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${id}` },
  }
}

function toAttributeDocument(definition: AttributeDefinition): JsonObject {
  const { subAttributes, canonicalValues, referenceTypes, ...characteristics } = definition
  return {
    ...characteristics,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined
      ? {}
      : { subAttributes: subAttributes.map(toAttributeDocument) }),
  }
}
