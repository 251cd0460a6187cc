import { scimErrors } from '../error.ts'
import { comparable, elementMatches } from '../filter/matches.ts'
import { isJsonObject } from '../json.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { formatPath } from '../path.ts'
import type { PatchPath } from '../path.ts'
import { findAttributePath, formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import { describedElement } from './described-element.ts'
import type { PatchStep } from './patch-step.ts'
import { wholeOf } from './patch-storage.ts'
import type { PatchStorage } from './patch-storage.ts'

type Elements = readonly JsonValue[]

/** A path whose filter only says what an element is for, where elements are stored without saying so: Entra ID asks for
 *  `emails[type eq "work"]` whatever the map is. Its attribute has the sub-attributes of the filter, too.
 *  @param path among everything that the schemas know.
 *  @returns undefined for any other path. */
export function untypedPath(storage: PatchStorage, path: PatchPath): PatchPath | undefined {
  const { filter, ...place } = path
  if (filter === undefined) return undefined
  const stored = findAttributePath(formatAttributePath(place), storage.schema)
  const terms = describedElement(path.attribute, filter)
  if (stored === undefined || terms === undefined) return undefined
  if (!storage.isUntyped(stored, terms)) return undefined
  const subAttributes = (path.attribute.subAttributes ?? []).flatMap((each) =>
    Object.hasOwn(terms, each.name) ? each : (subAttributeOf(stored.attribute, each.name) ?? []),
  )
  return { ...stored, attribute: { ...stored.attribute, subAttributes }, filter }
}

/** The elements, of which the only one that the path of a step can mean, where it is stored without saying what it is for, has
 *  what the filter says of it. It keeps that to the end of the PATCH, so that another type does not mean it as well.
 *  @throws {ScimError} noTarget when several can be meant, invalidValue when the one was given another type before. */
export function markMeant(
  storage: PatchStorage,
  { op, path }: Pick<PatchStep, 'op' | 'path'>,
  elements: Elements,
): Elements {
  const { filter } = path
  const terms = filter && describedElement(path.attribute, filter)
  if (filter === undefined || terms === undefined) return elements
  if (!storage.isUntyped(wholeOf(path), terms)) return elements
  if (elements.some((each) => elementMatches(filter, each))) return elements
  const { kept, lost } = partTerms(storage, path, terms)
  const candidates = elements.filter(
    (each) => storage.isUntyped(wholeOf(path), each) && hasAll(path.attribute, each, kept),
  )
  const [meant] = candidates
  if (!isJsonObject(meant)) return elements
  if (candidates.length > 1) {
    throw scimErrors.noTarget(
      `${formatPath(path)}: there are several values, and which is which is not stored.`,
    )
  }
  const marked = { ...lost, ...meant }
  if (hasAll(path.attribute, marked, lost)) {
    return elements.map((each) => (each === meant ? marked : each))
  }
  if (op === 'remove') return elements
  throw scimErrors.invalidValue(
    `${formatPath(path)}: the request gives a value to another type as well, and types are not stored.`,
  )
}

/** The terms of a filter by whether elements of the line are stored with them. */
function partTerms(
  storage: PatchStorage,
  path: PatchPath,
  terms: JsonObject,
): { readonly kept: JsonObject; readonly lost: JsonObject } {
  const isKept = (name: string): boolean => {
    const subAttribute = subAttributeOf(path.attribute, name)
    return (
      subAttribute !== undefined &&
      storage.placeOf({ ...wholeOf(path), subAttribute }, terms) !== 'nowhere'
    )
  }
  const entries = Object.entries(terms)
  return {
    kept: Object.fromEntries(entries.filter(([name]) => isKept(name))),
    lost: Object.fromEntries(entries.filter(([name]) => !isKept(name))),
  }
}

function hasAll(attribute: AttributeDefinition, element: JsonValue, terms: JsonObject): boolean {
  return Object.entries(terms).every(([name, wanted]) => {
    const definition = subAttributeOf(attribute, name)
    const value = isJsonObject(element) ? element[name] : undefined
    if (definition === undefined || value === undefined) return false
    return comparable(definition, value) === comparable(definition, wanted)
  })
}
