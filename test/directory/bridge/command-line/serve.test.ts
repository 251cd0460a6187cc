import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type BridgeProcess, startBridge } from '../../../support/bridge-process.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { freePort } from '../../../support/free-port.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { LdapProxy } from '../../adapter/ldap-proxy.ts'
import {
  commandLine,
  directoryVariables,
  fileWith,
  preset,
  runCli,
  type Variables,
} from './run-cli.ts'

const mostMsToStart = 3000

describe('serve, as an administrator runs it in front of an OpenLDAP', () => {
  let section: DirectorySection
  let folder: TemporaryFolder
  let variables: Variables

  before(async () => {
    section = await addSection(sharedOpenldap())
    folder = await temporaryFolder('serve')
    variables = directoryVariables(sharedOpenldap(), section)
  })

  after(async () => {
    await section.remove()
    await folder.remove()
  })

  it('starts in a moment, and logs where it listens', async () => {
    const port = String(await freePort())
    const [program, ...args] = await commandLine(['serve', '--config', preset])
    const startedAt = performance.now()
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], ...variables, SCIM_HTTP_PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let log = ''
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
    while (!log.includes('"listening"')) {
      assert.equal(child.exitCode, null, log)
      assert.ok(performance.now() - startedAt < 20_000, log)
      await delay(5)
    }
    const tookMs = Math.round(performance.now() - startedAt)
    console.log(`      serve listens after ${tookMs} ms`)
    child.kill('SIGTERM')
    await once(child, 'close')
    assert.equal(child.exitCode, 0)
    assert.ok(tookMs < mostMsToStart, `${tookMs} ms`)
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const url = `http://127.0.0.1:${port}/scim/v2`
    assert.equal(lines.find(({ message }) => message === 'listening')?.['url'], url)
    assert.deepEqual(
      lines.slice(-2).map(({ message }) => message),
      ['stopping', 'stopped'],
    )
    assert.ok(!log.includes(sharedOpenldap().bridge.password))
  })

  it('ends with 78 when the port is taken, and says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    try {
      const address = other.address()
      const port = typeof address === 'object' ? String(address?.port) : assert.fail()
      const ended = await runCli(['serve', '--config', preset], {
        ...variables,
        SCIM_HTTP_PORT: port,
      })
      assert.equal(ended.code, 78)
      assert.match(ended.complaints, new RegExp(`http\\.port cannot be ${port}: another process`))
      assert.doesNotMatch(ended.complaints, /\n\s+at |EADDRINUSE/)
    } finally {
      other.close()
    }
  })

  for (const [what, others, complaint] of [
    [
      'an address of another machine',
      {
        SCIM_HTTP_HOST: '192.0.2.1',
        SCIM_HTTP_ALLOW_CLEARTEXT: 'true',
        SCIM_HTTP_ALLOW_DEMO_TOKEN: 'true',
      },
      /http\.host is no address of this machine/,
    ],
    [
      'plain HTTP that other machines can reach',
      { SCIM_HTTP_HOST: '0.0.0.0', SCIM_HTTP_ALLOW_DEMO_TOKEN: 'true' },
      /SCIM_HTTP_HOST: http\.host .* set allowCleartext/,
    ],
    [
      'the token of the demonstration where other machines can use it',
      { SCIM_HTTP_HOST: '0.0.0.0', SCIM_HTTP_ALLOW_CLEARTEXT: 'true' },
      /openldap\.yaml:\d+: http\.tokens .*scim-directory-bridge token/,
    ],
    [
      'a base that does not exist',
      { SCIM_USERS_BASE: 'ou=none,ou=people,dc=example,dc=org' },
      /users\.base/,
    ],
    [
      'a wrong password',
      { SCIM_DIRECTORY_BIND_PASSWORD: 'wrong-password-xyz' },
      /bind name or password/,
    ],
    [
      'a certificate that is not there',
      { SCIM_HTTP_TLS_CERTIFICATE_FILE: '/no.crt', SCIM_HTTP_TLS_KEY_FILE: '/no.key' },
      /http\.tls/,
    ],
    [
      'a journal that cannot be written',
      { SCIM_JOURNAL_FILE: '/nonexistent/journal' },
      /journal\.file/,
    ],
  ] as const) {
    it(`ends with 78 for ${what}, before it listens`, async () => {
      const ended = await runCli(['serve', '--config', preset], {
        ...variables,
        SCIM_HTTP_PORT: '0',
        ...others,
      })
      assert.equal(ended.code, 78, ended.complaints)
      assert.match(ended.complaints, complaint)
      assert.doesNotMatch(ended.complaints, /\n\s+at |wrong-password-xyz/)
      assert.doesNotMatch(ended.out, /"listening"/)
    })
  }

  it('ends with 78 for a directory whose certificate nobody known has issued', async () => {
    const ended = await runCli(['serve', '--config', preset], {
      ...variables,
      SCIM_HTTP_PORT: '0',
      SCIM_DIRECTORY_URLS: sharedOpenldap().ldapsUrl,
    })
    assert.equal(ended.code, 78)
    assert.match(ended.complaints, /unknown CA.*tls\.caFile/)
  })

  it('reads its settings from a file of its own', async () => {
    const config = await fileWith(
      folder.path,
      'bridge.yaml',
      `http: { port: 0, tokens: [{ name: a, sha256: ${'0'.repeat(64)} }] }\n`,
    )
    const ended = await runCli(['serve', '--config', config])
    assert.equal(ended.code, 78)
    assert.match(ended.complaints, /bridge\.yaml: directory\.urls is required/)
  })
})

describe('serve, told to stop', () => {
  let section: DirectorySection
  let proxy: LdapProxy
  let bridge: BridgeProcess

  beforeEach(async () => {
    const server = sharedOpenldap()
    section = await addSection(server)
    proxy = await LdapProxy.start(server.url)
    bridge = await startBridge(server, {
      SCIM_DIRECTORY_URLS: proxy.url,
      SCIM_USERS_BASE: section.people,
      SCIM_GROUPS_BASE: section.groups,
      SCIM_DIRECTORY_OPERATION_TIMEOUT_MS: '1500',
    })
  })

  afterEach(async () => {
    await bridge.stop()
    await proxy.close()
    await section.remove()
  })

  it('finishes the request that is under way, and ends with 0', async () => {
    // The answer of the directory gets lost, so that the request lasts until its time limit.
    proxy.next('add', 'loseAnswer')
    const answer = fetch(`${bridge.baseUrl}/Groups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bridge.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: 'Under way' }),
    })
    while (proxy.count('add') === 0) await delay(5)
    const stopped = bridge.stop()
    const { status } = await answer
    assert.equal(status, 201)
    assert.equal(await stopped, 0)
    await assert.rejects(fetch(`${bridge.baseUrl}/Groups`))
  })
})
