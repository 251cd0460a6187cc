import { isJsonObject, type JsonValue } from '../../../../src/scim/json.ts'
import type { PatchStorage, Place } from '../../../../src/scim/patch/patch-storage.ts'
import type { AttributePath } from '../../../../src/scim/schema/attribute-path.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../../src/scim/schema/resource-types.ts'

/** The types that the preset for OpenLDAP has lines for, and the parts of addresses. */
const kept: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  emails: { work: ['value', 'primary'] },
  phoneNumbers: Object.fromEntries(
    ['work', 'mobile', 'home', 'fax', 'pager'].map((type) => [type, ['value']]),
  ),
  addresses: {
    work: ['formatted', 'streetAddress', 'locality', 'region', 'postalCode'],
    home: ['formatted'],
  },
}

/** What the preset for OpenLDAP keeps, as a person reads it there.
 *  @param schema what the bridge advertises. */
export function presetStorage(schema: ResourceSchema): PatchStorage {
  const { name } = schema.resourceType
  const known = new ResourceSchema(name === 'User' ? userResourceType : groupResourceType)
  return { schema, known, placeOf, isUntyped: () => false, roomOf }
}

function roomOf({ attribute }: AttributePath, element: JsonValue): string | undefined {
  if (attribute.name !== 'addresses' || !isJsonObject(element)) return undefined
  return JSON.stringify(element['type'] ?? 'work').toLowerCase()
}

function placeOf({ attribute, subAttribute }: AttributePath, element: JsonValue): Place {
  const types = kept[attribute.name]
  const type = isJsonObject(element) ? (element['type'] ?? 'work') : 'work'
  if (types === undefined) return 'written'
  const parts = typeof type === 'string' ? types[type.toLowerCase()] : undefined
  if (parts === undefined) return 'nowhere'
  const part = subAttribute?.name ?? 'type'
  return part === 'type' || parts.includes(part) ? 'written' : 'nowhere'
}
