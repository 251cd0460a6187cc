import { scimErrors } from '../scim/error.ts'
import { excerpt } from '../scim/excerpt.ts'
import { comparable } from '../scim/filter/matches.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.ts'
import {
  type AttributePath,
  attributeValueAt,
  elementsOf,
  findAttributePath,
  formatAttributePath,
  isOf,
} from '../scim/schema/attribute-path.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { type ResourceSchema, subAttributeOf } from '../scim/schema/resource-schema.ts'
import type { ListQuery } from './resource-service.ts'

/** How many UTF-16 units of a text put it into order: the keys of 100,000 resources are 50 MB at most. */
const longestKey = 256

/** So many units of a long text are folded for them: folding leaves blanks out, and makes one character of several. */
const readForKey = 4 * longestKey

/** An order of resources by one attribute. Texts that begin with the same 256 UTF-16 units are equals in it. RFC 7644 §3.4.2.3 */
export interface SortOrder {
  readonly path: AttributePath
  readonly isDescending: boolean
}

/** Something to be put into order, by what it is compared by. */
export interface Sortable {
  readonly id: string
  readonly key: JsonValue | undefined
}

/** The order that a query asks for.
 *  @param sortBy a path; blank or left out, there is no order to keep. A complex attribute means its `value`.
 *  @param others further resource types that are asked the same: what only they have puts resources of this type into no order.
 *  @throws {ScimError} invalidPath when there is no such attribute, it is complex and has no `value`, or holds bytes, which
 *    have no order. RFC 7644 §3.4.2.2 */
export function parseSortOrder(
  { sortBy, sortOrder }: Pick<ListQuery, 'sortBy' | 'sortOrder'>,
  schema: ResourceSchema,
  others: readonly ResourceSchema[] = [],
): SortOrder | undefined {
  if (sortBy === undefined) return undefined
  for (const each of [schema, ...others]) {
    const path = findAttributePath(sortBy, each)
    if (path === undefined || path.attribute.returned === 'never') continue
    refuseWhole(path, each)
    refuseBytes(path)
    return isOf(schema, path) ? { path, isDescending: sortOrder === 'descending' } : undefined
  }
  throw scimErrors.invalidPath(`There is no attribute ${excerpt(sortBy)} to sort by.`)
}

function refuseWhole(path: AttributePath, schema: ResourceSchema): void {
  const { attribute, subAttribute } = path
  if ((subAttribute ?? attribute).type !== 'complex') return
  const isExtension = path.schema === undefined && schema.extensions.includes(attribute)
  if (!isExtension && subAttributeOf(attribute, 'value') !== undefined) return
  const [part] = attribute.subAttributes ?? []
  const example =
    isExtension && part
      ? { schema: attribute.name, attribute: part }
      : { ...path, ...(part && { subAttribute: part }) }
  throw scimErrors.invalidPath(
    `${formatAttributePath(path)} cannot be sorted by as a whole; name a part of it, such as ${formatAttributePath(example)}.`,
  )
}

function refuseBytes(path: AttributePath): void {
  const { attribute, subAttribute } = path
  const leaf = subAttribute ?? subAttributeOf(attribute, 'value') ?? attribute
  if (leaf.type !== 'binary') return
  throw scimErrors.invalidPath(
    `${formatAttributePath(path)} cannot be sorted by: it holds bytes, which have no order. Sort by another attribute.`,
  )
}

/** What a resource is compared by, in little memory: of several values the primary one, else the first; nothing when it has
 *  none. */
export function sortKey({ path }: SortOrder, resource: JsonObject): JsonValue | undefined {
  const elements = elementsOf(attributeValueAt(resource, path))
  const primary = elements.find((each) => isJsonObject(each) && each['primary'] === true)
  const element = primary ?? elements[0]
  const definition = path.subAttribute ?? path.attribute
  if (!isJsonObject(element)) return element === undefined ? undefined : keyOf(definition, element)
  const name = path.subAttribute?.name ?? 'value'
  const value = element[name]
  const leaf = path.attribute.subAttributes?.find((each) => each.name === name)
  return value === undefined || leaf === undefined ? undefined : keyOf(leaf, value)
}

/** What a value is put into order by: of a text no more than its beginning. */
function keyOf(definition: AttributeDefinition, value: JsonValue): JsonValue {
  if (typeof value !== 'string') return comparable(definition, value)
  const key = comparable(definition, value.slice(0, readForKey))
  if (typeof key !== 'string' || Math.max(key.length, value.length) <= longestKey) return key
  // A part of a text keeps the whole in memory. What is made of bytes stands for itself.
  return Buffer.from(key.slice(0, longestKey)).toString()
}

/** The ids in order; what has no value comes last, and first when the order is descending; equals stay as they were. */
export function sortIds({ isDescending }: SortOrder, sortables: readonly Sortable[]): string[] {
  const sign = isDescending ? -1 : 1
  return [...sortables]
    .sort((one, other) => sign * compareKeys(one.key, other.key))
    .map(({ id }) => id)
}

function compareKeys(one: JsonValue | undefined, other: JsonValue | undefined): number {
  if (one === undefined || other === undefined) {
    return Number(one === undefined) - Number(other === undefined)
  }
  if (typeof one === 'string' && typeof other === 'string')
    return one < other ? -1 : Number(one > other)
  return Number(one) - Number(other)
}
