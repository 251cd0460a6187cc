/** An attribute type of the directory's schema, with what it inherits from its superior types. RFC 4512 §4.1.2 */
export interface AttributeType {
  /** The first name, as the schema spells it; the OID where there is none. */
  readonly name: string
  readonly names: readonly string[]
  readonly oid: string
  /** The OID of the syntax, without a length. */
  readonly syntax: string | undefined
  /** The name or OID of the equality rule; without one values cannot be deleted one by one. */
  readonly equality: string | undefined
  readonly ordering: string | undefined
  readonly substring: string | undefined
  readonly isSingleValued: boolean
  /** A user of the directory may not write it. */
  readonly isReadOnly: boolean
  /** It is returned only when asked for by name or by `+`. */
  readonly isOperational: boolean
}

/** An object class with what it inherits from its superior classes. RFC 4512 §4.1.1 */
export interface ObjectClass {
  readonly name: string
  readonly names: readonly string[]
  readonly oid: string
  readonly kind: 'abstract' | 'structural' | 'auxiliary'
  /** Attributes an entry of the class must have, superior classes included, as the schema spells them. */
  readonly must: readonly string[]
  /** Attributes an entry of the class may have, superior classes included. */
  readonly may: readonly string[]
}

/** The schema of a directory, looked up by any name or OID without case; options of an attribute (`;binary`) do not count. */
export interface DirectorySchema {
  attributeType(name: string): AttributeType | undefined
  objectClass(name: string): ObjectClass | undefined
}
