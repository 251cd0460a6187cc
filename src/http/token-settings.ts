import type * as t from 'io-ts'
import type { Problem } from '../codec/decode.ts'
import { scalar } from '../codec/scalar.ts'
import { choice, NonEmptyString, text } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import { isAddressRange } from './address-ranges.ts'
import { allRights } from './rights.ts'

/** A moment, from a date (its start in UTC) or from a date and time with its offset. RFC 3339 */
const Moment = scalar<Date>({
  name: 'a date such as 2027-01-31 or 2027-01-31T12:00:00Z',
  is: (value): value is Date => value instanceof Date && !Number.isNaN(value.getTime()),
  parse: (value) => {
    const day = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/u.exec(
      value,
    )?.[1]
    const isRealDay = day !== undefined && isCalendarDay(day)
    const moment = isRealDay ? new Date(value) : undefined
    if (moment === undefined || Number.isNaN(moment.getTime())) {
      throw new Error('must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z')
    }
    return moment
  },
  print: (value) => value.toISOString(),
})

const Sha256 = text('64 hexadecimal digits', (value) => /^[0-9a-f]{64}$/iu.test(value))

const Fingerprint = text('64 hexadecimal digits, with or without colons', (value) =>
  /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/iu.test(value),
)

/** An address or a range of addresses. */
export const AddressRange = text(
  'an address or a range of addresses such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
  isAddressRange,
)

/** The client certificate to which a token is bound. */
const TokenCertificateSettings = settings(
  'TokenCertificateSettings',
  {
    sha256: optional(Fingerprint, {
      text: 'The SHA-256 fingerprint of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it; it changes with each renewal.',
      example:
        "'66:D8:9E:20:2C:4B:C4:58:76:78:7E:72:79:C9:AB:B2:D2:68:8B:5A:0F:33:DC:FA:9C:B5:1D:DA:89:66:C6:A8'",
    }),
    subject: optional(NonEmptyString, {
      text: 'The subject of the certificate, as `openssl x509 -noout -subject -nameopt RFC2253,-esc_msb` prints it; the CAs of `http.tls.clientCaFile` vouch for it.',
      example: "'CN=onelogin,O=Example'",
    }),
  },
  ({ sha256, subject }) =>
    sha256 === undefined && subject === undefined
      ? [{ path: '', reason: 'must have sha256, subject or both' }]
      : [],
)

/** One bearer token. */
export const TokenSettings = settings(
  'TokenSettings',
  {
    name: required(NonEmptyString, {
      text: 'Who uses the token; it stands in the log and the journal.',
      example: 'onelogin',
    }),
    sha256: required(Sha256, {
      text: 'The SHA-256 of the token in hexadecimal; `scim-directory-bridge token` makes a token and prints it.',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
    expires: optional(Moment, {
      text: 'The token is refused from this moment on; a date alone is its start in UTC.',
      example: '2027-01-31',
    }),
    user: optional(NonEmptyString, {
      text: 'The userName of the user for whom the token stands: `/Me` is that user; left out, there is no `/Me` for it.',
      example: 'b.jensen@example.org',
    }),
    rights: withDefault(listOf(choice(...allRights)), allRights, {
      text: 'What the token may: `read` all users and groups, read and write `users`, read and write `groups`.',
      example: '[read]',
    }),
    addresses: optional(listOf(AddressRange), {
      text: 'The addresses and ranges from which the token is let in, among those of `http.allowedAddresses`; left out, from all of them.',
      example: '[192.0.2.1, 10.0.0.0/8]',
    }),
    certificate: optional(TokenCertificateSettings, {
      text: 'The client certificate that must come with the token, so that the token alone is worth nothing; `http.tls.clientCertificates` must ask for it.',
    }),
  },
  ({ addresses }) => emptyList('addresses', addresses),
  ({ rights }) =>
    rights.length > 0
      ? []
      : [{ path: 'rights', reason: 'must hold at least one right, or be left out for all' }],
)

/** One bearer token. */
export type TokenSettings = t.TypeOf<typeof TokenSettings>

/** That a list of addresses lets nobody in, which nobody means. */
export function emptyList(path: string, list: readonly string[] | undefined): readonly Problem[] {
  return list?.length === 0
    ? [{ path, reason: 'must hold at least one address, or be left out for all' }]
    : []
}

/** Date forgives 31 February. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
