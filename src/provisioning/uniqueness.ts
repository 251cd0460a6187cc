import { and, equals, not } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter } from '../mapping/identity.ts'
import type { Slot } from '../mapping/slot.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import type { EntryReader } from './entry-reader.ts'

/** A resource that is written. */
export interface NamedResource {
  readonly after: JsonObject
  /** Left out, like the id, for a resource that is not there yet. */
  readonly before?: JsonObject
  readonly ownId?: string
}

/** Makes sure that no other resource of its type has the names that a resource gets: the one that each must have, and those
 *  that are derived where a client gives none. The directory enforces that where it can: by the DN below one parent, by an
 *  overlay; elsewhere this look-up does.
 *  @param name the attribute that must be unique.
 *  @throws {ScimError} uniqueness */
export async function refuseTaken(
  reader: EntryReader,
  entries: EntryMapping,
  name: 'userName' | 'displayName',
  resource: NamedResource,
): Promise<void> {
  const slots = [entries.slot(name), ...entries.derivations.map(({ own }) => own)]
  for (const slot of slots) {
    if (slot !== undefined) await refuseTakenValue(reader, entries, slot, resource)
  }
}

async function refuseTakenValue(
  reader: EntryReader,
  entries: EntryMapping,
  slot: Slot,
  { after, before = {}, ownId }: NamedResource,
): Promise<void> {
  const [value] = entries.valuesOf(after, slot)
  if (typeof value !== 'string' || value === entries.valuesOf(before, slot)[0]) return
  const { identity } = entries
  const isNamed = equals(slot.type.name, value)
  const isSelf = ownId === undefined ? undefined : idFilter(identity, ownId)
  const filter = isSelf === undefined ? isNamed : and([isNamed, not(isSelf)])
  const [other] = await reader.some(entries, filter, [identity.idAttribute], 1)
  if (other !== undefined) throw scimErrors.uniqueness(`${slot.key} is in use already.`)
}
