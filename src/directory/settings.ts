import type * as t from 'io-ts'
import type { Problem } from '../codec/decode.ts'
import {
  choice,
  Flag,
  Milliseconds,
  NonEmptyString,
  PositiveInteger,
  text,
} from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf, oneOf } from '../codec/structures.ts'
import { isLoopback, parseServerUrl } from './connection-url.ts'

/** The URL of a directory server: scheme, host and perhaps a port, nothing behind. */
const ServerUrl = text(
  'a URL such as ldaps://ldap.example.org or ldap://localhost:389',
  (value) => {
    if (!/^ldaps?:\/\/[^\s\\@/?#]+\/?$/iu.test(value)) return false
    const parsed = URL.parse(value)
    return parsed !== null && parsed.hostname !== ''
  },
)

/** How the certificate of the server is verified, and what the bridge shows of itself. */
export const TlsSettings = settings(
  'TlsSettings',
  {
    caFile: optional(NonEmptyString, {
      text: 'The PEM file with the certificates of the CAs that may have issued the certificate of the directory; without it those that Node trusts.',
      example: '/etc/scim-directory-bridge/ca.pem',
    }),
    certificateFile: optional(NonEmptyString, {
      text: 'The PEM file with the client certificate, where the directory demands one.',
      example: '/etc/scim-directory-bridge/client.pem',
    }),
    keyFile: optional(NonEmptyString, {
      text: 'The PEM file with the private key of the client certificate.',
      example: '/etc/scim-directory-bridge/client.key',
    }),
    servername: optional(NonEmptyString, {
      text: 'The name the certificate of the directory must be for, when it is not the host in urls.',
      example: 'ldap.example.org',
    }),
    minVersion: withDefault(choice('TLSv1.2', 'TLSv1.3'), 'TLSv1.2', {
      text: 'The oldest version of TLS that is accepted.',
    }),
  },
  ({ certificateFile, keyFile }) => {
    if (certificateFile !== undefined && keyFile === undefined) {
      return [{ path: 'keyFile', reason: 'is required beside certificateFile' }]
    }
    if (certificateFile === undefined && keyFile !== undefined) {
      return [{ path: 'certificateFile', reason: 'is required beside keyFile' }]
    }
    return []
  },
)
/** How the certificate of the server is verified, and what the bridge shows of itself. */
export type TlsSettings = t.TypeOf<typeof TlsSettings>

/** The directory to write to and the account to write with. */
export const DirectorySettings = settings(
  'DirectorySettings',
  {
    urls: required(oneOf({ scalar: ServerUrl, list: listOf(ServerUrl) }), {
      text: 'The servers of the directory, one or a list in the order of preference; the next is used while those before it cannot be reached.',
      example: '[ldaps://ldap1.example.org, ldaps://ldap2.example.org]',
    }),
    startTls: withDefault(Flag, false, {
      text: 'Turns connections to ldap:// URLs into TLS before anything else is said.',
    }),
    tls: required(TlsSettings, {
      text: 'How the certificate of the server is verified, and what the bridge shows of itself.',
    }),
    allowCleartext: withDefault(Flag, false, {
      text: 'Lets passwords and data travel unprotected to another machine, when neither ldaps:// nor startTls is used.',
    }),
    bindDn: required(NonEmptyString, {
      text: 'The account the bridge binds as.',
      example: 'uid=bridge,ou=services,dc=example,dc=org',
    }),
    bindPassword: required(NonEmptyString, {
      text: 'The password of the account.',
      isSecret: true,
    }),
    kind: optional(choice('openldap', 'activeDirectory', '389ds'), {
      text: 'The kind of directory, when its rootDSE does not tell it.',
    }),
    connections: withDefault(PositiveInteger, 4, {
      text: 'How many connections are shared by requests.',
    }),
    exclusiveConnections: withDefault(PositiveInteger, 4, {
      text: 'How many further connections serve one walk through many entries or one transaction each.',
    }),
    maxInFlight: withDefault(PositiveInteger, 32, {
      text: 'How many operations may be under way on one shared connection.',
    }),
    connectTimeoutMs: withDefault(Milliseconds, 3000, {
      text: 'How long connecting may take, from TCP to the answer to the bind, in milliseconds.',
    }),
    operationTimeoutMs: withDefault(Milliseconds, 10_000, {
      text: 'How long an operation waits for a free connection, and then for the directory, before it fails, in milliseconds.',
    }),
    idleTimeoutMs: withDefault(Milliseconds, 240_000, {
      text: 'How long a connection may be unused before it is closed, in milliseconds; keep it below the idle limit of the directory and of firewalls.',
    }),
    keepAliveMs: withDefault(Milliseconds, 30_000, {
      text: 'How long a connection may be silent before TCP asks whether the other machine is still there, in milliseconds.',
    }),
    maxMessageBytes: withDefault(PositiveInteger, 64 * 1024 * 1024, {
      text: 'How long a message of the directory may be, such as a group with all its members, in bytes.',
    }),
  },
  urlProblems,
)
/** The directory to write to and the account to write with. */
export type DirectorySettings = t.TypeOf<typeof DirectorySettings>

/** The servers in the order of preference. */
export function serverUrls({ urls }: Pick<Protection, 'urls'>): readonly string[] {
  return typeof urls === 'string' ? [urls] : urls
}

/** Whether everything that is said to the servers is under TLS. */
export function isEncrypted({ urls, startTls }: Pick<Protection, 'urls' | 'startTls'>): boolean {
  return startTls || serverUrls({ urls }).every((url) => parseServerUrl(url).isTls)
}

interface Protection {
  readonly urls: string | readonly string[]
  readonly startTls: boolean
  readonly allowCleartext: boolean
}

function urlProblems(given: Protection): readonly Problem[] {
  const urls = serverUrls(given)
  if (urls.length === 0) return [{ path: 'urls', reason: 'must name a server' }]
  if (given.startTls && urls.some((url) => parseServerUrl(url).isTls)) {
    return [{ path: 'startTls', reason: 'must be false beside ldaps://, which is TLS already' }]
  }
  if (given.startTls || given.allowCleartext) return []
  return urls.some(isCleartext)
    ? [
        {
          path: 'urls',
          reason:
            'would send passwords in clear text to another machine: use ldaps://, set startTls, or set allowCleartext to accept that',
        },
      ]
    : []
}

function isCleartext(url: string): boolean {
  const { isTls, host } = parseServerUrl(url)
  return !isTls && !isLoopback(host)
}
