import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import {
  managerReference,
  memberReference,
  type ReferenceAttribute,
} from '../mapping/reference-attribute.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'
import { isAway, type Leftovers, untilLate } from './leftovers.ts'
import type { NamedReference, ReferencedWrite } from './reference-course.ts'
import { isSomebodys } from './reference-standing.ts'
import type { ReferenceFinder } from './references.ts'
import { type Outcome, Referrers } from './referrers.ts'
import { maxAttempts } from './retry.ts'

const parallelWrites = 4

/** What references that were written are followed with. */
export interface ReferenceFollowerDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly references: ReferenceFinder
  readonly leftovers: Leftovers
}

/** Somebody whom an entry was written to name, or to name no more. */
export interface WrittenReference extends NamedReference {
  /** The id of the entry that was written. */
  readonly referrerId: string
}

/** One whose name is not what it was when the write was worked out. */
interface Moved extends WrittenReference {
  /** Left out when he is gone. */
  readonly now?: string
}

/** Work that follows those who were named. It answers whether anything had to be put right.
 *  @param isLate others may have changed the same since. */
type Following = (isLate: boolean) => Promise<boolean>

/** By what those are named now who are there, by their ids. */
type Places = ReadonlyMap<string, readonly string[]>

/** Puts right the values that name somebody who was renamed or removed after his id had been looked up and before the value was
 *  written: nobody could find the value then who follows a rename, neither the server nor a bridge. */
export class ReferenceFollower {
  readonly #dependencies: ReferenceFollowerDependencies

  constructor(dependencies: ReferenceFollowerDependencies) {
    this.#dependencies = dependencies
  }

  /** Looks whoever was named by a write that was made up again, until they are all where they were at the last look. What a
   *  directory that goes away leaves undone is done once it is back.
   *  @returns whether anything had to be put right.
   *  @throws {DirectoryError} `unavailable` when they move as fast as they are followed. */
  async settle(
    mappings: Mappings,
    attribute: ReferenceAttribute,
    written: readonly WrittenReference[],
    reason: WriteReason,
  ): Promise<boolean> {
    const follow = this.#following(mappings, attribute, written, reason)
    try {
      return await follow(false)
    } catch (error) {
      if (isAway(error))
        this.#dependencies.leftovers.leave(reason, async () => void (await follow(true)))
      throw error
    }
  }

  /** Follows, once the directory is back, whom a write names: who comes until no late write can be made any more, which his former
   *  name tells, where it stands. Nothing tells that of who leaves, and is there by a name that he has got since: he is followed
   *  once where the write is known to be made, and else stays, as if it had not been made.
   *  @param isMade it is known that the write was made. */
  leave(mappings: Mappings, write: ReferencedWrite, isMade: boolean, reason: WriteReason): void {
    const { named = [] } = write
    const { leftovers } = this.#dependencies
    const coming = named.filter(({ isComing }) => isComing)
    const follow = this.#followingLater(mappings, write, coming, reason)
    const work = async (): Promise<boolean> => {
      await follow?.()
      return false
    }
    if (follow !== undefined) leftovers.leave(reason, untilLate(work))
    const leaving = named.filter(({ isComing }) => !isComing)
    const followOnce = this.#followingLater(mappings, write, leaving, reason)
    if (isMade && followOnce !== undefined) leftovers.leave(reason, followOnce)
  }

