import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import type { JsonObject, JsonValue } from '../../../src/scim/json.ts'

/** A request that does not end before we have done our share. */
export interface LongRequest {
  /** Does it, and reads the answer.
   *  @returns what is wrong with that, in one sentence; nothing where it is whole. */
  finish(): Promise<string | undefined>
}

/** A bridge, past the balancer, so that it is known which one has the request. */
export interface Target {
  readonly origin: string
  readonly token: string
}

/** A PUT whose headers the bridge has read, and of whose body it has been sent a part.
 *  @param share how large that part is, from 0 to 1. */
export async function begunPut(
  target: Target,
  path: string,
  { body, share }: { readonly body: JsonObject; readonly share: number },
): Promise<LongRequest> {
  const bytes = Buffer.from(JSON.stringify(body))
  const request = http.request(`${target.origin}/scim/v2${path}`, {
    method: 'PUT',
    agent: false,
    headers: {
      ...headersFor(target),
      'content-type': 'application/scim+json',
      'content-length': bytes.length,
      expect: '100-continue',
    },
  })
  const answered = answerTo(request)
  await Promise.race([happening(request, 'continue'), answered])
  const sent = Math.round(bytes.length * share)
  request.write(bytes.subarray(0, sent))
  return {
    async finish() {
      request.end(bytes.subarray(sent))
      const { status, json, told } = await answered
      const isWhole = Object.entries(body).every(([name, value]) => isShown(json?.[name], value))
      if (status === 200 && isWhole) return undefined
      return `a PUT, ${share * 100} % of which were sent before the stop, was answered ${told}`
    },
  }
}

/** A list of which nothing has been read but the headers. It has to be larger than what the kernel keeps for who does not read.
 *  @param count how many entries it has. */
export async function unreadList(
  target: Target,
  path: string,
  count: number,
): Promise<LongRequest> {
  const request = http.get(`${target.origin}/scim/v2${path}`, {
    agent: false,
    headers: headersFor(target),
  })
  const reading = Promise.withResolvers<void>()
  const answered = answerTo(request, reading.promise)
  await Promise.race([happening(request, 'response'), answered])
  return {
    async finish() {
      reading.resolve()
      const { json, told } = await answered
      const resources = json?.['Resources']
      if (Array.isArray(resources) && resources.length === count) return undefined
      return `a list of ${count} that was read behind the stop was answered ${told}`
    },
  }
}

/** Whether an attribute is answered as it was put; of a list its length counts. */
function isShown(found: JsonValue | undefined, put: JsonValue): boolean {
  return Array.isArray(put) ? Array.isArray(found) && found.length === put.length : found === put
}

function headersFor({ token }: Target): http.OutgoingHttpHeaders {
  return { authorization: `Bearer ${token}`, accept: 'application/scim+json' }
}

interface Answer {
  readonly status?: number | undefined
  readonly json?: JsonObject
  /** What it was, in words. */
  readonly told: string
}

/** @param reading when it is to be read. */
async function answerTo(request: http.ClientRequest, reading?: Promise<void>): Promise<Answer> {
  // A connection that is cut off tells of it here and there.
  request.on('error', () => {})
  try {
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.on('error', () => {})
    await reading
    const body = await text(response)
    const told = `${response.statusCode} ${body.slice(0, 200)}`
    return { status: response.statusCode, json: JSON.parse(body) as JsonObject, told }
  } catch (error) {
    return { told: `not, or not to its end: ${String(error)}` }
  }
}

async function happening(request: http.ClientRequest, event: string): Promise<void> {
  await new Promise((resolve) => request.once(event, resolve))
}
