import { randomUUID } from 'node:crypto'
import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Logger } from '../logging/logger.ts'
import {
  BrakeRecord,
  type BrakeSubject,
  type BrakeTally,
  brakeValue,
} from '../mapping/brake-record.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { type ScimError, scimErrors } from '../scim/error.ts'
import { BrakeClock } from './brake-clock.ts'
import { BrakeCounter, isValueAbsent } from './brake-counter.ts'
import { BrakeEntry } from './brake-entry.ts'
import { type BrakeCategory, brakedGroups, brakedUsers, BrakeLimits } from './brake-limits.ts'
import type { EntryReader } from './entry-reader.ts'
import type { Leftovers } from './leftovers.ts'
import { maxAttempts } from './retry.ts'
import type { BrakeSettings } from './settings.ts'

/** Whether the settings want a brake. */
export function isBrakeOn(
  settings: BrakeSettings,
): settings is BrakeSettings & { readonly entry: string } {
  return settings.enabled && settings.entry !== undefined
}

/** What the brake works with. */
export interface BrakeParts {
  /** The port that writes are sent to, journal included. */
  readonly directory: Directory
  readonly reader: EntryReader
  readonly leftovers: Leftovers
  readonly logger: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The tenant whose brake it is; absent for the first. */
  readonly tenant?: string
}

/** How the brake stands. */
export interface BrakeState {
  /** Users deleted or deactivated, groups deleted or emptied, within the period that ends now. */
  readonly counts: Readonly<Record<BrakeSubject, number>>
  readonly limits: Readonly<Record<BrakeSubject, number>>
  /** What is stopped: the first mark of each; none while everything is let through. */
  readonly trips: readonly BrakeStop[]
}

/** That something is stopped since a time. */
export interface BrakeStop {
  readonly subject: BrakeSubject
  /** How many were let through. */
  readonly limit: number
  /** Milliseconds since 1970. */
  readonly time: number
}

/** Stops what takes users and groups away when there is more of it within a period than the settings allow, until an administrator
 *  lets it go on. Everything it knows is in the directory, so that it holds for all bridges together and over restarts. */
export class Brake {
  readonly #books: Books | undefined
  readonly #limits: BrakeLimits
  readonly #settings: BrakeSettings
  readonly #logger: Logger
  readonly #clock: BrakeClock
  readonly #command: string

