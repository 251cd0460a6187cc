import type { Discovery } from '../provisioning/discovery.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import { toResourceTypeDocument, toSchemaDocument } from '../scim/message/schema-document.ts'
import { serviceProviderConfig } from '../scim/message/service-provider-config.ts'
import type { AuthenticationScheme } from '../scim/message/service-provider-config.ts'
import { sendDocument, sendList } from './answer.ts'
import { hasParameter } from './query.ts'
import { baseUrl } from './request-context.ts'
import type { UrlSettings } from './request-context.ts'
import type { HttpSettings } from './settings.ts'
import type { EndpointContext, ScimRouter } from './state.ts'

/** What the discovery endpoints stand on. */
export interface DiscoveryEndpoints {
  readonly discovery: Discovery
  readonly settings: UrlSettings & Pick<HttpSettings, 'bulk'>
}

const bearerToken: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'OAuth Bearer Token',
  description: 'A bearer token in the Authorization header.',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
}

/** Adds the endpoints that say what the bridge can do. RFC 7644 §4 */
export function addDiscoveryEndpoints(router: ScimRouter, endpoints: DiscoveryEndpoints): void {
  router.get('/ServiceProviderConfig', (ctx) => getConfig(endpoints, ctx))
  router.get('/ResourceTypes', async (ctx) => sendAll(ctx, await resourceTypes(endpoints, ctx)))
  router.get('/ResourceTypes/:id', async (ctx) => sendOne(ctx, await resourceTypes(endpoints, ctx)))
  router.get('/Schemas', async (ctx) => sendAll(ctx, await schemas(endpoints, ctx)))
  router.get('/Schemas/:id', async (ctx) => sendOne(ctx, await schemas(endpoints, ctx)))
}

/** RFC 7643 §5 */
async function getConfig(
  { discovery, settings }: DiscoveryEndpoints,
  ctx: EndpointContext,
): Promise<void> {
  const { maxOperations, maxPayloadBytes } = settings.bulk
  const options = {
    ...(await discovery.features()),
    bulk: { maxOperations, maxPayloadSize: maxPayloadBytes },
    filter: { maxResults: discovery.maxResults },
    authenticationSchemes: [bearerToken],
  }
  refuseFilter(ctx)
  sendDocument(ctx, serviceProviderConfig(options, baseUrl(ctx, settings)))
}

/** RFC 7643 §6 */
async function resourceTypes(
  { discovery, settings }: DiscoveryEndpoints,
  ctx: EndpointContext,
): Promise<readonly JsonObject[]> {
  const definitions = await discovery.resourceTypes()
  return definitions.map((each) => toResourceTypeDocument(each, baseUrl(ctx, settings)))
}

/** Every schema once, also where several resource types share it. RFC 7643 §7 */
async function schemas(
  { discovery, settings }: DiscoveryEndpoints,
  ctx: EndpointContext,
): Promise<readonly JsonObject[]> {
  const definitions = (await discovery.resourceTypes()).flatMap(({ schema, schemaExtensions }) => [
    schema,
    ...schemaExtensions.map((extension) => extension.schema),
  ])
  const unique = new Map(definitions.map((each) => [each.id, each]))
  return [...unique.values()].map((each) => toSchemaDocument(each, baseUrl(ctx, settings)))
}

/** All of them: paging and sorting do not apply. RFC 7644 §4 */
async function sendAll(ctx: EndpointContext, resources: readonly JsonObject[]): Promise<void> {
  refuseFilter(ctx)
  const count = resources.length
  await sendList(ctx, { resources, totalResults: count, itemsPerPage: count, startIndex: 1 })
}

function sendOne(ctx: EndpointContext, documents: readonly JsonObject[]): void {
  refuseFilter(ctx)
  const wanted = ctx.params['id']?.toLowerCase()
  const found = documents.find(({ id }) => typeof id === 'string' && id.toLowerCase() === wanted)
  if (found === undefined) throw scimErrors.notFound('The bridge has nothing by this name.')
  sendDocument(ctx, found)
}

/** RFC 7644 §4 asks for 403, so that nobody takes a part for the whole. */
function refuseFilter(ctx: EndpointContext): void {
  if (!hasParameter(ctx.query, 'filter')) return
  throw scimErrors.forbidden('This endpoint cannot be filtered.')
}
