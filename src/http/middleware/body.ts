import bodyParser from 'koa-bodyparser'
import type { Queue } from '../../provisioning/queue.ts'
import { ScimError, scimErrors } from '../../scim/error.ts'
import { isJsonObject } from '../../scim/json.ts'
import type { JsonObject } from '../../scim/json.ts'
import type { BodyBudget, BodyRoom } from '../body-budget.ts'
import { failRequest, watchBody } from '../body-watch.ts'
import { isReadable } from '../media-type.ts'
import type { HttpSettings } from '../settings.ts'
import type { ScimContext, ScimMiddleware } from '../state.ts'

/** Deeper than any SCIM body goes, and shallow enough for every function that calls itself. */
const deepest = 32

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH'])

/** The room that a body which does not say its length has for its beginning: more than most bodies need. */
const unannouncedBytes = 65_536

/** A body of the largest size may have one value for so many bytes: members, the most that there are of anything, take more. */
const bytesOfValue = 16

const leastMaxValues = 1000

/** The settings by which bodies are read. */
type BodySettings = Pick<HttpSettings, 'basePath' | 'bulk' | 'maxBodyBytes'>

/** What the bodies of all tenants share. */
export interface SharedBodyBounds {
  readonly bodyBudget: BodyBudget
  /** In which those of more than 64 KiB wait for their turn, when they have been read: what is made of one takes many times its
   *  length, and keeps the bridge busy whether the next has begun or not. */
  readonly largeBodies: Queue
}

/** How large a body may be, what reads it, and what is said where it is larger. */
interface BodyLimit {
  readonly maxBytes: number
  readonly parse: ScimMiddleware
  readonly detail: string
}

/** Reads the body of POST, PUT and PATCH as a JSON object, of a bounded size and depth, and within the room that all bodies
 *  share; of other methods a body is neither read nor complained of. Bulk requests have a limit of their own, which the answer
 *  names. RFC 7644 §3.7.4 */
export function bodyReader(
  { basePath, bulk, maxBodyBytes }: BodySettings,
  { bodyBudget, largeBodies }: SharedBodyBounds,
): ScimMiddleware {
  const limit = limitOf(maxBodyBytes, 'The request body is too large.')
  const bulkLimit = limitOf(
    bulk.maxPayloadBytes,
    `The size of the bulk operation exceeds the maxPayloadSize (${bulk.maxPayloadBytes}).`,
  )
  const bulkPath = `${basePath}/Bulk`.toLowerCase()
  return async function readBody(ctx, next) {
    if (!methodsWithBody.has(ctx.method)) {
      await next()
      return
    }
    const isBulk = ctx.path.toLowerCase() === bulkPath
    const room = await readInto(ctx, isBulk ? bulkLimit : limit, bodyBudget)
    try {
      await (room.isLarge ? largeBodies.take(async () => await nextUnlessGone(ctx, next)) : next())
    } finally {
      // It would else be held until the answer has been read.
      ctx.request.body = undefined
      room.release()
    }
  }
}

function limitOf(maxBytes: number, detail: string): BodyLimit {
  const options = {
    enableTypes: ['json'],
    strict: false,
    jsonLimit: `${maxBytes}b`,
    // Which types are read is settled before: a body without any counts as JSON.
    detectJSON: () => true,
    // The parser would take it for broken JSON; it is refused below, by its name.
    onProtoPoisoning: 'ignore',
  }
  return { maxBytes, parse: bodyParser(options) as ScimMiddleware, detail }
}

/** The body of a request that has passed `bodyReader`. */
export function bodyOf(ctx: ScimContext): JsonObject {
  const { body } = ctx.request
  if (!isJsonObject(body)) throw new TypeError('the body has not been read')
  return body
}

/** Somebody who has had to wait for his turn may have given up; then nothing is to be done any more. */
async function nextUnlessGone(ctx: ScimContext, next: () => Promise<unknown>): Promise<void> {
  if (ctx.res.destroyed) throw scimErrors.invalidSyntax('The client left before its turn came.')
  await next()
}

/** @returns the room that the body takes. */
async function readInto(ctx: ScimContext, limit: BodyLimit, budget: BodyBudget): Promise<BodyRoom> {
  checkEncoding(ctx)
  const { length } = ctx.request
  if (length !== undefined && length > limit.maxBytes) throw tooLarge(limit)
  const room = await budget.reserve(length ?? Math.min(unannouncedBytes, limit.maxBytes), (error) =>
    failRequest(ctx.req, error),
  )
  try {
    if (ctx.req.destroyed) throw scimErrors.invalidSyntax('The client left before it was read.')
    await parseInto(ctx, limit, room)
    checkBody(ctx)
    ctx.request.rawBody = ''
    room.complete()
    return room
  } catch (error) {
    room.release()
    throw error
  }
}

async function parseInto(ctx: ScimContext, limit: BodyLimit, room: BodyRoom): Promise<void> {
  const maxValues = Math.max(leastMaxValues, Math.floor(limit.maxBytes / bytesOfValue))
  const stopWatch = watchBody(ctx.req, { room, maxValues })
  try {
    await limit.parse(ctx, () => Promise.resolve())
  } catch (cause) {
    throw isOverLimit(cause) ? tooLarge(limit, cause) : cause
  } finally {
    stopWatch()
    // What is left of a body that is not taken passes by unread, so that the connection can go on.
    ctx.req.resume()
  }
}

/** Whether the parser has counted more bytes than it may. */
function isOverLimit(cause: unknown): boolean {
  const isOurs = cause instanceof ScimError
  return cause instanceof Error && !isOurs && 'status' in cause && cause.status === 413
}

function tooLarge(limit: BodyLimit, cause?: unknown): ScimError {
  return scimErrors.payloadTooLarge(limit.detail, { cause })
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
