import assert from 'node:assert/strict'
import { PresenceFilter, SearchRequest } from 'ldapts'
import { NoAnswerError } from '../../../src/directory/connection-error.ts'
import { Connection } from '../../../src/directory/connection.ts'
import { controlOids, postRead, postReadEntry } from '../../../src/directory/controls.ts'
import { OversizedMessageError } from '../../../src/directory/message-error.ts'
import { AdminClient } from '../../support/admin-client.ts'
import { addSection, type DirectorySection } from '../../support/directory-section.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import {
  collected,
  deletion,
  openldapOptions,
  optionsFor,
  replacement,
  search,
  until,
} from './connection-fixture.ts'
import { element, entryMessage, integer, octets, resultMessage } from './ldap-messages.ts'
import {
  requestTags,
  type Script,
  type ScriptedConnection,
  ScriptedServer,
} from './scripted-server.ts'

const maxMessageBytes = 1000
const photo = Buffer.alloc(2 * maxMessageBytes)
const tooLong = { name: 'NoAnswerError', outcome: 'unknown', reason: 'tooLong' }

function assertTooLong(error: unknown, dn: string | undefined): void {
  assert.ok(error instanceof NoAnswerError && error.cause instanceof OversizedMessageError)
  assert.deepEqual([error.outcome, error.reason, error.cause.dn], ['unknown', 'tooLong', dn])
  assert.match(error.cause.message, /^a message of \d+ bytes, where .* is \d+$/u)
}

/** Answers a search and a deletion once both have come. */
function answering(answer: (searchId: number, deletionId: number) => Buffer): Script {
  return {
    onRequest: ({ tag }, client) => {
      const [found] = client.received(requestTags.search)
      const [deleted] = client.received(requestTags.delete)
      if (tag === requestTags.abandon || found === undefined || deleted === undefined) return
      client.send(answer(found.messageId, deleted.messageId))
    },
  }
}

describe('Connection, a message that is longer than allowed', () => {
  let server: ScriptedServer
  let connection: Connection

  async function start(script: Script): Promise<ScriptedConnection> {
    server = await ScriptedServer.start(script)
    connection = await Connection.open(optionsFor(server.url, { maxMessageBytes }))
    const [client] = server.connections
    assert.ok(client !== undefined)
    return client
  }

  afterEach(async () => {
    connection.close()
    await server.close()
  })

  it('fails its search alone, which is abandoned, and names the entry', async () => {
    const client = await start(
      answering((searchId, deletionId) =>
        Buffer.concat([
          entryMessage(searchId, 'cn=a', {}),
          entryMessage(searchId, 'cn=large', { jpegPhoto: [photo] }),
          entryMessage(searchId, 'cn=b', {}),
          resultMessage(deletionId, 0x6b, { text: 'unharmed' }),
        ]),
      ),
    )
    const seen: string[] = []
    const walk = async (): Promise<void> => {
      for await (const { entry } of connection.search(search())) seen.push(entry.dn)
    }
    const [walked, deleted] = await Promise.allSettled([walk(), connection.request(deletion())])
    assert.ok(walked.status === 'rejected' && deleted.status === 'fulfilled')
    assertTooLong(walked.reason, 'cn=large')
    assert.equal(deleted.value.diagnosticMessage, 'unharmed')
    assert.deepEqual(seen, ['cn=a'])
    await until(() => client.received(requestTags.abandon).length === 1)
    assert.ok(connection.isOpen && connection.inFlight === 0)
  })

  it('does not name an entry whose name is longer than what is read', async () => {
    await start({
      onRequest: ({ messageId }, client) =>
        client.send(entryMessage(messageId, `cn=${'x'.repeat(9000)}`, {})),
    })
    await assert.rejects(connection.request(search()), (error) => {
      assertTooLong(error, undefined)
      return true
    })
  })

  for (const [what, code] of [
    ['done', 0],
    ['refused', 50],
  ] as const) {
    it(`ends a write as its result says: ${what}`, async () => {
      const controls = new Map([[controlOids.postRead, photo]])
      await start({
        onRequest: ({ messageId }, client) =>
          client.send(resultMessage(messageId, 0x67, { code, controls })),
      })
      const written = connection.request(replacement('cn=a', 'title', []))
      if (code === 0) assert.equal((await written).controls.size, 0)
      else await assert.rejects(written, { name: 'LdapResultError', message: /result 50/u })
      assert.ok(connection.isOpen && connection.inFlight === 0)
    })
  }

  it('fails a search where it is the end of it, which may not have been all', async () => {
    await start({
      onRequest: ({ messageId }, client) =>
        client.send(resultMessage(messageId, 0x65, { text: 'x'.repeat(1000) })),
    })
    await assert.rejects(collected(connection.search(search())), tooLong)
    assert.ok(connection.isOpen && connection.inFlight === 0)
  })

  it('passes by where nobody waits for it any more', async () => {
    await start({
      onRequest: ({ messageId }, client) =>
        client.send(
          entryMessage(4711, 'cn=a', { jpegPhoto: [photo] }),
          resultMessage(4712, 0x65, { text: 'x'.repeat(1000) }),
          resultMessage(messageId, 0x6b),
        ),
    })
    assert.equal((await connection.request(deletion())).code, 0)
  })

  for (const [what, bytes] of [
    ['is no response', element(0x30, integer(2), element(0x4a, photo))],
    ['has no number', element(0x30, octets(photo))],
    ['answers another kind of request', resultMessage(2, 0x69, { text: 'x'.repeat(1000) })],
  ] as const) {
    it(`ends the connection where it ${what}`, async () => {
      await start({ onRequest: (_request, client) => client.send(bytes) })
      await assert.rejects(connection.request(deletion()), { reason: 'malformed' })
      assert.equal(connection.isOpen, false)
    })
  }
})

