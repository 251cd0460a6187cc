import type { Problem } from '../codec/decode.ts'
import {
  attribute,
  type AttributeDefinition,
  type ResourceTypeDefinition,
  type SchemaDefinition,
} from '../scim/schema/definition.ts'
import type { ExtensionSettings } from './extension-settings.ts'
import type { Slot } from './slot.ts'

/** A resource type with the extension schemas of the settings behind its own. RFC 7643 §3.3 */
export function withExtensions(
  resourceType: ResourceTypeDefinition,
  extensions: readonly ExtensionSettings[],
): ResourceTypeDefinition {
  const added = extensions.map((each) => ({ schema: toSchema(each), required: false }))
  return { ...resourceType, schemaExtensions: [...resourceType.schemaExtensions, ...added] }
}

/** Attributes of extensions that cannot be stored as they are declared: without a line in the map, or with several values where
 *  the LDAP attribute has room for one. */
export function checkExtensions(
  extensions: readonly ExtensionSettings[],
  slots: readonly Slot[],
): Problem[] {
  return extensions.flatMap(({ urn, attributes }, index) =>
    attributes.flatMap(({ name }, place) => {
      const path = `extensions[${index}].attributes[${place}]`
      const slot = slots.find((each) => each.urn === urn && each.attribute.name === name)
      if (slot === undefined) {
        return [{ path, reason: `is not mapped; attributes needs a line "${urn}:${name}"` }]
      }
      const { attribute: definition, type } = slot
      if (!definition.multiValued || !type.isSingleValued) return []
      return [{ path, reason: `is multiValued, but ${type.name} has room for one value` }]
    }),
  )
}

/** Extensions that both resource types have, although a URN means one schema. RFC 7643 §7 */
export function sharedExtensions(
  ofUsers: readonly ExtensionSettings[],
  ofGroups: readonly ExtensionSettings[],
): Problem[] {
  const urns = ofUsers.map(({ urn }) => urn.toLowerCase())
  return ofGroups.flatMap(({ urn }, index) =>
    urns.includes(urn.toLowerCase())
      ? [{ path: `groups.extensions[${index}].urn`, reason: 'is an extension of users already' }]
      : [],
  )
}

function toSchema({ urn, name, description, attributes }: ExtensionSettings): SchemaDefinition {
  return {
    id: urn,
    name,
    description: description ?? name,
    attributes: attributes.map(toDefinition),
  }
}

type ExtensionAttribute = ExtensionSettings['attributes'][number]

function toDefinition({
  name,
  description,
  canonicalValues,
  referenceTypes,
  ...characteristics
}: ExtensionAttribute): AttributeDefinition {
  const { type } = characteristics
  const isReference = type === 'reference'
  return attribute(name, description ?? name, {
    ...characteristics,
    // RFC 7643 §2.3.6, §2.3.7
    caseExact: characteristics.caseExact || isReference || type === 'binary',
    ...(canonicalValues.length === 0 ? {} : { canonicalValues }),
    ...(isReference ? { referenceTypes } : {}),
  })
}
