import assert from 'node:assert/strict'
import type { Directory, SearchRequest } from '../../../src/directory/directory.ts'
import { childDn } from '../../../src/directory/dn.ts'
import type { Entry } from '../../../src/directory/entry.ts'
import { DirectoryError, type DirectoryFailure } from '../../../src/directory/error.ts'
import { and, equals, type Filter, present, substrings } from '../../../src/directory/filter.ts'
import { toLdif } from '../../../src/directory/ldif.ts'
import type { LdapDirectory } from '../../../src/directory/ldap-directory.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { AdminClient } from '../../support/admin-client.ts'
import { addSection, type DirectorySection } from '../../support/directory-section.ts'
import { sharedOpenldap } from '../../support/shared-openldap.ts'
import { LdapProxy } from './ldap-proxy.ts'
import { openLdapDirectory, silent } from './open-ldap-directory.ts'

let section: DirectorySection
let proxy: LdapProxy
let directory: LdapDirectory
let count = 0
/** What was logged as an error. */
const errors: string[] = []

async function begin(hidden: readonly string[] = [], more: object = {}): Promise<void> {
  const server = sharedOpenldap()
  section = await addSection(server)
  proxy = await LdapProxy.start(server.url, hidden)
  const place = { url: proxy.url, bridge: server.bridge }
  const logger = { ...silent, error: (message: string) => void errors.push(message) }
  directory = await openLdapDirectory(place, { ...more }, logger)
}

async function end(): Promise<void> {
  await directory.close()
  await proxy.close()
  await section.remove()
}

function person(
  uid = `a${(count += 1)}-${process.pid}`,
  more: Readonly<Record<string, readonly string[]>> = {},
): LdapOperation & { kind: 'add' } {
  const attributes = { objectClass: ['inetOrgPerson'], uid: [uid], cn: ['A'], sn: ['B'], ...more }
  return {
    kind: 'add',
    dn: childDn('uid', uid, section.people),
    attributes: Object.entries(attributes).map(([type, values]) => ({ type, values })),
  }
}

function titled(dn: string, title: string): LdapOperation {
  return {
    kind: 'modify',
    dn,
    modifications: [{ operation: 'replace', attribute: 'title', values: [title] }],
  }
}

function run(read: readonly string[], ...operations: readonly LdapOperation[]) {
  return directory.execute({ operations, read })
}

async function all(request: SearchRequest, from: Directory = directory): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of from.search(request)) entries.push(entry)
  return entries
}

function people(filter: Filter = equals('objectClass', 'person')): SearchRequest {
  return { base: section.people, scope: 'one', filter, attributes: ['uid', 'title'] }
}

async function titleOf(dn: string): Promise<string | undefined> {
  const request = { base: dn, scope: 'base', filter: present('objectClass') } as const
  const [entry] = await all({ ...request, attributes: ['title'] })
  return entry?.text('title')
}

async function exists(dn: string): Promise<boolean> {
  return (await all(people(equals('entryDN', dn)))).length === 1
}

async function failureOf(promise: Promise<unknown>): Promise<DirectoryError> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => {
      assert.ok(error instanceof DirectoryError, String(error))
      return error
    },
  )
}

async function fails(
  promise: Promise<unknown>,
  failure: DirectoryFailure,
  details: Partial<
    Pick<DirectoryError, 'operationIndex' | 'isPartial' | 'parts' | 'isMade' | 'takeBacks'>
  > = {},
): Promise<void> {
  const error = await failureOf(promise)
  assert.equal(error.failure, failure, error.message)
  for (const [key, value] of Object.entries(details)) {
    assert.deepEqual(error[key as keyof typeof details], value, key)
  }
}

/** What was sent to take back what had been made, as LDIF. */
function ldifOf({ takeBacks }: DirectoryError): string {
  return toLdif(takeBacks.map(({ operation }) => operation))
}

