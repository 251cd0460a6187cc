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
import { isCleartext, parseServerUrl } from './connection-url.ts'

/** The URL of a directory server: scheme, host and perhaps a port, or the path of a Unix socket, nothing behind. */
const ServerUrl = text(
  'a URL such as ldaps://ldap.example.org, ldap://localhost:389 or ldapi://%2Frun%2Fslapd%2Fldapi',
  (value) => {
    if (/^ldapi:/iu.test(value)) return isSocketPath(value.slice('ldapi://'.length))
    if (!/^ldaps?:\/\/[^\s\\@/?#]+\/?$/iu.test(value)) return false
    const parsed = URL.parse(value)
    return parsed !== null && parsed.hostname !== ''
  },
)

function isSocketPath(host: string): boolean {
  if (!/^(?:%2F(?:%[0-9a-f]{2}|[\w.~-])+)+\/?$/iu.test(host)) return false
  try {
    return !decodeURIComponent(host).includes('\0')
  } catch {
    return false
  }
}

/** Whom to act as, as SASL writes it. RFC 4513 §5.2.1.8 */
const AuthzId = text('dn: and a DN, or u: and a name', (value) =>
  /^(?:dn:.+=.*|u:.+)$/iu.test(value),
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
      text: 'The PEM file with the client certificate, where the directory demands one or the bridge binds with it; read anew for new connections when it changes, as the other files are.',
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
      text: 'The servers of the directory, one or a list in the order of preference; the next is used while those before it cannot be reached. A server on this machine may be reached by its Unix socket: ldapi:// and the path with each slash as %2F.',
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
    bind: withDefault(choice('simple', 'external'), 'simple', {
      text: 'How the bridge says who it is: `simple` by a name and a password, `external` without either: by the client certificate in tls (SASL EXTERNAL), or over ldapi:// by the user that it runs as.',
    }),
    bindDn: optional(NonEmptyString, {
      text: 'The account the bridge binds as; needed for `bind: simple`.',
      isUsual: true,
      example: 'uid=bridge,ou=services,dc=example,dc=org',
    }),
    bindPassword: optional(NonEmptyString, {
      text: 'The password of the account; better in a file.',
      isSecret: true,
    }),
    bindPasswordFile: optional(NonEmptyString, {
      text: 'The file that holds the password of the account, whose line ends at the end do not count; read anew for each new connection, so that the password can be changed without a restart.',
      example: '/etc/scim-directory-bridge/bind-password',
      isUsual: true,
    }),
    authzId: optional(AuthzId, {
      text: 'Whom to act as after `bind: external`, where it is not the account that the directory takes the bridge for.',
      example: 'dn:uid=bridge,ou=services,dc=example,dc=org',
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
    maxRequestBytes: optional(PositiveInteger, {
      text: 'How many bytes the directory takes in one request; a larger change is 400 `invalidValue`, and nothing of it is sent. Without it, what is usual for the kind of directory: 2 MiB on 389 DS (`nsslapd-maxbersize`), 4 MiB on OpenLDAP (`sockbuf_max_incoming_auth`), 10 MiB on Active Directory (`MaxReceiveBuffer`).',
      example: '4194304',
    }),
    maxMessageBytes: withDefault(PositiveInteger, 64 * 1024 * 1024, {
      text: 'How long a message of the directory may be, such as a group with all its members, in bytes. A resource that is longer is 500 wherever it would be shown, and can be deleted; a change that would make a user so large is 400 `invalidValue`.',
    }),
  },
  urlProblems,
  bindProblems,
)
/** The directory to write to and the account to write with. */
export type DirectorySettings = t.TypeOf<typeof DirectorySettings>

/** The servers in the order of preference. */
export function serverUrls({ urls }: Pick<Protection, 'urls'>): readonly string[] {
  return typeof urls === 'string' ? [urls] : urls
}

/** Whether everything that is said to the servers is under TLS, or on a Unix socket. */
export function isProtected({ urls, startTls }: Pick<Protection, 'urls' | 'startTls'>): boolean {
  return startTls || serverUrls({ urls }).every((url) => isSocketUrl(url) || isTlsUrl(url))
}

interface Protection {
  readonly urls: string | readonly string[]
  readonly startTls: boolean
  readonly allowCleartext: boolean
}

function urlProblems(given: Protection): readonly Problem[] {
  const urls = serverUrls(given)
  if (urls.length === 0) return [{ path: 'urls', reason: 'must name a server' }]
  if (given.startTls) return startTlsProblems(urls)
  if (given.allowCleartext) return []
  return urls.some((url) => isCleartext(parseServerUrl(url)))
    ? [
        {
          path: 'urls',
          reason:
            'would send passwords in clear text to another machine: use ldaps://, set startTls, or set allowCleartext to accept that',
        },
      ]
    : []
}

function startTlsProblems(urls: readonly string[]): readonly Problem[] {
  if (urls.some(isTlsUrl)) {
    return [{ path: 'startTls', reason: 'must be false beside ldaps://, which is TLS already' }]
  }
  return urls.every(isSocketUrl)
    ? [{ path: 'startTls', reason: 'must be false for ldapi://, which has no TLS and needs none' }]
    : []
}

interface Identity extends Protection {
  readonly bind: 'simple' | 'external'
  readonly bindDn?: string
  readonly bindPassword?: string
  readonly bindPasswordFile?: string
  readonly authzId?: string
  readonly tls: { readonly certificateFile?: string }
}

function bindProblems(given: Identity): readonly Problem[] {
  return given.bind === 'simple' ? simpleProblems(given) : externalProblems(given)
}

function simpleProblems(given: Identity): readonly Problem[] {
  const { bindDn, bindPassword, bindPasswordFile, authzId } = given
  const problems: Problem[] = []
  if (bindDn === undefined) problems.push({ path: 'bindDn', reason: 'is required' })
  if (bindPassword === undefined && bindPasswordFile === undefined) {
    problems.push({ path: 'bindPassword', reason: 'is required, or bindPasswordFile' })
  }
  if (bindPassword !== undefined && bindPasswordFile !== undefined) {
    const reason = 'must not stand beside bindPassword: leave out one of the two'
    problems.push({ path: 'bindPasswordFile', reason })
  }
  if (authzId !== undefined) problems.push({ path: 'authzId', reason: 'needs bind: external' })
  return problems
}

function externalProblems(given: Identity): readonly Problem[] {
  const unused = (['bindDn', 'bindPassword', 'bindPasswordFile'] as const)
    .filter((key) => given[key] !== undefined)
    .map((key) => ({ path: key, reason: 'is not used with bind: external: leave it out' }))
  const onNetwork = serverUrls(given).filter((url) => !isSocketUrl(url))
  if (onNetwork.length === 0) return unused
  if (!given.startTls && !onNetwork.every(isTlsUrl)) {
    const reason = 'external takes a certificate over TLS, or ldapi://: use ldaps:// or startTls'
    return [...unused, { path: 'bind', reason }]
  }
  return given.tls.certificateFile === undefined
    ? [...unused, { path: 'tls.certificateFile', reason: 'is required for bind: external' }]
    : unused
}

function isSocketUrl(url: string): boolean {
  return 'path' in parseServerUrl(url)
}

function isTlsUrl(url: string): boolean {
  const address = parseServerUrl(url)
  return 'isTls' in address && address.isTls
}
