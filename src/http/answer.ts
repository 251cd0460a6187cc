import { Readable } from 'node:stream'
import { hasTag } from '../provisioning/entity-tag.ts'
import type { ResourceList, WriteResult } from '../provisioning/resource-service.ts'
import { checkIfMatch } from '../provisioning/versions.ts'
import type { JsonObject } from '../scim/json.ts'
import { listResponse, listResponseText } from '../scim/message/list-response.ts'
import type { StreamedPage } from '../scim/message/list-response.ts'
import { metaOf } from '../scim/meta.ts'
import { answerType } from './media-type.ts'
import { withoutUnaskedMeta } from './meta-projection.ts'
import { parsePreferences } from './preferences.ts'
import { toProjectionQuery } from './query.ts'
import type { ScimContext } from './state.ts'

/** A longer header counts as none: to take one of 16 KiB apart costs as much as fifty answers, and needs no token. */
const longestAccept = 1000

/** Answers a JSON document in the media type that the client wants; the status stays as it is. */
export function sendDocument(ctx: ScimContext, document: object): void {
  const isAsked = ctx.get('Accept') !== '' && ctx.get('Accept').length <= longestAccept
  const accepted = isAsked ? [ctx.accepts()].flat() : []
  ctx.set('Content-Type', answerType(accepted, ctx.get('Content-Type')))
  ctx.body = document
}

/** Answers a page of resources. RFC 7644 §3.4.2 */
export async function sendList(ctx: ScimContext, list: ResourceList): Promise<void> {
  const { resources, itemsPerPage: _, ...page } = list
  ctx.status = 200
  if (isArray(resources)) sendDocument(ctx, listResponse({ ...page, resources }))
  else await sendStream(ctx, { ...page, resources })
}

/** What fails before the first resource is answered as an error. What fails later cuts the answer off, for its status has
 *  been sent: an answer that is not complete JSON misleads nobody. */
async function sendStream(ctx: ScimContext, page: StreamedPage): Promise<void> {
  const resources = page.resources[Symbol.asyncIterator]()
  const first = await resources.next()
  const all = async function* (): AsyncGenerator<JsonObject, void, void> {
    try {
      for (let next = first; next.done !== true; next = await resources.next()) yield next.value
    } catch (error) {
      ctx.state.failure = error
      ctx.res.destroy()
      throw error
    } finally {
      await resources.return?.()
    }
  }
  sendDocument(ctx, Readable.from(listResponseText({ ...page, resources: all() })))
}

/** Answers a resource that was read, or 304 when the client has this version of it. RFC 7644 §3.14
 *  @throws {ScimError} preconditionFailed when the client asked for another version (If-Match). RFC 9110 §13.2.2 */
export function sendRead(ctx: ScimContext, resource: JsonObject): void {
  checkIfMatch(ctx.headers['if-match'], metaOf(resource, 'version'))
  ctx.status = 200
  setVersion(ctx, resource)
  // Koa's own comparison would answer 200 to whoever says no-cache, as every fetch() with an If-None-Match does, though that
  // only asks caches to ask us. RFC 9110 §13.1.2
  if (hasTag(ctx.get('If-None-Match'), metaOf(resource, 'version'))) ctx.status = 304
  else sendDocument(ctx, asAsked(ctx, resource))
}

/** Answers what came of a write: a new resource with its location, a changed one, nothing where there is nothing to
 *  show or the client asked for nothing, or the plan of a dry run. RFC 7644 §3.3, §3.5, §3.6 */
export function sendWritten(ctx: ScimContext, result: WriteResult): void {
  if (result.kind === 'planned') return sendPlan(ctx, result.ldif)
  const { resource, version } = result
  if (resource === undefined) {
    if (version !== undefined) ctx.set('ETag', version)
    return sendNothing(ctx)
  }
  setVersion(ctx, resource)
  if (ctx.method === 'POST') {
    const location = metaOf(resource, 'location')
    if (location !== undefined) ctx.set('Location', location)
    ctx.status = 201
  } else {
    ctx.status = 200
    if (parsePreferences(ctx.get('Prefer')).isMinimal) {
      ctx.set('Preference-Applied', 'return=minimal')
      return sendNothing(ctx)
    }
  }
  sendDocument(ctx, asAsked(ctx, resource))
}

/** Answers a dry run, as plain text, which browsers and consoles show: LDIF has no registered media type. RFC 7240 §3 */
export function sendPlan(ctx: ScimContext, ldif: string): void {
  ctx.status = 200
  ctx.set('Preference-Applied', 'dry-run')
  ctx.set('Content-Type', 'text/plain; charset=utf-8')
  ctx.body = ldif
}

function asAsked(ctx: ScimContext, resource: JsonObject): JsonObject {
  return withoutUnaskedMeta(toProjectionQuery(ctx.query), resource)
}

function isArray(resources: ResourceList['resources']): resources is readonly JsonObject[] {
  return Array.isArray(resources)
}

function sendNothing(ctx: ScimContext): void {
  ctx.status = 204
}

function setVersion(ctx: ScimContext, resource: JsonObject): void {
  const version = metaOf(resource, 'version')
  if (version !== undefined) ctx.set('ETag', version)
}
