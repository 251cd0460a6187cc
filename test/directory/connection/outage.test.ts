import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectionPool } from '../../../src/directory/pool.ts'
import { exampleTree, type OpenldapServer } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import { openldapOptions, poolOptions, search, until } from './connection-fixture.ts'

describe('ConnectionPool and an OpenLDAP that comes and goes', () => {
  let server: OpenldapServer
  let pool: ConnectionPool

  before(async function () {
    this.timeout(5 * 60_000)
    server = await startOpenldap()
  })

  after(() => server.close())

  beforeEach(() => {
    const options = openldapOptions(server, {
      url: server.ldapsUrl,
      connectTimeoutMs: 500,
      operationTimeoutMs: 1000,
    })
    pool = new ConnectionPool(poolOptions(options))
  })

  afterEach(() => pool.close())

  const request = () => pool.request(search(exampleTree.people))

  async function served(): Promise<void> {
    for (;;) {
      const isServed = await request().then(
        () => true,
        () => false,
      )
      if (isServed) return
      await delay(20)
    }
  }

  for (const way of ['stop', 'kill'] as const) {
    it(`settles everything when the server is ${way === 'stop' ? 'stopped' : 'killed'} and serves again after its restart`, async () => {
      await Promise.all(Array.from({ length: 20 }, request))
      const settled = Promise.allSettled(Array.from({ length: 300 }, request))
      await server[way]()
      assert.equal((await settled).length, 300)
      await until(() => pool.counters.open === 0)
      assert.equal(pool.counters.inFlight, 0)
      const startedAt = performance.now()
      await assert.rejects(request(), { failure: 'unavailable' })
      assert.ok(performance.now() - startedAt < 500)
      await server.restart()
      const backAt = performance.now()
      await served()
      assert.ok(performance.now() - backAt < 1200)
    })
  }

  it('gives up a server that stands still, and serves again when it goes on', async () => {
    await request()
    await server.freeze()
    try {
      // The signal may need a moment to reach every thread of the server.
      const untilSilent = async (): Promise<never> => {
        for (;;) await request()
      }
      await assert.rejects(untilSilent(), { name: 'NoAnswerError', reason: 'timeLimit' })
      await until(() => pool.counters.open === 0)
      await assert.rejects(request(), { failure: 'unavailable' })
    } finally {
      await server.thaw()
    }
    await served()
  })
})
