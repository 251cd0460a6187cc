import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../../../src/directory/connection.ts'
import { ConnectionPool, type PoolOptions } from '../../../src/directory/pool.ts'
import { deletion, optionsFor, poolOptions, search, until } from './connection-fixture.ts'
import { resultMessage } from './ldap-messages.ts'
import { requestTags, type Script, ScriptedServer } from './scripted-server.ts'

const unavailable = { name: 'DirectoryError', failure: 'unavailable' }

const answering: Script = {
  onRequest: ({ tag, messageId }, connection) => {
    if (tag === requestTags.search || tag === requestTags.delete) {
      connection.send(resultMessage(messageId, tag === requestTags.search ? 0x65 : 0x6b))
    }
  },
}

const refusing: Script = {
  onEvery: ({ messageId }, connection) =>
    connection.send(resultMessage(messageId, 0x61, { code: 49 })),
}

/** Answers when the test says so. */
class Gate {
  #answer: () => void = () => {}
  readonly opened = new Promise<void>((resolve) => {
    this.#answer = resolve
  })

  open(): void {
    this.#answer()
  }
}

describe('ConnectionPool', () => {
  const servers: ScriptedServer[] = []
  const pools: ConnectionPool[] = []

  async function start(script: Script = answering): Promise<ScriptedServer> {
    const server = await ScriptedServer.start(script)
    servers.push(server)
    return server
  }

  function poolOf(urls: readonly string[], different: Partial<PoolOptions> = {}): ConnectionPool {
    const options = poolOptions(optionsFor(urls[0] ?? '', { operationTimeoutMs: 2000 }))
    const pool = new ConnectionPool({ ...options, urls, ...different })
    pools.push(pool)
    return pool
  }

  afterEach(async () => {
    for (const server of servers) await server.close()
    for (const pool of pools.splice(0)) await pool.close()
    servers.length = 0
  })

  describe('sharing', () => {
    it('opens nothing before it is used', async () => {
      const server = await start()
      const pool = poolOf([server.url])
      assert.deepEqual(pool.counters, { open: 0, inFlight: 0, waiting: 0, server: undefined })
    })

    it('serves one caller after the other on one connection', async () => {
      const server = await start()
      const pool = poolOf([server.url])
      for (let i = 0; i < 10; i += 1) await pool.request(search())
      assert.equal(server.connections.length, 1)
      assert.deepEqual(pool.counters, { open: 1, inFlight: 0, waiting: 0, server: server.url })
    })

    it('opens no more connections than it may, and has no more under way on each', async () => {
      const gate = new Gate()
      let most = 0
      const server = await start({
        onRequest: async ({ messageId }, connection) => {
          const open = connection.received(requestTags.search).length
          most = Math.max(most, open)
          await gate.opened
          connection.send(resultMessage(messageId, 0x65))
        },
      })
      const pool = poolOf([server.url], { connections: 3, maxInFlight: 5 })
      const requests = Array.from({ length: 40 }, () => pool.request(search()))
      await until(() => pool.counters.inFlight === 15)
      await delay(20)
      assert.deepEqual(pool.counters, { open: 3, inFlight: 15, waiting: 25, server: server.url })
      assert.equal(most, 5)
      gate.open()
      await Promise.all(requests)
      assert.equal(server.connections.length, 3)
    })

    it('is unavailable to whoever waits too long for a place', async () => {
      const server = await start({})
      const limits = { connections: 1, maxInFlight: 1, operationTimeoutMs: 100 }
      const pool = poolOf([server.url], limits)
      const busy = pool.request(search(), { timeoutMs: 1000 })
      await assert.rejects(pool.request(search()), unavailable)
      await server.close()
      await assert.rejects(busy, { name: 'NoAnswerError' })
    })

    it('gives nothing new to a connection that is suspected to be dead', async () => {
      const server = await start({
        onRequest: ({ messageId }, connection) => {
          const isFirst = connection === server.connections[0]
          if (!isFirst) connection.send(resultMessage(messageId, 0x65))
        },
      })
      const pool = poolOf([server.url])
      await assert.rejects(pool.request(search(), { timeoutMs: 50 }), { reason: 'timeLimit' })
      for (let i = 0; i < 5; i += 1) await pool.request(search())
    })

    it('closes connections that nobody has used for long', async () => {
      const server = await start()
      const pool = poolOf([server.url], { idleTimeoutMs: 50 })
      await pool.request(search())
      await until(() => pool.counters.open === 0)
      await pool.request(search())
      assert.equal(server.connections.length, 2)
    })

    it('calls onConnect with each connection before it is lent', async () => {
      const server = await start()
      const seen: Connection[] = []
      const onConnect = async (connection: Connection): Promise<void> => {
        await connection.request(search('', 'base'))
        seen.push(connection)
      }
      const pool = poolOf([server.url], { onConnect })
      await pool.withConnection((connection) => {
        assert.ok(seen.includes(connection))
        return Promise.resolve()
      })
    })

    it('does not take a connection for which onConnect fails', async () => {
      const server = await start()
      const pool = poolOf([server.url], { onConnect: () => Promise.reject(new Error('no')) })
      await assert.rejects(pool.request(search()), unavailable)
      await until(() => server.open.length === 0)
    })
  })

  describe('exclusive connections', () => {
    it('are shared with nobody and used again', async () => {
      const server = await start()
      const pool = poolOf([server.url])
      await pool.withExclusive(async (own) => {
        await pool.withExclusive((other) => {
          assert.notEqual(own, other)
          return Promise.resolve()
        })
        await pool.withConnection((shared) => {
          assert.notEqual(own, shared)
          return Promise.resolve()
        })
      })
      assert.equal(pool.counters.open, 3)
      await pool.withExclusive((connection) => connection.request(search()))
      assert.equal(server.connections.length, 3)
    })

    it('are closed when the work on them fails', async () => {
      const server = await start()
      const pool = poolOf([server.url])
      const failing = pool.withExclusive(() => Promise.reject(new Error('half done')))
      await assert.rejects(failing, { message: 'half done' })
      assert.deepEqual(pool.counters.inFlight, 0)
      await until(() => server.open.length === 0)
    })

    it('are limited in number', async () => {
      const server = await start()
      const limits = { exclusiveConnections: 1, operationTimeoutMs: 50 }
      const pool = poolOf([server.url], limits)
      const lease = await pool.acquireExclusive()
      await assert.rejects(pool.acquireExclusive(), unavailable)
      lease.release()
      lease.release()
      const again = await pool.acquireExclusive()
      assert.equal(again.connection, lease.connection)
      again.release()
    })
  })

  describe('while the directory is away', () => {
    it('fails at once and does not try again for each caller', async () => {
      const server = await start({ onConnection: ({ socket }) => socket.destroy() })
      const pool = poolOf([server.url])
      const settled = await Promise.allSettled(
        Array.from({ length: 100 }, () => pool.request(search())),
      )
      assert.ok(settled.every(({ status }) => status === 'rejected'))
      assert.equal(server.connections.length, 1)
      await assert.rejects(pool.request(search()), unavailable)
      assert.equal(server.connections.length, 1)
    })

    it('serves again within a second of its return', async () => {
      const server = await start()
      const pool = poolOf([server.url])
      await pool.request(search())
      await server.close()
      const awayUntil = performance.now() + 1500
      while (performance.now() < awayUntil) {
        await assert.rejects(pool.request(search()))
        await delay(10)
      }
      servers.push(await ScriptedServer.start({ ...answering, port: server.port }))
      const backAt = performance.now()
      for (;;) {
        const isServed = await pool.request(search()).then(
          () => true,
          () => false,
        )
        if (isServed) break
        await delay(10)
      }
      assert.ok(performance.now() - backAt < 1200)
    })

    it('does not try a refused password again and again, which would lock the account', async () => {
      const server = await start(refusing)
      const pool = poolOf([server.url])
      const until500ms = performance.now() + 450
      while (performance.now() < until500ms) {
        await assert.rejects(pool.request(search()), { failure: 'refused', resultCode: 49 })
        await delay(20)
      }
      assert.equal(server.connections.length, 1)
    })
  })

  describe('of several servers', () => {
    it('uses the first, the next while that is away, and goes back when it returns', async () => {
      const first = await start()
      const second = await start()
      const pool = poolOf([first.url, second.url], { returnIntervalMs: 100 })
      await pool.request(search())
      assert.equal(pool.counters.server, first.url)

      await first.close()
      await until(() => pool.counters.open === 0)
      await pool.request(search())
      assert.equal(pool.counters.server, second.url)

      servers.push(await ScriptedServer.start({ ...answering, port: first.port }))
      while (pool.counters.server !== first.url) {
        await pool.request(search())
        await delay(10)
      }
      await pool.request(search())
      await until(() => second.open.length === 0)
    })

    it('lets what is under way on the other server finish when it goes back', async () => {
      const gate = new Gate()
      const first = await start()
      const second = await start({
        onRequest: async ({ tag, messageId }, connection) => {
          if (tag === requestTags.delete) await gate.opened
          connection.send(resultMessage(messageId, tag === requestTags.delete ? 0x6b : 0x65))
        },
      })
      await first.close()
      const pool = poolOf([first.url, second.url], { returnIntervalMs: 50, returnQuietMs: 0 })
      const slow = pool.request(deletion())
      await until(() => pool.counters.inFlight === 1)
      servers.push(await ScriptedServer.start({ ...answering, port: first.port }))
      while (pool.counters.server !== first.url) {
        await pool.request(search())
        await delay(10)
      }
      gate.open()
      assert.equal((await slow).code, 0)
    })

    it('does not go back while it has just written to a server that does not tell how far it has come', async () => {
      const first = await start()
      const second = await start()
      await first.close()
      const pool = poolOf([first.url, second.url], { returnIntervalMs: 20, returnQuietMs: 300 })
      await pool.request(deletion())
      const wroteAt = performance.now()
      servers.push(await ScriptedServer.start({ ...answering, port: first.port }))
      while (pool.counters.server !== first.url) {
        await pool.request(search())
        await delay(10)
      }
      assert.ok(performance.now() - wroteAt >= 290)
    })

    it('is unavailable, not refused, when one is away and the other refuses', async () => {
      const first = await start(refusing)
      const second = await start({ onConnection: ({ socket }) => socket.destroy() })
      const pool = poolOf([first.url, second.url])
      await assert.rejects(pool.request(search()), unavailable)
    })
  })

  describe('close', () => {
    it('lets what is under way finish and refuses what comes later', async () => {
      const gate = new Gate()
      const server = await start({
        onRequest: async ({ messageId }, connection) => {
          await gate.opened
          connection.send(resultMessage(messageId, 0x65))
        },
      })
      const pool = poolOf([server.url])
      const pending = pool.request(search())
      await until(() => pool.counters.inFlight === 1)
      const closed = Promise.all([pool.close(), pool.close()])
      await assert.rejects(pool.request(search()), unavailable)
      gate.open()
      assert.equal((await pending).code, 0)
      await closed
      assert.equal(pool.counters.open, 0)
      await until(() => server.open.length === 0)
    })

    it('ends what is under way when that takes too long', async () => {
      const server = await start({})
      const pool = poolOf([server.url], { operationTimeoutMs: 100 })
      const pending = pool.request(search(), { timeoutMs: 60_000 })
      await until(() => pool.counters.inFlight === 1)
      await Promise.all([
        pool.close(),
        assert.rejects(pending, { reason: 'closed', outcome: 'unknown' }),
      ])
    })
  })
})
