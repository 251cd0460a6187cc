import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { NoAnswerError } from '../../../src/directory/connection-error.ts'
import { Connection } from '../../../src/directory/connection.ts'
import { LdapResultError } from '../../../src/directory/result.ts'
import { deletion, optionsFor, search } from './connection-fixture.ts'
import { noticeOfDisconnection, resultMessage } from './ldap-messages.ts'
import { requestTags, type Script, ScriptedServer } from './scripted-server.ts'

type Different = NonNullable<Parameters<typeof optionsFor>[1]>

let server: ScriptedServer
let connections: Connection[] = []

async function start(script: Script): Promise<void> {
  server = await ScriptedServer.start(script)
}

async function connect(different: Different = {}): Promise<Connection> {
  const connection = await Connection.open(optionsFor(server.url, different))
  connections.push(connection)
  return connection
}

async function end(): Promise<void> {
  for (const connection of connections) connection.close()
  connections = []
  await server.close()
}

function assertNoAnswer(error: unknown, outcome: string, reason: string): void {
  assert.ok(error instanceof NoAnswerError)
  assert.deepEqual([error.outcome, error.reason], [outcome, reason])
}

describe('Connection.open, failures', () => {
  afterEach(end)

  const unavailable = { name: 'DirectoryError', failure: 'unavailable' }
  const protocol = { name: 'DirectoryError', failure: 'protocol' }

  it('is unavailable when nobody listens', async () => {
    await start({})
    await server.close()
    await assert.rejects(connect(), {
      ...unavailable,
      message: /cannot be reached \(ECONNREFUSED\)/u,
    })
  })

  for (const [what, url] of [
    ['the bind', 'ldap'],
    ['the TLS handshake', 'ldaps'],
  ] as const) {
    it(`is unavailable when the server is silent about ${what} for longer than connecting may take`, async () => {
      await start({ onEvery: () => {} })
      const options = optionsFor(server.url.replace('ldap', url), { connectTimeoutMs: 100 })
      const startedAt = performance.now()
      await assert.rejects(Connection.open(options), unavailable)
      assert.ok(performance.now() - startedAt < 1500)
    })
  }

  it('is unavailable when the server is silent about StartTLS', async () => {
    await start({ onEvery: () => {} })
    await assert.rejects(connect({ startTls: true, connectTimeoutMs: 100 }), unavailable)
  })

  it('is unavailable when the server closes instead of answering', async () => {
    await start({ onEvery: (_request, { socket }) => socket.destroy() })
    await assert.rejects(connect(), unavailable)
    await assert.rejects(connect({ startTls: true }), unavailable)
  })

  it('is a protocol failure when something else listens there', async () => {
    await start({ onEvery: (_request, { socket }) => socket.write('HTTP/1.1 400 Bad Request\r\n') })
    await assert.rejects(connect(), protocol)
    await assert.rejects(connect({ startTls: true }), protocol)
  })

  for (const [code, failure] of [
    [8, 'refused'],
    [13, 'refused'],
    [48, 'refused'],
    [49, 'refused'],
    [53, 'refused'],
    [51, 'unavailable'],
    [52, 'unavailable'],
  ] as const) {
    it(`is ${failure} when the bind ends in result ${code}`, async () => {
      await start({
        onEvery: ({ messageId }, connection) =>
          connection.send(resultMessage(messageId, 0x61, { code })),
      })
      await assert.rejects(connect(), { failure, resultCode: code })
      await assert.doesNotReject(async () => {
        while (server.open.length > 0) await delay(5)
      })
    })
  }

  it('is refused when the server does not know StartTLS, and says nothing in clear text then', async () => {
    await start({
      onEvery: ({ messageId }, connection) =>
        connection.send(resultMessage(messageId, 0x78, { code: 2 })),
    })
    await assert.rejects(connect({ startTls: true }), { failure: 'refused', resultCode: 2 })
    assert.deepEqual(
      server.connections.map(({ requests }) => requests.map(({ tag }) => tag)),
      [[requestTags.extended]],
    )
  })

  it('refuses what arrives between the answer to StartTLS and TLS', async () => {
    await start({
      onEvery: ({ messageId }, connection) =>
        connection.send(resultMessage(messageId, 0x78), resultMessage(2, 0x61)),
    })
    await assert.rejects(connect({ startTls: true }), protocol)
  })

  it('does not take another message for the answer to StartTLS', async () => {
    await start({
      onEvery: (_request, connection) => connection.send(resultMessage(9, 0x78)),
    })
    await assert.rejects(connect({ startTls: true }), protocol)
  })

  it('says what to do when the port speaks no TLS', async () => {
    await start({ onConnection: ({ socket }) => socket.write('not TLS at all') })
    const options = optionsFor(server.url.replace('ldap', 'ldaps'))
    await assert.rejects(Connection.open(options), {
      ...unavailable,
      message: /does not speak TLS on this port/u,
    })
  })

  it('refuses clear text to another machine before it connects', async () => {
    await start({})
    await assert.rejects(Connection.open(optionsFor('ldap://ldap.example.org')), {
      failure: 'refused',
      message: /would be in clear text: use ldaps:\/\/, startTls or allowCleartext/u,
    })
  })
})

