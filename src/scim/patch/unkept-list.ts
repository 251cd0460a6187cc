import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isBlank } from '../normalize.ts'
import { elementsOf, findAttributePath, formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { PatchStep } from './patch-step.ts'
import { placeName, wholeOf } from './patch-storage.ts'
import type { PatchStorage } from './patch-storage.ts'

/** The names of what nobody keeps of a list that would replace another one, where that is everything that it says: who sends
 *  addresses at home alone did not ask to have those at work removed. What only `expandPatch` can name is left out.
 *  @returns undefined for every other step, also where the list says nothing, or of something that is kept that it has no value. */
export function unkeptList(
  storage: PatchStorage,
  { op, path, value }: PatchStep,
): readonly string[] | undefined {
  const isWhole = path.filter === undefined && path.subAttribute === undefined
  if (op !== 'replace' || !isWhole || path.attribute.type !== 'complex') return undefined
  const whole = wholeOf(path)
  const known = findAttributePath(formatAttributePath(whole), storage.known)?.attribute
  const elements = elementsOf(value).map((each) => asSaid(known ?? path.attribute, each))
  const said = elements.filter((each) => spokenParts(each).length > 0)
  if (said.length === 0 || elements.some((each) => isKept(storage, whole, each))) return undefined
  return said.flatMap((each) => unkeptNames(storage, whole, each))
}

/** An element as it was sent, by the canonical names of what the schemas know. */
function asSaid(attribute: AttributeDefinition, element: JsonValue): JsonObject {
  if (!isJsonObject(element)) return { value: element }
  return Object.fromEntries(
    Object.entries(element).map(([name, value]) => [
      subAttributeOf(attribute, name)?.name ?? name,
      value,
    ]),
  )
}

/** The names of the parts that have a value, without what only says what the element is for. */
function spokenParts(element: JsonObject): readonly string[] {
  return partsOf(element).filter((name) => !isBlank(element[name]))
}

function partsOf(element: JsonObject): readonly string[] {
  return Object.keys(element).filter((name) => name !== 'type' && name !== 'primary')
}

function isKept(storage: PatchStorage, whole: AttributePath, element: JsonObject): boolean {
  if (storage.placeOf(whole, element) !== 'written') return false
  return partsOf(element).some((name) => {
    const subAttribute = subAttributeOf(whole.attribute, name)
    return (
      subAttribute !== undefined &&
      storage.placeOf({ ...whole, subAttribute }, element) === 'written'
    )
  })
}

function unkeptNames(
  storage: PatchStorage,
  whole: AttributePath,
  element: JsonObject,
): readonly string[] {
  if (storage.placeOf(whole, element) !== 'written') {
    return [placeName(storage.known, whole, element)]
  }
  return spokenParts(element).flatMap((name) => {
    const subAttribute = subAttributeOf(whole.attribute, name)
    return subAttribute ? [placeName(storage.known, { ...whole, subAttribute }, element)] : []
  })
}
