import { equalityTerms } from '../filter/equality-terms.ts'
import { isJsonObject } from '../json.ts'
import type { JsonValue } from '../json.ts'
import type { PatchPath } from '../path.ts'
import { findAttributePath, formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { ResourceSchema } from '../schema/resource-schema.ts'

/** What becomes of a value that a client gives: it is written, it is shown alone, or nobody keeps it. */
export type Place = 'written' | 'readOnly' | 'nowhere'

/** What is kept of the resources that a PATCH changes. */
export interface PatchStorage {
  /** What is stored, as it is advertised. */
  readonly schema: ResourceSchema
  /** Everything that the schemas of the resource type know, stored or not. */
  readonly known: ResourceSchema
  /** Where an element of a multi-valued attribute goes, or the sub-attribute of the path in such an element. */
  placeOf(path: AttributePath, element: JsonValue): Place
  /** Whether an element would be stored without anything that says what it is for: its line is for all types. */
  isUntyped(path: AttributePath, element: JsonValue): boolean
  /** What has room for one element of the attribute alone and would take this one; undefined where there is room for all. */
  roomOf(path: AttributePath, element: JsonValue): string | undefined
}

/** The path to a whole attribute, whichever of its elements and sub-attributes one leads to. */
export function wholeOf({ schema, attribute }: AttributePath): AttributePath {
  return { ...(schema !== undefined && { schema }), attribute }
}

/** The name under which a place that nobody keeps is reported: without any value, but for a type that the schemas suggest.
 *  @param element what the place is in; left out for what the filter of the path describes.
 *  @example `addresses[type eq "work"].country` */
export function placeName(known: ResourceSchema, path: PatchPath, element?: JsonValue): string {
  const { subAttribute, filter, ...whole } = path
  const name = formatAttributePath(whole)
  const described = element ?? (filter && equalityTerms(filter))
  const type = isJsonObject(described) ? described['type'] : undefined
  const suggested = typesOf(known, name).find(
    (each) => typeof type === 'string' && each === type.toLowerCase(),
  )
  const chosen = suggested === undefined ? '' : `[type eq "${suggested}"]`
  return `${name}${chosen}${subAttribute === undefined ? '' : `.${subAttribute.name}`}`
}

/** Whether a path may be written by its schema, whatever is stored. */
export function isWritable(known: ResourceSchema, path: AttributePath): boolean {
  const found = findAttributePath(formatAttributePath(path), known)
  const definitions = found ? [found.attribute, found.subAttribute ?? found.attribute] : []
  return definitions.length > 0 && definitions.every(({ mutability }) => mutability !== 'readOnly')
}

function typesOf(known: ResourceSchema, name: string): readonly string[] {
  const path = findAttributePath(name, known)
  const type = path && subAttributeOf(path.attribute, 'type')
  return type?.canonicalValues ?? []
}
