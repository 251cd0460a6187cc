import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import tls from 'node:tls'
import { selfSigned } from '../../directory/connection/self-signed.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'
import { AppUnderTest, token } from './app-under-test.ts'

const server = selfSigned('bridge')
const common = `Host: x\r\nConnection: close\r\n`
const authorized = `${common}Authorization: Bearer ${token}\r\n`

function withBody(method: string, target: string, body: string, length = body.length): string {
  const type = 'Content-Type: application/scim+json\r\n'
  return `${method} ${target} HTTP/1.1\r\n${authorized}${type}Content-Length: ${length}\r\n\r\n${body}`
}

describe('The security headers over TLS (RFC 6797 §7.1)', () => {
  let folder: TemporaryFolder
  let app: AppUnderTest

  before(async () => {
    folder = await temporaryFolder('security-headers')
    const [certificateFile, keyFile] = ['tls.crt', 'tls.key'].map((name) =>
      path.join(folder.path, name),
    ) as [string, string]
    await writeFile(certificateFile, server.certificate)
    await writeFile(keyFile, server.key)
    app = await AppUnderTest.start({
      tls: { certificateFile, keyFile },
      maxBodyBytes: 100,
      badTokens: { limit: 1 },
    })
    app.isReady = () => Promise.resolve(false)
    app.users.resources.set('u1', { id: 'u1', meta: { version: 'W/"1"' } })
  })

  after(async () => {
    await app.stop()
    await folder.remove()
  })

  async function send(request: string): Promise<string> {
    const port = Number(new URL(app.server.address).port)
    const socket = tls.connect({ host: '127.0.0.1', port, ca: server.certificate })
    socket.write(request)
    return await text(socket)
  }

  const bad = `GET /scim/v2/Users HTTP/1.1\r\n${common}Authorization: Bearer wrong\r\n\r\n`
  const rows: readonly (readonly [what: string, status: number, request: string])[] = [
    ['a list', 200, `GET /scim/v2/Users HTTP/1.1\r\n${authorized}\r\n`],
    ['a HEAD', 200, `HEAD /scim/v2/Users HTTP/1.1\r\n${authorized}\r\n`],
    [
      'what the client has already',
      304,
      `GET /scim/v2/Users/u1 HTTP/1.1\r\n${authorized}If-None-Match: W/"1"\r\n\r\n`,
    ],
    ['a new resource', 201, withBody('POST', '/scim/v2/Groups', '{}')],
    ['what is gone', 204, `DELETE /scim/v2/Groups/id-1 HTTP/1.1\r\n${authorized}\r\n`],
    ['a dry run', 200, `DELETE /scim/v2/Users/u1 HTTP/1.1\r\n${authorized}Prefer: dry-run\r\n\r\n`],
    ['a request without a token', 401, `GET /scim/v2/Users HTTP/1.1\r\n${common}\r\n`],
    ['a bad token', 401, bad],
    ['one bad token too many', 429, bad],
    ['a resource that is not there', 404, `GET /scim/v2/Users/no HTTP/1.1\r\n${authorized}\r\n`],
    ['a path that leads nowhere', 404, `GET /nowhere HTTP/1.1\r\n${authorized}\r\n`],
    ['a method that is not possible', 405, `DELETE /scim/v2/Users HTTP/1.1\r\n${authorized}\r\n`],
    ['OPTIONS', 200, `OPTIONS /scim/v2/Users HTTP/1.1\r\n${authorized}\r\n`],
    ['broken JSON', 400, withBody('POST', '/scim/v2/Users', '{')],
    ['a body that is too large', 413, withBody('POST', '/scim/v2/Users', `"${'x'.repeat(200)}"`)],
    ['health', 200, `GET /health/live HTTP/1.1\r\n${common}\r\n`],
    ['health that fails', 503, `GET /health/ready HTTP/1.1\r\n${common}\r\n`],
    ['a request without Host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['what is not HTTP', 400, 'what is this\r\n\r\n'],
    ['headers that are too long', 431, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a tunnel', 405, `CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n`],
  ]
  for (const [what, status, request] of rows) {
    it(`stand in the answer ${status} to ${what}`, async () => {
      const [head = ''] = (await send(request)).split('\r\n\r\n')
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `, 'u'))
      for (const header of [
        'Strict-Transport-Security: max-age=31536000',
        'X-Content-Type-Options: nosniff',
        'Cache-Control: no-store',
      ]) {
        assert.ok(head.split('\r\n').includes(header), `${header} is missing in\n${head}`)
      }
    })
  }

  it('stand in the answer 500 to what the bridge fails in', async () => {
    app.users.failure = new Error('secret')
    const answer = await send(`GET /scim/v2/Users HTTP/1.1\r\n${authorized}\r\n`)
    assert.match(answer, /^HTTP\/1\.1 500 /u)
    assert.match(answer, /\r\nStrict-Transport-Security: max-age=31536000\r\n/u)
    assert.match(answer, /\r\nX-Content-Type-Options: nosniff\r\n/u)
  })
})
