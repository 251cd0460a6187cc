import { NoAnswerError } from './connection-error.ts'
import { DirectoryError } from './error.ts'
import { LdapResultError, resultCodes } from './result.ts'
import { tlsAdvice } from './tls.ts'

/** The name and password of a simple bind. RFC 4513 §5.1.3 */
export interface Credentials {
  /** A DN, or another name that the server takes, such as a userPrincipalName. */
  readonly dn: string
  readonly password: string
}

/** Refuses credentials that the server would take for an anonymous bind: everything would seem to be absent then.
 *  @throws {DirectoryError} refused. RFC 4513 §5.1.2 */
export function refuseUnauthenticated({ dn, password }: Credentials): void {
  if (dn === '') throw new DirectoryError('refused', 'a bind needs a name')
  if (password === '') throw new DirectoryError('refused', 'a bind needs a password')
}

const passing: ReadonlySet<number> = new Set([
  resultCodes.timeLimitExceeded,
  resultCodes.adminLimitExceeded,
  resultCodes.busy,
  resultCodes.unavailable,
])

const advice: ReadonlyMap<number, string> = new Map([
  [resultCodes.invalidCredentials, 'the bind name or password is wrong, or the account is locked'],
  [resultCodes.inappropriateAuthentication, 'the account has no password to bind with'],
  [resultCodes.strongerAuthRequired, 'it demands TLS: use ldaps:// or startTls'],
  [resultCodes.confidentialityRequired, 'it demands TLS: use ldaps:// or startTls'],
])

/** The failure to bind, in words of the directory: `unavailable` where trying again may help, otherwise `refused`
 *  or `protocol`. */
export function toBindFailure(cause: unknown, url: string): DirectoryError {
  if (cause instanceof LdapResultError) return refusedBind(cause, url)
  if (cause instanceof NoAnswerError && cause.reason === 'malformed') {
    return new DirectoryError('protocol', `${url} does not answer in LDAP`, { cause })
  }
  // TLS 1.3 tells only now that it wanted a client certificate.
  const known = cause instanceof NoAnswerError ? tlsAdvice(cause.cause) : undefined
  const why = known === undefined ? '' : `: ${known}`
  return new DirectoryError('unavailable', `${url} did not answer to the bind${why}`, { cause })
}

function refusedBind(cause: LdapResultError, url: string): DirectoryError {
  const resultCode = cause.result.code
  const failure = passing.has(resultCode) ? 'unavailable' : 'refused'
  const known = advice.get(resultCode)
  const why = known === undefined ? '' : `: ${known}`
  return new DirectoryError(failure, `${url} refuses the bind (${cause.message})${why}`, {
    resultCode,
    cause,
  })
}
