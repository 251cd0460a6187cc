import { scimErrors } from '../scim/error.ts'
import { sendList, sendRead, sendWritten } from './answer.ts'
import { bodyOf } from './middleware/body.ts'
import { withMeta } from './meta-projection.ts'
import { toListQuery, toProjectionQuery } from './query.ts'
import type { Parameters } from './query.ts'
import { requestContext, writeRequest } from './request-context.ts'
import type { UrlSettings } from './request-context.ts'
import type { EndpointContext, PermittedResources, ScimRouter } from './state.ts'

/** Where the resources of one type are found, and who serves them. */
export interface ResourceEndpoint {
  /** Below the SCIM root, with a leading slash. */
  readonly path: string
  readonly resources: PermittedResources
  readonly settings: UrlSettings
}

/** Adds the endpoints of one resource type. RFC 7644 §3.2 */
export function addResourceEndpoints(router: ScimRouter, endpoint: ResourceEndpoint): void {
  const { path } = endpoint
  router.get(path, (ctx) => list(endpoint, ctx, ctx.query))
  router.post(path, (ctx) => create(endpoint, ctx))
  router.post(`${path}/.search`, (ctx) => list(endpoint, ctx, bodyOf(ctx)))
  for (const method of ['get', 'put', 'patch', 'delete'] as const) {
    router[method](`${path}/.search`, refuseOtherMethod)
  }
  router.get(`${path}/:id`, (ctx) => get(endpoint, ctx))
  router.put(`${path}/:id`, (ctx) => replace(endpoint, ctx))
  router.patch(`${path}/:id`, (ctx) => patch(endpoint, ctx))
  router.delete(`${path}/:id`, (ctx) => remove(endpoint, ctx))
}

/** RFC 7644 §3.4.2, §3.4.3 */
async function list(
  { resources, settings }: ResourceEndpoint,
  ctx: EndpointContext,
  parameters: Parameters,
): Promise<void> {
  await sendList(
    ctx,
    await resources(ctx).list(toListQuery(parameters), requestContext(ctx, settings)),
  )
}

/** No id begins with a dot: who reads or deletes `.search` has mistaken the method. RFC 7644 §3.4.3, RFC 9110 §15.5.6 */
function refuseOtherMethod(ctx: EndpointContext): void {
  ctx.set('Allow', 'POST')
  throw scimErrors.methodNotAllowed(`${ctx.method} is not possible here.`)
}

/** RFC 7644 §3.3 */
async function create(
  { resources, settings }: ResourceEndpoint,
  ctx: EndpointContext,
): Promise<void> {
  sendWritten(ctx, await resources(ctx).create(bodyOf(ctx), writeRequest(ctx, settings)))
}

/** RFC 7644 §3.4.1 */
async function get({ resources, settings }: ResourceEndpoint, ctx: EndpointContext): Promise<void> {
  const query = withMeta(toProjectionQuery(ctx.query))
  sendRead(ctx, await resources(ctx).get(idOf(ctx), query, requestContext(ctx, settings)))
}

/** RFC 7644 §3.5.1 */
async function replace(
  { resources, settings }: ResourceEndpoint,
  ctx: EndpointContext,
): Promise<void> {
  sendWritten(
    ctx,
    await resources(ctx).replace(idOf(ctx), bodyOf(ctx), writeRequest(ctx, settings)),
  )
}

/** RFC 7644 §3.5.2 */
async function patch(
  { resources, settings }: ResourceEndpoint,
  ctx: EndpointContext,
): Promise<void> {
  sendWritten(ctx, await resources(ctx).patch(idOf(ctx), bodyOf(ctx), writeRequest(ctx, settings)))
}

/** RFC 7644 §3.6 */
async function remove(
  { resources, settings }: ResourceEndpoint,
  ctx: EndpointContext,
): Promise<void> {
  sendWritten(ctx, await resources(ctx).delete(idOf(ctx), writeRequest(ctx, settings)))
}

/** The id in the path, decoded; one whose encoding is broken stays as it is, and is found nowhere. */
function idOf(ctx: EndpointContext): string {
  return ctx.params['id'] ?? ''
}
