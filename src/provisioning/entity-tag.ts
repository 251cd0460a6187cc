import { createHash } from 'node:crypto'
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.ts'
import { metaOf } from '../scim/meta.ts'
import { schemaUrns } from '../scim/urn.ts'

const suffixLength = 12

/** The versions of directories may hold points, but never just so many of these characters behind the last. */
const suffix = new RegExp(String.raw`\.[\w-]{${suffixLength}}(?="$)`, 'u')

/** A resource as an answer shows it, with a version that also changes when what it refers to does. Whoever is deleted leaves
 *  his groups, and whoever is renamed is called otherwise in them, and the directory keeps the version of their
 *  entries all the same. So what the answer shows of members, groups and the manager is part of its version; where it shows
 *  none of them, the version is that of the entry. RFC 7644 §3.14
 *  @param resource after its projection.
 *  @example `W/"42"` becomes `W/"42.p1XvT0dJmW4k"` */
export function withReferencesInVersion(resource: JsonObject): JsonObject {
  const { meta } = resource
  const version = metaOf(resource, 'version')
  const references = referencesIn(resource)
  if (version === undefined || references.length === 0) return resource
  const hash = createHash('sha256').update(JSON.stringify(references)).digest('base64url')
  const shown = version.replace(/"$/u, `.${hash.slice(0, suffixLength)}"`)
  return { ...resource, meta: { ...(isJsonObject(meta) && meta), version: shown } }
}

/** Whether a header such as If-None-Match names just this version of a resource, or any. Weak tags are as good as strong ones.
 *  RFC 9110 §8.8.3.2, §13.1.2
 *  @param version as an answer shows it. */
export function hasTag(header: string, version: string | undefined): boolean {
  if (version === undefined) return false
  return header.trim() === '*' || tagsIn(header).some((tag) => opaque(tag) === opaque(version))
}

/** Whether a header such as If-Match names a version of the entry of a resource, or any: what the resource refers to may have
 *  changed. Weak tags are compared as well: the versions of a directory are as good as strong ones for changes of the entry
 *  itself. RFC 7644 §3.14, RFC 9110 §13.1.1
 *  @param version of the entry, or as an answer shows it. */
export function hasVersion(header: string, version: string | undefined): boolean {
  if (version === undefined) return false
  const wanted = ofEntry(version)
  return header.trim() === '*' || tagsIn(header).some((tag) => ofEntry(tag) === wanted)
}

function referencesIn({ members, groups, ...resource }: JsonObject): JsonValue[] {
  const extension = resource[schemaUrns.enterpriseUser]
  const manager = isJsonObject(extension) ? extension['manager'] : undefined
  return [members, groups, manager].filter((each) => each !== undefined)
}

function tagsIn(header: string): readonly string[] {
  return header.match(/(?:W\/)?"[^"]*"/gu) ?? []
}

function opaque(tag: string): string {
  return tag.replace(/^W\//u, '')
}

function ofEntry(tag: string): string {
  return opaque(tag).replace(suffix, '')
}
