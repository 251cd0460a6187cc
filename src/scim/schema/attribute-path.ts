import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { AttributeDefinition } from './definition.ts'
import { subAttributeOf } from './resource-schema.ts'
import type { ResourceSchema } from './resource-schema.ts'

/** An attribute, or a sub-attribute of it, found in the schemas of a resource type. RFC 7644 §3.10 */
export interface AttributePath {
  /** The URN of the extension that holds the attribute; absent for core and common attributes. */
  readonly schema?: string
  /** For a whole extension, the extension seen as a complex attribute named by its URN. */
  readonly attribute: AttributeDefinition
  readonly subAttribute?: AttributeDefinition
}

/** The attribute that a text such as `name.familyName` or `urn:…:User:manager.value` names; undefined when
 *  the schemas know none. Names are case-insensitive. An attribute of an extension is also found by its bare
 *  name where only one extension has it: Entra ID writes `manager`. */
export function findAttributePath(text: string, schema: ResourceSchema): AttributePath | undefined {
  const qualified = schema.splitUrn(text)
  if (qualified?.rest === '') return qualified.extension && { attribute: qualified.extension }
  const [name = '', subName, ...more] = (qualified?.rest ?? text).split('.')
  if (more.length > 0) return undefined
  const path = qualified ? within(qualified.extension, schema, name) : anywhere(schema, name)
  return subName === undefined ? path : withSubAttribute(path, subName)
}

/** Whether a path was found in the schemas of this resource type, and not in those of another that has an attribute of the same
 *  name. */
export function isOf(schema: ResourceSchema, path: AttributePath): boolean {
  const { attribute } = path
  if (path.schema !== undefined) {
    return schema.extension(path.schema)?.subAttributes?.includes(attribute) === true
  }
  return schema.attributes.includes(attribute) || schema.extensions.includes(attribute)
}

/** The canonical text of a path: `name.familyName`, `urn:…:User:manager.value`. */
export function formatAttributePath(path: AttributePath): string {
  const name =
    path.schema === undefined ? path.attribute.name : `${path.schema}:${path.attribute.name}`
  return path.subAttribute ? `${name}.${path.subAttribute.name}` : name
}

/** The value of the attribute of a path, its sub-attribute left out of account, in a canonical resource. */
export function attributeValueAt(resource: JsonObject, path: AttributePath): JsonValue | undefined {
  if (path.schema === undefined) return resource[path.attribute.name]
  const extension = resource[path.schema]
  return isJsonObject(extension) ? extension[path.attribute.name] : undefined
}

/** Every value that a canonical resource has at a path: of each element where the attribute is multi-valued,
 *  none where it is absent. */
export function valuesAt(resource: JsonObject, path: AttributePath): readonly JsonValue[] {
  const elements = elementsOf(attributeValueAt(resource, path))
  const { subAttribute } = path
  if (subAttribute === undefined) return elements
  return elements.filter(isJsonObject).flatMap((element) => elementsOf(element[subAttribute.name]))
}

/** The elements of a list; a value that is no list is its only element, an absent one has none. */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return []
  return isJsonList(value) ? value : [value]
}

function withSubAttribute(
  path: AttributePath | undefined,
  name: string,
): AttributePath | undefined {
  const subAttribute = path && subAttributeOf(path.attribute, name)
  return subAttribute && { ...path, subAttribute }
}

function within(
  extension: AttributeDefinition | undefined,
  schema: ResourceSchema,
  name: string,
): AttributePath | undefined {
  const attribute = extension ? subAttributeOf(extension, name) : schema.attribute(name)
  if (attribute === undefined) return undefined
  return extension ? { schema: extension.name, attribute } : { attribute }
}

function anywhere(schema: ResourceSchema, name: string): AttributePath | undefined {
  const core = within(undefined, schema, name)
  if (core) return core
  const found = schema.extensions.flatMap((extension) => within(extension, schema, name) ?? [])
  return found.length === 1 ? found[0] : undefined
}
