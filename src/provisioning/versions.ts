import type { Entry } from '../directory/entry.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { scimErrors } from '../scim/error.ts'
import { hasVersion } from './entity-tag.ts'
import type { WriteRequest } from './resource-service.ts'

type Preconditions = Pick<WriteRequest, 'ifMatch' | 'ifNoneMatch'>

/** Checks that an entry may be changed, and that it is the one that the client means to change. A header that is empty names no
 *  version, and so not that of the entry. RFC 9110 §13.2.2
 *  @throws {ScimError} forbidden when it is protected, preconditionFailed when none of the tags in If-Match is that of the
 *    entry, or one in If-None-Match is. */
export function checkChangeable(
  entries: EntryMapping,
  entry: Entry,
  { ifMatch, ifNoneMatch }: Preconditions,
): void {
  if (entries.isProtected(entry)) {
    throw scimErrors.forbidden('The resource is protected and cannot be changed by SCIM.')
  }
  const version = entries.versionOf(entry)
  checkIfMatch(ifMatch, version)
  if (ifNoneMatch !== undefined && hasVersion(ifNoneMatch, version)) {
    throw scimErrors.preconditionFailed('The resource has a version that If-None-Match excludes.')
  }
}

/** Whether a request depends on the version of what it changes. */
export function isVersioned({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined
}

/** Checks an If-Match header, where there is one, against the version of an entry or of a resource.
 *  @throws {ScimError} preconditionFailed */
export function checkIfMatch(ifMatch: string | undefined, version: string | undefined): void {
  if (ifMatch !== undefined && !hasVersion(ifMatch, version)) {
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
