import { scimErrors } from '../../scim/error.ts'
import { AddressRanges } from '../address-ranges.ts'
import { clientAddress } from '../client-address.ts'
import type { ScimMiddleware } from '../state.ts'

/** Lets in who comes from one of the addresses, as the socket or the trusted proxies tell them, or everybody where none are set.
 *  It stands before the token is looked at, so that from elsewhere not even a good one is of use. */
export function allowAddresses(ranges: readonly string[] | undefined): ScimMiddleware {
  const allowed = ranges && new AddressRanges(ranges)
  return function checkAddress(ctx, next) {
    if (allowed === undefined || allowed.has(clientAddress(ctx))) return next()
    throw scimErrors.forbidden(
      'Requests from this address are not allowed. An administrator finds it in the log of the bridge.',
    )
  }
}
