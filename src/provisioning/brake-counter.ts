import { randomUUID } from 'node:crypto'
import type { WriteReason } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Logger } from '../logging/logger.ts'
import { type BrakeCount, type BrakeRecord, brakeValue } from '../mapping/brake-record.ts'
import { ScimError } from '../scim/error.ts'
import type { BrakeClock } from './brake-clock.ts'
import type { BrakeEntry } from './brake-entry.ts'
import { UnfinishedError } from './directory-failure.ts'
import { isAway, type Leftovers, untilLate } from './leftovers.ts'

/** What is counted with. */
export interface BrakeCounterParts {
  readonly entry: BrakeEntry
  readonly clock: BrakeClock
  readonly leftovers: Leftovers
  readonly logger: Logger
  /** For how long something counts, in milliseconds. */
  readonly periodMs: number
}

/** What was counted, and the record behind it. */
export interface Counted {
  readonly value: string
  readonly record: BrakeRecord
}

/** Writes into the record what is counted, and takes out what was not done. */
export class BrakeCounter {
  readonly #parts: BrakeCounterParts

  constructor(parts: BrakeCounterParts) {
    this.#parts = parts
  }

  /** Adds a value, and removes those whose time was over already when the record was changed before: by the clock of the directory,
   *  for one that is wrong would remove what others count still.
   *  @param before the record as it was read.
   *  @throws {ScimError} 503 when it cannot be counted.
   *  @throws {DirectoryError} when the directory cannot be reached. Nothing is counted then, or not for long. */
  async count(what: BrakeCount, before: BrakeRecord, reason: WriteReason): Promise<Counted> {
    const { clock, periodMs } = this.#parts
    const time = clock.now()
    const value = valueOf(what, time)
    const over = before.countedUntil((before.changed ?? time) - periodMs)
    const record = await this.#exchange(over, value, reason)
    if (clock.isRight(time, record.changed)) return { value, record }
    const right = valueOf(what, clock.now())
    const exchange = async (): Promise<BrakeRecord> => await this.#exchange([value], right, reason)
    return { value: right, record: await this.orUncounted(value, reason, exchange) }
  }

  /** Does work that was counted, which is not counted any more when it was not done. */
  async orUncounted<T>(value: string, reason: WriteReason, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isUndone(error)) await this.#uncount(value, reason)
      throw error
    }
  }

  /** Adds a value in place of others, which may be gone by now. */
  async #exchange(
    removed: readonly string[],
    value: string,
    reason: WriteReason,
  ): Promise<BrakeRecord> {
    const { entry } = this.#parts
    try {
      return await entry.change({ removed, added: [value] }, reason)
    } catch (error) {
      if (isUnknown(error)) throw this.#unsure(value, reason, error)
      // Another bridge has removed them.
      if (!isValueAbsent(error)) throw error
      return await this.#exchange([], value, reason)
    }
  }

  /** Never fails: a count too many stops too early, and the client must hear what failed before. */
  async #uncount(value: string, reason: WriteReason): Promise<void> {
    const { entry, logger } = this.#parts
    try {
      await entry.change({ removed: [value] }, reason).catch(ignoreAbsence)
    } catch (error) {
      if (isAway(error)) return this.#leave(value, reason)
      const fields = { requestId: reason.requestId, reason: messageOf(error) }
      logger.warn('the brake counts what was not done', fields)
    }
  }

  /** What it was to be counted for is not begun, so that it does not count. */
  #unsure(value: string, reason: WriteReason, cause: DirectoryError): DirectoryError {
    this.#leave(value, reason)
    const message = 'nobody answered whether it is counted, and so nothing was done'
    return new DirectoryError('unavailable', message, { cause })
  }

  /** Takes a value out as soon as the directory is back, which may come to what it was told before. */
  #leave(value: string, reason: WriteReason): void {
    const { entry, leftovers } = this.#parts
    const takeOut = async (): Promise<boolean> => {
      if (!(await entry.read()).values.includes(value)) return false
      await entry.change({ removed: [value] }, reason).catch(ignoreAbsence)
      return true
    }
    leftovers.leave(reason, untilLate(takeOut))
  }
}

function valueOf({ state, subject }: BrakeCount, time: number): string {
  return brakeValue({ state, subject }, new Date(time), randomUUID())
}

function messageOf(error: unknown): string {
  const cause = error instanceof ScimError ? error.cause : error
  return cause instanceof Error ? cause.message : 'unknown'
}

/** Whether a value that was to be removed is gone. */
export function isValueAbsent(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'valueAbsent'
}

/** It went with a release. */
function ignoreAbsence(error: unknown): void {
  if (!isValueAbsent(error)) throw error
}

function isUnknown(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && error.failure === 'outcomeUnknown'
}

/** Whether work that failed has left everything as it was. */
function isUndone(error: unknown): boolean {
  if (error instanceof ScimError) return !(error instanceof UnfinishedError)
  if (!(error instanceof DirectoryError) || error.isPartial || error.isMade) return false
  return error.failure !== 'outcomeUnknown'
}
