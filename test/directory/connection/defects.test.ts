import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { execPath } from 'node:process'
import path from 'node:path'
import { promisify } from 'node:util'
import { Connection } from '../../../src/directory/connection.ts'
import { ConnectionPool } from '../../../src/directory/pool.ts'
import { exampleTree, type OpenldapEndpoint } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import {
  deletion,
  openldapOptions,
  optionsFor,
  poolOptions,
  replacement,
  search,
  until,
} from './connection-fixture.ts'
import { entryMessage, intermediateMessage, resultMessage } from './ldap-messages.ts'
import { RecordingProxy } from './recording-proxy.ts'
import { requestTags, type Script, ScriptedServer } from './scripted-server.ts'

const run = promisify(execFile)
const lost = { name: 'NoAnswerError', reason: 'lost' }

describe('the defects of the ldapts client', () => {
  let server: ScriptedServer
  const opened: { close: () => unknown }[] = []

  async function start(script: Script): Promise<void> {
    server = await ScriptedServer.start(script)
    opened.push(server)
  }

  async function connect(different: Parameters<typeof optionsFor>[1] = {}): Promise<Connection> {
    const connection = await Connection.open(optionsFor(server.url, different))
    opened.push(connection)
    return connection
  }

  function pool(): ConnectionPool {
    const made = new ConnectionPool(poolOptions(optionsFor(server.url)))
    opened.push(made)
    return made
  }

  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close()
  })

  it('defect 1: calls that come before there is a connection share one attempt and are all answered', async () => {
    await start({
      onRequest: ({ messageId }, connection) => connection.send(resultMessage(messageId, 0x65)),
    })
    const one = pool()
    const results = await Promise.all(Array.from({ length: 50 }, () => one.request(search())))
    assert.equal(results.length, 50)
    assert.ok(server.connections.length <= 4)
    assert.equal(one.counters.inFlight, 0)
  })

  it('defect 2: a connection never reconnects, and every connection that replaces it is bound', async () => {
    await start({
      onRequest: ({ messageId }, connection) => connection.send(resultMessage(messageId, 0x65)),
    })
    const one = pool()
    await one.withConnection(async (connection) => {
      await connection.request(search())
      for (const { socket } of server.connections) socket.destroy()
      await connection.closed
      await assert.rejects(connection.request(search()), { ...lost, outcome: 'notSent' })
    })
    await one.request(search())
    assert.ok(server.connections.length >= 2)
    for (const { requests } of server.connections) {
      assert.equal(requests[0]?.tag ?? requestTags.bind, requestTags.bind)
    }
  })

  it('defect 3: a message of which a part arrived before the connection was lost harms no later call', async () => {
    await start({
      onRequest: ({ messageId }, connection) => {
        const answer = resultMessage(messageId, 0x65, { text: 'a long text' })
        const isFirst = server.connections.length === 1
        connection.send(isFirst ? answer.subarray(0, -5) : answer)
        if (isFirst) connection.socket.end()
      },
    })
    const one = pool()
    await assert.rejects(one.request(search()), { ...lost, outcome: 'unknown' })
    assert.equal((await one.request(search())).code, 0)
  })

  it('defect 6: nothing is lost that stands behind an intermediate response in one piece', async () => {
    await start({
      onRequest: (_request, connection) => {
        const requests = connection.received(requestTags.search)
        if (requests.length < 60) return
        const answers = requests.map(({ messageId }) => resultMessage(messageId, 0x65))
        const first = requests[0]?.messageId ?? 0
        connection.send(intermediateMessage(first, '1.2.3', Buffer.from([255])), ...answers)
      },
    })
    const connection = await connect()
    const seen: unknown[] = []
    const results = await Promise.all(
      Array.from({ length: 60 }, () =>
        connection.request(search(), { onIntermediate: (oid, value) => seen.push([oid, value]) }),
      ),
    )
    assert.equal(results.length, 60)
    assert.deepEqual(seen, [['1.2.3', Buffer.from([255])]])
  })

  it('defect 7: takes 200 000 entries in one search', async () => {
    await start({
      onRequest: ({ messageId }, connection) => {
        const entry = entryMessage(messageId, 'uid=somebody,ou=people', {})
        for (let block = 0; block < 200; block += 1) {
          connection.send(...Array.from({ length: 1000 }, () => entry))
        }
        connection.send(resultMessage(messageId, 0x65))
      },
    })
    const connection = await connect()
    let count = 0
    for await (const { entry } of connection.search(search())) count += entry.dn === '' ? 0 : 1
    assert.equal(count, 200_000)
  })

  it('defect 10: a time limit abandons its operation and leaves the others and the connection alone', async () => {
    await start({
      onRequest: ({ tag, messageId }, connection) => {
        if (tag !== requestTags.abandon) return
        // The abandoned operation is answered all the same, as it may be, and then the others are.
        const requests = connection.received(requestTags.search)
        connection.send(...requests.map((request) => resultMessage(request.messageId, 0x65)))
        assert.notEqual(messageId, requests[0]?.messageId)
      },
    })
    const connection = await connect()
    const slow = connection.request(search(), { timeoutMs: 50 })
    const others = Array.from({ length: 5 }, () => connection.request(search()))
    await assert.rejects(slow, {
      name: 'NoAnswerError',
      reason: 'timeLimit',
      outcome: 'unknown',
    })
    await Promise.all(others)
    assert.ok(connection.isOpen)
    const [abandon] = server.connections[0]?.received(requestTags.abandon) ?? []
    const [first] = server.connections[0]?.received(requestTags.search) ?? []
    assert.equal(abandon?.bytes.at(-1), first?.messageId)
  })

  it('defect 16: logs no password, whatever NODE_DEBUG says', async () => {
    await start({
      onRequest: ({ tag, messageId }, connection) =>
        connection.send(resultMessage(messageId, tag + 1)),
    })
    const password = 'never-to-be-seen'
    const script = path.join(import.meta.dirname, 'leaks-no-password.ts')
    const { stdout, stderr } = await run(execPath, [script, server.url, password], {
      env: { NODE_DEBUG: 'ldapts,ldapts*' },
    })
    assert.doesNotMatch(stdout + stderr, /never-to-be-seen/u)
    const [connection] = server.connections
    assert.equal(connection?.received(requestTags.modify).length, 1)
    assert.equal(connection.received(requestTags.extended).length, 1)
  })

  it('defect 17: the URL alone says whether a connection begins with TLS', async () => {
    await start({})
    await connect({ trust: { ...optionsFor('').trust, servername: 'ldap.example' } })
    assert.equal(server.connections[0]?.requests[0]?.tag, requestTags.bind)
  })

  it('defect 18: a referral is not followed, and its URLs are kept', async () => {
    const referrals = ['ldap://a.example/dc=a', 'ldap://b.example']
    await start({
      onRequest: ({ messageId }, connection) =>
        connection.send(resultMessage(messageId, 0x6b, { code: 10, referrals })),
    })
    const connection = await connect()
    await assert.rejects(connection.request(deletion()), (error) => {
      assert.ok(error instanceof Error && 'result' in error)
      assert.partialDeepStrictEqual(error.result, { code: 10, referrals })
      return true
    })
  })
})

