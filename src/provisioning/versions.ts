import type { Entry } from '../directory/entry.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { scimErrors } from '../scim/error.ts'
import { hasVersion } from './entity-tag.ts'
import type { WriteRequest } from './resource-service.ts'

/** Checks that an entry may be changed, and that it is the one that the client means to change.
 *  @throws {ScimError} forbidden when it is protected, preconditionFailed when none of the tags in
 *    If-Match is that of the entry. */
export function checkChangeable(
  entries: EntryMapping,
  entry: Entry,
  { ifMatch }: Pick<WriteRequest, 'ifMatch'>,
): void {
  if (entries.isProtected(entry)) {
    throw scimErrors.forbidden('The resource is protected and cannot be changed by SCIM.')
  }
  if (ifMatch !== undefined && !hasVersion(ifMatch, entries.versionOf(entry))) {
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