describe('LdapDirectory walks through many entries', () => {
  const total = 1100
  before(async () => {
    await begin([], { exclusiveConnections: 2 })
    const entries = Array.from({ length: total }, (_, index) => ({
      dn: childDn('cn', `n${index}`, section.people),
      attributes: { objectClass: 'inetOrgPerson', cn: `n${index}`, sn: 'Many' },
    }))
    await new AdminClient(sharedOpenldap()).addAll(entries)
  })
  after(end)

  it('returns every entry once, in pages, without a limit', async () => {
    const searches = proxy.count('search')
    const entries = await all({ ...people(), attributes: [] })
    assert.equal(new Set(entries.map(({ dn }) => dn)).size, total)
    // The first walk also reads the rootDSE and the schema.
    assert.ok(proxy.count('search') - searches >= 2)
  })

  it('walks twice at the same time, since each walk has its connection', async () => {
    const walks = await Promise.all([all(people()), all(people())])
    assert.deepEqual(
      walks.map((entries) => entries.length),
      [total, total],
    )
  })

  it('reads and writes while a walk goes on', async () => {
    let seen = 0
    for await (const entry of directory.search(people())) {
      seen += 1
      if (seen % 400 === 0) await run(['title'], titled(entry.dn, `seen ${seen}`))
    }
    assert.equal(seen, total)
  })

  it('ends walks that are left, and walks again', async () => {
    for (let round = 0; round < 5; round += 1) {
      for await (const entry of directory.search(people())) {
        assert.ok(entry.dn !== '')
        break
      }
    }
    assert.equal((await all(people())).length, total)
  })

  it('fails as limitExceeded behind a limit of any size', async () => {
    for (const limit of [10, 499, 500, total - 1]) {
      await fails(all({ ...people(), limit }), 'limitExceeded')
    }
    assert.equal((await all({ ...people(), limit: total })).length, total)
  })
})

describe('LdapDirectory sends what ldapts would break', () => {
  before(() => begin())
  after(end)

  it('defect 11: finds bytes above 7f', async () => {
    await run([], person('über', { 'cn;lang-de': ['Überall'] }))
    assert.equal((await all(people(equals('uid', Buffer.from('ÜBER'))))).length, 1)
    assert.equal((await all(people(substrings('uid', { initial: 'üb' })))).length, 1)
  })

  it('defect 12: finds by an attribute with an option, by an OID and by absolute True', async () => {
    const filter = and([equals('cn;lang-de', 'überall'), present('2.5.4.3'), and([])])
    assert.equal((await all(people(filter))).length, 1)
  })

  it('asks servers without RFC 4526 in other words', async () => {
    const server = sharedOpenldap()
    const older = await LdapProxy.start(server.url, ['1.3.6.1.4.1.4203.1.5.3'])
    const other = await openLdapDirectory({ url: older.url, bridge: server.bridge })
    assert.equal((await all(people(and([])), other)).length, (await all(people())).length)
    await other.close()
    await older.close()
  })
})

describe('LdapDirectory answers a write', () => {
  before(() => begin())
  after(end)

  it('by Post-Read, without another request (RFC 4527)', async () => {
    await directory.capabilities()
    const before = proxy.requests.length
    const add = person()
    await run(['entryUUID', 'uid'], add)
    await run(['title', 'nonsense'], titled(add.dn, 'x'))
    assert.deepEqual(proxy.requests.slice(before), ['add', 'modify'])
  })

  it('by Post-Read of the last of several operations, reading before only what could not be put back otherwise', async () => {
    const add = person()
    const before = proxy.requests.length
    const entry = await run(['title'], add, titled(add.dn, 'x'))
    assert.equal(entry?.text('title'), 'x')
    await run(['title'], titled(add.dn, 'y'), titled(add.dn, 'z'))
    assert.deepEqual(proxy.requests.slice(before), ['add', 'modify', 'search', 'modify', 'modify'])
  })

  it('says what could not be put back', async () => {
    const [one, other] = [person(), person()]
    await run([], one, other)
    const password: LdapOperation = { kind: 'passwordModify', dn: other.dn, newPassword: 'short' }
    const deletion: LdapOperation = { kind: 'delete', dn: one.dn }
    const plan = run([], deletion, titled(other.dn, 'back again'), password)
    await fails(plan, 'passwordRefused', {
      operationIndex: 2,
      isPartial: true,
      parts: { made: [deletion], missing: [titled(other.dn, 'back again'), password] },
    })
    assert.equal(await exists(one.dn), false)
    assert.equal(await titleOf(other.dn), undefined)
  })

  it('makes nothing of a plan without operations', async () => {
    assert.equal(await run(['uid']), undefined)
  })
})

