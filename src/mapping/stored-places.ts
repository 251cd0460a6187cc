import type { JsonValue } from '../scim/json.ts'
import type { PatchStorage, Place } from '../scim/patch/patch-storage.ts'
import type { AttributePath } from '../scim/schema/attribute-path.ts'
import { commonAttributes } from '../scim/schema/common.ts'
import type { ResourceTypeDefinition } from '../scim/schema/definition.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { hasElements, partNames, type Slot } from './slot.ts'
import { hasTermsOf, ownerOf } from './slot-values.ts'

/** What the lines of a map keep of a resource type. */
export class StoredPlaces implements PatchStorage {
  readonly schema: ResourceSchema
  readonly known: ResourceSchema
  readonly #slots: readonly Slot[]

  /** @param advertised the resource type as `/Schemas` shows it, where externalId, which every resource has, is not in.
   *  @param known what the resource type has, mapped or not. */
  constructor(advertised: ResourceTypeDefinition, known: ResourceSchema, slots: readonly Slot[]) {
    const common = commonAttributes.filter(
      ({ name, mutability }) => mutability === 'readOnly' || slots.some(({ key }) => key === name),
    )
    this.schema = new ResourceSchema(advertised, common)
    this.known = known
    this.#slots = slots
  }

  placeOf(path: AttributePath, element: JsonValue): Place {
    const { subAttribute } = path
    const lines = this.#linesOf(path)
    // Members have no line, but a section of the settings.
    if (lines.length === 0) return 'written'
    const owner = ownerOf(element, lines)
    const holders = lines
      .filter((slot) => owner !== undefined && hasTermsOf(slot, owner))
      .filter((slot) => subAttribute === undefined || partNames(slot).includes(subAttribute.name))
    if (holders.length === 0) return 'nowhere'
    return holders.every(({ isReadOnly }) => isReadOnly) ? 'readOnly' : 'written'
  }

  isUntyped(path: AttributePath, element: JsonValue): boolean {
    const owner = this.#ownerOf(path, element)
    return owner !== undefined && Object.keys(owner.terms).length === 0
  }

  roomOf(path: AttributePath, element: JsonValue): string | undefined {
    const owner = this.#ownerOf(path, element)
    if (owner === undefined) return undefined
    const isRoomy = hasElements(owner) && !owner.type.isSingleValued
    return isRoomy ? undefined : JSON.stringify(owner.terms)
  }

  #ownerOf(path: AttributePath, element: JsonValue): Slot | undefined {
    return ownerOf(element, this.#linesOf(path))
  }

  #linesOf({ schema, attribute }: AttributePath): readonly Slot[] {
    return this.#slots.filter(
      (slot) => slot.urn === schema && slot.attribute.name === attribute.name,
    )
  }
}