  /** @returns nothing where nobody has to be followed. */
  #followingLater(
    mappings: Mappings,
    write: ReferencedWrite,
    named: readonly NamedReference[],
    reason: WriteReason,
  ): (() => Promise<void>) | undefined {
    const { entries } = write
    const isOfUser = entries === mappings.users.entries
    const attribute = isOfUser ? managerReference(mappings) : memberReference(mappings)
    if (attribute === undefined || named.length === 0) return undefined
    let follow: Following | undefined
    return async () => {
      const referrer = write.entry ?? (await this.#created(write))
      if (referrer === undefined) return
      const referrerId = idOf(entries.identity, referrer)
      const written = named.map((each) => ({ ...each, referrerId }))
      follow ??= this.#following(mappings, attribute, written, reason)
      await follow(true)
    }
  }

  async #created({ entries, plan }: ReferencedWrite): Promise<Entry | undefined> {
    const [first] = plan.operations
    const { idAttribute } = entries.identity
    return first && (await this.#dependencies.reader.at(first.dn, [idAttribute]))
  }

  /** Work that can be done as often as it has to be. */
  #following(
    mappings: Mappings,
    attribute: ReferenceAttribute,
    written: readonly WrittenReference[],
    reason: WriteReason,
  ): Following {
    // Everything that may stand in the entries by now: work that broke off is done once more.
    let known = written
    return async (isLate) => {
      let left = known
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const moved = await this.#moved(mappings, attribute, left)
        if (moved.length === 0) return attempt > 1
        // Such a server took nobody in under a name that he had no more, and has put right what it took since.
        if (attribute.entries.identity.keepsReferences) return true
        const due = isLate ? await this.#unclaimed(mappings, attribute, moved) : moved
        left = await this.#follow(attribute, due, reason)
        known = [...known, ...left]
      }
      throw new DirectoryError('unavailable', 'whom an entry names is renamed again and again')
    }
  }

  /** Without those whose former name somebody has by now: he may have been given what stands there. */
  async #unclaimed(
    mappings: Mappings,
    { names }: ReferenceAttribute,
    moved: readonly Moved[],
  ): Promise<readonly Moved[]> {
    const unclaimed: Moved[] = []
    for (const each of moved) {
      const { reader } = this.#dependencies
      const isClaimed = each.isComing && (await isSomebodys(reader, mappings, each.value, names))
      if (!isClaimed) unclaimed.push(each)
    }
    return unclaimed
  }

  async #moved(
    mappings: Mappings,
    attribute: ReferenceAttribute,
    written: readonly WrittenReference[],
  ): Promise<readonly Moved[]> {
    const { key } = attribute.names
    const ids = new Set(written.map(({ id }) => id))
    const places =
      attribute.entries === mappings.users.entries
        ? await this.#placesOfUsers(mappings, ids)
        : await this.#placesOfMembers(mappings, ids)
    return written.flatMap((each) => {
      const values = places.get(each.id) ?? []
      if (values.some((value) => key(value) === key(each.value))) return []
      const [now] = values
      if (now !== undefined) return [{ ...each, now }]
      // Of those who leave whoever is removed is taken out with his entry.
      return each.isComing ? [each] : []
    })
  }

  /** The values by which groups name those with these ids now. */
  async #placesOfMembers(mappings: Mappings, ids: ReadonlySet<string>): Promise<Places> {
    const found = await this.#dependencies.references.byId(mappings, ids)
    return new Map([...found].map(([id, { memberValues }]) => [id, memberValues]))
  }

  /** The DNs of the users with these ids, who are few: managers. */
  async #placesOfUsers(
    { users: { entries } }: Mappings,
    ids: ReadonlySet<string>,
  ): Promise<Places> {
    const places = new Map<string, readonly string[]>()
    for (const id of ids) {
      const { reader } = this.#dependencies
      const user = await reader.find(entries, id, [entries.identity.idAttribute])
      if (user !== undefined) places.set(id, [user.dn])
    }
    return places
  }

  /** @returns what was followed, to be looked up once more; where somebody is gone, or the entry that names him, nothing is left. */
  async #follow(
    attribute: ReferenceAttribute,
    moved: readonly Moved[],
    reason: WriteReason,
  ): Promise<readonly WrittenReference[]> {
    const referrers = new Referrers(this.#dependencies, attribute)
    const left: WrittenReference[] = []
    const ofEach = Map.groupBy(moved, ({ referrerId }) => referrerId)
    await concurrently(parallelWrites, ofEach, async ([referrerId, theirs]) => {
      const entry = await referrers.find(referrerId)
      if (entry === undefined) return
      await concurrently(parallelWrites, theirs, async (each) => {
        const outcome = await put(referrers, entry, each, reason)
        const { now, ...written } = each
        // Either may be gone, or may have moved once more.
        const value = outcome === 'gone' ? written.value : now
        if (value !== undefined) left.push({ ...written, value })
      })
    })
    return left
  }
}

/** Has an entry name somebody as he is now. */
async function put(
  referrers: Referrers,
  entry: Entry,
  { isComing, value, now }: Moved,
  reason: WriteReason,
): Promise<Outcome> {
  return isComing && now !== undefined
    ? await referrers.move(entry, value, now, reason)
    : await referrers.leave(entry, now ?? value, reason)
}
