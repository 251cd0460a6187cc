import { scimErrors } from '../../scim/error.ts'
import { clientProof } from '../client-certificate.ts'
import type { TlsSettings } from '../settings.ts'
import type { ScimMiddleware } from '../state.ts'

/** Lets in who has shown a certificate that is trusted, where it is required. The handshake itself succeeds without one, so that
 *  health can be asked, and so that who lacks it is told. */
export function requireCertificate(tls: TlsSettings | undefined): ScimMiddleware {
  const isRequired = tls?.clientCertificates === 'required'
  return function checkCertificate(ctx, next) {
    if (!isRequired) return next()
    const proof = clientProof(ctx)
    switch (proof.kind) {
      case 'trusted':
        return next()
      case 'untrusted':
        throw scimErrors.forbidden(`The client certificate is not trusted: ${proof.reason}.`)
      case 'none':
        throw scimErrors.forbidden('A client certificate is required.')
    }
  }
}
