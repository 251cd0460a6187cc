import { scimErrors } from '../../scim/error.ts'
import type { ScimMiddleware } from '../state.ts'

/** Refuses a body that was coded on its way in another manner than in chunks, which would be taken for what it is not.
 *  RFC 9112 §6.1 */
export const plainTransfer: ScimMiddleware = function checkTransferCoding(ctx, next) {
  if (/^(?:chunked)?$/iu.test(ctx.get('Transfer-Encoding').trim())) return next()
  throw scimErrors.notImplemented(
    'The transfer coding of the request is not known. Send the body chunked, or with its length, and nothing else.',
  )
}