describe('LdapDirectory on a server without Assertion (RFC 4528)', () => {
  before(() => begin(['1.3.6.1.1.12']))
  after(end)

  it('leaves assertions out', async () => {
    const add = person()
    await run([], add)
    const modify = { ...titled(add.dn, 'x'), assertion: equals('title', 'y') }
    assert.equal((await directory.capabilities()).hasAssertion, false)
    assert.equal((await run(['title'], modify))?.text('title'), 'x')
  })
})

describe('LdapDirectory on a server without Post-Read (RFC 4527)', () => {
  before(() => begin(['1.3.6.1.1.13.2'], { operationTimeoutMs: 400 }))
  after(end)

  it('says that a write was made, when only the read behind it fails', async () => {
    const { dn } = (await run(['uid'], person())) ?? assert.fail('no entry')
    proxy.next('search', 'loseAnswer')
    await fails(run(['title'], titled(dn, 'Made')), 'unavailable', {
      isMade: true,
      isPartial: false,
    })
    assert.equal(await titleOf(dn), 'Made')
  })
})

describe('LdapDirectory settles a write whose answer was lost', () => {
  let dn = ''
  before(() => begin([], { operationTimeoutMs: 1500 }))
  beforeEach(async () => {
    dn = (await run(['uid'], person(undefined, { title: ['Old'] })))?.dn ?? ''
  })
  after(end)

  const renamed = (): string => dn.replace('uid=', 'uid=new-')
  const writes = {
    add: () => person('lost'),
    modify: () => titled(dn, 'New'),
    modifyDn: (): LdapOperation => ({
      kind: 'modifyDn',
      dn,
      newRdn: renamed().split(',')[0] ?? '',
      deleteOldRdn: true,
    }),
    delete: (): LdapOperation => ({ kind: 'delete', dn }),
  } as const
  const kinds = ['add', 'modify', 'modifyDn', 'delete'] as const
  const shows: Readonly<Record<(typeof kinds)[number], () => Promise<boolean>>> = {
    add: () => exists(childDn('uid', 'lost', section.people)),
    modify: async () => (await titleOf(dn)) === 'New',
    modifyDn: async () => (await exists(renamed())) && !(await exists(dn)),
    delete: async () => !(await exists(dn)),
  }
  afterEach(async () => {
    const lost = childDn('uid', 'lost', section.people)
    if (await exists(lost)) await run([], { kind: 'delete', dn: lost })
  })

  for (const kind of kinds) {
    it(`succeeds with the entry when the ${kind} was applied, and sends it once`, async () => {
      const sent = proxy.count(kind)
      proxy.next(kind, 'cutAfter')
      const entry = await run(['uid'], writes[kind]())
      assert.equal(entry?.has('uid'), kind === 'delete' ? undefined : true)
      assert.equal(await shows[kind](), true)
      assert.equal(proxy.count(kind) - sent, 1)
    })

    it(`fails as unavailable when the ${kind} was not applied, and sends it once`, async () => {
      const sent = proxy.count(kind)
      proxy.next(kind, 'cutBefore')
      await fails(run(['uid'], writes[kind]()), 'unavailable', { isPartial: false })
      assert.equal(await shows[kind](), false)
      assert.equal(proxy.count(kind) - sent, 1)
    })
  }

  it('succeeds when the time limit passed but the write shows', async () => {
    proxy.next('modify', 'loseAnswer')
    assert.equal((await run(['title'], titled(dn, 'New')))?.text('title'), 'New')
  })

  it('fails as outcomeUnknown when the time limit passed and the write does not show', async () => {
    proxy.next('modify', 'loseRequest')
    await fails(run(['title'], titled(dn, 'New')), 'outcomeUnknown')
    assert.equal(await titleOf(dn), 'Old')
  })

  it('fails as outcomeUnknown when it is a password, which never shows', async () => {
    await directory.capabilities()
    proxy.next('extended', 'cutAfter')
    const password: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'long enough' }
    await fails(run(['uid'], password), 'outcomeUnknown')
  })

  it('puts back what was made in turn when the next write turns out not to be', async () => {
    const password: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'long enough' }
    const more: LdapOperation = {
      kind: 'modify',
      dn,
      modifications: [{ operation: 'add', attribute: 'description', values: ['x'] }],
    }
    proxy.next('modify', 'cutBefore', 1)
    const error = await failureOf(run(['title'], titled(dn, 'New'), more, password))
    assert.equal(error.failure, 'unavailable', error.message)
    assert.equal(error.operationIndex, 1)
    assert.equal(error.isPartial, false)
    assert.equal(error.parts, undefined)
    const sentBack = titled(dn, 'Old')
    assert.equal(ldifOf(error), toLdif([sentBack]))
    assert.deepEqual(
      error.takeBacks.map((takeBack) => takeBack.error),
      [undefined],
    )
    assert.equal(await titleOf(dn), 'Old')
  })

  it('says what it sent to put back what was made, and why it did not succeed', async () => {
    const rename: LdapOperation = { kind: 'modifyDn', dn, newRdn: 'uid=kept', deleteOldRdn: true }
    const after = childDn('uid', 'kept', section.people)
    const refused: LdapOperation = {
      kind: 'modify',
      dn: after,
      modifications: [{ operation: 'replace', attribute: 'sn', values: [] }],
    }
    // The rename back is the second of its kind.
    proxy.next('modifyDn', 'cutBefore', 1)
    const error = await failureOf(run([], rename, refused))
    assert.equal(error.failure, 'schemaViolation', error.message)
    assert.equal(error.isPartial, true)
    assert.deepEqual(error.parts, { made: [rename], missing: [refused] })
    const [uid = ''] = dn.split(',')
    const back = { kind: 'modifyDn', dn: after, newRdn: uid, deleteOldRdn: true } as const
    assert.equal(ldifOf(error), toLdif([back]))
    assert.deepEqual(
      error.takeBacks.map((takeBack) => takeBack.error?.failure),
      ['unavailable'],
    )
    assert.equal(await exists(after), true)
    await run([], { kind: 'delete', dn: after })
  })

  it('has nothing to put back when somebody removes the entry between two writes', async () => {
    const gone = person()
    await run([], gone)
    const admin = new AdminClient(sharedOpenldap())
    proxy.meanwhile('modify', async () => await admin.remove(gone.dn), 1)
    errors.length = 0
    await fails(run([], titled(gone.dn, 'One'), titled(gone.dn, 'Two')), 'noSuchEntry', {
      operationIndex: 1,
      isPartial: false,
    })
    assert.deepEqual(errors, [])
  })

  it('leaves what was made in turn when it is not known what became of the next write', async () => {
    const password: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'long enough' }
    proxy.next('extended', 'cutBefore')
    await fails(run(['title'], titled(dn, 'New'), password), 'outcomeUnknown', {
      operationIndex: 1,
      isPartial: true,
      parts: { made: [titled(dn, 'New')], missing: [password] },
      takeBacks: [],
    })
    assert.equal(await titleOf(dn), 'New')
  })
})

