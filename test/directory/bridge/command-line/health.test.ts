import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSilentServer } from 'node:net'
import path from 'node:path'
import { type BridgeProcess, startBridge } from '../../../support/bridge-process.ts'
import { freePort } from '../../../support/free-port.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { selfSigned } from '../../connection/self-signed.ts'
import { fileWith, preset, runCli } from './run-cli.ts'

/** Below the limit of the image's check, on a machine that is busy with tests. */
const mostMs = 3000

describe('health, asked of a bridge in a process of its own', () => {
  let folder: TemporaryFolder
  let bridge: BridgeProcess | undefined

  before(async () => {
    folder = await temporaryFolder('health')
  })

  afterEach(async () => {
    await bridge?.stop()
    bridge = undefined
  })

  after(async () => folder.remove())

  it('ends with 0 while the bridge is ready, quickly, and without the password of the directory', async () => {
    bridge = await startBridge(sharedOpenldap())
    const startedAt = performance.now()
    const ended = await runCli(['health', '--config', preset], {
      SCIM_HTTP_PORT: portOf(bridge),
      SCIM_DIRECTORY_BIND_PASSWORD_FILE: '/nonexistent',
    })
    const tookMs = Math.round(performance.now() - startedAt)
    console.log(`      health takes ${tookMs} ms`)
    const out = `The bridge at http://127.0.0.1:${portOf(bridge)} is ready.\n`
    assert.deepEqual(ended, { code: 0, out, complaints: '' })
    assert.ok(tookMs < mostMs, `${tookMs} ms`)
  })

  it('asks over the loopback where the bridge listens on every address', async () => {
    const host = {
      SCIM_HTTP_HOST: '0.0.0.0',
      SCIM_HTTP_ALLOW_CLEARTEXT: 'true',
      SCIM_HTTP_ALLOW_DEMO_TOKEN: 'true',
    }
    bridge = await startBridge(sharedOpenldap(), host)
    const ended = await runCli(['health', '--config', preset], {
      SCIM_HTTP_PORT: portOf(bridge),
      ...host,
    })
    assert.equal(ended.code, 0, ended.complaints)
    assert.match(ended.out, /http:\/\/127\.0\.0\.1:/u)
  })

  it('asks over TLS, whatever name the certificate has, where the bridge speaks TLS', async () => {
    const { certificate, key } = selfSigned('bridge.example.org')
    const tls = {
      SCIM_HTTP_TLS_CERTIFICATE_FILE: await fileWith(folder.path, 'tls.crt', certificate),
      SCIM_HTTP_TLS_KEY_FILE: await fileWith(folder.path, 'tls.key', key),
    }
    bridge = await startBridge(sharedOpenldap(), tls)
    const port = portOf(bridge)
    const ended = await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: port, ...tls })
    assert.equal(ended.code, 0, ended.complaints)
    assert.equal(ended.out, `The bridge at https://127.0.0.1:${port} is ready.\n`)
    const plain = await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: port })
    assert.equal(plain.code, 1)
  })

  it('ends with 1 while the directory is away, and sends to the log', async () => {
    const nobody = `ldap://127.0.0.1:${await freePort()}`
    bridge = await startBridge(sharedOpenldap(), { SCIM_DIRECTORY_URLS: nobody }, 'live')
    const ended = await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: portOf(bridge) })
    assert.equal(ended.code, 1)
    assert.equal(
      ended.complaints,
      `At http://127.0.0.1:${portOf(bridge)} the bridge is not ready: its log says why.\n`,
    )
  })

  it('ends with 1 where nobody listens', async () => {
    const port = String(await freePort())
    assert.deepEqual(await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: port }), {
      code: 1,
      out: '',
      complaints: `At http://127.0.0.1:${port} nobody listens: the bridge does not run, or with other settings.\n`,
    })
  })

  it('ends with 1 where another program answers', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end())
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const port = String((other.address() as AddressInfo).port)
      const ended = await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: port })
      assert.equal(ended.code, 1)
      assert.match(ended.complaints, /something answers 404/u)
    } finally {
      other.close()
    }
  })

  it('ends with 1 where nothing is answered in time', async () => {
    const silent = createSilentServer((socket) => socket.on('error', () => {}))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const port = String((silent.address() as AddressInfo).port)
      const ended = await runCli(['health', '--config', preset], { SCIM_HTTP_PORT: port })
      assert.equal(ended.code, 1)
      assert.match(ended.complaints, /no answer within 2000 ms/u)
    } finally {
      silent.close()
    }
  })

  it('reads nothing but the section http', async () => {
    const port = String(await freePort())
    const tokens = `[{ name: a, sha256: ${'0'.repeat(64)} }]`
    const config = await fileWith(
      folder.path,
      'http-alone.yaml',
      `http: { port: ${port}, tokens: ${tokens} }\nusers: { nonsense: true }\n`,
    )
    const ended = await runCli(['health', '--config', config], { SCIM_NONSENSE: 'x' })
    assert.equal(ended.code, 1, ended.complaints)
    assert.match(ended.complaints, /nobody listens/u)
  })

  it('ends with 78 and the line where the section http is wrong', async () => {
    const config = await fileWith(folder.path, 'wrong.yaml', 'http:\n  port: many\n  tokens: []\n')
    const ended = await runCli(['health', '--config', config])
    assert.equal(ended.code, 78)
    assert.match(ended.complaints, /wrong\.yaml:2: http\.port must be/u)
    const missing = await runCli(['health', '--config', path.join(folder.path, 'none.yaml')])
    assert.equal(missing.code, 78)
    assert.match(missing.complaints, /none\.yaml cannot be read/u)
  })
})

function portOf({ baseUrl }: BridgeProcess): string {
  return new URL(baseUrl).port
}
