import { BindRequest } from 'ldapts'
import { NoAnswerError } from './connection-error.ts'
import { DirectoryError } from './error.ts'
import type { LdapRequest } from './message-encoding.ts'
import { LdapResultError, resultCodes } from './result.ts'
import { tlsAdvice } from './tls.ts'

/** The name and password of a simple bind. RFC 4513 §5.1.3 */
export interface SimpleCredentials {
  /** A DN, or another name that the server takes, such as a userPrincipalName. */
  readonly dn: string
  readonly password: string
}

/** A bind as whoever the server knows us to be from below LDAP: the subject of our client certificate, or the user
 *  that our process runs as, on a Unix socket. RFC 4513 §5.2.3, RFC 4422 Appendix A */
export interface ExternalCredentials {
  readonly mechanism: 'EXTERNAL'
  /** Whom to act as, `dn:...` or `u:...`, where that is another (RFC 4513 §5.2.1.8); none: as whom the server knows us. */
  readonly authzId?: string
}

/** How a connection says who it is. */
export type Credentials = SimpleCredentials | ExternalCredentials

/** The request to bind. RFC 4511 §4.2
 *  @throws {DirectoryError} refused, for credentials that the server would take for an anonymous bind: everything would
 *  seem to be absent then. RFC 4513 §5.1.2 */
export function bindRequest(credentials: Credentials): LdapRequest {
  if ('mechanism' in credentials) {
    const { mechanism, authzId = '' } = credentials
    // Without an authzId the initial response is empty, but there: otherwise the server asks for it. RFC 4422 Appendix A.1
    return new BindRequest({ messageId: 0, mechanism, password: authzId })
  }
  const { dn, password } = credentials
  if (dn === '') throw new DirectoryError('refused', 'a bind needs a name')
  if (password === '') throw new DirectoryError('refused', 'a bind needs a password')
  return new BindRequest({ messageId: 0, dn, password })
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

const externalAdvice: ReadonlyMap<number, string> = new Map([
  [
    resultCodes.authMethodNotSupported,
    'it does not take SASL EXTERNAL here: over TLS it must ask for client certificates and trust the CA of ours',
  ],
  [
    resultCodes.inappropriateAuthentication,
    'it does not know us: over TLS it must ask for client certificates and trust the CA of ours',
  ],
  [
    resultCodes.invalidCredentials,
    'it maps the subject of our certificate, or the user of our process, to no account',
  ],
  [
    resultCodes.insufficientAccessRights,
    'it does not let us act as the authzId: leave that out, or allow it (in OpenLDAP authzTo)',
  ],
])

/** The failure to bind, in words of the directory: `unavailable` where trying again may help, otherwise `refused`
 *  or `protocol`. */
export function toBindFailure(
  cause: unknown,
  url: string,
  credentials: Credentials,
): DirectoryError {
  if (cause instanceof LdapResultError) return refusedBind(cause, url, credentials)
  if (cause instanceof NoAnswerError && cause.reason === 'malformed') {
    return new DirectoryError('protocol', `${url} does not answer in LDAP`, { cause })
  }
  const known = cause instanceof NoAnswerError ? lossAdvice(cause, credentials) : undefined
  const why = known === undefined ? '' : `: ${known}`
  return new DirectoryError('unavailable', `${url} did not answer to the bind${why}`, { cause })
}

function lossAdvice(
  { reason, cause }: NoAnswerError,
  credentials: Credentials,
): string | undefined {
  // TLS 1.3 tells only now that it wanted a client certificate, and OpenLDAP does not tell that it trusts no CA of ours.
  const isSilent = reason === 'lost' && cause === undefined && 'mechanism' in credentials
  return isSilent
    ? 'it ended the connection; it may not trust the CA of our client certificate (tls.certificateFile)'
    : tlsAdvice(cause)
}

function refusedBind(
  cause: LdapResultError,
  url: string,
  credentials: Credentials,
): DirectoryError {
  const resultCode = cause.result.code
  const failure = passing.has(resultCode) ? 'unavailable' : 'refused'
  const known =
    ('mechanism' in credentials ? externalAdvice.get(resultCode) : undefined) ??
    advice.get(resultCode)
  const why = known === undefined ? '' : `: ${known}`
  return new DirectoryError(failure, `${url} refuses the bind (${cause.message})${why}`, {
    resultCode,
    cause,
  })
}
