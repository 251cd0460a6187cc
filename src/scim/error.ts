/** The detail error keywords of RFC 7644 §3.12, table 9, and of RFC 9865 §2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** What is known beside the detail. */
export interface ScimErrorOptions {
  /** What went wrong below; logged for 5xx, never sent. */
  readonly cause?: unknown
  /** Seconds after which the client may try again; becomes the Retry-After header. */
  readonly retryAfterSeconds?: number
}

/** Something a SCIM client must be told. The detail helps the client and holds no DN, LDAP filter or
 *  secret. RFC 7644 §3.12 */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: number,
    scimType: ScimType | undefined,
    detail: string,
    options: ScimErrorOptions = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

type MakeScimError = (detail: string, options?: ScimErrorOptions) => ScimError

function maker(status: number, scimType?: ScimType): MakeScimError {
  return (detail, options) => new ScimError(status, scimType, detail, options)
}

/** One maker per kind of error, so that status and scimType always agree. RFC 7644 §3.12 */
export const scimErrors = {
  invalidFilter: maker(400, 'invalidFilter'),
  tooMany: maker(400, 'tooMany'),
  mutability: maker(400, 'mutability'),
  invalidSyntax: maker(400, 'invalidSyntax'),
  invalidPath: maker(400, 'invalidPath'),
  noTarget: maker(400, 'noTarget'),
  invalidValue: maker(400, 'invalidValue'),
  invalidCursor: maker(400, 'invalidCursor'),
  expiredCursor: maker(400, 'expiredCursor'),
  uniqueness: maker(409, 'uniqueness'),
  unauthorized: maker(401),
  forbidden: maker(403),
  notFound: maker(404),
  methodNotAllowed: maker(405),
  conflict: maker(409),
  preconditionFailed: maker(412),
  payloadTooLarge: maker(413),
  unsupportedMediaType: maker(415),
  tooManyRequests: maker(429),
  internal: maker(500),
  notImplemented: maker(501),
  unavailable: maker(503),
} as const satisfies Readonly<Record<string, MakeScimError>>
