/** The data types of attributes. RFC 7643 §2.3 */
export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'

/** What a schema says of one attribute or sub-attribute. RFC 7643 §7 */
export interface AttributeDefinition {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  /** Whether letter case counts when values are compared. */
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  /** Suggested values; others are taken as well. */
  readonly canonicalValues?: readonly string[]
  /** What a reference may point to: names of resource types, `external` or `uri`. */
  readonly referenceTypes?: readonly string[]
  /** Present exactly on complex attributes. */
  readonly subAttributes?: readonly AttributeDefinition[]
}

/** A set of attributes under a URN: a core schema or an extension. RFC 7643 §7 */
export interface SchemaDefinition {
  /** The URN. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly AttributeDefinition[]
}

/** A kind of resource: its endpoint and the schemas its attributes come from. RFC 7643 §6 */
export interface ResourceTypeDefinition {
  readonly id: string
  readonly name: string
  /** Relative to the SCIM root, with a leading slash: `/Users`. */
  readonly endpoint: string
  readonly description: string
  readonly schema: SchemaDefinition
  readonly schemaExtensions: readonly SchemaExtension[]
}

/** An extension schema of a resource type. RFC 7643 §6 */
export interface SchemaExtension {
  readonly schema: SchemaDefinition
  /** Whether every resource must have attributes of it. */
  readonly required: boolean
}

/** An attribute with the characteristics that hold where a schema names none. RFC 7643 §2.2 */
export function attribute(
  name: string,
  description: string,
  characteristics: Partial<Omit<AttributeDefinition, 'name' | 'description'>> = {},
): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  }
}
