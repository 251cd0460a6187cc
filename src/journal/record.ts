import type { DirectoryFailure } from '../directory/error.ts'

/** How a write ended. */
export type WriteOutcome = 'succeeded' | 'failed' | 'unknown'

/** A write that is about to be sent. */
export interface IntentRecord {
  readonly kind: 'intent'
  /** Names the write; its outcome has the same. One request may lead to several writes. */
  readonly writeId: string
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly requestId: string
  /** The name of the tenant; absent for the first. */
  readonly tenant?: string
  readonly actor: string
  readonly clientAddress: string
  readonly method: string
  readonly path: string
  /** The SCIM request body without passwords. */
  readonly body?: unknown
  /** The operations as LDIF change records. */
  readonly ldif: string
}

/** What came of a write. A write without this record had an unknown outcome: the bridge ended in between. */
export interface OutcomeRecord {
  readonly kind: 'outcome'
  readonly writeId: string
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly requestId: string
  /** `unknown`: the write may have been made, in whole or in part. */
  readonly outcome: WriteOutcome
  readonly failure?: DirectoryFailure
  /** RFC 4511 §4.1.9 */
  readonly resultCode?: number
  /** The place of the operation that failed among the records of the intent, from 0. */
  readonly operationIndex?: number
  /** What was made before the failure could not be taken back. */
  readonly isPartial?: boolean
  /** What was sent to take back what had been made before the failure, in its order. Left out when nothing was sent. */
  readonly takeBacks?: readonly TakeBackRecord[]
}

/** An operation that was sent to take back a part of a failed write. */
export interface TakeBackRecord {
  /** The operation as an LDIF change record. */
  readonly ldif: string
  /** `unknown`: it may have been made. */
  readonly outcome: WriteOutcome
  readonly failure?: DirectoryFailure
  /** RFC 4511 §4.1.9 */
  readonly resultCode?: number
}

/** One line of the journal. */
export type JournalRecord = IntentRecord | OutcomeRecord

/** Where records are appended. */
export interface JournalWriter {
  /** Appends a record behind all that were given before; when it returns, the record is kept.
   *  @throws {JournalError} the record is not kept. */
  append(record: JournalRecord): Promise<void>
  /** Waits for what was given and closes the file; later records fail. */
  close(): Promise<void>
}

/** A record could not be kept. */
export class JournalError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'JournalError'
  }
}
