import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { ScimContext } from './state.ts'

/** What is known of a client certificate that a trusted CA has signed. */
export interface ClientCertificate {
  /** Its SHA-256 in small hexadecimal digits. */
  readonly sha256: string
  /** Its subject as RFC 4514 writes it: `CN=onelogin,O=Example`. */
  readonly subject: string
}

/** A certificate that is demanded of who presents a token: by one of the two, or by both. */
export interface DemandedCertificate {
  /** The SHA-256 in hexadecimal, in any case, with or without colons. */
  readonly sha256?: string
  readonly subject?: string
}

/** What a client has shown of itself in the TLS handshake. */
export type ClientProof =
  | { readonly kind: 'trusted'; readonly certificate: ClientCertificate }
  /** The reason is a code of OpenSSL, such as CERT_HAS_EXPIRED. */
  | { readonly kind: 'untrusted'; readonly reason: string }
  | { readonly kind: 'none' }

/** The proof that stands behind a request; `none` without TLS, and where no certificate is asked for. */
export function clientProof({ req: { socket } }: ScimContext): ClientProof {
  if (!(socket instanceof TLSSocket)) return { kind: 'none' }
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return { kind: 'none' }
  return socket.authorized
    ? { kind: 'trusted', certificate: toClientCertificate(certificate) }
    : { kind: 'untrusted', reason: String(socket.authorizationError) }
}

/** What is known of a certificate. */
export function toClientCertificate(certificate: X509Certificate): ClientCertificate {
  return {
    sha256: plainFingerprint(certificate.fingerprint256),
    subject: certificate.subject
      .split('\n')
      .map((rdn) => rdn.split(' + ').toReversed().join('+'))
      .toReversed()
      .join(','),
  }
}

/** Whether a certificate is the one that is demanded. */
export function isDemanded(
  demanded: DemandedCertificate,
  certificate: ClientCertificate | undefined,
): boolean {
  const { sha256, subject } = demanded
  return (
    certificate !== undefined &&
    (sha256 === undefined || plainFingerprint(sha256) === certificate.sha256) &&
    (subject === undefined || subject === certificate.subject)
  )
}

function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
