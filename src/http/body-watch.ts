import type { IncomingMessage } from 'node:http'
import { scimErrors } from '../scim/error.ts'
import type { BodyRoom } from './body-budget.ts'

/** What a body that is being sent is held to. */
export interface BodyBounds {
  /** Grows with what comes. */
  readonly room: BodyRoom
  /** How many values it may have, about. */
  readonly maxValues: number
}

/** Looks at the bytes of a body as they pass to the parser, and makes the request fail when they are not UTF-8, which the parser
 *  replaces in silence, more than there is room for, or more values than anybody means: `{}` takes two bytes, and a hundred in
 *  memory. A character that is cut off by the end of the body is no concern: nothing that is JSON ends so.
 *  @returns what ends the watch. */
export function watchBody(request: IncomingMessage, bounds: BodyBounds): () => void {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  let values = 0
  const stop = (): void => void request.off('data', look)
  const look = (chunk: Buffer): void => {
    bytes += chunk.length
    values += valuesIn(chunk)
    try {
      bounds.room.growTo(bytes)
      checkValues(values, bounds.maxValues)
      checkUtf8(chunk, decoder)
    } catch (error) {
      stop()
      failRequest(request, error)
    }
  }
  request.on('data', look)
  return stop
}

/** Ends the reading of a request: its parser listens for errors, lets go of what it has, and fails with them. Where nobody listens
 *  any more, nothing is being read. */
export function failRequest(request: IncomingMessage, error: unknown): void {
  if (request.listenerCount('error') > 0) request.emit('error', error)
}

function checkValues(values: number, most: number): void {
  if (values <= most) return
  throw scimErrors.payloadTooLarge(`The request body has more than ${most} values.`)
}

function checkUtf8(chunk: Buffer, decoder: InstanceType<typeof TextDecoder>): void {
  try {
    decoder.decode(chunk, { stream: true })
  } catch (cause) {
    throw scimErrors.invalidSyntax('The request body is not valid UTF-8.', { cause })
  }
}

const signs = new Set(Array.from(',[{', (sign) => sign.charCodeAt(0)))

/** Nearly so many: those signs that begin a value, or part it from the one before, also where they stand within a text. */
function valuesIn(chunk: Buffer): number {
  let count = 0
  for (const byte of chunk) if (signs.has(byte)) count += 1
  return count
}
