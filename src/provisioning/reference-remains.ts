import type { WriteReason } from '../directory/directory.ts'
import { and, type Filter } from '../directory/filter.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { MemberNames } from '../mapping/member-names.ts'
import { managerReference, memberReference } from '../mapping/reference-attribute.ts'
import type { NotedName } from '../mapping/upkeep-note.ts'
import { concurrently } from './concurrently.ts'
import { isSomebodys } from './reference-standing.ts'
import type { ReferenceUpkeepsDependencies } from './reference-upkeeps.ts'
import { Referrers } from './referrers.ts'

const parallelWrites = 4

/** Takes names out of groups and people that a bridge which is lost was about to take there from an entry, as far as nobody has them
 *  any more. Nobody is given anything: who names an entry by its old name alone may have lost it meanwhile. */
export async function clearRemains(
  dependencies: ReferenceUpkeepsDependencies,
  mappings: Mappings,
  { attribute: which, from, to }: NotedName,
  reason: WriteReason,
): Promise<void> {
  const attribute = which === 'members' ? memberReference(mappings) : managerReference(mappings)
  if (attribute === undefined || attribute.isKept) return
  const referrers = new Referrers(dependencies, attribute)
  const isVacant = async (name: string): Promise<boolean> =>
    await isNobodys(dependencies, mappings, name, attribute.names)
  const clear = async (name: string, whose: Filter): Promise<void> => {
    if (!(await isVacant(name))) return
    await concurrently(parallelWrites, await referrers.matching(whose), async (entry) => {
      if (await isVacant(name)) await referrers.leave(entry, name, reason)
    })
  }
  const isNamingOld = referrers.isNaming(from)
  // The new name was given beside the old one; by itself it was given by others.
  if (to !== undefined) await clear(to, and([isNamingOld, referrers.isNaming(to)]))
  await clear(from, isNamingOld)
}

/** Whether nobody has a name, also nobody who is out of sight. */
async function isNobodys(
  { reader }: ReferenceUpkeepsDependencies,
  mappings: Mappings,
  name: string,
  names: MemberNames,
): Promise<boolean> {
  return names.type === undefined
    ? await reader.isAbsent(name)
    : !(await isSomebodys(reader, mappings, name, names))
}