describe('LdapDirectory repeats a write', () => {
  before(() => begin())
  after(end)

  for (const kind of ['add', 'modify', 'modifyDn', 'delete'] as const) {
    it(`that the server was too busy for: ${kind}`, async () => {
      const made = person()
      if (kind !== 'add') await run([], made)
      const writes: Readonly<Record<typeof kind, LdapOperation>> = {
        add: made,
        modify: titled(made.dn, 'New'),
        modifyDn: { kind: 'modifyDn', dn: made.dn, newRdn: 'uid=busy', deleteOldRdn: true },
        delete: { kind: 'delete', dn: made.dn },
      }
      proxy.next(kind, 'busy')
      proxy.next(kind, 'busy')
      const sent = proxy.count(kind)
      await run([], writes[kind])
      assert.equal(proxy.count(kind) - sent, 3)
    })
  }

  it('not for ever', async () => {
    const made = person()
    for (let attempt = 1; attempt <= 6; attempt += 1) proxy.next('add', 'busy')
    await fails(run([], made), 'unavailable', { isPartial: false })
    assert.equal(await exists(made.dn), false)
  })
})

describe('LdapDirectory repeats a read', () => {
  let dn = ''
  before(async () => {
    await begin([], { operationTimeoutMs: 1000 })
    dn = (await run(['uid'], person(undefined, { title: ['Old'] })))?.dn ?? ''
  })
  after(end)

  it('when its connection is lost, twice', async () => {
    proxy.next('search', 'cutBefore')
    proxy.next('search', 'cutAfter')
    assert.equal(await titleOf(dn), 'Old')
    proxy.next('compare', 'cutBefore')
    assert.equal(await directory.compare(dn, 'title', 'OLD'), true)
  })

  it('not a third time', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) proxy.next('search', 'cutBefore')
    await fails(titleOf(dn), 'unavailable')
    assert.equal(await titleOf(dn), 'Old')
  })

  it('not when the time limit has passed', async () => {
    const searches = proxy.count('search')
    proxy.next('search', 'loseRequest')
    await fails(titleOf(dn), 'unavailable')
    // The connection asks once whether the server is still there.
    assert.ok(proxy.count('search') - searches <= 2)
  })
})

