import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'
import type { AttributeDefinition, ResourceTypeDefinition } from '../scim/schema/definition.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { parseMapPath } from './map-path.ts'
import { countsLetterCase } from './matching-rule.ts'
import type { EntrySettings } from './settings.ts'
import { leafOf } from './slot.ts'

/** The resource type with letter case counting in texts where it does so to the directory, for every LDAP attribute that holds
 *  values. Where it counts to SCIM, or is declared to, it does so in any case: the bridge finishes what the directory finds.
 *  RFC 7643 §2.2 */
export function withLetterCase(
  resourceType: ResourceTypeDefinition,
  { attributes }: EntrySettings,
  directorySchema: DirectorySchema,
): ResourceTypeDefinition {
  const schema = new ResourceSchema(resourceType)
  const holders = Object.entries(attributes).flatMap(([key, mapped]): Holder[] => {
    const path = parseMapPath(schema, key)
    const type = directorySchema.attributeType(
      typeof mapped === 'string' ? mapped : mapped.attribute,
    )
    if (path === undefined || type === undefined) return []
    const { schema: urn, attribute, subAttribute } = path
    return [{ urn, attribute, leaf: leafOf({ attribute, subAttribute }), type }]
  })
  const inSchema = <S extends ResourceTypeDefinition['schema']>(each: S, urn?: string): S => ({
    ...each,
    attributes: each.attributes.map((attribute) =>
      ofAttribute(
        attribute,
        holders.filter((holder) => holder.urn === urn && holder.attribute.name === attribute.name),
      ),
    ),
  })
  return {
    ...resourceType,
    schema: inSchema(resourceType.schema),
    schemaExtensions: resourceType.schemaExtensions.map((extension) => ({
      ...extension,
      schema: inSchema(extension.schema, extension.schema.id),
    })),
  }
}

/** What holds values of a SCIM attribute. */
interface Holder {
  readonly urn: string | undefined
  readonly attribute: AttributeDefinition
  /** The definition of the values. */
  readonly leaf: AttributeDefinition
  readonly type: AttributeType
}

function ofAttribute(
  attribute: AttributeDefinition,
  holders: readonly Holder[],
): AttributeDefinition {
  const { subAttributes } = attribute
  if (subAttributes === undefined) return ofLeaf(attribute, holders)
  return {
    ...attribute,
    subAttributes: subAttributes.map((part) =>
      ofLeaf(
        part,
        holders.filter(({ leaf }) => leaf.name === part.name),
      ),
    ),
  }
}

function ofLeaf(leaf: AttributeDefinition, holders: readonly Holder[]): AttributeDefinition {
  if (leaf.type !== 'string' || leaf.caseExact || holders.length === 0) return leaf
  return { ...leaf, caseExact: holders.every(({ type }) => countsLetterCase(type.equality)) }
}
