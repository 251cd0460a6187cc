import { randomUUID } from 'node:crypto'
import type { Directory, WriteReason } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Logger } from '../logging/logger.ts'
import {
  BrakeRecord,
  type BrakeSubject,
  type BrakeTally,
  brakeValue,
} from '../mapping/brake-record.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { ScimError, scimErrors } from '../scim/error.ts'
import { BrakeClock } from './brake-clock.ts'
import { BrakeEntry } from './brake-entry.ts'
import { type BrakeCategory, brakedGroups, brakedUsers, BrakeLimits } from './brake-limits.ts'
import { UnfinishedError } from './directory-failure.ts'
import type { EntryReader } from './entry-reader.ts'
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
  readonly logger: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
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
  readonly #entry: BrakeEntry | undefined
  readonly #limits: BrakeLimits
  readonly #settings: BrakeSettings
  readonly #logger: Logger
  readonly #clock: BrakeClock

  constructor({ directory, reader, logger, now }: BrakeParts, settings: BrakeSettings) {
    this.#entry = isBrakeOn(settings) ? new BrakeEntry(directory, settings) : undefined
    this.#limits = new BrakeLimits(reader, settings, now)
    this.#settings = settings
    this.#logger = logger
    this.#clock = new BrakeClock(now, logger)
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
    const entry = this.#entry
    if (entry === undefined || category === undefined) return await work()
    const { subject } = category
    const before = await entry.read()
    this.#refuseTripped(before, subject)
    const { value, record } = await this.#count(entry, { category, before, reason })
    const limit = await this.#orUncounted(entry, { value, reason }, async () => {
      this.#refuseTripped(record, subject)
      return await this.#limits.passedBy(this.#tally(record, subject), category)
    })
    if (limit !== undefined) await this.#trip(entry, { value, reason }, subject, limit)
    return await this.#orUncounted(entry, { value, reason }, work)
  }

  /** Whether one more of the category would be let through, for who wants to know before.
   *  @throws {ScimError} 403 when it would not. */
  async look(category: BrakeCategory | undefined): Promise<void> {
    if (this.#entry === undefined || category === undefined) return
    const { subject } = category
    const record = await this.#entry.read()
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
    const record = (await this.#entry?.read()) ?? new BrakeRecord([])
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
    const entry = this.#entry
    for (let attempt = 1; ; attempt += 1) {
      const removed = (await entry?.read())?.values ?? []
      try {
        if (removed.length > 0) await entry?.change({ removed }, reason)
        return
      } catch (error) {
        if (!isValueAbsent(error) || attempt === maxAttempts) throw error
      }
    }
  }

  #tally(record: BrakeRecord, subject: BrakeSubject): BrakeTally {
    return record.tally(subject, this.#clock.now() - this.#settings.periodMs)
  }

  /** Adds a value, and removes those whose time was over already when the record was changed before: by the clock of the directory,
   *  for one that is wrong would remove what others count still. */
  async #count(
    entry: BrakeEntry,
    { category, before, reason }: ToCount,
  ): Promise<{ readonly value: string; readonly record: BrakeRecord }> {
    const time = this.#clock.now()
    const value = valueOf(category, time)
    const over = before.countedUntil((before.changed ?? time) - this.#settings.periodMs)
    const record = await this.#exchange(entry, { removed: over, value, reason })
    if (this.#clock.isRight(time, record.changed)) return { value, record }
    const right = valueOf(category, this.#clock.now())
    const exchange = { removed: [value], value: right, reason }
    return await this.#orUncounted(entry, { value, reason }, async () => ({
      value: right,
      record: await this.#exchange(entry, exchange),
    }))
  }

  /** Adds a value in place of others, which may be gone by now. */
  async #exchange(
    entry: BrakeEntry,
    { removed, value, reason }: Counting & { readonly removed: readonly string[] },
  ): Promise<BrakeRecord> {
    try {
      return await entry.change({ removed, added: [value] }, reason)
    } catch (error) {
      // Another bridge has removed them.
      if (!isValueAbsent(error)) throw error
      return await entry.change({ added: [value] }, reason)
    }
  }

  async #orUncounted<T>(
    entry: BrakeEntry,
    { value, reason }: Counting,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isUndone(error)) await this.#uncount(entry, { value, reason })
      throw error
    }
  }

  /** Never fails: a count too many stops too early, and the client must hear what failed before. */
  async #uncount(entry: BrakeEntry, { value, reason }: Counting): Promise<void> {
    try {
      await entry.change({ removed: [value] }, reason)
    } catch (error) {
      // It went with a release.
      if (isValueAbsent(error)) return
      const fields = { requestId: reason.requestId, reason: messageOf(error) }
      this.#logger.warn('the brake counts what was not done', fields)
    }
  }

  /** Exchanges what was counted for the mark that stops what follows. */
  async #trip(
    entry: BrakeEntry,
    { value, reason }: Counting,
    subject: BrakeSubject,
    limit: number,
  ): Promise<never> {
    const time = this.#clock.now()
    const mark = brakeValue({ state: 'tripped', subject, limit }, new Date(time), randomUUID())
    const record = await entry.change({ removed: [value], added: [mark] }, reason)
    // Of several at the same time the first one says so.
    const trip = record.tripOf(subject)
    if (trip?.value === mark) {
      const { requestId, actor } = reason
      const fields = { requestId, actor, subject, limit }
      this.#logger.warn('the brake stops deletions until it is released', fields)
    }
    throw this.#refusal(trip ?? { subject, limit, time })
  }

  #refuseTripped(record: BrakeRecord, subject: BrakeSubject): void {
    const trip = record.tripOf(subject)
    if (trip !== undefined) throw this.#refusal(trip)
  }

  #refusal({ subject, limit, time }: BrakeStop): ScimError {
    return scimErrors.forbidden(
      `The brake is on since ${new Date(time).toISOString()}: there were ${this.#excess(subject, limit)}. ${stopped[subject]} until an administrator of the bridge has looked into it and releases the brake by "scim-directory-bridge brake --release --config FILE". Everything else goes on.`,
    )
  }

  #excess(subject: BrakeSubject, limit: number): string {
    const minutes = Number((this.#settings.periodMs / 60_000).toPrecision(3))
    return `more than ${limit} ${counted[subject]} within ${minutes} minutes`
  }
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

interface Counting {
  readonly value: string
  readonly reason: WriteReason
}

interface ToCount {
  readonly category: BrakeCategory
  readonly before: BrakeRecord
  readonly reason: WriteReason
}

function valueOf({ state, subject }: BrakeCategory, time: number): string {
  return brakeValue({ state, subject }, new Date(time), randomUUID())
}

function messageOf(error: unknown): string {
  const cause = error instanceof ScimError ? error.cause : error
  return cause instanceof Error ? cause.message : 'unknown'
}

function isValueAbsent(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'valueAbsent'
}

/** Whether work that failed has left everything as it was. */
function isUndone(error: unknown): boolean {
  if (error instanceof ScimError) return !(error instanceof UnfinishedError)
  if (!(error instanceof DirectoryError) || error.isPartial || error.isMade) return false
  return error.failure !== 'outcomeUnknown'
}
