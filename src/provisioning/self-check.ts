import type { Problem } from '../codec/decode.ts'
import { DirectoryError } from '../directory/error.ts'
import { present } from '../directory/filter.ts'
import type { StoreSettings } from './mapping-source.ts'
import type { ProvisioningParts } from './parts.ts'

/** What keeps the settings from working on the live directory although its schema allows them: bases that do not
 *  exist, or that the account of the bridge may not see.
 *  @throws {DirectoryError} when the directory cannot be asked. */
export async function checkBases(
  { directory }: Pick<ProvisioningParts, 'directory'>,
  { users, groups }: StoreSettings,
): Promise<Problem[]> {
  const bases = [
    ['users.base', users.base],
    ['users.createBase', users.createBase],
    ['users.deletedBase', users.deletedBase],
    ['groups.base', groups.base],
    ['groups.createBase', groups.createBase],
  ] as const
  const problems: Problem[] = []
  for (const [path, base] of bases) {
    if (base === undefined) continue
    try {
      const request = {
        base,
        scope: 'base',
        filter: present('objectClass'),
        attributes: [],
      } as const
      let isThere = false
      for await (const _ of directory.search({ ...request, limit: 1 })) isThere = true
      if (!isThere) problems.push({ path, reason })
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.failure !== 'noSuchEntry') throw error
      problems.push({ path, reason })
    }
  }
  return problems
}

const reason = 'does not exist in the directory, or the account of the bridge may not read it'
