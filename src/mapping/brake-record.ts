import { toDateTime, toGeneralizedTime } from './generalized-time.ts'

/** Who is counted together: users who are deleted or deactivated, groups that are deleted or emptied. */
export type BrakeSubject = 'user' | 'group'

const countedStates = ['deleted', 'deactivated', 'emptied'] as const

/** Something that was taken away, or is about to be. */
export interface BrakeCount {
  /** Whether it is gone, or is there still: a user who is not active, a group without its members. */
  readonly state: (typeof countedStates)[number]
  readonly subject: BrakeSubject
}

/** That the brake stops what follows. */
export interface BrakeTrip {
  readonly state: 'tripped'
  readonly subject: BrakeSubject
  /** How many were let through. */
  readonly limit: number
}

/** How much was counted. */
export interface BrakeTally {
  readonly count: number
  /** So many of them are gone. */
  readonly deleted: number
}

/** A mark in the record with the time it was made, in milliseconds since 1970. */
type Dated<M> = M & { readonly value: string; readonly time: number }

const form =
  /^scim-brake (?<subject>user|group) (?:(?<state>deleted|deactivated|emptied)|tripped (?<limit>\d{1,9})) (?<time>\d{14}(?:\.\d+)?Z) (?<key>[0-9a-f-]{36})$/u

/** The value that stands for a mark. It names nobody.
 *  @param key tells it from every other one: a random UUID.
 *  @example scim-brake user deleted 20261122114905.123Z 1b4e28ba-2fa1-11d2-883f-0016d3cca427 */
export function brakeValue(mark: BrakeCount | BrakeTrip, time: Date, key: string): string {
  const word = mark.state === 'tripped' ? `tripped ${mark.limit}` : mark.state
  return `scim-brake ${mark.subject} ${word} ${toGeneralizedTime(time.toISOString()) ?? ''} ${key}`
}

/** What the brake has written into its attribute, whatever else stands there. */
export class BrakeRecord {
  readonly #counts: readonly Dated<BrakeCount>[]
  readonly #trips: readonly Dated<BrakeTrip>[]
  /** When the entry was changed last by the clock of the directory, in milliseconds since 1970; nothing where it does not tell. */
  readonly changed: number | undefined

  /** @param values everything that the attribute holds.
   *  @param changed when the entry was changed last, as a Generalized Time. */
  constructor(values: readonly string[], changed = '') {
    const time = Date.parse(toDateTime(changed) ?? '')
    this.changed = Number.isNaN(time) ? undefined : time
    const marks = values.flatMap((value) => parse(value) ?? [])
    this.#counts = marks.filter((mark) => mark.state !== 'tripped')
    const trips = marks.filter((mark) => mark.state === 'tripped')
    this.#trips = trips.toSorted((one, other) => one.time - other.time)
  }

  /** What was counted since a time, in milliseconds since 1970. */
  tally(subject: BrakeSubject, since: number): BrakeTally {
    const marks = this.#counts.filter((mark) => mark.subject === subject && mark.time > since)
    const deleted = marks.filter(({ state }) => state === 'deleted').length
    return { count: marks.length, deleted }
  }

  /** The marks that stop what follows, the first of them first. */
  get trips(): readonly Dated<BrakeTrip>[] {
    return this.#trips
  }

  /** The first mark that stops a subject: its own, and for groups that of users too, for a group can wait. Somebody who has to be
   *  locked out cannot, so that groups stop nobody but groups. */
  tripOf(subject: BrakeSubject): Dated<BrakeTrip> | undefined {
    return this.#trips.find((mark) => mark.subject === 'user' || mark.subject === subject)
  }

  /** The values that count no more. */
  countedUntil(time: number): readonly string[] {
    return this.#counts.filter((mark) => mark.time <= time).map(({ value }) => value)
  }

  /** Every value that the brake has written. */
  get values(): readonly string[] {
    return [...this.#counts, ...this.#trips].map(({ value }) => value)
  }
}

function parse(value: string): Dated<BrakeCount | BrakeTrip> | undefined {
  const parts: Readonly<Record<string, string | undefined>> | undefined = form.exec(value)?.groups
  const time = Date.parse(toDateTime(parts?.['time'] ?? '') ?? '')
  if (parts === undefined || Number.isNaN(time)) return undefined
  const subject = parts['subject'] === 'user' ? 'user' : 'group'
  const state = countedStates.find((word) => word === parts['state'])
  return state === undefined
    ? { state: 'tripped', subject, limit: Number(parts['limit']), value, time }
    : { state, subject, value, time }
}
