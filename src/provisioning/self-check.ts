import type { Problem } from '../codec/decode.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Directory } from '../directory/directory.ts'
import { equals, type Filter, or, present } from '../directory/filter.ts'
import type { StoreSettings } from './mapping-source.ts'
import type { ProvisioningParts } from './parts.ts'

/** What keeps the settings from working on the live directory although its schema allows them: bases that do not
 *  exist, or that the account of the bridge may not see, and a placeholder that is somebody.
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
    const reason = await reasonAgainst(directory, base)
    if (reason !== undefined) problems.push({ path, reason })
  }
  return [...problems, ...(await checkPlaceholder(directory, { users, groups }))]
}

/** The bases that are to be protected and are not there, so that nothing is: they can be the examples of a preset. Whether that
 *  was meant cannot be told.
 *  @throws {DirectoryError} when the directory cannot be asked. */
export async function checkProtectedBases(
  { directory }: Pick<ProvisioningParts, 'directory'>,
  { users, groups }: StoreSettings,
): Promise<Problem[]> {
  const bases = Object.entries({ users, groups }).flatMap(([section, { protectedBases }]) =>
    protectedBases.map((base) => ({ path: `${section}.protectedBases`, base })),
  )
  const problems: Problem[] = []
  for (const { path, base } of bases) {
    if (await isFound(directory, base)) continue
    const reason = `names ${base}, which is not in this directory, or which the account of the bridge may not read; what is not there protects nothing, so write your own domain there`
    problems.push({ path, reason })
  }
  return problems
}

/** A placeholder that is a user or a group would be hidden as a member, and taken out by the first who is added. */
async function checkPlaceholder(
  directory: Directory,
  { users, groups }: StoreSettings,
): Promise<Problem[]> {
  const { placeholder } = groups.members
  if (placeholder === undefined) return []
  const classes = [users.objectClass, groups.objectClass]
  const filter = or(classes.map((name) => equals('objectClass', name)))
  const path = 'groups.members.placeholder'
  const isTaken = await exists(directory, placeholder, filter)
  return isTaken ? [{ path, reason: 'is a user or a group; name a DN that nobody has' }] : []
}

async function reasonAgainst(directory: Directory, base: string): Promise<string | undefined> {
  try {
    return (await exists(directory, base, present('objectClass'))) ? undefined : missing
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === referral) return elsewhere
    throw error
  }
}

/** RFC 4511 §4.1.10 */
const referral = 10

const missing = 'does not exist in the directory, or the account of the bridge may not read it'
const elsewhere =
  'is kept by another server, to which the directory refers; the bridge follows no referrals, so name that server in directory.urls, or another base'

/** Whether the account of the bridge finds an entry: not where the directory does not show it, or refers to another one. */
async function isFound(directory: Directory, dn: string): Promise<boolean> {
  try {
    return await exists(directory, dn, present('objectClass'))
  } catch (error) {
    if (error instanceof DirectoryError && error.failure !== 'unavailable') return false
    throw error
  }
}

async function exists(directory: Directory, base: string, filter: Filter): Promise<boolean> {
  try {
    const request = { base, scope: 'base', filter, attributes: [], limit: 1 } as const
    for await (const _ of directory.search(request)) return true
    return false
  } catch (error) {
    if (error instanceof DirectoryError && error.failure === 'noSuchEntry') return false
    throw error
  }
}
