import type { LdapOperation } from './operation.ts'

/** Why an LDAP operation did not succeed, in words that the rooms above decide on.
 *
 *  - `unavailable`: the directory cannot be reached or is too busy; nothing of the operation was applied, unless `isMade`
 *  - `notRecorded`: the write could not be recorded in the journal, and so was not sent
 *  - `outcomeUnknown`: the connection was lost or the time limit passed with a write under way, and reading could not settle it
 *  - `noSuchEntry`: the entry, or for an add or a move its parent, does not exist
 *  - `alreadyExists`: another entry has this DN
 *  - `notUnique`: another entry holds a value that must be unique
 *  - `valueExists`: a value to be added is there already
 *  - `valueAbsent`: a value to be deleted is not there
 *  - `assertionFailed`: the assertion of the operation does not hold
 *  - `invalidValue`: a value breaks its syntax or a constraint
 *  - `tooLarge`: the request is longer than the server takes; nothing of the plan was sent
 *  - `entryTooLarge`: the entry would be longer than `directory.maxMessageBytes`; nothing of the plan was sent
 *  - `answerTooLarge`: what was to be read is longer than `directory.maxMessageBytes`; it is there all the same
 *  - `passwordRefused`: the password policy refuses the password
 *  - `schemaViolation`: the entry would break its object classes
 *  - `tooManyValues`: a single-valued attribute would get several values
 *  - `readOnly`: the attribute cannot be changed by a user of the directory
 *  - `noSuchReference`: a DN given as a value names no entry
 *  - `unfitGroup`: a group given as a member has a scope that the group cannot hold
 *  - `notLeaf`: the entry has entries below it
 *  - `limitExceeded`: more entries matched than may be returned
 *  - `refused`: the server is set up so that the bridge may not do this: rights, bind, referral, unwilling
 *  - `protocol`: the server answered something that is not LDAP, or not what was asked
 */
export type DirectoryFailure =
  | 'unavailable'
  | 'notRecorded'
  | 'outcomeUnknown'
  | 'noSuchEntry'
  | 'alreadyExists'
  | 'notUnique'
  | 'valueExists'
  | 'valueAbsent'
  | 'assertionFailed'
  | 'invalidValue'
  | 'tooLarge'
  | 'entryTooLarge'
  | 'answerTooLarge'
  | 'passwordRefused'
  | 'schemaViolation'
  | 'tooManyValues'
  | 'readOnly'
  | 'noSuchReference'
  | 'unfitGroup'
  | 'notLeaf'
  | 'limitExceeded'
  | 'refused'
  | 'protocol'

/** An operation that was sent to take back what had been made of a plan that failed. */
export interface TakeBack {
  readonly operation: LdapOperation
  /** Why it did not succeed; none when it did. */
  readonly error?: DirectoryError
}

/** A plan that stands in part, each in its order. */
export interface PlanParts {
  readonly made: readonly LdapOperation[]
  /** The first of them failed; where the outcome is unknown, it may have been made. */
  readonly missing: readonly LdapOperation[]
}

/** What is known of a failure beside its word. */
export interface DirectoryErrorOptions {
  /** The LDAP result code; none when the failure is not an answer of the server. RFC 4511 §4.1.9 */
  readonly resultCode?: number
  /** The deepest entry that the server shows on the way to a name that it did not find. RFC 4511 §4.1.9 */
  readonly matchedDn?: string
  /** The DN of the entry that is too large to be read, where its message began with it. */
  readonly oversizedDn?: string
  /** The LDAP attribute that the server complained of: one that the operation named, or one that it misses. */
  readonly attribute?: string
  /** The place of the failed operation in its plan. */
  readonly operationIndex?: number
  /** What was made before the failure could not be taken back: the plan stands in part. */
  readonly isPartial?: boolean
  /** Which part, where it is one of the plan. */
  readonly parts?: PlanParts
  /** Every operation of the plan was made; only the entry could not be read after them. */
  readonly isMade?: boolean
  /** What was sent to take back what had been made, in its order; nothing follows one that did not succeed. None by default. */
  readonly takeBacks?: readonly TakeBack[]
  readonly cause?: unknown
}

/** An LDAP operation that did not succeed. Its message is for the log; it names no entry and holds no value. */
export class DirectoryError extends Error {
  readonly failure: DirectoryFailure
  readonly resultCode: number | undefined
  readonly matchedDn: string | undefined
  readonly oversizedDn: string | undefined
  readonly attribute: string | undefined
  readonly operationIndex: number | undefined
  readonly isPartial: boolean
  readonly parts: PlanParts | undefined
  readonly isMade: boolean
  readonly takeBacks: readonly TakeBack[]

  constructor(failure: DirectoryFailure, message: string, options: DirectoryErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'DirectoryError'
    this.failure = failure
    this.resultCode = options.resultCode
    this.matchedDn = options.matchedDn
    this.oversizedDn = options.oversizedDn
    this.attribute = options.attribute
    this.operationIndex = options.operationIndex
    this.isPartial = options.isPartial ?? false
    this.parts = options.parts
    this.isMade = options.isMade ?? false
    this.takeBacks = options.takeBacks ?? []
  }
}