describe('Connection, the end of it', () => {
  afterEach(end)

  it('fails each operation under way once with an unknown outcome, and later ones as not sent', async () => {
    await start({
      onRequest: (_request, connection) => {
        if (connection.received(requestTags.delete).length === 20) connection.socket.destroy()
      },
    })
    const connection = await connect()
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, () => connection.request(deletion())),
    )
    for (const outcome of settled) {
      assert.ok(outcome.status === 'rejected')
      assertNoAnswer(outcome.reason, 'unknown', 'lost')
    }
    assert.equal(connection.inFlight, 0)
    await assert.rejects(connection.request(deletion()), { outcome: 'notSent', reason: 'lost' })
    assert.equal((await connection.closed).reason, 'lost')
  })

  it('is noticed when the server only ends its side', async () => {
    await start({})
    const connection = await connect()
    server.connections[0]?.socket.end()
    assert.equal((await connection.closed).reason, 'lost')
  })

  it('has the reason of the notice of disconnection (RFC 4511 §4.4.1)', async () => {
    await start({
      onRequest: (_request, connection) =>
        connection.send(noticeOfDisconnection(52, 'shutting down')),
    })
    const connection = await connect()
    await assert.rejects(connection.request(deletion()), (error) => {
      assertNoAnswer(error, 'unknown', 'lost')
      assert.ok(error instanceof NoAnswerError && error.cause instanceof LdapResultError)
      assert.partialDeepStrictEqual(error.cause.result, {
        code: 52,
        diagnosticMessage: 'shutting down',
      })
      return true
    })
    assert.equal(connection.isOpen, false)
  })

  it('does not come from other notices (RFC 4511 §4.4)', async () => {
    await start({
      onRequest: ({ messageId }, connection) =>
        connection.send(
          resultMessage(0, 0x78, { oid: '1.3.6.1.1.21.4' }),
          resultMessage(messageId, 0x6b),
        ),
    })
    const connection = await connect()
    assert.equal((await connection.request(deletion())).code, 0)
  })

  it('comes from our own good-bye, which the server hears (RFC 4511 §4.3)', async () => {
    await start({})
    const connection = await connect()
    const pending = connection.request(deletion())
    connection.close()
    connection.close()
    await assert.rejects(pending, { outcome: 'unknown', reason: 'closed' })
    await assert.rejects(connection.request(deletion()), { outcome: 'notSent', reason: 'closed' })
    while (server.open.length > 0) await delay(5)
    assert.deepEqual(
      server.connections[0]?.requests.map(({ tag }) => tag),
      [requestTags.bind, requestTags.delete, requestTags.unbind],
    )
  })

  for (const [what, bytes] of [
    ['is no BER', Buffer.from('HTTP/1.1 500\r\n')],
    ['is no response', Buffer.from('30060201024a0161', 'hex')],
    ['breaks off within', Buffer.from('300702010265020a05', 'hex')],
  ] as const) {
    it(`comes from a message that ${what}`, async () => {
      await start({ onRequest: (_request, { socket }) => socket.write(bytes) })
      const connection = await connect()
      const both = [connection.request(deletion()), connection.request(search())]
      for (const outcome of await Promise.allSettled(both)) {
        assert.ok(outcome.status === 'rejected')
        assertNoAnswer(outcome.reason, 'unknown', 'malformed')
      }
      assert.equal(connection.isOpen, false)
    })
  }

  it('comes from an answer of another kind than the request', async () => {
    await start({
      onRequest: ({ messageId }, connection) => connection.send(resultMessage(messageId, 0x69)),
    })
    const connection = await connect()
    await assert.rejects(connection.request(deletion()), { reason: 'malformed' })
  })

  it('does not come from an answer to nobody', async () => {
    await start({
      onRequest: ({ messageId }, connection) =>
        connection.send(resultMessage(4711, 0x69), resultMessage(messageId, 0x6b)),
    })
    const connection = await connect()
    assert.equal((await connection.request(deletion())).code, 0)
  })

  it('comes when the server is silent about an operation and about the question whether it lives', async () => {
    await start({})
    const connection = await connect({ connectTimeoutMs: 200 })
    await assert.rejects(connection.request(deletion(), { timeoutMs: 50 }), {
      reason: 'timeLimit',
    })
    assert.equal(connection.isResponsive, false)
    assert.equal((await connection.closed).reason, 'lost')
  })

  it('does not come when the server is only slow about one operation', async () => {
    await start({
      onRequest: ({ tag, messageId }, connection) => {
        if (tag === requestTags.search) connection.send(resultMessage(messageId, 0x65))
      },
    })
    const connectTimeoutMs = 500
    const connection = await connect({ connectTimeoutMs })
    await assert.rejects(connection.request(deletion(), { timeoutMs: 50 }), {
      reason: 'timeLimit',
    })
    // By then it would have ended.
    await delay(2 * connectTimeoutMs)
    assert.ok(connection.isOpen && connection.isResponsive)
  })
})

describe('Connection, answers in any shape', () => {
  afterEach(end)

  it('understands answers that arrive byte by byte', async () => {
    await start({
      onRequest: async ({ messageId }, { socket }) => {
        for (const byte of resultMessage(messageId, 0x6b, { text: 'slowly' })) {
          socket.write(Buffer.from([byte]))
          await delay(1)
        }
      },
    })
    const connection = await connect()
    assert.equal((await connection.request(deletion())).diagnosticMessage, 'slowly')
  })

  it('understands answers in another order than the requests', async () => {
    await start({
      onRequest: (_request, connection) => {
        const requests = connection.received(requestTags.delete)
        if (requests.length < 10) return
        const answers = requests.map(({ messageId }) =>
          resultMessage(messageId, 0x6b, { text: String(messageId) }),
        )
        connection.send(...answers.reverse())
      },
    })
    const connection = await connect()
    const results = await Promise.all(
      Array.from({ length: 10 }, () => connection.request(deletion())),
    )
    assert.ok(results.every((result) => result.diagnosticMessage === String(result.messageId)))
  })
})
