import type { Problem } from '../codec/decode.ts'
import {
  attribute,
  type AttributeDefinition,
  type ResourceTypeDefinition,
  type SchemaDefinition,
} from '../scim/schema/definition.ts'
import type { ExtensionSettings } from './extension-settings.ts'
import { ignoresLetterCase } from './matching-rule.ts'
import type { Slot } from './slot.ts'

/** A resource type with the extension schemas of the settings behind its own. RFC 7643 §3.3 */
export function withExtensions(
  resourceType: ResourceTypeDefinition,
  extensions: readonly ExtensionSettings[],
): ResourceTypeDefinition {
  const added = extensions.map((each) => ({ schema: toSchema(each), required: false }))
  return { ...resourceType, schemaExtensions: [...resourceType.schemaExtensions, ...added] }
}

/** Attributes of extensions that cannot be stored as they are declared: without a line in the map, with several values where
 *  the LDAP attribute has room for one, or with values side by side that it takes for the same. */
export function checkExtensions(
  extensions: readonly ExtensionSettings[],
  slots: readonly Slot[],
): Problem[] {
  return extensions.flatMap(({ urn, attributes }, index) =>
    attributes.flatMap(({ name, caseExact }, place) => {
      const path = `extensions[${index}].attributes[${place}]`
      const slot = slots.find((each) => each.urn === urn && each.attribute.name === name)
      if (slot === undefined) {
        return [{ path, reason: `is not mapped; attributes needs a line "${urn}:${name}"` }]
      }
      const reason = slot.attribute.multiValued ? misfitOfList(slot, caseExact) : undefined
      return reason === undefined ? [] : [{ path, reason }]
    }),
  )
}

/** Why the LDAP attribute cannot hold the values of a list. */
function misfitOfList({ type, isReadOnly }: Slot, isCaseExact: boolean): string | undefined {
  if (type.isSingleValued) return `is multiValued, but ${type.name} has room for one value`
  if (!isCaseExact || isReadOnly || !ignoresLetterCase(type.equality)) return undefined
  return `is caseExact, but ${type.name} takes values that differ in letter case alone for one (${type.equality}), so that the second would be lost`
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
