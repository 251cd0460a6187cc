import { schemaUrns } from '../urn.ts'
import { commonAttributes } from './common.ts'
import { attribute } from './definition.ts'
import type { AttributeDefinition, ResourceTypeDefinition, SchemaExtension } from './definition.ts'

/** What SCIM 1.1 called the core schemas; OneLogin's v1.1 connector sends it for users and groups. */
const legacyCoreUrn = 'urn:scim:schemas:core:1.0'

/** What SCIM 1.1 called the enterprise extension. */
const legacyEnterpriseUrn = 'urn:scim:schemas:extension:enterprise:1.0'

/** A text that begins with the URN of a schema, cut behind it. */
export interface QualifiedName {
  /** The extension that the URN names; absent for the core schema. */
  readonly extension: AttributeDefinition | undefined
  /** What follows the separator behind the URN; empty when nothing does. */
  readonly rest: string
}

/** The attributes of one resource type by their names, which are case-insensitive. An extension is seen as a
 *  complex attribute that is named by its URN, for that is how it stands in a resource. RFC 7643 §2.1, §3.3 */
export class ResourceSchema {
  readonly resourceType: ResourceTypeDefinition
  /** Common and core attributes, in the order in which a canonical resource holds them. */
  readonly attributes: readonly AttributeDefinition[]
  /** Extensions, each as a complex attribute whose name is the URN; they follow the attributes. */
  readonly extensions: readonly AttributeDefinition[]
  readonly #byName: ReadonlyMap<string, AttributeDefinition>
  /** Lower-case URNs, the old ones included; undefined stands for the core schema. */
  readonly #byUrn: ReadonlyMap<string, AttributeDefinition | undefined>

  /** @param common the attributes outside of any schema that resources of this type have. */
  constructor(
    resourceType: ResourceTypeDefinition,
    common: readonly AttributeDefinition[] = commonAttributes,
  ) {
    this.resourceType = resourceType
    this.attributes = [...common, ...resourceType.schema.attributes]
    this.extensions = resourceType.schemaExtensions.map(asAttribute)
    this.#byName = new Map(this.attributes.map((each) => [each.name.toLowerCase(), each]))
    this.#byUrn = urnsOf(resourceType, this.extensions)
  }

  /** The common or core attribute of this name. */
  attribute(name: string): AttributeDefinition | undefined {
    return this.#byName.get(name.toLowerCase())
  }

  /** The extension of this URN, seen as a complex attribute. */
  extension(urn: string): AttributeDefinition | undefined {
    return this.#byUrn.get(urn.toLowerCase())
  }

  /** Whether the URN names the core schema of the resource type. */
  isCoreUrn(urn: string): boolean {
    const key = urn.toLowerCase()
    return this.#byUrn.has(key) && this.#byUrn.get(key) === undefined
  }

  /** The text without the URN of a schema before it; undefined when it begins with none that is known. The
   *  separator is a colon; older jobs of Entra ID put a dot. RFC 7644 §3.10 */
  splitUrn(text: string): QualifiedName | undefined {
    const lower = text.toLowerCase()
    const urn = [...this.#byUrn.keys()]
      .filter((each) => lower.startsWith(each) && /^[:.]?$/.test(lower.charAt(each.length)))
      .sort((one, other) => other.length - one.length)[0]
    if (urn === undefined) return undefined
    return { extension: this.#byUrn.get(urn), rest: text.slice(urn.length + 1) }
  }
}

/** The sub-attribute of this name, which is case-insensitive. `managerId` is what SCIM 1.1 called the value
 *  of a manager; OneLogin's templates still do. */
export function subAttributeOf(
  parent: AttributeDefinition,
  name: string,
): AttributeDefinition | undefined {
  const wanted = currentName(parent, name.toLowerCase())
  return parent.subAttributes?.find((each) => each.name.toLowerCase() === wanted)
}

function currentName(parent: AttributeDefinition, name: string): string {
  return name === 'managerid' && parent.name === 'manager' ? 'value' : name
}

function asAttribute({ schema, required }: SchemaExtension): AttributeDefinition {
  return attribute(schema.id, schema.description, {
    type: 'complex',
    required,
    subAttributes: schema.attributes,
  })
}

function urnsOf(
  resourceType: ResourceTypeDefinition,
  extensions: readonly AttributeDefinition[],
): Map<string, AttributeDefinition | undefined> {
  const urns = new Map<string, AttributeDefinition | undefined>([
    [legacyCoreUrn, undefined],
    [resourceType.schema.id.toLowerCase(), undefined],
  ])
  for (const extension of extensions) {
    urns.set(extension.name.toLowerCase(), extension)
    if (extension.name === schemaUrns.enterpriseUser) urns.set(legacyEnterpriseUrn, extension)
  }
  return urns
}
