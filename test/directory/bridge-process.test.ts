import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { startBridge, type BridgeProcess } from '../support/bridge-process.ts'
import type { OpenldapServer } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'

describe('serve, in a process of its own in front of an OpenLDAP', function () {
  this.timeout(60_000)

  let directory: OpenldapServer
  let bridge: BridgeProcess

  before(async () => {
    directory = await startOpenldap()
  })

  beforeEach(async () => {
    bridge = await startBridge(directory)
  })

  afterEach(async () => {
    await bridge.stop()
  })

  after(async () => directory.close())

  async function get(path: string): Promise<Response> {
    return fetch(`${bridge.baseUrl}${path}`, {
      headers: { authorization: `Bearer ${bridge.token}` },
    })
  }

  async function isReady(): Promise<boolean> {
    return (await fetch(new URL('/health/ready', bridge.baseUrl))).ok
  }

  it('logs where it listens, and ends with 0 when it is told to stop', async () => {
    assert.equal((await get('/Users')).status, 200)
    const lines = (await bridge.log()).trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { message: string; url?: string })
    assert.equal(events.find(({ message }) => message === 'listening')?.url, bridge.baseUrl)
    assert.equal(await bridge.stop(), 0)
  })

  it('answers 503 with Retry-After while the directory is dead, and serves again by itself when it is back', async () => {
    const path = '/Users?filter=userName eq "agarcia"'
    assert.equal((await get(path)).status, 200)
    await directory.kill()
    try {
      const refused = await get(path)
      assert.equal(refused.status, 503)
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
      await until(async () => !(await isReady()))
    } finally {
      await directory.restart()
    }
    await until(isReady)
    assert.equal((await get(path)).status, 200)
  })

  it('says in its log, once, why it does not get ready when the settings do not fit the directory that comes', async () => {
    await bridge.stop()
    await directory.stop()
    try {
      const wrong = { SCIM_USERS_BASE: 'ou=nowhere,dc=example,dc=org', SCIM_USERS_MEMBER_OF: 'cn' }
      bridge = await startBridge(directory, wrong, 'live')
    } finally {
      await directory.restart()
    }
    const reports = async (): Promise<string[]> =>
      (await bridge.log()).split('\n').filter((line) => line.includes('settings cannot work'))
    await until(async () => (await reports()).length > 0)
    await delay(2500)
    const [report = '', ...more] = await reports()
    assert.match(report, /users\.base does not exist/u)
    assert.deepEqual(more, [])
    assert.equal(await isReady(), false)
  })

  it('comes up while the directory is away, answers 503, and catches up', async () => {
    await bridge.stop()
    await directory.stop()
    try {
      bridge = await startBridge(directory, {}, 'live')
      assert.equal((await get('/Users')).status, 503)
      assert.equal(await isReady(), false)
    } finally {
      await directory.restart()
    }
    await until(isReady)
    assert.equal((await get('/Users')).status, 200)
  })

  it('logs a line without a stack for each request that a dead directory lets fail', async () => {
    await bridge.stop()
    await directory.stop()
    try {
      for (const format of ['json', 'text']) {
        bridge = await startBridge(directory, { SCIM_LOGGING_FORMAT: format }, 'live')
        for (const path of ['/Users', '/Groups']) assert.equal((await get(path)).status, 503)
        const failed = async (): Promise<string[]> =>
          (await bridge.log()).split('\n').filter((line) => line.includes('request failed'))
        await until(async () => (await failed()).length === 2)
        for (const line of await failed()) assert.match(line, /cannot be reached \(ECONNREFUSED\)/u)
        assert.doesNotMatch(await bridge.log(), /\n\s+at |"stack"/u)
        await bridge.stop()
      }
    } finally {
      await directory.restart()
    }
  })

  it('does not start on settings that are wrong', async () => {
    const wrong = startBridge(directory, { SCIM_DIRECTORY_TLS_CA_FILE: '/nonexistent' })
    await assert.rejects(wrong, /SCIM_DIRECTORY_TLS_CA_FILE|caFile|\/nonexistent/)
  })
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20)
}
