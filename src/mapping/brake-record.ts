import { toDateTime, toGeneralizedTime } from './generalized-time.ts'

/** Whose deletions, and of users deactivations too, are counted together. */
export type BrakeSubject = 'user' | 'group'

/** Something that was deleted or deactivated, or is about to be. */
export interface BrakeCount {
  readonly state: 'counted'
  readonly subject: BrakeSubject
}

/** That the brake stops what follows. */
export interface BrakeTrip {
  readonly state: 'tripped'
  readonly subject: BrakeSubject
  /** How many were let through. */
  readonly limit: number
}

/** A mark in the record with the time it was made, in milliseconds since 1970. */
type Dated<M> = M & { readonly value: string; readonly time: number }

const form =
  /^scim-brake (?<subject>user|group) (?:counted|tripped (?<limit>\d{1,9})) (?<time>\d{14}(?:\.\d+)?Z) (?<key>[0-9a-f-]{36})$/u

/** The value that stands for a mark. It names nobody.
 *  @param key tells it from every other one: a random UUID.
 *  @example scim-brake user counted 20261122114905.123Z 1b4e28ba-2fa1-11d2-883f-0016d3cca427 */
export function brakeValue(mark: BrakeCount | BrakeTrip, time: Date, key: string): string {
  const word = mark.state === 'counted' ? 'counted' : `tripped ${mark.limit}`
  return `scim-brake ${mark.subject} ${word} ${toGeneralizedTime(time.toISOString()) ?? ''} ${key}`
}

/** What the brake has written into its attribute, whatever else stands there. */
export class BrakeRecord {
  readonly #counts: readonly Dated<BrakeCount>[]
  readonly #trips: readonly Dated<BrakeTrip>[]

  /** @param values everything that the attribute holds. */
  constructor(values: readonly string[]) {
    const marks = values.flatMap((value) => parse(value) ?? [])
    this.#counts = marks.filter((mark) => mark.state === 'counted')
    this.#trips = marks.filter((mark) => mark.state === 'tripped')
  }

  /** How many were counted since a time, in milliseconds since 1970. */
  count(subject: BrakeSubject, since: number): number {
    return this.#counts.filter((mark) => mark.subject === subject && mark.time > since).length
  }

  /** The first mark that stops what follows. */
  get trip(): (BrakeTrip & { readonly time: number }) | undefined {
    return this.#trips.toSorted((one, other) => one.time - other.time)[0]
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
  const limit = parts['limit']
  return limit === undefined
    ? { state: 'counted', subject, value, time }
    : { state: 'tripped', subject, limit: Number(limit), value, time }
}
