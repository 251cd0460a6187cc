import { and, equals, not } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter } from '../mapping/identity.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import type { EntryReader } from './entry-reader.ts'

/** Makes sure that no other resource of its type has the name of a resource. The directory enforces that where it can: by
 *  the DN below one parent, by an overlay; elsewhere this look-up does.
 *  @param name the attribute that must be unique.
 *  @param ownId left out for a resource that is not there yet.
 *  @throws {ScimError} uniqueness */
export async function refuseTaken(
  reader: EntryReader,
  entries: EntryMapping,
  name: 'userName' | 'displayName',
  { resource, ownId }: { readonly resource: JsonObject; readonly ownId?: string },
): Promise<void> {
  const slot = entries.slot(name)
  const [value] = slot === undefined ? [] : entries.valuesOf(resource, slot)
  if (slot === undefined || typeof value !== 'string') return
  const { identity } = entries
  const isNamed = equals(slot.type.name, value)
  const isSelf = ownId === undefined ? undefined : idFilter(identity, ownId)
  const filter = isSelf === undefined ? isNamed : and([isNamed, not(isSelf)])
  const [other] = await reader.some(entries, filter, [identity.idAttribute], 1)
  if (other !== undefined) throw scimErrors.uniqueness(`${name} is in use already.`)
}
