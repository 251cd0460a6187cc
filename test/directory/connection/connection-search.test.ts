import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from '../../../src/directory/connection.ts'
import { nextPageCookie, pagedResults } from '../../../src/directory/controls.ts'
import { exampleTree } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { collected, openldapOptions, optionsFor, search, until } from './connection-fixture.ts'
import { entryMessage, referenceMessage, resultMessage } from './ldap-messages.ts'
import {
  requestTags,
  type Script,
  type ScriptedConnection,
  ScriptedServer,
} from './scripted-server.ts'

const entryBytes = 64 * 1024
const photo = Buffer.alloc(entryBytes)

/** Sends large entries without end, as fast as they are read. */
function sendForEver(messageId: number, { socket }: ScriptedConnection): void {
  const entry = entryMessage(messageId, 'cn=a', { jpegPhoto: [photo] })
  const send = (): void => {
    while (!socket.destroyed && socket.write(entry));
    if (!socket.destroyed) socket.once('drain', send)
  }
  send()
}

describe('LdapSearch (RFC 4511 §4.5)', () => {
  let server: ScriptedServer
  let connection: Connection

  async function start(script: Script): Promise<void> {
    server = await ScriptedServer.start(script)
    connection = await Connection.open(optionsFor(server.url))
  }

  function client(): ScriptedConnection {
    const [first] = server.connections
    assert.ok(first !== undefined)
    return first
  }

  afterEach(async () => {
    connection.close()
    await server.close()
  })

  it('answers entries in their order with their controls, reports references and keeps the result', async () => {
    const controls = new Map([['1.2.3', Buffer.from('x')]])
    await start({
      onRequest: ({ messageId }, { socket }) =>
        socket.write(
          Buffer.concat([
            entryMessage(messageId, 'cn=a', { cn: [Buffer.from('a')] }, controls),
            referenceMessage(messageId, ['ldap://a.example/']),
            entryMessage(messageId, 'cn=b', {}),
            resultMessage(messageId, 0x65, { text: 'done' }),
          ]),
        ),
    })
    const references: (readonly string[])[] = []
    const found = connection.search(search(), { onReference: (urls) => references.push(urls) })
    assert.throws(() => found.result)
    const entries = await collected(found)
    assert.deepEqual(
      entries.map(({ entry, controls: own }) => [entry.dn, own.size]),
      [
        ['cn=a', 1],
        ['cn=b', 0],
      ],
    )
    assert.deepEqual(references, [['ldap://a.example/']])
    assert.equal(found.result.diagnosticMessage, 'done')
  })

  it('fails behind the last entry when the server has cut the search off', async () => {
    await start({
      onRequest: ({ messageId }, scripted) =>
        scripted.send(
          entryMessage(messageId, 'cn=a', {}),
          resultMessage(messageId, 0x65, { code: 4 }),
        ),
    })
    const seen: string[] = []
    const walk = async (): Promise<void> => {
      for await (const { entry } of connection.search(search())) seen.push(entry.dn)
    }
    await assert.rejects(walk(), { name: 'LdapResultError', message: /sizeLimitExceeded/u })
    assert.deepEqual(seen, ['cn=a'])
  })

  it('fails when the connection ends, behind the entries that had arrived', async () => {
    await start({
      onRequest: ({ messageId }, scripted) => {
        scripted.send(entryMessage(messageId, 'cn=a', {}))
        scripted.socket.end()
      },
    })
    const seen: string[] = []
    const walk = async (): Promise<void> => {
      for await (const { entry } of connection.search(search())) seen.push(entry.dn)
    }
    await assert.rejects(walk(), { name: 'NoAnswerError', reason: 'lost' })
    assert.deepEqual(seen, ['cn=a'])
  })

  it('sends nothing before it is iterated', async () => {
    await start({})
    connection.search(search())
    assert.equal(connection.inFlight, 0)
  })

  it('abandons the search when its loop is left, and what still arrives of it is dropped', async () => {
    await start({
      onRequest: ({ tag, messageId }, scripted) => {
        const entries = Array.from({ length: 10 }, () => entryMessage(messageId, 'cn=a', {}))
        if (tag === requestTags.search) scripted.send(...entries)
      },
    })
    for await (const { entry } of connection.search(search())) {
      assert.equal(entry.dn, 'cn=a')
      break
    }
    assert.equal(connection.inFlight, 0)
    await until(() => client().received(requestTags.abandon).length === 1)
    const [first] = client().received(requestTags.search)
    client().send(entryMessage(first?.messageId ?? 0, 'cn=late', {}))
    await delay(20)
    assert.ok(connection.isOpen)
  })

  it('reads no further than a loop takes', async () => {
    await start({
      onRequest: ({ tag, messageId }, scripted) => {
        if (tag === requestTags.search) sendForEver(messageId, scripted)
      },
    })
    let taken = 0
    for await (const { entry } of connection.search(search())) {
      assert.equal(entry.dn, 'cn=a')
      taken += 1
      if (taken === 3) {
        // What the server goes on sending fills buffers of bounded size, ours and the system's; then it has to wait.
        await until(() => !connection.isResponsive && client().socket.writableNeedDrain)
        let sent = -1
        while (sent !== client().socket.bytesWritten) {
          sent = client().socket.bytesWritten
          await delay(200)
        }
      }
      if (taken === 500) break
    }
    assert.equal(taken, 500)
  })

  it('does not hold up another operation that the loop waits for', async () => {
    await start({
      onRequest: ({ tag, messageId }, scripted) => {
        if (tag === requestTags.delete) return
        if (scripted.received(requestTags.search).length > 1) {
          // The answer stands behind more entries than are held.
          const [first] = scripted.received(requestTags.search)
          const entry = entryMessage(first?.messageId ?? 0, 'cn=a', { jpegPhoto: [photo] })
          scripted.send(...Array.from({ length: 60 }, () => entry))
          scripted.send(resultMessage(messageId, 0x65))
          scripted.send(resultMessage(first?.messageId ?? 0, 0x65))
        } else scripted.send(entryMessage(messageId, 'cn=first', {}))
      },
    })
    let count = 0
    for await (const { entry } of connection.search(search())) {
      if (entry.dn === 'cn=first') await connection.request(search())
      count += 1
    }
    assert.equal(count, 61)
  })

  it('has a time limit for each silence of the server, not for the whole search', async () => {
    await start({
      onRequest: async ({ tag, messageId }, scripted) => {
        if (tag !== requestTags.search) return
        for (let i = 0; i < 8; i += 1) {
          await delay(50)
          scripted.send(entryMessage(messageId, 'cn=a', {}))
        }
        scripted.send(resultMessage(messageId, 0x65))
      },
    })
    const found = await collected(connection.search(search(), { timeoutMs: 200 }))
    assert.equal(found.length, 8)
  })

  it('does not count the time that the loop takes while it is behind', async () => {
    await start({
      onRequest: ({ tag, messageId }, scripted) => {
        if (tag !== requestTags.search) return
        const entry = entryMessage(messageId, 'cn=a', { jpegPhoto: [photo] })
        scripted.send(...Array.from({ length: 40 }, () => entry), resultMessage(messageId, 0x65))
      },
    })
    let count = 0
    for await (const { entry } of connection.search(search(), { timeoutMs: 50 })) {
      assert.equal(entry.dn, 'cn=a')
      if (count === 0) await delay(200)
      count += 1
    }
    assert.equal(count, 40)
  })
})

describe('LdapSearch on an OpenLDAP', () => {
  it('walks in pages (RFC 2696)', async () => {
    const connection = await Connection.open(openldapOptions(sharedOpenldap()))
    const all = await collected(connection.search(search(exampleTree.people)))
    const paged: string[] = []
    let cookie: Buffer | undefined = Buffer.alloc(0)
    while (cookie !== undefined) {
      const request = search(exampleTree.people)
      request.controls = [pagedResults(2, cookie)]
      const page = connection.search(request)
      for await (const { entry } of page) paged.push(entry.dn)
      cookie = nextPageCookie(page.result)
    }
    assert.ok(all.length > 2)
    assert.deepEqual(paged.sort(), all.map(({ entry }) => entry.dn).sort())
    connection.close()
  })
})