  constructor(parts: BrakeParts, settings: BrakeSettings) {
    const { directory, reader, leftovers, logger, now, tenant } = parts
    const choice = tenant === undefined ? '' : ` --tenant ${tenant}`
    this.#command = `scim-directory-bridge brake --release --config FILE${choice}`
    this.#limits = new BrakeLimits(reader, settings, now)
    this.#settings = settings
    this.#logger = logger
    this.#clock = new BrakeClock(now, logger)
    if (!isBrakeOn(settings)) return
    const entry = new BrakeEntry(directory, settings)
    const { periodMs } = settings
    const counter = new BrakeCounter({ entry, clock: this.#clock, leftovers, logger, periodMs })
    this.#books = { entry, counter }
  }

  /** Whether anything is counted; otherwise it need not be found out whether something would be. */
  get isOn(): boolean {
    return this.#books !== undefined
  }

  /** Does work that deletes or deactivates one of the category. It is counted first, so that of many at the same time no more
   *  begin than are allowed, and not counted any more when it was not done.
   *  @param category left out for work that takes nothing away, which is done as it is.
   *  @throws {ScimError} 403 when it is one too many; 503 when it cannot be counted. Nothing was done then. */
  async pass<T>(
    category: BrakeCategory | undefined,
    reason: WriteReason,
    work: () => Promise<T>,
  ): Promise<T> {
    const books = this.#books
    if (books === undefined || category === undefined) return await work()
    const { entry, counter } = books
    const { subject } = category
    const before = await entry.read()
    this.#refuseTripped(before, subject)
    const { value, record } = await counter.count(category, before, reason)
    const limit = await counter.orUncounted(value, reason, async () => {
      this.#refuseTripped(record, subject)
      return await this.#limits.passedBy(this.#tally(record, subject), category)
    })
    if (limit === undefined) return await counter.orUncounted(value, reason, work)
    throw await this.#trip(books, { value, reason }, { subject, limit })
  }

  /** Whether one more of the category would be let through, for who wants to know before.
   *  @throws {ScimError} 403 when it would not. */
  async look(category: BrakeCategory | undefined): Promise<void> {
    if (this.#books === undefined || category === undefined) return
    const { subject } = category
    const record = await this.#books.entry.read()
    this.#refuseTripped(record, subject)
    const { count, deleted } = this.#tally(record, subject)
    const limit = await this.#limits.passedBy({ count: count + 1, deleted }, category)
    if (limit === undefined) return
    throw scimErrors.forbidden(
      `The brake would be put on by this, and stop it: there would be ${this.#excess(subject, limit)}.`,
    )
  }

  /** How it stands; where there is no brake, nothing was counted. */
  async state(mappings: Mappings): Promise<BrakeState> {
    const record = (await this.#books?.entry.read()) ?? new BrakeRecord([])
    const stops = subjects.map((subject) => record.trips.find((trip) => trip.subject === subject))
    const [users, groups] = [this.#tally(record, 'user'), this.#tally(record, 'group')]
    return {
      counts: { user: users.count, group: groups.count },
      limits: {
        user: await this.#limits.of(brakedUsers(mappings, 'deleted'), users),
        group: await this.#limits.of(brakedGroups(mappings, 'deleted'), groups),
      },
      trips: stops.filter((stop) => stop !== undefined),
    }
  }

  /** Lets deletions go on, and begins to count anew.
   *  @throws {DirectoryError} `valueAbsent` when bridges change the record again and again at the same time. */
  async release(reason: WriteReason): Promise<void> {
    if (this.#books === undefined) return
    const { entry } = this.#books
    for (let attempt = 1; ; attempt += 1) {
      const removed = (await entry.read()).values
      try {
        if (removed.length > 0) await entry.change({ removed }, reason)
        return
      } catch (error) {
        if (!isValueAbsent(error) || attempt === maxAttempts) throw error
      }
    }
  }

  #tally(record: BrakeRecord, subject: BrakeSubject): BrakeTally {
    return record.tally(subject, this.#clock.now() - this.#settings.periodMs)
  }

  /** Exchanges what was counted for the mark that stops what follows.
   *  @returns what to say of it. */
  async #trip(
    { entry, counter }: Books,
    { value, reason }: { readonly value: string; readonly reason: WriteReason },
    { subject, limit }: Pick<BrakeStop, 'subject' | 'limit'>,
  ): Promise<ScimError> {
    const time = this.#clock.now()
    const mark = brakeValue({ state: 'tripped', subject, limit }, new Date(time), randomUUID())
    const record = await counter.orUncounted(
      value,
      reason,
      async () => await entry.change({ removed: [value], added: [mark] }, reason),
    )
    // Of several at the same time the first one says so.
    const trip = record.tripOf(subject)
    if (trip?.value === mark) {
      const { requestId, actor } = reason
      const fields = { requestId, actor, subject, limit }
      this.#logger.warn('the brake stops deletions until it is released', fields)
    }
    return this.#refusal(trip ?? { subject, limit, time })
  }

  #refuseTripped(record: BrakeRecord, subject: BrakeSubject): void {
    const trip = record.tripOf(subject)
    if (trip !== undefined) throw this.#refusal(trip)
  }

  #refusal({ subject, limit, time }: BrakeStop): ScimError {
    return scimErrors.forbidden(
      `The brake is on since ${new Date(time).toISOString()}: there were ${this.#excess(subject, limit)}. ${stopped[subject]} until an administrator of the bridge has looked into it and releases the brake by "${this.#command}". Everything else goes on.`,
    )
  }

  #excess(subject: BrakeSubject, limit: number): string {
    const minutes = Number((this.#settings.periodMs / 60_000).toPrecision(3))
    return `more than ${limit} ${counted[subject]} within ${minutes} minutes`
  }
}

/** The record, and who counts in it. */
interface Books {
  readonly entry: BrakeEntry
  readonly counter: BrakeCounter
}

const subjects = ['user', 'group'] as const

const counted: Readonly<Record<BrakeSubject, string>> = {
  user: 'users to be deleted or deactivated',
  group: 'groups to be deleted or emptied',
}

const stopped: Readonly<Record<BrakeSubject, string>> = {
  user: 'No user is deleted or deactivated and no group deleted or emptied',
  group: 'No group is deleted or emptied',
}
