import { and } from '../directory/filter.ts'
import type { BrakeCount, BrakeSubject, BrakeTally } from '../mapping/brake-record.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { EntryReader } from './entry-reader.ts'
import type { BrakeSettings } from './settings.ts'

/** What is done, and to what entries. */
export interface BrakeCategory extends BrakeCount {
  readonly entries: EntryMapping
}

/** The users, who are deleted or deactivated. */
export function brakedUsers({ users }: Mappings, state: BrakeCount['state']): BrakeCategory {
  return { subject: 'user', state, entries: users.entries }
}

/** The groups, which are deleted or emptied. */
export function brakedGroups({ groups }: Mappings, state: BrakeCount['state']): BrakeCategory {
  return { subject: 'group', state, entries: groups.entries }
}

/** A group of so few may lose all of them by one request: that is a team that has moved on. */
const fewMembers = 5

/** Whether it is the loss of a group when so many members leave at once, and nobody stays of those who were there. */
export function isCountedLoss(leaving: number): boolean {
  return leaving > fewMembers
}

/** So many are let through in any case, or a small directory could not be worked with. */
const alwaysLetThrough = 5

const countLifetimeMs = 300_000

/** How many deletions and deactivations are let through within a period. */
export class BrakeLimits {
  readonly #reader: EntryReader
  readonly #settings: BrakeSettings
  readonly #now: () => number
  readonly #sizes = new Map<BrakeSubject, { readonly size: number; readonly expires: number }>()

  /** @param now milliseconds since 1970. */
  constructor(reader: EntryReader, settings: BrakeSettings, now: () => number) {
    this.#reader = reader
    this.#settings = settings
    this.#now = now
  }

  /** The limit: the lesser of count and share, and not below five unless the count is.
   *  @param tally what was counted within the period.
   *  @throws {DirectoryError} when the entries cannot be counted. */
  async of(category: BrakeCategory, { deleted }: BrakeTally): Promise<number> {
    const { maxCount, maxShare } = this.#settings
    const share = Math.floor(((await this.#size(category, deleted)) * maxShare) / 100)
    return Math.min(maxCount, Math.max(alwaysLetThrough, share))
  }

  /** The limit, where so many pass it.
   *  @throws {DirectoryError} when the entries cannot be counted. */
  async passedBy(tally: BrakeTally, category: BrakeCategory): Promise<number | undefined> {
    const { count } = tally
    // Nothing has to be counted for the few that are let through in any case.
    if (count <= Math.min(alwaysLetThrough, this.#settings.maxCount)) return undefined
    const limit = await this.of(category, tally)
    return count > limit ? limit : undefined
  }

  /** How many there were before the period, as of the last minutes, and no more than it takes for the share to be above the
   *  count. */
  async #size({ subject, entries }: BrakeCategory, deleted: number): Promise<number> {
    const known = this.#sizes.get(subject)
    if (known !== undefined && known.expires > this.#now()) return known.size
    const { maxCount, maxShare } = this.#settings
    const enough = Math.ceil((maxCount * 100) / maxShare)
    let size = deleted
    for await (const _ of this.#reader.search(entries, and([]), { attributes: [] })) {
      size += 1
      if (size >= enough) break
    }
    this.#sizes.set(subject, { size, expires: this.#now() + countLifetimeMs })
    return size
  }
}
