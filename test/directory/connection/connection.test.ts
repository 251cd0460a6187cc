import assert from 'node:assert/strict'
import tls from 'node:tls'
import { BindRequest } from 'ldapts'
import { Connection } from '../../../src/directory/connection.ts'
import { postRead, postReadEntry } from '../../../src/directory/controls.ts'
import { generatedPassword, passwordModify } from '../../../src/directory/message-extended.ts'
import { AdminClient } from '../../support/admin-client.ts'
import { addSection, type DirectorySection } from '../../support/directory-section.ts'
import { exampleTree, type OpenldapEndpoint } from '../../support/openldap-server.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import {
  collected,
  openldapOptions,
  optionsFor,
  replacement,
  search,
} from './connection-fixture.ts'

/** Connects, counts the people and closes. */
async function canSearch(options: Parameters<typeof Connection.open>[0]): Promise<boolean> {
  const connection = await Connection.open(options)
  const found = await collected(connection.search(search(exampleTree.people)))
  connection.close()
  return found.length > 0
}

describe('Connection to an OpenLDAP', () => {
  let server: OpenldapEndpoint
  let section: DirectorySection
  let dn: string

  before(async () => {
    server = sharedOpenldap()
    section = await addSection(server)
    dn = `uid=conn,${section.people}`
    await new AdminClient(server).addAll([
      { dn, attributes: { objectClass: 'inetOrgPerson', uid: 'conn', cn: 'conn', sn: 'conn' } },
    ])
  })

  after(() => section.remove())

  it('searches over ldap:// to this machine', async () => {
    assert.ok(await canSearch(openldapOptions(server)))
  })

  it('searches over ldaps:// with a CA of its own', async () => {
    assert.ok(await canSearch(openldapOptions(server, { url: server.ldapsUrl })))
  })

  it('searches over StartTLS with a CA of its own', async () => {
    assert.ok(await canSearch(openldapOptions(server, { startTls: true })))
  })

  for (const [name, isUsed] of [
    ['localhost', true],
    ['127.0.0.1', true],
    ['another.example', false],
  ] as const) {
    it(`${isUsed ? 'takes' : 'refuses'} the certificate for the servername ${name}`, async () => {
      const secureContext = tls.createSecureContext({ ca: server.ca })
      const options = openldapOptions(server, {
        url: server.ldapsUrl,
        trust: { secureContext, servername: name },
      })
      if (isUsed) assert.ok(await canSearch(options))
      else {
        await assert.rejects(canSearch(options), {
          failure: 'unavailable',
          message: /for another name: .* tls\.servername/u,
        })
      }
    })
  }

  for (const startTls of [false, true]) {
    it(`says what to do about an unknown CA ${startTls ? 'with StartTLS' : 'with ldaps://'}`, async () => {
      const { trust } = optionsFor('ldap://localhost')
      const url = startTls ? server.url : server.ldapsUrl
      await assert.rejects(canSearch(openldapOptions(server, { url, startTls, trust })), {
        name: 'DirectoryError',
        failure: 'unavailable',
        message: /unknown CA: name the CA that issued it in tls\.caFile/u,
      })
    })
  }

  it('says that a wrong password is refused, without the name and the password', async () => {
    const credentials = { dn: server.bridge.dn, password: 'not this one' }
    await assert.rejects(canSearch(openldapOptions(server, { credentials })), (error) => {
      assert.ok(error instanceof Error && 'failure' in error && 'resultCode' in error)
      assert.equal(error.failure, 'refused')
      assert.equal(error.resultCode, 49)
      assert.doesNotMatch(error.message, /not this one|uid=/u)
      return true
    })
    // The policy counts wrong passwords until one is right.
    assert.ok(await canSearch(openldapOptions(server)))
  })

  it('answers an entry and its controls after a write (RFC 4527)', async () => {
    const connection = await Connection.open(openldapOptions(server))
    const request = replacement(dn, 'title', [Buffer.from('Kapitän')])
    request.controls = [postRead(['title', 'entryUUID'])]
    const result = await connection.request(request)
    assert.equal(postReadEntry(result)?.text('title'), 'Kapitän')
    assert.equal(postReadEntry(result)?.has('entryUUID'), true)
    connection.close()
  })

  it('keeps matched DN and code of a refusal, and names no entry in its message', async () => {
    const connection = await Connection.open(openldapOptions(server))
    const absent = search(`uid=absent,${section.people}`, 'base')
    await assert.rejects(connection.request(absent), (error) => {
      assert.ok(error instanceof Error && 'result' in error)
      assert.partialDeepStrictEqual(error.result, { code: 32, matchedDn: section.people })
      assert.equal(error.message, 'LDAP result 32 (noSuchObject)')
      return true
    })
    connection.close()
  })

  it('has any number of operations under way', async () => {
    const connection = await Connection.open(openldapOptions(server))
    const requests = Array.from({ length: 500 }, () => connection.request(search(dn, 'base')))
    assert.equal(connection.inFlight, 500)
    const results = await Promise.all(requests)
    assert.equal(new Set(results.map(({ messageId }) => messageId)).size, 500)
    assert.equal(connection.inFlight, 0)
    connection.close()
  })

  it('reads an answer that came in time, though the process was too busy to look', async () => {
    const connection = await Connection.open(openldapOptions(server))
    const pending = connection.request(search(dn, 'base'), { timeoutMs: 50 })
    const blockedUntil = performance.now() + 250
    while (performance.now() < blockedUntil);
    assert.equal((await pending).code, 0)
    connection.close()
  })

  it('defect 9: writes values whose request ends at 512 KiB, and the server reads them as they are', async () => {
    const connection = await Connection.open(openldapOptions(server))
    for (const size of [523_900, 524_150, 524_288, 600_000]) {
      const value = Buffer.alloc(size, 'photo')
      await connection.request(replacement(dn, 'jpegPhoto', [value]))
      const request = search(dn, 'base')
      request.attributes = ['jpegPhoto']
      const [found] = await collected(connection.search(request))
      assert.deepEqual(found?.entry.bytes('jpegPhoto'), [value])
    }
    connection.close()
  })

  it('defect 15: answers the password that the server generated, with which the user binds', async () => {
    const connection = await Connection.open(openldapOptions(server))
    const password = generatedPassword(await connection.request(passwordModify({ user: dn })))
    connection.close()
    assert.ok(password !== undefined && password.length > 0)
    const user = await Connection.open(
      openldapOptions(server, { credentials: { dn, password: password.toString() } }),
    )
    user.close()
  })

  it('never binds without a password, which the server would take for nobody (RFC 4513 §5.1.2)', async () => {
    for (const credentials of [
      { dn: server.bridge.dn, password: '' },
      { dn: '', password: 'a' },
    ]) {
      await assert.rejects(canSearch(openldapOptions(server, { credentials })), {
        failure: 'refused',
      })
    }
    const { credentials: _, ...anonymous } = openldapOptions(server)
    const connection = await Connection.open(anonymous)
    await connection.request(new BindRequest({ messageId: 0 }))
    connection.close()
  })
})
