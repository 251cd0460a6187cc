import type { Entry } from '../directory/entry.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { scimErrors } from '../scim/error.ts'
import type { WriteRequest } from './resource-service.ts'

/** Checks that an entry may be changed, and that it is the one that the client means to change.
 *  @throws {ScimError} forbidden when it is protected, preconditionFailed as `checkIfMatch`. */
export function checkChangeable(
  entries: EntryMapping,
  entry: Entry,
  { ifMatch }: Pick<WriteRequest, 'ifMatch'>,
): void {
  if (entries.isProtected(entry)) {
    throw scimErrors.forbidden('The resource is protected and cannot be changed by SCIM.')
  }
  checkIfMatch(ifMatch, entries.versionOf(entry))
}

/** Checks an If-Match header against the version of a resource. Weak tags are compared as well: the versions of a
 *  directory are as good as strong ones for changes of the entry itself. RFC 7644 §3.14, RFC 9110 §13.1.1
 *  @throws {ScimError} preconditionFailed when none of the tags is that of the resource. */
function checkIfMatch(ifMatch: string | undefined, version: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  const tags = ifMatch.match(/(?:W\/)?"[^"]*"/gu) ?? []
  const isMatch = tags.some((tag) => version !== undefined && opaque(tag) === opaque(version))
  if (!isMatch) {
    throw scimErrors.preconditionFailed('The resource has changed since the version in If-Match.')
  }
}

/** The version that the server is asked to check when it writes, so that nothing can come between the check here and the
 *  write; none when the client named none. */
export function versionToAssert(
  { identity }: EntryMapping,
  entry: Entry,
  { ifMatch }: Pick<WriteRequest, 'ifMatch'>,
): string | undefined {
  const isGiven = ifMatch !== undefined && ifMatch.trim() !== '*'
  return isGiven ? entry.text(identity.versionAttribute) : undefined
}

function opaque(tag: string): string {
  return tag.replace(/^W\//u, '')
}