describe('the defects of StartTLS in the ldapts client', () => {
  let openldap: OpenldapEndpoint
  let proxy: RecordingProxy

  before(() => {
    openldap = sharedOpenldap()
  })

  beforeEach(async () => {
    proxy = await RecordingProxy.start(openldap.url)
  })

  afterEach(() => proxy.close())

  it('defect 4: the end of the connection is noticed behind StartTLS, too', async () => {
    const options = openldapOptions(openldap, { url: proxy.url, startTls: true })
    const connection = await Connection.open(options)
    const pending = connection.request(search(exampleTree.people), { timeoutMs: 60_000 })
    proxy.cut()
    await assert.rejects(pending, { ...lost, outcome: 'unknown' })
    assert.equal((await connection.closed).reason, 'lost')
    assert.equal(connection.isOpen, false)
    await assert.rejects(connection.request(search()), { ...lost, outcome: 'notSent' })
  })

  it('defect 5: nothing but the request for StartTLS is ever sent in clear text, also after a loss', async () => {
    const secret = 'never-on-the-wire'
    const options = openldapOptions(openldap, { url: proxy.url, startTls: true })
    const pool = new ConnectionPool(poolOptions(options, { connections: 1 }))
    const write = replacement(`uid=absent,${exampleTree.people}`, 'userPassword', [
      Buffer.from(secret),
    ])
    const noSuchObject = { message: 'LDAP result 32 (noSuchObject)' }
    await assert.rejects(pool.request(write), noSuchObject)
    proxy.cut()
    await until(() => pool.counters.open === 0)
    await assert.rejects(pool.request(write), noSuchObject)
    await pool.close()
    assert.equal(proxy.connections, 2)
    for (const clear of [secret, openldap.bridge.password, 'uid=bridge']) {
      assert.equal(proxy.sent.includes(clear), false)
    }
  })
})
