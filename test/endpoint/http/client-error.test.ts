import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSigned } from '../../directory/connection/self-signed.ts'
import { AppUnderTest, errorBody } from './app-under-test.ts'
import { get, head, read, socketTo } from './raw-request.ts'

/** What one who sends this is answered. */
async function answerTo(app: AppUnderTest, text: string): Promise<string> {
  const socket = socketTo(app)
  socket.write(text)
  return read(socket)
}

const notHttp = 'The request is not valid HTTP.'
const tooLong =
  'The URL and the headers of the request are longer than 16384 bytes. Send a long filter in the body of a POST to .search.'
const tooSlow = 'The request did not arrive in time. Send it again.'

describe('what never becomes a request (RFC 7644 §3.12)', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start({ requestTimeoutMs: 200 })
  })

  afterEach(() => app.stop())

  const chunked = `POST /scim/v2/Users HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`
  const cases: readonly (readonly [what: string, text: string, error: object, reason: string])[] = [
    ['noise', '\0\0\0\0', errorBody(400, notHttp, 'invalidSyntax'), '400 Bad Request'],
    [
      'an unknown version of HTTP',
      'GET / HTTP/9.9\r\n\r\n',
      errorBody(400, notHttp, 'invalidSyntax'),
      '400 Bad Request',
    ],
    [
      'a broken chunk of a body',
      `${chunked}zz\r\n`,
      errorBody(400, notHttp, 'invalidSyntax'),
      '400 Bad Request',
    ],
    [
      'chunk extensions without end',
      `${chunked}1;${'x'.repeat(20_000)}`,
      errorBody(413, 'The chunk extensions of the request are too long.'),
      '413 Payload Too Large',
    ],
    [
      'a URL that is too long',
      `GET /scim/v2/Users?filter=${'x'.repeat(17_000)} HTTP/1.1\r\n${head}\r\n`,
      errorBody(431, tooLong),
      '431 Request Header Fields Too Large',
    ],
    [
      'a megabyte of headers',
      `GET / HTTP/1.1\r\n${head}X-Long: ${'x'.repeat(1_000_000)}\r\n\r\n`,
      errorBody(431, tooLong),
      '431 Request Header Fields Too Large',
    ],
    ['a request that ends early', 'GET /scim', errorBody(408, tooSlow), '408 Request Timeout'],
    [
      'a body that ends early',
      `POST /scim/v2/Users HTTP/1.1\r\n${head}Content-Length: 10\r\n\r\n{`,
      errorBody(408, tooSlow),
      '408 Request Timeout',
    ],
  ]

  for (const [what, text, error, reason] of cases) {
    it(`is answered with an error message and the end of the connection, and logged: ${what}`, async () => {
      const answer = await answerTo(app, text)
      const [headers = '', body = ''] = answer.split('\r\n\r\n')
      assert.ok(headers.startsWith(`HTTP/1.1 ${reason}\r\n`), headers)
      assert.match(headers, /\r\nContent-Type: application\/scim\+json\r\n/u)
      assert.match(headers, /\r\nConnection: close\r\n/u)
      assert.match(headers, new RegExp(`\r\nContent-Length: ${body.length}(\r\n|$)`, 'u'))
      assert.deepEqual(JSON.parse(body), error)
      const { level, fields } = await app.logger.event('request refused')
      assert.equal(level, 'info')
      assert.equal(fields['status'], Number(reason.slice(0, 3)))
      assert.equal(fields['clientAddress'], '127.0.0.1')
      assert.match(headers, new RegExp(`\r\nX-Request-Id: ${String(fields['requestId'])}\r\n`, 'u'))
      assert.equal(
        app.logger.events.filter(({ message }) => message === 'request refused').length,
        1,
      )
    })
  }

  it('leaves the requests before it on the same connection their answers', async () => {
    const socket = socketTo(app)
    const answer = read(socket)
    socket.write(get)
    await once(socket, 'data')
    socket.write('noise\r\n\r\n')
    const text = await answer
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/u)
    assert.match(text, /\}HTTP\/1\.1 400 Bad Request\r\n/u)
  })

  it('cuts off an answer that has been sent in part, and writes nothing into it', async () => {
    const never = Promise.withResolvers<undefined>()
    const resources = (async function* endless() {
      yield { id: 'first' }
      await never.promise
    })()
    const page = { totalResults: 2, startIndex: 1, itemsPerPage: 2, resources }
    app.users.list = () => Promise.resolve(page)
    const socket = socketTo(app)
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    const closed = once(socket, 'close')
    socket.write(get)
    while (!text.includes('first')) await once(socket, 'data')
    socket.write('noise\r\n\r\n')
    await closed
    never.resolve(undefined)
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/u)
    assert.doesNotMatch(text, /400/u)
    assert.equal((await app.logger.event('request refused')).fields['status'], 400)
  })

  it('is not logged where a client is merely gone', async () => {
    const socket = socketTo(app)
    await once(socket, 'connect')
    socket.write('GET /scim')
    socket.resetAndDestroy()
    assert.equal((await app.scim('/Users')).status, 200)
    await app.logger.event('request answered')
    assert.ok(app.logger.events.every(({ message }) => message !== 'request refused'))
  })
})

