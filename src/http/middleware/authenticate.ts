import type { Logger } from '../../logging/logger.ts'
import { scimErrors } from '../../scim/error.ts'
import { clientAddress } from '../client-address.ts'
import { FirstContacts } from '../first-contact.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'
import type { Tokens } from '../tokens.ts'

/** How requests are authenticated. */
export interface Authentication {
  readonly tokens: Tokens
  /** Whether the header may hold the token alone, without its scheme. */
  readonly acceptRawToken: boolean
  readonly logger: Logger
}

/** Lets in who presents a known token that has not expired. RFC 6750
 *  An expired token is refused in the words of an unknown one; the log tells them apart. */
export function authentication({ tokens, acceptRawToken, logger }: Authentication): ScimMiddleware {
  const contacts = new FirstContacts(logger)
  return function authenticate(ctx, next) {
    const secret = secretIn(ctx.get('Authorization'), acceptRawToken)
    if (secret === undefined) return refuse(ctx, '', 'A bearer token is required.')
    const holder = tokens.identify(secret)
    if (holder === undefined || holder.isExpired) {
      logger.warn('token refused', {
        requestId: ctx.state.requestId,
        clientAddress: clientAddress(ctx),
        reason: holder === undefined ? 'unknown' : 'expired',
        tokenName: holder?.name,
      })
      return refuse(ctx, ', error="invalid_token"', 'The bearer token is not valid.')
    }
    ctx.state.actor = holder.name
    ctx.state.rights = holder.rights
    if (holder.user !== undefined) ctx.state.userName = holder.user
    contacts.report(ctx, holder.name)
    return next()
  }
}

/** The token in an Authorization header; the scheme is case-insensitive. RFC 9110 §11.1 */
function secretIn(authorization: string, acceptRawToken: boolean): string | undefined {
  const credentials = authorization.trim()
  const bearer = /^bearer\s+(\S.*)$/iu.exec(credentials)?.[1]
  if (bearer !== undefined) return bearer
  const isRaw = acceptRawToken && credentials !== '' && !/\s/u.test(credentials)
  return isRaw ? credentials : undefined
}

/** @param error the attributes of the challenge that say why. RFC 6750 §3 */
function refuse(ctx: ScimContext, error: string, detail: string): never {
  ctx.set('WWW-Authenticate', `Bearer realm="scim"${error}`)
  throw scimErrors.unauthorized(detail)
}
