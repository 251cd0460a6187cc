import type { Discovery } from '../provisioning/discovery.ts'
import { sendList } from './answer.ts'
import { bodyOf } from './middleware/body.ts'
import { toListQuery } from './query.ts'
import type { Parameters } from './query.ts'
import { requestContext } from './request-context.ts'
import type { UrlSettings } from './request-context.ts'
import { searchEverything } from './search-everything.ts'
import type { EndpointContext, PermittedResources, ScimRouter } from './state.ts'

/** What the endpoints that belong to no resource type stand on. */
export interface RootEndpoints {
  /** In the order in which they are listed. */
  readonly resources: readonly PermittedResources[]
  readonly discovery: Discovery
  readonly settings: UrlSettings
}

/** Adds the endpoints that belong to no resource type. RFC 7644 §3.2 */
export function addRootEndpoints(router: ScimRouter, root: RootEndpoints): void {
  router.get('/', (ctx) => listEverything(root, ctx, ctx.query))
  router.post('/.search', (ctx) => listEverything(root, ctx, bodyOf(ctx)))
}

/** RFC 7644 §3.4.2.1, §3.4.3 */
async function listEverything(
  { resources, discovery: { maxResults }, settings }: RootEndpoints,
  ctx: EndpointContext,
  parameters: Parameters,
): Promise<void> {
  const context = requestContext(ctx, settings)
  const query = toListQuery(parameters)
  const services = resources.map((each) => each(ctx))
  await sendList(ctx, await searchEverything({ services, maxResults }, query, context))
}
