import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { memberReference } from '../mapping/reference-attribute.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'
import { isAway, type Leftovers } from './leftovers.ts'
import type { NamedMembers } from './membership.ts'
import type { ReferenceFinder } from './references.ts'
import { Referrers } from './referrers.ts'
import { maxAttempts } from './retry.ts'

const parallelWrites = 4

/** What stale members are put right with. */
export interface StaleMembersDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly references: ReferenceFinder
  readonly leftovers: Leftovers
}

/** A member whose name is not what it was when a change of members was worked out. */
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
  readonly #leftovers: Leftovers

  constructor({ directory, reader, references, leftovers }: StaleMembersDependencies) {
    this.#directory = directory
    this.#reader = reader
    this.#references = references
    this.#leftovers = leftovers
  }

  /** Looks the members of a change that was made up again, until they are all where they were at the last look. What a directory
   *  that goes away leaves undone is done once it is back.
   *  @returns whether anything had to be put right.
   *  @throws {DirectoryError} `unavailable` when they move as fast as they are followed. */
  async settle(
    mappings: Mappings,
    groupId: string,
    members: NamedMembers,
    reason: WriteReason,
  ): Promise<boolean> {
    try {
      return await this.#settle(mappings, groupId, members, reason)
    } catch (error) {
      if (isAway(error)) {
        this.#leftovers.leave(reason, async () => {
          await this.#settle(mappings, groupId, members, reason)
        })
      }
      throw error
    }
  }

  async #settle(
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
    const { key } = mappings.groups.names
    const found = await this.#references.byId(mappings, [...coming.keys(), ...leaving.keys()])
    const staleIn = (members: ReadonlyMap<string, string>, isComing: boolean): Stale[] =>
      [...members].flatMap(([id, before]) => {
        const { memberValues: values = [] } = found.get(id) ?? {}
        const [now] = values
        if (now === undefined) return [{ id, isComing, before }]
        const isStill = values.some((value) => key(value) === key(before))
        return isStill ? [] : [{ id, isComing, before, now }]
      })
    // Of those who leave whoever is removed is taken out with his entry.
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
    const referrers = new Referrers(
      { directory: this.#directory, reader: this.#reader },
      memberReference(mappings),
    )
    const isFollowed = new Set<string>()
    await concurrently(parallelWrites, stale, async (member) => {
      if (await isPut(referrers, group, member, reason)) isFollowed.add(member.id)
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
}

/** Has a group name a member as he is now.
 *  @returns false when the group, or the member once more, is no longer where it was. */
async function isPut(
  referrers: Referrers,
  group: Entry,
  { isComing, before, now }: Stale,
  reason: WriteReason,
): Promise<boolean> {
  const isMoving = isComing && now !== undefined
  const left = isComing ? before : (now ?? before)
  const outcome = isMoving
    ? await referrers.move(group, before, now, reason)
    : await referrers.leave(group, left, reason)
  return outcome !== 'gone'
}
