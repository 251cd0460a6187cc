import { isJsonList, isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isBlank } from '../normalize.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'

/** A complex value with other sub-attributes put in; undefined ones are taken out. What the service provider
 *  derived from a `value` goes with it when that changes: the URL and the name of the former manager are not
 *  those of the new one. Undefined when nothing is left. */
export function mergeComplex(
  definition: AttributeDefinition,
  current: JsonObject,
  given: Readonly<Record<string, JsonValue | undefined>>,
): JsonObject | undefined {
  const isOtherValue = Object.hasOwn(given, 'value') && given['value'] !== current['value']
  const entries = (definition.subAttributes ?? []).flatMap(({ name, mutability }) => {
    const kept = isOtherValue && mutability === 'readOnly' ? undefined : current[name]
    const value = Object.hasOwn(given, name) ? given[name] : kept
    return value === undefined ? [] : [[name, value] as const]
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** The sub-attributes that a client's value names only to say that they have no value, each as undefined. */
export function clearedSubAttributes(
  definition: AttributeDefinition,
  value: JsonValue,
): Readonly<Record<string, undefined>> {
  const single = isJsonList(value) ? value[0] : value
  if (!isJsonObject(single)) return {}
  const blank = Object.entries(single).flatMap(([name, each]) => {
    const subAttribute = isBlank(each) ? subAttributeOf(definition, name) : undefined
    return subAttribute && subAttribute.mutability !== 'readOnly' ? [subAttribute.name] : []
  })
  return Object.fromEntries(blank.map((name) => [name, undefined]))
}