describe('a request that Node would refuse by itself', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  it('is refused with an error message when it has no Host (RFC 9112 §3.2)', async () => {
    const answer = await answerTo(app, 'GET /health/live HTTP/1.1\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/u)
    const [, body = ''] = answer.split('\r\n\r\n')
    const error = errorBody(400, 'The request has no Host header.', 'invalidSyntax')
    assert.deepEqual(JSON.parse(body), error)
    assert.equal((await app.logger.event('request answered')).fields['status'], 400)
  })

  const ambiguous: readonly (readonly [what: string, lines: string, status: number, string])[] = [
    [
      'it has two Host headers (RFC 9112 §3.2)',
      'Host: y\r\n',
      400,
      'The request has more than one Host header.',
    ],
    [
      'it has two Authorization headers (RFC 9110 §5.3)',
      'Authorization: Bearer other\r\n',
      400,
      'The request has more than one Authorization header.',
    ],
    [
      'its body is packed on the way (RFC 9112 §6.1)',
      'Transfer-Encoding: gzip, chunked\r\n',
      501,
      'The transfer coding of the request is not known. Send the body chunked, or with its length, and nothing else.',
    ],
    [
      'its body is packed on the way, as two headers say',
      'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n',
      501,
      'The transfer coding of the request is not known. Send the body chunked, or with its length, and nothing else.',
    ],
  ]
  for (const [what, lines, status, detail] of ambiguous) {
    it(`is refused with an error message, and not served, when ${what}`, async () => {
      const type = 'Content-Type: application/json\r\n'
      const body = lines.startsWith('Transfer') ? '' : 'Transfer-Encoding: chunked\r\n'
      const text = `POST /scim/v2/Users HTTP/1.1\r\n${head}${type}${lines}${body}Connection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`
      const answer = await answerTo(app, text)
      const [, message = '{}'] = answer.split('\r\n\r\n')
      const scimType = status === 400 ? 'invalidSyntax' : undefined
      assert.deepEqual(JSON.parse(message), errorBody(status, detail, scimType))
      assert.match(answer, /\r\nConnection: close\r\n/u)
      assert.deepEqual(app.users.calls, [])
    })
  }

  it('is served when its body is chunked, however that is written (RFC 9112 §7)', async () => {
    const lines = 'Content-Type: application/json\r\nTransfer-Encoding: Chunked \r\n'
    const text = `POST /scim/v2/Users HTTP/1.1\r\n${head}${lines}Connection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`
    assert.match(await answerTo(app, text), /^HTTP\/1\.1 201 Created\r\n/u)
  })

  it('is refused with an error message when it asks for a tunnel (RFC 9110 §9.3.6)', async () => {
    const answer = await answerTo(app, `CONNECT other.example:443 HTTP/1.1\r\n${head}\r\nmore`)
    assert.match(answer, /^HTTP\/1\.1 405 Method Not Allowed\r\n/u)
    const [, body = ''] = answer.split('\r\n\r\n')
    assert.deepEqual(JSON.parse(body), errorBody(405, 'CONNECT is not possible here.'))
    assert.equal((await app.logger.event('request refused')).fields['status'], 405)
  })

  it('is refused with an error message when its target is no URL', async () => {
    const answer = await answerTo(
      app,
      `GET http://[/x HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
    )
    assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\n/u)
    const [, body = ''] = answer.split('\r\n\r\n')
    assert.deepEqual(JSON.parse(body), errorBody(404, 'There is no such endpoint.'))
    assert.equal((await app.logger.event('request answered')).fields['path'], '/***')
  })

  it('may lack it in HTTP/1.0', async () => {
    assert.match(
      await answerTo(app, 'GET /health/live HTTP/1.0\r\n\r\n'),
      /^HTTP\/1\.1 200 OK\r\n/u,
    )
  })

  it('is served when it expects something that no server knows (RFC 9110 §10.1.1)', async () => {
    const request = get.replace('Host', 'Connection: close\r\nExpect: miracles\r\nHost')
    assert.match(await answerTo(app, request), /^HTTP\/1\.1 200 OK\r\n/u)
  })
})

describe('a client that speaks plain HTTP to a bridge with TLS', () => {
  it('is cut off, and logged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scim-handshake-'))
    const { certificate, key } = selfSigned('bridge.example.org')
    const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
    writeFileSync(certificateFile, certificate)
    writeFileSync(keyFile, key)
    const app = await AppUnderTest.start({ tls: { certificateFile, keyFile } })
    try {
      assert.doesNotMatch(await answerTo(app, get), /^HTTP/u)
      const { level, fields } = await app.logger.event('TLS handshake failed')
      assert.equal(level, 'info')
      assert.equal(fields['code'], 'ERR_SSL_HTTP_REQUEST')
      assert.equal(fields['clientAddress'], '127.0.0.1')
    } finally {
      await app.stop()
      rmSync(folder, { recursive: true })
    }
  })
})
