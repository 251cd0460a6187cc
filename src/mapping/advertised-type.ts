import type { JsonObject } from '../scim/json.ts'
import type {
  AttributeDefinition,
  ResourceTypeDefinition,
  SchemaDefinition,
} from '../scim/schema/definition.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { partNames } from './slot.ts'

/** What the map stores of one attribute beside the sub-attributes that are mapped one by one. */
export interface StoredAttribute {
  readonly urn: string | undefined
  readonly name: string
  /** The sub-attributes that are stored; left out for an attribute that has none. */
  readonly subAttributes?: readonly string[]
  /** What holds of the elements that are stored: `{ type: 'work' }`. */
  readonly terms?: JsonObject
  readonly isReadOnly?: boolean
  /** No two resources have the same value. */
  readonly isUnique?: boolean
}

/** The attributes that slots store. */
export function storedBySlots({
  slots,
  derivations,
}: Pick<EntryMapping, 'slots' | 'derivations'>): StoredAttribute[] {
  return slots.map((slot) => ({
    urn: slot.urn,
    name: slot.attribute.name,
    terms: slot.terms,
    isReadOnly: slot.isReadOnly,
    isUnique: derivations.some(({ own }) => own === slot),
    ...(slot.attribute.type === 'complex' ? { subAttributes: partNames(slot) } : {}),
  }))
}

/** The resource type as it is advertised: only what the map stores, since what cannot be stored must not be
 *  promised. RFC 7643 §7 */
export function advertisedType(
  definition: ResourceTypeDefinition,
  stored: readonly StoredAttribute[],
): ResourceTypeDefinition {
  const schemaExtensions = definition.schemaExtensions
    .map((extension) => ({
      ...extension,
      schema: prune(extension.schema, extension.schema.id, stored),
    }))
    .filter(({ schema }) => schema.attributes.length > 0)
  return { ...definition, schema: prune(definition.schema, undefined, stored), schemaExtensions }
}

function prune(
  schema: SchemaDefinition,
  urn: string | undefined,
  stored: readonly StoredAttribute[],
): SchemaDefinition {
  const attributes = schema.attributes.flatMap((definition) => {
    const matching = stored.filter((each) => each.urn === urn && each.name === definition.name)
    return matching.length === 0 ? [] : [pruneAttribute(definition, matching)]
  })
  return { ...schema, attributes }
}

function pruneAttribute(
  definition: AttributeDefinition,
  stored: readonly StoredAttribute[],
): AttributeDefinition {
  const subAttributes = definition.subAttributes?.flatMap((part) => {
    const holders = stored.filter((each) => each.subAttributes?.includes(part.name) === true)
    if (holders.length === 0) return []
    return [{ ...asStored(part, holders), ...canonicalValuesOf(part, stored) }]
  })
  const pruned = asStored(definition, stored)
  return subAttributes === undefined ? pruned : { ...pruned, subAttributes }
}

function asStored(
  definition: AttributeDefinition,
  stored: readonly StoredAttribute[],
): AttributeDefinition {
  const isReadOnly = stored.every((each) => each.isReadOnly === true)
  const isUnique = definition.type !== 'complex' && stored.every((each) => each.isUnique === true)
  return {
    ...definition,
    ...(isReadOnly ? { mutability: 'readOnly' } : {}),
    ...(isUnique ? { uniqueness: 'server' } : {}),
  }
}

/** Where all elements that are stored are of certain types, there are no others. */
function canonicalValuesOf(
  { name }: AttributeDefinition,
  stored: readonly StoredAttribute[],
): Pick<AttributeDefinition, 'canonicalValues'> {
  const values = stored.map(({ terms }) => terms?.[name])
  const texts = values.filter((value) => typeof value === 'string')
  return texts.length < values.length ? {} : { canonicalValues: [...new Set(texts)] }
}