describe('Connection, an entry that is longer than allowed, on OpenLDAP', () => {
  let section: DirectorySection
  let connection: Connection
  let large: string
  let other: string

  before(async () => {
    const server = sharedOpenldap()
    section = await addSection(server)
    const entries = ['large', 'other'].map((uid) => ({
      dn: `uid=${uid},${section.people}`,
      attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
    }))
    await new AdminClient(server).addAll(entries)
    ;[large, other] = entries.map(({ dn }) => dn) as [string, string]
    connection = await Connection.open(openldapOptions(server, { maxMessageBytes: 100_000 }))
    await connection.request(replacement(large, 'jpegPhoto', [Buffer.alloc(600_000, 'a')]))
  })

  after(async () => {
    connection.close()
    await section.remove()
  })

  it('harms nothing else that is under way', async () => {
    const requests = Array.from({ length: 40 }, async (_, i) => {
      const read = collected(connection.search(wholeEntry(large)))
      const written = connection.request(replacement(other, 'title', [Buffer.from(`${i}`)]))
      return await Promise.allSettled([read, written])
    })
    for (const [read, written] of await Promise.all(requests)) {
      assert.ok(read.status === 'rejected')
      assertTooLong(read.reason, large)
      assert.equal(written.status, 'fulfilled')
    }
    assert.ok(connection.isOpen && connection.inFlight === 0)
  })

  it('is there after a write that was to answer it', async () => {
    const request = replacement(large, 'title', [Buffer.from('written')])
    request.controls = [postRead(['*'])]
    const result = await connection.request(request)
    assert.equal(postReadEntry(result), undefined)
    const [found] = await collected(connection.search(wholeEntry(large, 'title')))
    assert.equal(found?.entry.text('title'), 'written')
  })
})

function wholeEntry(baseDN: string, ...attributes: readonly string[]): SearchRequest {
  return new SearchRequest({
    messageId: 0,
    baseDN,
    scope: 'base',
    filter: new PresenceFilter({ attribute: 'objectClass' }),
    attributes: [...attributes],
  })
}
