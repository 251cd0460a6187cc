import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { hashToken } from '../../../../src/http/tokens.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { selfSigned } from '../../connection/self-signed.ts'

const [old, current, expired] = ['old', 'current', 'expired'].map(
  (name) => `${name}-${randomBytes(16).toString('hex')}`,
) as [string, string, string]

describe('A bridge with a certificate and several tokens, in front of an OpenLDAP', () => {
  let folder: TemporaryFolder
  let bridge: TestBridge
  let ca: string

  before(async () => {
    folder = await temporaryFolder('https')
    const { certificate, key } = selfSigned('bridge')
    const [certificateFile, keyFile] = ['tls.crt', 'tls.key'].map((name) =>
      path.join(folder.path, name),
    ) as [string, string]
    await writeFile(certificateFile, certificate)
    await writeFile(keyFile, key)
    ca = certificate
    const { ldapsUrl, caFile } = sharedOpenldap()
    const tokens = [
      `{ name: old, sha256: ${hashToken(old)}, expires: 2077-01-31 }`,
      `{ name: current, sha256: ${hashToken(current)} }`,
      `{ name: expired, sha256: ${hashToken(expired)}, expires: 2020-01-31 }`,
    ]
    bridge = await openTestBridge(sharedOpenldap(), {
      'http.tls.certificateFile': certificateFile,
      'http.tls.keyFile': keyFile,
      'http.tokens': `[${tokens.join(', ')}]`,
      'directory.urls': ldapsUrl,
      'directory.tls.caFile': caFile,
    })
  })

  after(async () => {
    await bridge.close()
    await folder.remove()
  })

  async function send(
    method: string,
    target: string,
    token: string,
    body?: object,
  ): Promise<{ status: number | undefined; body: string; headers: IncomingMessage['headers'] }> {
    const headers = {
      authorization: `Bearer ${token}`,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    }
    const sent = request(`${bridge.baseUrl}${target}`, { method, ca, headers })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: answer.statusCode, body: await text(answer), headers: answer.headers }
  }

  it('serves over HTTPS what it writes over ldaps', async () => {
    assert.match(bridge.baseUrl, /^https:/)
    const created = await send('POST', '/Groups', current, { displayName: 'Over TLS' })
    assert.equal(created.status, 201, created.body)
    assert.match(created.headers.location ?? '', new RegExp(`^${bridge.baseUrl}/Groups/`))
    const found = await send('GET', '/Groups?filter=displayName%20eq%20%22Over%20TLS%22', current)
    assert.match(found.body, /"totalResults":1/)
  })

  it('lets every token in that has not expired, and names it in the journal', async () => {
    for (const [name, token] of [
      ['old', old],
      ['current', current],
    ] as const) {
      const { status } = await send('POST', '/Groups', token, { displayName: `By ${name}` })
      assert.equal(status, 201)
      const intents = (await bridge.journal()).filter((record) => record.kind === 'intent')
      assert.equal(intents.at(-1)?.actor, name)
    }
  })

  it('answers 401 for an expired, an unknown and a missing token, and writes nothing', async () => {
    const before = (await bridge.journal()).length
    for (const token of [expired, 'unknown', '', hashToken(current)]) {
      const { status, headers } = await send('POST', '/Groups', token, { displayName: 'No' })
      assert.equal(status, 401)
      assert.match(headers['www-authenticate'] ?? '', /^Bearer/)
    }
    assert.equal((await bridge.journal()).length, before)
    const log = JSON.stringify(bridge.events)
    for (const token of [old, current, expired]) assert.ok(!log.includes(token))
  })
})
