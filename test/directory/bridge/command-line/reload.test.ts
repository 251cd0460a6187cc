import assert from 'node:assert/strict'
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, writeFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { parseDocument } from 'yaml'
import { hashToken } from '../../../../src/http/tokens.ts'
import { addSection, type DirectorySection } from '../../../support/directory-section.ts'
import { freePort } from '../../../support/free-port.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts'
import { commandLine, directoryVariables, preset } from './run-cli.ts'

/** Tokens by their names, which are the secrets, too. */
interface Known {
  readonly first: readonly string[]
  readonly acme: readonly string[]
}

describe('serve, told by SIGHUP to read its tokens again', () => {
  let sections: readonly [DirectorySection, DirectorySection]
  let folder: TemporaryFolder
  let config: string
  let origin: string
  let bridge: ChildProcessByStdio<null, Readable, null>
  let log: string

  before(async () => {
    const server = sharedOpenldap()
    sections = [await addSection(server), await addSection(server)]
    folder = await temporaryFolder('reload')
  })

  after(async () => {
    for (const section of sections) await section.remove()
    await folder.remove()
  })

  beforeEach(async () => {
    config = path.join(folder.path, 'bridge.yaml')
    await write({ first: ['one'], acme: ['three'] })
    await start()
    await logged('listening', 2)
  })

  afterEach(stop)

  async function start(): Promise<void> {
    const port = String(await freePort())
    origin = `http://127.0.0.1:${port}`
    const [program, ...args] = await commandLine(['serve', '--config', config])
    const variables = directoryVariables(sharedOpenldap(), sections[0])
    bridge = spawn(program, args, {
      env: { PATH: process.env['PATH'], ...variables, SCIM_HTTP_PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    log = ''
    bridge.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }

  async function stop(): Promise<void> {
    bridge.kill('SIGTERM')
    if (bridge.exitCode === null && bridge.signalCode === null) await once(bridge, 'close')
  }

  /** Writes the settings: those of the preset, with these tokens and a further tenant. */
  async function write({ first, acme }: Known, more: object = {}): Promise<void> {
    const document = parseDocument(await readFile(preset, 'utf8'))
    const settings = document.toJS() as { readonly http: object }
    const tenant = {
      basePath: '/acme',
      tokens: tokensOf(acme),
      users: { base: sections[1].people },
      groups: { base: sections[1].groups },
    }
    const own = { ...settings.http, tokens: tokensOf(first) }
    const all = { ...settings, http: own, tenants: { acme: tenant }, ...more }
    await writeFile(config, JSON.stringify(all))
  }

  function events(message: string): readonly Record<string, unknown>[] {
    return log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((event) => event['message'] === message)
  }

  async function logged(message: string, count = 1): Promise<readonly Record<string, unknown>[]> {
    const deadline = Date.now() + 15_000
    while (events(message).length < count) {
      assert.ok(Date.now() < deadline && (bridge.exitCode ?? bridge.signalCode) === null, log)
      await delay(5)
    }
    return events(message)
  }

  async function statusOf(token: string, root = '/scim/v2'): Promise<number> {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${origin}${root}/Users?count=0`, { headers })
    await response.text()
    return response.status
  }

  it('lets in new ones, and no longer those that are gone, of each tenant, and keeps connections', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const statusOn = async (token: string): Promise<readonly unknown[]> => {
      const headers = { authorization: `Bearer ${token}` }
      const request = http.get(`${origin}/scim/v2/Users?count=0`, { agent, headers })
      const [response] = (await once(request, 'response')) as [http.IncomingMessage]
      await response.resume().toArray()
      return [response.statusCode, request.reusedSocket]
    }
    assert.deepEqual(await statusOn('one'), [200, false])
    assert.equal(await statusOf('three', '/acme'), 200)
    await write({ first: ['two', 'five'], acme: ['four'] })
    bridge.kill('SIGHUP')
    const reloaded = await logged('tokens reloaded', 2)
    assert.deepEqual(
      reloaded.map(({ tenant, tokenNames }) => [tenant, tokenNames]),
      [
        [undefined, 'two, five'],
        ['acme', 'four'],
      ],
    )
    assert.deepEqual(await statusOn('two'), [200, true])
    assert.deepEqual(await statusOn('one'), [401, true])
    const others = [await statusOf('four', '/acme'), await statusOf('three', '/acme')]
    assert.deepEqual(others, [200, 401])
    agent.destroy()
  })

  it('reads nothing else: other settings wait for a restart', async () => {
    await write({ first: ['two'], acme: ['three'] }, { lists: { maxResults: 7 } })
    bridge.kill('SIGHUP')
    await logged('tokens reloaded', 2)
    const headers = { authorization: 'Bearer two' }
    const response = await fetch(`${origin}/scim/v2/ServiceProviderConfig`, { headers })
    const { filter } = (await response.json()) as { readonly filter: { maxResults: number } }
    assert.equal(filter.maxResults, 10_000)
  })

  it('reads them as soon as it has started, where it is told while it reads its settings', async () => {
    await stop()
    const before = await readFile(config, 'utf8')
    await write({ first: ['two'], acme: ['three'] })
    const after = config
    config = path.join(folder.path, 'pipe.yaml')
    execFileSync('mkfifo', [config])
    await start()
    // It is open once the bridge reads it.
    const pipe = await open(config, 'w')
    bridge.kill('SIGHUP')
    await rename(after, config)
    await pipe.writeFile(before)
    await pipe.close()
    await logged('listening', 2)
    await logged('tokens reloaded', 2)
    assert.deepEqual([await statusOf('one'), await statusOf('two')], [401, 200])
  })

  const wrong: readonly (readonly [string, () => Promise<void>, RegExp])[] = [
    [
      'the file is broken',
      async () => await writeFile(config, 'http: {'),
      /bridge\.yaml:1 is not valid YAML/u,
    ],
    [
      'a token of one tenant is wrong',
      async () => {
        await write({ first: ['two'], acme: ['three'] })
        const text = await readFile(config, 'utf8')
        await writeFile(config, text.replace(hashToken('three'), 'three'))
      },
      /tenants\.acme\.tokens\[0\]\.sha256 must be 64 hexadecimal digits/u,
    ],
    [
      'another setting is wrong',
      async () => await write({ first: ['two'], acme: ['three'] }, { lists: { maxResult: 7 } }),
      /lists\.maxResult is not a setting; did you mean maxResults\?/u,
    ],
    [
      'there are other tenants',
      async () => await write({ first: ['two'], acme: [] }, { tenants: {} }),
      /tenants are not those with which the bridge was started: restart it/u,
    ],
  ]
  for (const [what, change, problem] of wrong) {
    it(`keeps all tokens that it has when ${what}, and says so`, async () => {
      await change()
      bridge.kill('SIGHUP')
      const [event] = await logged('tokens not reloaded, the last ones stay')
      assert.equal(event?.['level'], 'error')
      assert.match(String(event['problems']), problem)
      assert.ok(!log.includes(hashToken('two')) && !log.includes(hashToken('three')))
      assert.deepEqual([await statusOf('one'), await statusOf('two')], [200, 401])
      await write({ first: ['two'], acme: ['three'] })
      bridge.kill('SIGHUP')
      await logged('tokens reloaded', 2)
      assert.deepEqual([await statusOf('one'), await statusOf('two')], [401, 200])
    })
  }
})

function tokensOf(names: readonly string[]): readonly object[] {
  return names.map((name) => ({ name, sha256: hashToken(name) }))
}
