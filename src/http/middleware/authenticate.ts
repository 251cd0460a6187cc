import type { Logger } from '../../logging/logger.ts'
import { scimErrors } from '../../scim/error.ts'
import type { BadTokens } from '../bad-tokens.ts'
import { clientAddress } from '../client-address.ts'
import { clientProof } from '../client-certificate.ts'
import { FirstContacts } from '../first-contact.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'
import type { Caller, TokenHolder, Tokens } from '../tokens.ts'

/** How requests are authenticated. */
export interface Authentication {
  readonly tokens: Tokens
  /** One for all tenants, so that nobody gains by trying a token at each. */
  readonly badTokens: BadTokens
  /** Whether the header may hold the token alone, without its scheme. */
  readonly acceptRawToken: boolean
  readonly logger: Logger
}

/** Lets in who presents a known token that is let in now and from there. RFC 6750
 *  Any other is refused in the words of an unknown one, so that a thief does not learn what he lacks; the log tells why. */
export function authentication(options: Authentication): ScimMiddleware {
  const { tokens, acceptRawToken, logger } = options
  const contacts = new FirstContacts(logger)
  const refuseToken = tokenRefusal(options)
  return function authenticate(ctx, next) {
    checkSingle(ctx)
    const secret = secretIn(ctx.get('Authorization'), acceptRawToken)
    if (secret === undefined) return challenge(ctx, '', 'A bearer token is required.')
    const holder = tokens.identify(secret, callerOf(ctx))
    if (holder === undefined || holder.fault !== undefined) return refuseToken(ctx, holder)
    ctx.state.actor = holder.name
    ctx.state.rights = holder.rights
    if (holder.user !== undefined) ctx.state.userName = holder.user
    contacts.report(ctx, holder.name)
    return next()
  }
}

/** Refuses bad tokens, and slows down who sends many: each waits longer for its answer than the one before it, and past the limit
 *  there is none but to come later, on a new connection. RFC 6585 §4 */
function tokenRefusal({
  badTokens,
  logger,
}: Authentication): (ctx: ScimContext, holder: TokenHolder | undefined) => Promise<never> {
  return async (ctx, holder) => {
    const sender = { requestId: ctx.state.requestId, clientAddress: clientAddress(ctx) }
    const verdict = badTokens.count(sender.clientAddress)
    const { retryAfterSeconds, isFirstTooMany } = verdict
    if (retryAfterSeconds === undefined) {
      const reason = holder?.fault ?? 'unknown'
      logger.warn('token refused', { ...sender, reason, tokenName: holder?.name })
      await badTokens.delay(verdict)
      return challenge(ctx, ', error="invalid_token"', 'The bearer token is not valid.')
    }
    const { limit, periodMs } = badTokens.limits
    if (isFirstTooMany) logger.warn('too many bad tokens', { ...sender, limit, periodMs })
    ctx.set('Connection', 'close')
    const detail =
      'Too many requests came from this address with a token that is not valid. Correct the token; a valid one is let in at once.'
    throw scimErrors.tooManyRequests(detail, { retryAfterSeconds })
  }
}

/** Of several, others on the way may have looked at another one. RFC 9110 §5.3 */
function checkSingle(ctx: ScimContext): void {
  const { authorization = [] } = ctx.req.headersDistinct
  if (authorization.length <= 1) return
  throw scimErrors.invalidSyntax('The request has more than one Authorization header.')
}

function callerOf(ctx: ScimContext): Caller {
  const address = clientAddress(ctx)
  const proof = clientProof(ctx)
  return proof.kind === 'trusted' ? { address, certificate: proof.certificate } : { address }
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
function challenge(ctx: ScimContext, error: string, detail: string): never {
  ctx.set('WWW-Authenticate', `Bearer realm="scim"${error}`)
  throw scimErrors.unauthorized(detail)
}