describe('LdapDirectory and its limits', () => {
  before(() => begin())
  after(end)

  it('is refused with a wrong password, and says so', async () => {
    const { url, bridge } = sharedOpenldap()
    const wrong = await openLdapDirectory({ url, bridge: { ...bridge, password: 'wrong' } })
    await fails(all(people(), wrong), 'refused')
    assert.equal(await wrong.isReachable(), false)
    await wrong.close()
  })

  it('fails as unavailable when nobody listens', async () => {
    const { bridge } = sharedOpenldap()
    const nobody = await openLdapDirectory({ url: 'ldap://127.0.0.1:1', bridge })
    await fails(all(people(), nobody), 'unavailable')
    await fails(nobody.capabilities(), 'unavailable')
    await fails(nobody.execute({ operations: [person()], read: ['uid'] }), 'unavailable')
    assert.equal(await nobody.isReachable(), false)
    await nobody.close()
  })

  it('fails as unavailable after it was closed', async () => {
    const closed = await openLdapDirectory(sharedOpenldap())
    assert.equal(await closed.isReachable(), true)
    await closed.close()
    await fails(all(people(), closed), 'unavailable')
    await fails(closed.compare(section.people, 'ou', 'x'), 'unavailable')
    await fails(closed.execute({ operations: [person()], read: [] }), 'unavailable')
    assert.equal(await closed.isReachable(), false)
  })

  it('takes the kind of directory from the settings', async () => {
    const told = await openLdapDirectory(sharedOpenldap(), { kind: '389ds' })
    assert.equal((await told.capabilities()).kind, '389ds')
    await told.close()
  })
})
