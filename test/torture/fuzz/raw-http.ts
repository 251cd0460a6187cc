import { connect, type Socket } from 'node:net'

/** A request as its bytes are, which no HTTP library would send. */
export interface RawRequest {
  readonly method: string
  /** Sent in UTF-8. */
  readonly target: string
  /** Sent in Latin-1, so that every byte can be said; Content-Length is added unless the framing is named here. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Buffer
  /** Whether an answer is one to this request, beyond what is right of all. */
  readonly isRight?: (answer: RawAnswer) => boolean
}

/** What came back. */
export interface RawAnswer {
  readonly status: number
  /** By name in lower case; several of one name are joined by commas. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  readonly durationMs: number
}

/** Why nothing came back. */
export class NoAnswer extends Error {}

const answerLimitMs = 20_000

/** The bytes of a request. */
function bytesOf({ method, target, headers, body }: RawRequest): Buffer {
  const isFramed = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/iu.test(name))
  const framing = body === undefined || isFramed ? [] : [['Content-Length', `${body.length}`]]
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n`),
    Buffer.from(`${lines.join('')}\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ])
}

/** Sends a request on a connection of its own and reads its answer.
 *  @throws {NoAnswer} when the connection ends without one, or it takes too long. */
export async function exchange(port: number, request: RawRequest): Promise<RawAnswer> {
  const startedAt = performance.now()
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  try {
    socket.write(bytesOf(request))
    const answer = await answerOn(socket, request.method === 'HEAD')
    return { ...answer, durationMs: performance.now() - startedAt }
  } finally {
    socket.destroy()
  }
}

type Parsed = Omit<RawAnswer, 'durationMs'>

function answerOn(socket: Socket, isHead: boolean): Promise<Parsed> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const timer = setTimeout(
      () => reject(new NoAnswer(`no answer within ${answerLimitMs} ms`)),
      answerLimitMs,
    )
    const settle = (hasEnded: boolean): void => {
      const parsed = parseAnswer(received, isHead, hasEnded)
      if (parsed === undefined && !hasEnded) return
      clearTimeout(timer)
      if (parsed === undefined) reject(new NoAnswer('the connection ended without an answer'))
      else resolve(parsed)
    }
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      settle(false)
    })
    // A server that has refused a body closes while it is still being sent; what it said before counts.
    socket.on('error', () => {})
    socket.on('close', () => settle(true))
  })
}

/** @returns nothing while the answer is not complete. */
function parseAnswer(received: Buffer, isHead: boolean, hasEnded: boolean): Parsed | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(first)?.[1])
  const rest = received.subarray(end + 4)
  // 100 Continue stands before the answer.
  if (status < 200) return parseAnswer(rest, isHead, hasEnded)
  const headers = headersIn(lines)
  const isEmpty = isHead || status === 204 || status === 304
  const body = isEmpty ? Buffer.alloc(0) : bodyIn(headers, rest, hasEnded)
  return body === undefined ? undefined : { status, headers, body }
}

function headersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

function bodyIn(
  headers: ReadonlyMap<string, string>,
  rest: Buffer,
  hasEnded: boolean,
): Buffer | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return unchunked(rest)
  const length = headers.get('content-length')
  // Without a length the end of the connection is that of the body.
  if (length === undefined) return hasEnded ? rest : undefined
  if (rest.length < Number(length)) return undefined
  return rest.subarray(0, Number(length))
}

function unchunked(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const end = rest.indexOf('\r\n', at)
    if (end === -1) return undefined
    const size = Number.parseInt(rest.toString('latin1', at, end), 16)
    if (size === 0) return Buffer.concat(chunks)
    const from = end + 2
    if (rest.length < from + size + 2) return undefined
    chunks.push(rest.subarray(from, from + size))
    at = from + size + 2
  }
}
