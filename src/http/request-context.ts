import type { RequestContext } from '../provisioning/context.ts'
import type { WriteRequest } from '../provisioning/resource-service.ts'
import { scimErrors } from '../scim/error.ts'
import { bodyOf } from './middleware/body.ts'
import { clientAddress } from './client-address.ts'
import { isHost } from './host-name.ts'
import { parsePreferences } from './preferences.ts'
import { withMeta } from './meta-projection.ts'
import { toProjectionQuery } from './query.ts'
import { redact } from './redact.ts'
import type { HttpSettings } from './settings.ts'
import type { ScimContext } from './state.ts'

/** What decides the URLs in answers. */
export type UrlSettings = Pick<HttpSettings, 'basePath' | 'publicUrl'>

/** The URL of the SCIM root as this client reaches it, without a slash at its end. What the client writes into Host comes back in
 *  every location.
 *  @throws {ScimError} invalidSyntax when the Host header is none. */
export function baseUrl(ctx: ScimContext, { basePath, publicUrl }: UrlSettings): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/u, '')
  if (!isHost(ctx.host)) {
    throw scimErrors.invalidSyntax('The Host header names no host.')
  }
  return `${ctx.protocol}://${ctx.host}${basePath}`
}

/** What an operation needs to know of the request. A body is only ever passed on redacted. */
export function requestContext(ctx: ScimContext, settings: UrlSettings): RequestContext {
  const { userName } = ctx.state
  return {
    baseUrl: baseUrl(ctx, settings),
    ...(userName === undefined ? {} : { userName }),
    reason: {
      requestId: ctx.state.requestId,
      actor: ctx.state.actor ?? 'unknown',
      clientAddress: clientAddress(ctx),
      method: ctx.method,
      path: ctx.path,
    },
  }
}

/** How a write is to be done, with what its body says for the journal. */
export function writeRequest(ctx: ScimContext, settings: UrlSettings): WriteRequest {
  const context = requestContext(ctx, settings)
  // An empty header is one, too.
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = ctx.headers
  const body = ctx.method === 'DELETE' ? {} : { body: redact(bodyOf(ctx)) }
  return {
    ...withMeta(toProjectionQuery(ctx.query)),
    context: { ...context, reason: { ...context.reason, ...body } },
    isDryRun: parsePreferences(ctx.get('Prefer')).isDryRun,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  }
}
