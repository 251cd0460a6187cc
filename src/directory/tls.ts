import { readFile } from 'node:fs/promises'
import tls from 'node:tls'
import { DecodeError, type Problem } from '../codec/decode.ts'
import type { TlsSettings } from './settings.ts'

/** What a server must show to be trusted, and what we show to it. */
export interface TlsTrust {
  readonly secureContext: tls.SecureContext
  /** The name the certificate must be for, when it is not the host of the URL. */
  readonly servername: string | undefined
}

/** Reads the certificate and key files.
 *  @throws {DecodeError} naming every setting whose file cannot be read or used. */
export async function loadTls(settings: TlsSettings): Promise<TlsTrust> {
  return toTrust(settings, await readTlsFiles(settings))
}

/** What the certificate and key files of the settings hold, as PEM. */
export type TlsFiles = Readonly<Partial<Record<FileKey, string>>>

const fileKeys = ['caFile', 'certificateFile', 'keyFile'] as const
type FileKey = (typeof fileKeys)[number]

/** Reads the certificate and key files.
 *  @throws {DecodeError} naming every setting whose file cannot be read or is not PEM. */
export async function readTlsFiles(settings: TlsSettings): Promise<TlsFiles> {
  const problems: Problem[] = []
  const texts = await Promise.all(
    fileKeys.map(async (key) => [key, await readPem(settings, key, problems)] as const),
  )
  if (problems.length > 0) throw new DecodeError(problems)
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined))
}

/** The trust that files give.
 *  @throws {DecodeError} when they cannot be used, or do not belong together. */
export function toTrust({ minVersion, servername }: TlsSettings, files: TlsFiles): TlsTrust {
  const { caFile: ca, certificateFile: cert, keyFile: key } = files
  const options = {
    minVersion,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
  try {
    return { secureContext: tls.createSecureContext(options), servername }
  } catch (cause) {
    const reason = `names certificates or a key that cannot be used (${codeOf(cause)})`
    throw Object.assign(new DecodeError([{ path: 'tls', reason }]), { cause })
  }
}

async function readPem(
  settings: TlsSettings,
  key: FileKey,
  problems: Problem[],
): Promise<string | undefined> {
  const file = settings[key]
  if (file === undefined) return undefined
  try {
    const text = await readFile(file, 'utf8')
    // OpenSSL takes a file without certificates for an empty list and says nothing.
    if (/-----BEGIN [A-Z ]+-----/u.test(text)) return text
    problems.push({ path: `tls.${key}`, reason: 'names a file that is not PEM' })
  } catch (error) {
    problems.push({ path: `tls.${key}`, reason: `cannot be read (${codeOf(error)})` })
  }
  return undefined
}

/** The code of an error of the system, of OpenSSL or of Node; `unknown` when it has none. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown'
}

const certificateAdvice =
  'name the CA that issued it in tls.caFile (a PEM file with the CA certificate)'

const handshakeAdvice =
  'it refuses the TLS handshake: it may demand a client certificate (tls.certificateFile, tls.keyFile)'

const advice: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', `its certificate comes from an unknown CA: ${certificateAdvice}`],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', `its certificate is self-signed: ${certificateAdvice}`],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    `its certificate comes from an unknown CA: ${certificateAdvice}`,
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    `its certificate comes from an unknown CA: ${certificateAdvice}`,
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', `its certificate comes from an unknown CA: ${certificateAdvice}`],
  [
    'CERT_SIGNATURE_FAILURE',
    `its certificate was not signed by the known CA: ${certificateAdvice}`,
  ],
  ['CERT_HAS_EXPIRED', 'its certificate has expired: renew it on the server'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: check the clocks of both machines'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate is for another name: use a name of the certificate in urls, or set tls.servername',
  ],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'it does not speak TLS on this port: use ldap:// with startTls, or the port of ldaps',
  ],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'it speaks no TLS version that tls.minVersion allows'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'it speaks no TLS version that tls.minVersion allows'],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'it demands a client certificate: set tls.certificateFile and tls.keyFile',
  ],
  // OpenSSL has renamed this one.
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', handshakeAdvice],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', handshakeAdvice],
  [
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'it does not know the CA of our client certificate (tls.certificateFile)',
  ],
])

/** What an administrator can do about a TLS failure; nothing when the error is none that is known. */
export function tlsAdvice(error: unknown): string | undefined {
  return advice.get(codeOf(error))
}
