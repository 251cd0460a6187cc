import type * as t from 'io-ts'
import type { Problem } from '../codec/decode.ts'
import { isLoopback } from '../codec/loopback.ts'
import {
  choice,
  Flag,
  Milliseconds,
  NonEmptyString,
  NonNegativeInteger,
  Port,
  PositiveInteger,
  text,
  url,
} from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import { largestBodyIn } from './body-budget.ts'
import { AddressRange, emptyList, TokenSettings } from './token-settings.ts'

const BasePath = text('a path such as /scim/v2, without a slash at its end', (value) =>
  /^(?:\/[\w.~-]+)*$/u.test(value),
)

/** TLS in the bridge itself. */
export const TlsSettings = settings(
  'TlsSettings',
  {
    certificateFile: required(NonEmptyString, {
      text: 'The certificate with its chain, in PEM.',
      example: '/etc/scim-directory-bridge/tls.crt',
    }),
    keyFile: required(NonEmptyString, {
      text: 'The private key of the certificate, in PEM, without a passphrase.',
      example: '/etc/scim-directory-bridge/tls.key',
    }),
    reloadIntervalMs: withDefault(Milliseconds, 10_000, {
      text: 'How often the files are looked at, in milliseconds; when they change, new connections get the new certificate, and are trusted by the new CAs.',
    }),
    clientCaFile: optional(NonEmptyString, {
      text: 'The CAs that sign the certificates of clients, in PEM; no others are trusted.',
      example: '/etc/scim-directory-bridge/clients-ca.crt',
    }),
    clientCertificates: withDefault(choice('none', 'optional', 'required'), 'none', {
      text: 'Whether clients are asked for a certificate: `optional` for tokens that are bound to one, `required` for every request but to `/health`, others are answered 403.',
    }),
  },
  ({ clientCaFile, clientCertificates }) =>
    (clientCaFile === undefined) === (clientCertificates === 'none')
      ? []
      : [
          {
            path: 'clientCaFile',
            reason: 'and clientCertificates "optional" or "required" go together: set both or none',
          },
        ],
)

/** How many bad tokens are borne. */
const BadTokenSettings = settings('BadTokenSettings', {
  limit: withDefault(PositiveInteger, 10, {
    text: 'How many bad tokens one address (of IPv6: one /64 network) may send within the period; further ones are answered 429 with `Retry-After`, good ones are let in as ever.',
  }),
  maxDelayMs: withDefault(NonNegativeInteger, 5000, {
    text: 'The longest by which the answer to a bad token is delayed, in milliseconds: the second one of an address within the period by 100, each further one by twice as much. 0 delays none; good tokens never wait.',
  }),
  periodMs: withDefault(Milliseconds, 60_000, {
    text: 'How long the bad tokens of an address are counted together, in milliseconds.',
  }),
})

/** How much of request bodies is taken at a time. */
const BodiesSettings = settings('BodiesSettings', {
  maxTotalBytes: withDefault(PositiveInteger, 33_554_432, {
    text: 'How many bytes the bodies of all requests under way may have together, a sixteenth of it kept for those of up to 64 KiB; in memory they take up to twenty times as much, some 600 MiB with the default.',
  }),
  waitMs: withDefault(Milliseconds, 5000, {
    text: 'How long a request waits for room before its body is read, in milliseconds; then it is answered 503 with `Retry-After`. Who has been sending a body for longer makes room for those that wait.',
  }),
})

/** How much of answers is held at a time. */
const AnswersSettings = settings('AnswersSettings', {
  maxTotalBytes: withDefault(PositiveInteger, 67_108_864, {
    text: 'How many bytes of answers of more than 64 KiB, such as groups with a thousand members, may be held for clients that have not read them yet, of all clients together; a larger one alone is held, too. Who asks for more is answered 503 with `Retry-After`. Lists are streamed, and do not count.',
  }),
})

