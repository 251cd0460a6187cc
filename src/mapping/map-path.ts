import { ScimError } from '../scim/error.ts'
import { findPatchPath, formatPath, type PatchPath } from '../scim/path.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'

/** The path that a text in the settings means; nothing when it is none of the resource type. RFC 7644 figure 7 */
export function parseMapPath(schema: ResourceSchema, text: string): PatchPath | undefined {
  try {
    return findPatchPath(text, schema)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** The canonical form of a path in the settings; the text as it is when it is none. */
export function canonicalKey(schema: ResourceSchema, text: string): string {
  const path = parseMapPath(schema, text)
  return path === undefined ? text : formatPath(path)
}

/** The paths of a fallback: several, parted by a blank, are joined (`name.givenName name.familyName`). */
export function fallbackPaths(fallback: string): readonly string[] {
  return fallback.includes('[') ? [fallback] : fallback.trim().split(/\s+/u)
}
