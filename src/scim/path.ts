import { scimErrors } from './error.ts'
import { excerpt } from './excerpt.ts'
import { FilterParser } from './filter/filter-parser.ts'
import type { ScimFilter } from './filter/filter.ts'
import { printInnerFilter } from './filter/print-filter.ts'
import { findAttributePath, formatAttributePath } from './schema/attribute-path.ts'
import type { AttributePath } from './schema/attribute-path.ts'
import { subAttributeOf } from './schema/resource-schema.ts'
import type { ResourceSchema } from './schema/resource-schema.ts'

/** What a PATCH operation is aimed at: an attribute, chosen elements of it, or a sub-attribute of either.
 *  RFC 7644 §3.5.2, figure 7 */
export interface PatchPath extends AttributePath {
  /** Which elements are meant; absent for all. */
  readonly filter?: ScimFilter
}

/** The path that a text means.
 *  @example `emails[type eq "work"].value`, `name.familyName`, `urn:…:User:manager`
 *  @throws {ScimError} invalidPath when there is no such attribute, invalidFilter when what stands between
 *    the brackets is no filter. */
export function parsePatchPath(text: string, schema: ResourceSchema): PatchPath {
  const path = findPatchPath(text, schema)
  if (path === undefined) throw scimErrors.invalidPath(`There is no attribute ${named(text)}.`)
  return path
}

/** A path that compares with a password is not shown with it. */
function named(text: string): string {
  return excerpt(/password/iu.test(text) ? text.replace(/\[.*$/su, '[…]') : text)
}

/** The path that a text means; undefined when there is no such attribute.
 *  @throws {ScimError} invalidFilter when what stands between the brackets is no filter. */
export function findPatchPath(text: string, schema: ResourceSchema): PatchPath | undefined {
  const [name = ''] = text.split('[', 1)
  const path = findAttributePath(name.trim(), schema)
  if (path === undefined || !text.includes('[')) return path
  const parser = new FilterParser(text, schema)
  parser.word()
  const filter = parser.bracketed(path)
  const suffix = parser.suffix()
  parser.end()
  return filter && withSuffix({ ...path, filter }, suffix)
}

/** The canonical text of a path; two paths are the same when their texts are. */
export function formatPath(path: PatchPath): string {
  if (path.filter === undefined) return formatAttributePath(path)
  const { subAttribute, filter, ...whole } = path
  const suffix = subAttribute ? `.${subAttribute.name}` : ''
  return `${formatAttributePath(whole)}[${printInnerFilter(filter)}]${suffix}`
}

function withSuffix(path: PatchPath, suffix: string | undefined): PatchPath | undefined {
  if (suffix === undefined) return path
  const subAttribute = subAttributeOf(path.attribute, suffix)
  return subAttribute && { ...path, subAttribute }
}
