import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey } from '../mapping/reference.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'
import type { Membership, NamedMembers } from './membership.ts'
import type { ReferenceFinder } from './references.ts'
import { maxAttempts } from './retry.ts'

const parallelWrites = 4

/** What stale members are put right with. */
export interface StaleMembersDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly references: ReferenceFinder
  readonly membership: Membership
}

/** A member who is not where he was when a change of members was worked out. */
interface Stale {
  readonly id: string
  readonly isComing: boolean
  readonly before: string
  /** Left out when he is gone. */
  readonly now?: string
}

/** Puts right the members who were renamed or removed after their ids had been looked up and before the group was written:
 *  the server had nothing of them in the group to put right then. */
export class StaleMembers {
  readonly #directory: Directory
  readonly #reader: EntryReader
  readonly #references: ReferenceFinder
  readonly #membership: Membership

  constructor({ directory, reader, references, membership }: StaleMembersDependencies) {
    this.#directory = directory
    this.#reader = reader
    this.#references = references
    this.#membership = membership
  }

  /** Looks the members of a change that was made up again, until they are all where they were at the last look.
   *  @returns whether anything had to be put right.
   *  @throws {DirectoryError} `unavailable` when they move as fast as they are followed. */
  async settle(
    mappings: Mappings,
    groupId: string,
    members: NamedMembers,
    reason: WriteReason,
  ): Promise<boolean> {
    let stale = await this.#stale(mappings, members)
    const isSettling = stale.length > 0
    for (let attempt = 1; stale.length > 0; attempt += 1) {
      if (attempt > maxAttempts) {
        throw new DirectoryError('unavailable', 'members of a group are renamed again and again')
      }
      const left = await this.#follow(mappings, groupId, stale, reason)
      stale = await this.#stale(mappings, left)
    }
    return isSettling
  }

  async #stale(mappings: Mappings, { coming, leaving }: NamedMembers): Promise<Stale[]> {
    const found = await this.#references.byId(mappings, [...coming.keys(), ...leaving.keys()])
    const staleIn = (members: ReadonlyMap<string, string>, isComing: boolean): Stale[] =>
      [...members].flatMap(([id, before]) => {
        const now = found.get(id)?.dn
        if (now === undefined) return [{ id, isComing, before }]
        return dnKey(now) === dnKey(before) ? [] : [{ id, isComing, before, now }]
      })
    // Of those who leave the server takes out itself whoever is removed.
    const leavers = staleIn(leaving, false).filter(({ now }) => now !== undefined)
    return [...staleIn(coming, true), ...leavers]
  }

  /** @returns the members as they were followed, to be looked up once more; those who are gone are left out. */
  async #follow(
    mappings: Mappings,
    groupId: string,
    stale: readonly Stale[],
    reason: WriteReason,
  ): Promise<NamedMembers> {
    const { groups } = mappings
    const group = await this.#reader.find(groups.entries, groupId, groups.attributes(false))
    const nobody = { coming: new Map<string, string>(), leaving: new Map<string, string>() }
    if (group === undefined) return nobody
    const isFollowed = new Set<string>()
    await concurrently(parallelWrites, stale, async (member) => {
      if (await this.#put(mappings, group, member, reason)) isFollowed.add(member.id)
    })
    const placesOf = (isComing: boolean): ReadonlyMap<string, string> =>
      new Map(
        stale.flatMap((each) => {
          const place = isFollowed.has(each.id) ? each.now : each.before
          return each.isComing === isComing && place !== undefined ? [[each.id, place]] : []
        }),
      )
    return { coming: placesOf(true), leaving: placesOf(false) }
  }

  /** @returns false when the group itself is no longer where it was. */
  async #put(
    mappings: Mappings,
    group: Entry,
    { isComing, before, now }: Stale,
    reason: WriteReason,
  ): Promise<boolean> {
    if (!isComing || now === undefined) {
      return await this.#membership.leave(
        mappings,
        group,
        isComing ? before : (now ?? before),
        reason,
      )
    }
    try {
      const plan = this.#membership.planMove(mappings, group, before, now)
      await this.#directory.execute(plan, reason)
      return true
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      if (error.failure === 'valueExists') {
        return await this.#membership.leave(mappings, group, before, reason)
      }
      // The server has followed him, or he was taken out meanwhile.
      if (error.failure === 'valueAbsent') return true
      if (isMoving(error)) return false
      throw error
    }
  }
}

/** Whether the group, or the member once more, is no longer where it was. */
function isMoving({ failure }: DirectoryError): boolean {
  const failures: readonly string[] = ['noSuchEntry', 'assertionFailed', 'noSuchReference']
  return failures.includes(failure)
}
