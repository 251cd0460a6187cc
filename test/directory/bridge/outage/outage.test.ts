import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import type { OpenldapServer } from '../../../support/openldap-server.ts'
import { startOpenldap } from '../../../support/openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'

const timeLimitMs = 500

describe('An OpenLDAP that goes away under the bridge', function () {
  this.timeout(60_000)

  let server: OpenldapServer
  let bridge: TestBridge

  before(async () => {
    server = await startOpenldap()
    bridge = await openTestBridge(server, {
      'directory.operationTimeoutMs': String(timeLimitMs),
      'directory.connectTimeoutMs': String(timeLimitMs),
    })
  })

  afterEach(async () => {
    await server.thaw()
    await server.restart()
    await until(async () => (await get('/Users')).status === 200)
  })

  after(async () => {
    await bridge.close()
    await server.close()
  })

  async function get(path: string): Promise<Exchange> {
    return await bridge.scim.get(path)
  }

  async function isReady(): Promise<boolean> {
    return (await fetch(new URL('/health/ready', bridge.baseUrl))).ok
  }

  async function create(userName: string): Promise<Exchange> {
    return await bridge.scim.post('/Users', { userName, name: { familyName: userName } })
  }

  it('before the first request: the bridge is live and not ready, answers 503 and catches up', async () => {
    const { people, groups } = bridge.section
    const settings = { 'users.base': people, 'groups.base': groups }
    const late = await openTestBridge(server, settings)
    try {
      await server.stop()
      const health = new URL('/health/live', late.baseUrl)
      assert.equal((await fetch(health)).status, 200)
      assert.equal((await fetch(new URL('/health/ready', late.baseUrl))).status, 503)
      assertAway(await late.scim.get('/Users'))
      assertAway(await late.scim.get('/Schemas'))
      await server.restart()
      await until(async () => (await fetch(new URL('/health/ready', late.baseUrl))).ok)
      assert.equal((await late.scim.get('/Users')).status, 200)
    } finally {
      await server.restart()
      await late.close()
    }
  })

  it('dead: every request answers 503 with Retry-After, never 404 and never an empty list', async () => {
    const created = await create('outage')
    const id = created.answer?.['id']
    assert.ok(typeof id === 'string')
    await server.kill()
    const body = { userName: 'outage', name: { familyName: 'O' } }
    for (const answer of [
      await get(`/Users/${id}`),
      await get('/Users?filter=userName eq "outage"'),
      await get('/Groups'),
      await create('nobody'),
      await bridge.scim.put(`/Users/${id}`, body),
      await bridge.scim.patch(`/Users/${id}`, {
        Operations: [{ op: 'replace', path: 'active', value: false }],
      }),
      await bridge.scim.delete(`/Users/${id}`),
    ]) {
      assertAway(answer)
    }
    assert.equal(await isReady(), false)
    await server.restart()
    await until(isReady)
    assert.equal((await get(`/Users/${id}`)).status, 200)
  })

  it('back: it is served again within a second, without a request that fails in between', async () => {
    await server.kill()
    assertAway(await get('/Users'))
    await delay(300)
    await server.restart()
    const startedAt = performance.now()
    await until(async () => (await get('/Users')).status === 200)
    const tookMs = performance.now() - startedAt
    assert.ok(tookMs < 1000, `${Math.round(tookMs)} ms`)
    const answers = await Promise.all(Array.from({ length: 30 }, async () => get('/Users')))
    assert.ok(answers.every(({ status }) => status === 200))
  })

  it('killed and started again under readers: each hears 200 or 503', async () => {
    const reading = new AbortController()
    const statuses = new Set<number>()
    const readers = Array.from({ length: 8 }, async () => {
      while (!reading.signal.aborted) {
        const { status, answer } = await get('/Users?filter=userName eq "outage"')
        statuses.add(status)
        if (status === 200) assert.equal(answer?.['totalResults'], 1)
      }
    })
    for (let round = 0; round < 3; round += 1) {
      await delay(100)
      await server.kill()
      await delay(100)
      await server.restart()
    }
    await until(isReady)
    reading.abort()
    await Promise.all(readers)
    for (const status of statuses) assert.ok([200, 503].includes(status), String(status))
  })

  it('killed under writers: what was answered with 201 is there, and nothing is there twice', async () => {
    const answers: Exchange[] = []
    const names = Array.from({ length: 60 }, (_, index) => `writer${index}`)
    const writers = [0, 1, 2, 3].map(async (offset) => {
      for (const name of names.filter((_, index) => index % 4 === offset)) {
        answers.push(await create(name))
      }
    })
    await delay(60)
    await server.kill()
    await server.restart()
    await Promise.all(writers)
    await until(isReady)
    for (const { status, text, body } of answers) {
      assert.ok([201, 503].includes(status), text)
      const { userName } = body as { userName: string }
      const { answer } = await get(`/Users?filter=userName eq "${userName}"`)
      const total = Number(answer?.['totalResults'])
      assert.ok(status === 201 ? total === 1 : total <= 1, `${userName}: ${status}, ${total}`)
    }
  })

  it('standing still: requests end at their time limit with 503, and go on when it moves again', async () => {
    await get('/Users')
    await server.freeze()
    const startedAt = performance.now()
    const answers = await Promise.all([get('/Users'), get('/Groups'), get('/Users?count=1')])
    const tookMs = performance.now() - startedAt
    for (const answer of answers) assertAway(answer)
    assert.ok(tookMs < 8 * timeLimitMs, `${Math.round(tookMs)} ms`)
    assert.equal(await isReady(), false)
    await server.thaw()
    await until(async () => (await get('/Users')).status === 200)
  })

  it('standing still during a write: the answer tells whether it was made', async () => {
    await get('/Users')
    await server.freeze()
    const pending = create('frozen')
    await delay(timeLimitMs / 2)
    await server.thaw()
    const { status, text } = await pending
    assert.ok([201, 503].includes(status), text)
    const { answer } = await get('/Users?filter=userName eq "frozen"')
    if (status === 201) assert.equal(answer?.['totalResults'], 1)
  })
})

function assertAway({ status, headers, answer, text }: Exchange): void {
  assert.equal(status, 503, text)
  assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/)
  assert.equal(answer?.['status'], '503')
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'it did not happen')
    await delay(20)
  }
}
