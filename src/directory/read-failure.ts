import { NoAnswerError } from './connection-error.ts'
import { DirectoryError } from './error.ts'
import { MalformedMessageError, OversizedMessageError } from './message-error.ts'
import { toDirectoryError } from './result-code.ts'
import { LdapResultError, resultCodes } from './result.ts'

/** Why a read did not succeed, in words of the port; what is no failure of a read stays as it is. */
export function toReadFailure(cause: unknown, kind: 'search' | 'compare' = 'search'): unknown {
  if (cause instanceof LdapResultError) return toDirectoryError(cause, { kind })
  if (cause instanceof MalformedMessageError) {
    return new DirectoryError('protocol', `${kind}: the answer is malformed`, { cause })
  }
  if (!(cause instanceof NoAnswerError)) return cause
  if (cause.cause instanceof OversizedMessageError) {
    const { message, dn } = cause.cause
    const options = { cause, ...(dn === undefined ? {} : { oversizedDn: dn }) }
    return new DirectoryError('answerTooLarge', `${kind}: ${message}`, options)
  }
  const failure = cause.reason === 'malformed' ? 'protocol' : 'unavailable'
  return new DirectoryError(failure, `${kind}: ${cause.message}`, { cause })
}

/** Whether a read that failed may succeed on another connection: this one was lost, or the server had too much to do.
 *  When no connection can be had, the pool has tried all servers already. */
export function mayReadAgain(cause: unknown): boolean {
  if (cause instanceof NoAnswerError) return cause.reason === 'lost'
  return cause instanceof LdapResultError && isBusy(cause.result.code)
}

function isBusy(code: number): boolean {
  return code === resultCodes.busy || code === resultCodes.unavailable
}
