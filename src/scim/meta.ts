import { isJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'

/** What the `meta` of a resource says; undefined where the resource does not show it. RFC 7643 §3.1 */
export function metaOf(resource: JsonObject, name: 'location' | 'version'): string | undefined {
  const { meta } = resource
  const value = isJsonObject(meta) ? meta[name] : undefined
  return typeof value === 'string' ? value : undefined
}
