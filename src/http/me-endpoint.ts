import { scimErrors } from '../scim/error.ts'
import { sendRead, sendWritten } from './answer.ts'
import { withMeta } from './meta-projection.ts'
import { bodyOf } from './middleware/body.ts'
import { toProjectionQuery } from './query.ts'
import { baseUrl, requestContext, writeRequest } from './request-context.ts'
import type { UrlSettings } from './request-context.ts'
import type { EndpointContext, PermittedResources, ScimRouter } from './state.ts'

/** What the endpoint of the user who asks stands on. */
export interface MeEndpoint {
  readonly users: PermittedResources
  readonly settings: UrlSettings
}

/** Adds the endpoint that stands for the user for whom the token stands. RFC 7644 §3.11
 *  Most tokens stand for a client and not for a person, so that nobody is "me" and all methods are answered with 501. */
export function addMeEndpoint(router: ScimRouter, endpoint: MeEndpoint): void {
  router.all('/Me', (ctx) => answerMe(endpoint, ctx))
}

async function answerMe(endpoint: MeEndpoint, ctx: EndpointContext): Promise<void> {
  const { userName } = ctx.state
  if (userName === undefined) throw scimErrors.notImplemented(`${ctx.path} is not implemented.`)
  switch (ctx.method) {
    case 'GET':
    case 'HEAD':
      return await read(endpoint, ctx, userName)
    case 'PUT':
    case 'PATCH':
      return await write(endpoint, ctx, userName)
    case 'DELETE':
      throw scimErrors.forbidden('Users cannot delete themselves.')
    default:
      throw scimErrors.notImplemented(`${ctx.method} ${ctx.path} is not implemented.`)
  }
}

async function read(
  { users, settings }: MeEndpoint,
  ctx: EndpointContext,
  userName: string,
): Promise<void> {
  const query = withMeta(toProjectionQuery(ctx.query))
  const id = await idOf({ users, settings }, ctx, userName)
  const user = await users(ctx).get(id, query, requestContext(ctx, settings))
  setLocation(ctx, settings, id)
  sendRead(ctx, user)
}

async function write(
  { users, settings }: MeEndpoint,
  ctx: EndpointContext,
  userName: string,
): Promise<void> {
  const request = writeRequest(ctx, settings)
  const id = await idOf({ users, settings }, ctx, userName)
  const result =
    ctx.method === 'PUT'
      ? await users(ctx).replace(id, bodyOf(ctx), request)
      : await users(ctx).patch(id, bodyOf(ctx), request)
  setLocation(ctx, settings, id)
  sendWritten(ctx, result)
}

/** @throws {ScimError} notFound when there is no user of this name, or several, so that one would be taken for another. */
async function idOf(
  { users, settings }: MeEndpoint,
  ctx: EndpointContext,
  userName: string,
): Promise<string> {
  const filter = `userName eq ${JSON.stringify(userName)}`
  const query = { filter, attributes: ['id'], count: 2 }
  const { totalResults, resources } = await users(ctx).list(query, requestContext(ctx, settings))
  for await (const { id } of resources) {
    if (totalResults === 1 && typeof id === 'string') return id
  }
  throw scimErrors.notFound('The user for whom the token stands was not found.')
}

/** Where the user is known to everyone. RFC 7644 §3.11 */
function setLocation(ctx: EndpointContext, settings: UrlSettings, id: string): void {
  ctx.set('Location', `${baseUrl(ctx, settings)}/Users/${encodeURIComponent(id)}`)
}
