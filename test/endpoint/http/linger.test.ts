import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { mock } from 'node:test'
import { connect } from 'node:tls'
import { lingerAfter } from '../../../src/http/linger.ts'
import { selfSigned } from '../../directory/connection/self-signed.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { AppUnderTest, errorBody, token } from './app-under-test.ts'
import { get, read, socketTo } from './raw-request.ts'

/** More than the kernel takes before somebody reads. */
const bodyBytes = 20 * 1024 * 1024

/** A POST whose connection is to end with the answer. */
interface Post {
  readonly version?: '1.0' | '1.1'
  readonly secret?: string
  readonly type?: string
  /** How the body is framed; its length as a rule. */
  readonly framing?: string
}

function headOf({ version = '1.1', secret = token, type, framing }: Post): string {
  const lines = [
    `POST /scim/v2/Users HTTP/${version}`,
    'Host: x',
    `Authorization: Bearer ${secret}`,
    `Content-Type: ${type ?? 'application/json'}`,
    framing ?? `Content-Length: ${bodyBytes}`,
    ...(version === '1.1' ? ['Connection: close'] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** What a client is answered that reads nothing before it has sent everything, as many do. */
async function answerAfter(app: AppUnderTest, texts: readonly string[]): Promise<string> {
  const socket = socketTo(app)
  for (const text of texts) await sent(socket, text)
  return await read(socket)
}

async function sent(socket: Socket, text: string): Promise<void> {
  await new Promise((resolve) => {
    socket.once('close', resolve)
    socket.write(text, resolve)
  })
}

describe('the answer to a request whose body is not read', () => {
  let app: AppUnderTest

  afterEach(() => app.stop())

  const rest = 'x'.repeat(bodyBytes)
  const tooLarge = errorBody(413, 'The request body is too large.')
  const wrongType = 'The request body must be application/scim+json or application/json, in UTF-8.'
  const rows: readonly (readonly [what: string, post: Post, error: object])[] = [
    ['too large', {}, tooLarge],
    ['too large, in HTTP/1.0, where connections end', { version: '1.0' }, tooLarge],
    ['of another type', { type: 'text/plain' }, errorBody(415, wrongType)],
    ['without a good token', { secret: 'no' }, errorBody(401, 'The bearer token is not valid.')],
  ]
  for (const [what, post, error] of rows) {
    it(`arrives although the connection ends with it: ${what}`, async () => {
      app = await AppUnderTest.start()
      const answer = await answerAfter(app, [headOf(post), rest])
      const [headers = '', body = '{}'] = answer.split('\r\n\r\n')
      assert.match(headers, /\r\nConnection: close$/mu)
      assert.deepEqual(JSON.parse(body), error)
    })
  }

  it('arrives over TLS', async () => {
    const folder = await temporaryFolder('linger')
    const { certificate, key } = selfSigned('bridge.example.org')
    const [certificateFile, keyFile] = [join(folder.path, 'tls.crt'), join(folder.path, 'tls.key')]
    writeFileSync(certificateFile, certificate)
    writeFileSync(keyFile, key)
    app = await AppUnderTest.start({ tls: { certificateFile, keyFile } })
    const port = Number(new URL(app.server.address).port)
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.on('error', () => undefined)
    for (const text of [headOf({}), rest]) await sent(socket, text)
    assert.match(await read(socket), /^HTTP\/1\.1 413 /u)
    await folder.remove()
  })

  it('arrives where the length was not announced', async () => {
    app = await AppUnderTest.start()
    const head = headOf({ framing: 'Transfer-Encoding: chunked' })
    const chunk = `${bodyBytes.toString(16)}\r\n${rest}\r\n`
    const answer = await answerAfter(app, [head, chunk, '0\r\n\r\n'])
    assert.match(answer, /^HTTP\/1\.1 413 /u)
  })

  it('arrives where there is no room for it', async () => {
    const bodies = { maxTotalBytes: 1.5 * bodyBytes, waitMs: 1 }
    app = await AppUnderTest.start({ maxBodyBytes: bodyBytes, bodies })
    const gate = Promise.withResolvers<undefined>()
    app.users.gate = gate.promise
    const first = app.scim('/Users', {
      method: 'POST',
      body: { userName: 'x'.repeat(bodyBytes / 2) },
    })
    await app.logger.event('client seen')
    while (app.users.calls.length === 0) await new Promise(setImmediate)
    assert.match(await answerAfter(app, [headOf({}), rest]), /^HTTP\/1\.1 503 /u)
    gate.resolve(undefined)
    assert.equal((await first).status, 201)
  })

  it('arrives at once, and the connection ends in time where the body never comes', async () => {
    app = await AppUnderTest.start({ requestTimeoutMs: 200 })
    const socket = socketTo(app, { allowHalfOpen: true })
    const answer = read(socket)
    socket.write(headOf({}))
    await once(socket, 'data')
    // It waits for every connection.
    await app.server.stop(60_000)
    socket.end()
    assert.match(await answer, /^HTTP\/1\.1 413 /u)
  })

  it('is the last: what follows on its connection is not served', async () => {
    app = await AppUnderTest.start({ badTokens: { limit: 1, maxDelayMs: 0 } })
    await app.scim('/Users', { headers: { authorization: 'Bearer no' } })
    const head = headOf({ secret: 'no', framing: 'Content-Length: 9' })
    const socket = socketTo(app)
    const answer = read(socket)
    socket.write(head.replace('Connection: close\r\n', ''))
    await once(socket, 'data')
    socket.write(`${'x'.repeat(9)}${get}`)
    assert.equal((await answer).match(/HTTP\/1\.1 /gu)?.length, 1)
    assert.deepEqual(app.users.calls, [])
  })
})

describe('lingerAfter', () => {
  let server: http.Server
  let client: Socket

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] })
  })

  afterEach(() => {
    mock.timers.reset()
    client.destroy()
    server.close()
  })

  /** The connection, on the side of the server, after an answer that has not waited for the body. */
  async function answered(limitMs: number): Promise<Socket> {
    const gate = Promise.withResolvers<Socket>()
    server = http.createServer((request, response) => {
      lingerAfter(request, response, limitMs)
      response.writeHead(413, { connection: 'close' }).end()
      gate.resolve(request.socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    client = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    client.write(headOf({}))
    client.resume()
    await once(client, 'end')
    return await gate.promise
  }

  for (const [limitMs, expectedMs] of [
    [60_000, 5000],
    [4000, 4000],
  ] as const) {
    it(`gives the body ${expectedMs} ms where a request may take ${limitMs}`, async () => {
      const socket = await answered(limitMs)
      mock.timers.tick(expectedMs - 1)
      assert.equal(socket.destroyed, false)
      mock.timers.tick(1)
      assert.equal(socket.destroyed, true)
    })
  }
})
