import type { IncomingMessage } from 'node:http'
import bodyParser from 'koa-bodyparser'
import { scimErrors } from '../../scim/error.ts'
import { isJsonObject } from '../../scim/json.ts'
import type { JsonObject } from '../../scim/json.ts'
import { isReadable } from '../media-type.ts'
import type { HttpSettings } from '../settings.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Deeper than any SCIM body goes, and shallow enough for every function that calls itself. */
const deepest = 32

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** The settings by which bodies are read. */
type BodySettings = Pick<HttpSettings, 'basePath' | 'bulk' | 'maxBodyBytes'>

/** Reads the body of POST, PUT and PATCH as a JSON object, of a bounded size and depth; of other methods a body is
 *  neither read nor complained of. Bulk requests have a limit of their own. */
export function bodyReader({ basePath, bulk, maxBodyBytes }: BodySettings): ScimMiddleware {
  const parse = parserOf(maxBodyBytes)
  const parseBulk = parserOf(bulk.maxPayloadBytes)
  const bulkPath = `${basePath}/Bulk`.toLowerCase()
  return async function readBody(ctx, next) {
    if (methodsWithBody.has(ctx.method)) {
      const isBulk = ctx.path.toLowerCase() === bulkPath
      await (isBulk ? readBulkInto(ctx, parseBulk, bulk) : readInto(ctx, parse))
    }
    await next()
  }
}

function parserOf(maxBytes: number): ScimMiddleware {
  const options = {
    enableTypes: ['json'],
    strict: false,
    jsonLimit: `${maxBytes}b`,
    // Which types are read is settled before: a body without any counts as JSON.
    detectJSON: () => true,
    // The parser would take it for broken JSON; it is refused below, by its name.
    onProtoPoisoning: 'ignore',
  }
  return bodyParser(options) as ScimMiddleware
}

/** The body of a request that has passed `bodyReader`. */
export function bodyOf(ctx: ScimContext): JsonObject {
  const { body } = ctx.request
  if (!isJsonObject(body)) throw new TypeError('the body has not been read')
  return body
}

/** The answer to a body that is too large names the limit. RFC 7644 §3.7.4 */
async function readBulkInto(
  ctx: ScimContext,
  parse: ScimMiddleware,
  { maxPayloadBytes }: BodySettings['bulk'],
): Promise<void> {
  try {
    await readInto(ctx, parse)
  } catch (cause) {
    const isTooLarge = cause instanceof Error && 'status' in cause && cause.status === 413
    if (!isTooLarge) throw cause
    const detail = `The size of the bulk operation exceeds the maxPayloadSize (${maxPayloadBytes}).`
    throw scimErrors.payloadTooLarge(detail, { cause })
  }
}

async function readInto(ctx: ScimContext, parse: ScimMiddleware): Promise<void> {
  checkEncoding(ctx)
  const bytes = watchBytes(ctx.req)
  try {
    await parse(ctx, () => Promise.resolve())
  } finally {
    // What is left of a body that was too large passes by unread, so that the connection can go on.
    ctx.req.resume()
  }
  if (!bytes.areUtf8) throw scimErrors.invalidSyntax('The request body is not valid UTF-8.')
  checkBody(ctx)
}

function checkEncoding(ctx: ScimContext): void {
  if (!isReadable(ctx.get('Content-Type'))) {
    throw scimErrors.unsupportedMediaType(
      'The request body must be application/scim+json or application/json, in UTF-8.',
    )
  }
  // What is not unpacked cannot explode. RFC 9110 §15.5.16
  if (!/^(?:identity)?$/iu.test(ctx.get('Content-Encoding').trim())) {
    ctx.set('Accept-Encoding', 'identity')
    throw scimErrors.unsupportedMediaType('The request body must not be compressed.')
  }
}

function checkBody(ctx: ScimContext): void {
  if (ctx.request.rawBody === '') throw scimErrors.invalidSyntax('The request body is empty.')
  if (!isJsonObject(ctx.request.body)) {
    throw scimErrors.invalidSyntax('The request body must be a JSON object.')
  }
  if (isDeeperThan(deepest, ctx.request.body)) {
    throw scimErrors.invalidSyntax(`The request body is nested deeper than ${deepest} levels.`)
  }
  if (hasProto(ctx.request.body)) {
    throw scimErrors.invalidSyntax(
      'The request body has the key __proto__, which is never accepted. Leave it out.',
    )
  }
}

/** Looks at the bytes as they pass, because the body parser replaces what is not UTF-8 in silence. A character that is
 *  cut off by the end of the body is no concern: nothing that is JSON ends so. */
function watchBytes(request: IncomingMessage): { readonly areUtf8: boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const seen = { areUtf8: true }
  request.on('data', (chunk: Buffer) => {
    try {
      if (seen.areUtf8) decoder.decode(chunk, { stream: true })
    } catch {
      seen.areUtf8 = false
    }
  })
  return seen
}

/** Whether any object has a key that would become the prototype of whatever it is assigned to.
 *  @param body of a bounded depth. */
function hasProto(body: object): boolean {
  return Object.hasOwn(body, '__proto__') || Object.values(body).filter(isContainer).some(hasProto)
}

/** Level by level, so that no depth can exhaust the stack. */
function isDeeperThan(limit: number, body: object): boolean {
  let level: readonly object[] = [body]
  for (let depth = 1; depth <= limit && level.length > 0; depth += 1) {
    level = level.flatMap((each) => Object.values(each).filter(isContainer))
  }
  return level.length > 0
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
