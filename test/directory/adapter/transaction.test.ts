import assert from 'node:assert/strict'
import { childDn } from '../../../src/directory/dn.ts'
import type { Entry } from '../../../src/directory/entry.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import { equals } from '../../../src/directory/filter.ts'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { exampleTree, type OpenldapServer } from '../../support/openldap-server.ts'
import { startOpenldap } from '../../support/openldap.ts'
import { LdapProxy } from './ldap-proxy.ts'
import { openLdapDirectory } from './open-ldap-directory.ts'

function titled(dn: string, title: string): LdapOperation {
  const change = { operation: 'replace', attribute: 'title', values: [title] } as const
  return { kind: 'modify', dn, modifications: [change] }
}

function renamed(dn: string, uid: string): LdapOperation {
  return { kind: 'modifyDn', dn, newRdn: childDn('uid', uid, ''), deleteOldRdn: true }
}

async function failureOf(promise: Promise<unknown>): Promise<DirectoryError> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (failure: unknown) => failure,
  )
  assert.ok(error instanceof DirectoryError, String(error))
  return error
}

// OpenLDAP is the only server here that has transactions, and it may die of them when a request follows quickly on an
// answer. So it is one of our own, seen as another kind of server, and each request is held back for a moment.
describe('LdapDirectory on a server with transactions (RFC 5805)', () => {
  // On a busy machine it has died in spite of 10 ms.
  const pauseMs = 100
  let server: OpenldapServer
  let proxy: LdapProxy
  let directory: LdapDirectory
  let count = 0
  before(async function () {
    this.timeout(300_000)
    server = await startOpenldap()
    proxy = await LdapProxy.start(server.url, ['OpenLDAProotDSE'], pauseMs)
  })
  beforeEach(async () => {
    const { bridge } = server
    directory = await openLdapDirectory({ url: proxy.url, bridge }, { exclusiveConnections: 1 })
    await directory.capabilities()
  })
  afterEach(() => directory.close())
  after(async () => {
    await proxy.close()
    await server.close()
  })

  function person(): LdapOperation & { kind: 'add' } {
    count += 1
    const attributes = { objectClass: 'inetOrgPerson', uid: `t${count}`, cn: 'T', sn: 'T' }
    return {
      kind: 'add',
      dn: childDn('uid', attributes.uid, exampleTree.people),
      attributes: Object.entries(attributes).map(([type, value]) => ({ type, values: [value] })),
    }
  }

  function run(...operations: readonly LdapOperation[]): Promise<Entry | undefined> {
    return directory.execute({ operations, read: ['title'] })
  }

  /** The title of an entry; nothing when there is no such entry, or it has none. */
  async function titleOf(dn: string): Promise<string | undefined> {
    const filter = equals('entryDN', dn)
    const request = { base: exampleTree.people, scope: 'one', filter } as const
    for await (const entry of directory.search({ ...request, attributes: ['title'], limit: 1 })) {
      return entry.text('title') ?? ''
    }
    return undefined
  }

  it('makes the operations of a plan take effect together, and reads the entry afterwards', async () => {
    const add = person()
    const before = proxy.requests.length
    assert.equal((await run(add, titled(add.dn, 'x')))?.text('title'), 'x')
    assert.deepEqual(
      proxy.requests.slice(before).filter((kind) => kind !== 'bind'),
      ['extended', 'add', 'modify', 'extended', 'search'],
    )
  })

  it('makes nothing when one fails at the end, and says which, though OpenLDAP loses its text', async () => {
    const [one, other] = [person(), person()]
    await run(one)
    await run(other)
    const error = await failureOf(run(titled(one.dn, 'x'), renamed(one.dn, `t${count}`)))
    assert.equal(error.failure, 'notUnique')
    assert.equal(error.operationIndex, 1)
    assert.equal(error.attribute, undefined)
    assert.equal(error.isPartial, false)
    assert.equal(await titleOf(one.dn), '')
  })

  it('makes nothing when one is refused at once', async () => {
    const add = person()
    const change = { operation: 'add', attribute: 'displayName', values: ['a', 'b'] } as const
    const twice: LdapOperation = { kind: 'modify', dn: add.dn, modifications: [change] }
    const error = await failureOf(run(add, twice))
    assert.equal(error.failure, 'tooManyValues')
    assert.equal(error.attribute, 'displayName')
    assert.equal(error.operationIndex, 1)
    assert.equal(await titleOf(add.dn), undefined)
    assert.equal((await run(add, titled(add.dn, 'x')))?.text('title'), 'x')
  })

  it('checks assertions within it', async () => {
    const add = person()
    await run(add)
    const modify = { ...titled(add.dn, 'x'), assertion: equals('title', 'y') }
    const error = await failureOf(run(titled(add.dn, 'z'), modify))
    assert.equal(error.failure, 'assertionFailed')
    assert.equal(error.operationIndex, 1)
    assert.equal(await titleOf(add.dn), '')
  })

  it('leaves none behind when a request is too long to be sent', async () => {
    const add = person()
    // LDAP has an end behind that of every server.
    const more = { exclusiveConnections: 1, maxRequestBytes: 64 * 1024 * 1024 }
    await directory.close()
    directory = await openLdapDirectory({ url: proxy.url, bridge: server.bridge }, more)
    const tooLong = titled(add.dn, 'x'.repeat(17 * 1024 * 1024))
    assert.equal((await failureOf(run(add, tooLong))).failure, 'invalidValue')
    assert.equal((await run(add, titled(add.dn, 'x')))?.text('title'), 'x')
  })

  it('begins anew when the connection is lost before the commit', async () => {
    const add = person()
    proxy.next('modify', 'cutAfter')
    assert.equal((await run(add, titled(add.dn, 'x')))?.text('title'), 'x')
  })

  it('settles a commit whose answer was lost by what would have been changed last', async () => {
    const [one, other] = [person(), person()]
    proxy.next('extended', 'cutBefore', 1)
    const error = await failureOf(run(one, titled(one.dn, 'x')))
    assert.equal(error.failure, 'unavailable')
    assert.equal(await titleOf(one.dn), undefined)
    proxy.next('extended', 'cutAfter', 1)
    assert.equal((await run(other, titled(other.dn, 'x')))?.text('title'), 'x')
  })

  it('sets a password beside other operations in turn, which OpenLDAP refuses within a transaction', async () => {
    const add = person()
    const password: LdapOperation = { kind: 'passwordModify', dn: add.dn, newPassword: 'short' }
    const error = await failureOf(run(add, password))
    assert.equal(error.failure, 'passwordRefused')
    assert.equal(error.isPartial, false)
    assert.equal(await titleOf(add.dn), undefined)
  })
})
