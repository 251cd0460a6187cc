/** Why an operation was not answered.
 *
 *  - `lost`: the connection ended, or had ended already
 *  - `timeLimit`: no answer came within the time limit; the connection goes on
 *  - `malformed`: the server sent something that is not LDAP, which ended the connection
 *  - `tooLong`: an answer is longer than we read, which is the end of this operation alone; the connection goes on
 *  - `closed`: we closed the connection */
export type NoAnswerReason = 'lost' | 'timeLimit' | 'malformed' | 'tooLong' | 'closed'

/** An operation that ended without an answer of the server.
 *  `notSent`: it was certainly not applied; `unknown`: it may have been, wholly or not at all. */
export class NoAnswerError extends Error {
  readonly outcome: 'notSent' | 'unknown'
  readonly reason: NoAnswerReason

  constructor(outcome: 'notSent' | 'unknown', reason: NoAnswerReason, cause?: unknown) {
    super(`no answer: ${texts[reason]}`, { cause })
    this.name = 'NoAnswerError'
    this.outcome = outcome
    this.reason = reason
  }
}

const texts: Readonly<Record<NoAnswerReason, string>> = {
  lost: 'the connection to the directory was lost',
  timeLimit: 'the time limit of the operation passed',
  malformed: 'the directory sent something that is not LDAP',
  tooLong: 'the directory sent more in one message than may be read',
  closed: 'the connection to the directory was closed',
}
