/** How an operation ended, as the server says. RFC 4511 §4.1.9 */
export interface LdapResult {
  /** The id of the request that was answered; the end of a transaction names the failed request by it. */
  readonly messageId: number
  readonly code: number
  /** The deepest entry on the way to a name that was not found; empty when the server names none. */
  readonly matchedDn: string
  /** The server's text. It may hold names and values, so it is not for the log. */
  readonly diagnosticMessage: string
  /** LDAP URLs of servers that may know more; never followed. RFC 4511 §4.1.10 */
  readonly referrals: readonly string[]
  /** The value of each response control by its OID; empty for a control without a value. */
  readonly controls: ReadonlyMap<string, Buffer>
  /** The name of an extended response, where the server gives one. RFC 4511 §4.12 */
  readonly oid: string | undefined
  /** The value of an extended response. */
  readonly value: Buffer | undefined
}

/** The result codes by their names. RFC 4511 §4.1.9, RFC 4528 §4 */
export const resultCodes = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  aliasProblem: 33,
  invalidDnSyntax: 34,
  aliasDereferencingProblem: 36,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  loopDetect: 54,
  namingViolation: 64,
  objectClassViolation: 65,
  notAllowedOnNonLeaf: 66,
  notAllowedOnRdn: 67,
  entryAlreadyExists: 68,
  objectClassModsProhibited: 69,
  affectsMultipleDsas: 71,
  other: 80,
  assertionFailed: 122,
} as const

/** An answer of the server that is not a success. Its message names the code, and the Win32 code that alone says on Active
 *  Directory and Samba what happened; the rest stands in `result`. */
export class LdapResultError extends Error {
  readonly result: LdapResult

  constructor(result: LdapResult) {
    const win32 = win32CodeOf(result)
    const detail = win32 === undefined ? '' : `, ${win32}`
    super(`LDAP result ${result.code}${nameOf(result.code)}${detail}`)
    this.name = 'LdapResultError'
    this.result = result
  }
}

/** The Win32 code that the text of Active Directory and Samba begins with: eight hexadecimal digits, in upper case; none in the
 *  text of other servers. MS-ADTS 3.1.1.3.1.9 */
export function win32CodeOf({
  diagnosticMessage,
}: Pick<LdapResult, 'diagnosticMessage'>): string | undefined {
  return /^([0-9A-F]{8}): /i.exec(diagnosticMessage)?.[1]?.toUpperCase()
}

/** Whether the operation did what was asked; a comparison that does not hold is an answer too. */
export function isSuccess(result: LdapResult): boolean {
  return (
    result.code === resultCodes.success ||
    result.code === resultCodes.compareFalse ||
    result.code === resultCodes.compareTrue
  )
}

function nameOf(code: number): string {
  const known = Object.entries(resultCodes).find(([, value]) => value === code)
  return known === undefined ? '' : ` (${known[0]})`
}