/** How much one request to `/Bulk` may ask for. RFC 7644 §3.7.4 */
const BulkSettings = settings('BulkSettings', {
  maxOperations: withDefault(PositiveInteger, 1000, {
    text: 'The most operations that one bulk request may have.',
  }),
  maxPayloadBytes: withDefault(PositiveInteger, 1_048_576, {
    text: 'The largest body of a bulk request in bytes; `maxBodyBytes` does not apply to it.',
  }),
})

/** How a further tenant is reached. */
export const tenantEntrance = {
  basePath: required(BasePath, {
    text: 'The path of the SCIM root of the tenant; it must lie apart from those of all others.',
    example: '/acme/scim/v2',
  }),
  publicUrl: optional(url('https', 'http'), {
    text: 'The SCIM base URL as clients of the tenant enter it; left out, it is taken from each request.',
    example: 'https://bridge.example.org/acme/scim/v2',
  }),
  tokens: required(listOf(TokenSettings), {
    text: 'The bearer tokens that are let in to the tenant, each with the keys of `http.tokens`.',
  }),
}

/** How the bridge is reached. */
export const HttpSettings = settings(
  'HttpSettings',
  {
    host: withDefault(NonEmptyString, '127.0.0.1', {
      text: 'The address to listen on; `0.0.0.0` or `::` for all. Where other machines can reach it, TLS is demanded, unless `allowCleartext` says otherwise.',
      example: '0.0.0.0',
    }),
    port: withDefault(Port, 8080, { text: 'The port to listen on; 0 lets the system choose one.' }),
    basePath: withDefault(BasePath, '/scim/v2', { text: 'The path of the SCIM root.' }),
    publicUrl: optional(url('https', 'http'), {
      text: 'The SCIM base URL as clients enter it, for `meta.location`; left out, it is taken from each request.',
      example: 'https://bridge.example.org/scim/v2',
    }),
    trustedProxies: withDefault(NonNegativeInteger, 0, {
      text: 'How many reverse proxies stand in front, each of which adds to `X-Forwarded-For`; with 0 no `X-Forwarded` header is believed.',
      example: '1',
    }),
    allowedAddresses: optional(listOf(AddressRange), {
      text: 'The addresses and ranges of clients that are let in, behind proxies those that `trustedProxies` of them tell; others are answered 403, but for `/health`. Left out, all are let in.',
      example: '[192.0.2.1, 10.0.0.0/8, "2001:db8::/32"]',
    }),
    tls: optional(TlsSettings, {
      text: 'TLS in the bridge itself; left out, it speaks plain HTTP.',
    }),
    allowCleartext: withDefault(Flag, false, {
      text: 'Whether plain HTTP may be spoken on an address that other machines can reach: only where nobody can listen on the way, such as between the bridge and a proxy that does TLS.',
      example: 'true',
    }),
    tokens: required(listOf(TokenSettings), {
      text: 'The bearer tokens that are let in, any number at a time.',
    }),
    badTokens: required(BadTokenSettings, {
      text: 'How many bad tokens are borne, and how their sender is slowed down.',
    }),
    allowDemoToken: withDefault(Flag, false, {
      text: 'Whether the token of the demonstration, which everybody knows, is let in on an address that other machines can reach: never in front of a directory of your own.',
    }),
    acceptRawToken: withDefault(Flag, false, {
      text: 'Whether `Authorization` may hold the token alone, without `Bearer`, as Okta sends it with header authentication.',
    }),
    maxBodyBytes: withDefault(PositiveInteger, 5_242_880, {
      text: 'The largest request body in bytes; the default of 5 MiB holds a PUT of a group with some 50,000 members.',
    }),
    bodies: required(BodiesSettings, {
      text: 'How much of request bodies is taken at a time, of all clients together.',
    }),
    answers: required(AnswersSettings, {
      text: 'How much of answers is held at a time, of all clients together.',
    }),
    bulk: required(BulkSettings, { text: 'How much one request to `/Bulk` may ask for.' }),
    maxConnections: withDefault(PositiveInteger, 5000, {
      text: 'How many connections may be open at a time; further ones are dropped.',
    }),
    maxConnectionsPerAddress: withDefault(PositiveInteger, 500, {
      text: 'How many of them one address (of IPv6: one /64 network) may have; further ones are dropped. It does not hold where `trustedProxies` are set: behind proxies all connections are theirs, and theirs is the limit.',
    }),
    requestTimeoutMs: withDefault(Milliseconds, 60_000, {
      text: 'How long a client may take to send a request, in milliseconds.',
    }),
    stallTimeoutMs: withDefault(Milliseconds, 120_000, {
      text: 'How long a connection may be silent while an answer is made or read, in milliseconds.',
    }),
    keepAliveTimeoutMs: withDefault(Milliseconds, 65_000, {
      text: 'How long a connection stays open between requests, in milliseconds; longer than the 60 seconds of most load balancers, which must be the ones to close it.',
    }),
    shutdownDelayMs: withDefault(NonNegativeInteger, 0, {
      text: 'How long the bridge still accepts connections after it was told to stop, in milliseconds, while `/health/ready` says no, so that a load balancer looks away first.',
      example: '5000',
    }),
    shutdownGraceMs: withDefault(Milliseconds, 10_000, {
      text: 'How long requests under way may take to finish when the bridge stops, in milliseconds.',
    }),
  },
  tokenProblems,
  ({ allowedAddresses }) => emptyList('allowedAddresses', allowedAddresses),
  ({ host, tls, allowCleartext }) =>
    tls !== undefined || allowCleartext || isLoopback(host)
      ? []
      : [
          {
            path: 'host',
            reason:
              'would let other machines send tokens in clear text: set tls, or 127.0.0.1 behind a proxy on this machine, or set allowCleartext to accept that',
          },
        ],
  ({ host, tokens, allowDemoToken }) =>
    allowDemoToken || isLoopback(host) || !tokens.some(isDemoToken)
      ? []
      : [
          {
            path: 'tokens',
            reason:
              'must not hold the token of the demonstration, which everybody knows, where other machines can use it: make one of your own with `scim-directory-bridge token`',
          },
        ],
  ({ tls, tokens }) =>
    (tls?.clientCertificates ?? 'none') === 'none' && tokens.some(({ certificate }) => certificate)
      ? [
          {
            path: 'tokens',
            reason:
              'must not be bound to certificates that nobody is asked for: set tls.clientCertificates',
          },
        ]
      : [],
  ({ maxBodyBytes, bulk, bodies }) =>
    largestBodyIn(bodies.maxTotalBytes) >= Math.max(maxBodyBytes, bulk.maxPayloadBytes)
      ? []
      : [
          {
            path: 'bodies.maxTotalBytes',
            reason:
              'must be a fifteenth more than maxBodyBytes and bulk.maxPayloadBytes at least, or the largest body would never be read',
          },
        ],
  ({ publicUrl }) =>
    publicUrl?.includes('?') === true
      ? [{ path: 'publicUrl', reason: 'must not have a query' }]
      : [],
)

/** TLS in the bridge itself. */
export type TlsSettings = t.TypeOf<typeof TlsSettings>

/** How the bridge is reached. */
export type HttpSettings = t.TypeOf<typeof HttpSettings>

/** The hash of `demo`, the token of the presets and of docker-compose.yml. */
const demoTokenHash = '2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea'

/** Whether a token is the one that everybody knows. */
export function isDemoToken({ sha256 }: Pick<TokenSettings, 'sha256'>): boolean {
  return sha256.toLowerCase() === demoTokenHash
}

function tokenProblems({
  tokens,
}: {
  readonly tokens: readonly TokenSettings[]
}): readonly Problem[] {
  if (tokens.length === 0) return [{ path: 'tokens', reason: 'must hold at least one token' }]
  const names = new Set(tokens.map(({ name }) => name))
  return names.size < tokens.length ? [{ path: 'tokens', reason: 'must have different names' }] : []
}
