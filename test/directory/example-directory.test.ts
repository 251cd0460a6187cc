import assert from 'node:assert/strict'
import { Attribute, Change, Client, type Entry } from 'ldapts'
import { AdminClient } from '../support/admin-client.ts'
import { addSection, type DirectorySection } from '../support/directory-section.ts'
import { exampleTree, type OpenldapEndpoint } from '../support/openldap-server.ts'
import { startOpenldap } from '../support/openldap.ts'
import { sharedOpenldap } from '../support/shared-openldap.ts'

const lockedForGood = '000001010000Z'

const person = (uid: string) => ({ objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid })

/** Does something as the bridge's account. */
async function asBridge<T>(
  server: OpenldapEndpoint,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ url: server.url, timeout: 5000 })
  try {
    await client.bind(server.bridge.dn, server.bridge.password)
    return await work(client)
  } finally {
    await client.unbind()
  }
}

function replace(type: string, ...values: string[]): Change {
  return new Change({ operation: 'replace', modification: new Attribute({ type, values }) })
}

describe("the bridge's account in the example directory", () => {
  let server: OpenldapEndpoint
  let admin: AdminClient
  let section: DirectorySection
  let robert: string

  before(async () => {
    server = sharedOpenldap()
    admin = new AdminClient(server)
    section = await addSection(server)
    robert = `uid=robert,${section.people}`
  })

  after(async () => section.remove())

  it('adds, changes, renames and deletes below ou=people and ou=groups', async () => {
    const renamed = `uid=renamed,${section.people}`
    const group = `cn=crew,${section.groups}`
    await asBridge(server, async (client) => {
      await client.add(`uid=passing,${section.people}`, person('passing'))
      await client.modify(`uid=passing,${section.people}`, replace('title', 'Guest'))
      await client.modifyDN(`uid=passing,${section.people}`, 'uid=renamed')
      await client.add(group, { objectClass: 'groupOfNames', cn: 'crew', member: renamed })
    })
    assert.deepEqual(await admin.values(renamed, 'title'), ['Guest'])
    assert.deepEqual(await admin.values(renamed, 'memberOf'), [group])
    await asBridge(server, async (client) => {
      await client.del(group)
      await client.del(renamed)
    })
    assert.equal(await admin.read(renamed), undefined)
  })

  it('locks an account by an ordinary write of pwdAccountLockedTime, in an add as well', async () => {
    const userPassword = 'correct horse'
    await asBridge(server, async (client) => {
      await client.add(robert, {
        ...person('robert'),
        userPassword,
        pwdAccountLockedTime: lockedForGood,
      })
      assert.equal(await admin.canBind(robert, userPassword), false)
      await client.modify(robert, replace('pwdAccountLockedTime'))
      assert.equal(await admin.canBind(robert, userPassword), true)
      await client.modify(robert, replace('pwdAccountLockedTime', lockedForGood))
      assert.equal(await admin.canBind(robert, userPassword), false)
      await client.del(robert)
    })
  })

  it('sets passwords, which the server hashes and refuses below eight characters, and reads none', async () => {
    await asBridge(server, async (client) => {
      await client.add(robert, person('robert'))
      await assert.rejects(client.modify(robert, replace('userPassword', 'short')), {
        name: 'ConstraintViolationError',
      })
      await client.modify(robert, replace('userPassword', 'long enough'))
      const { searchEntries } = await client.search(robert, {
        scope: 'base',
        attributes: ['*', '+'],
      })
      assert.equal(searchEntries.length, 1)
      assert.equal(searchEntries[0]?.['userPassword'], undefined)
    })
    const [stored] = await admin.values(robert, 'userPassword')
    assert.match(stored ?? '', /^\{SSHA/)
    await admin.remove(robert)
  })

  it('sees no entry outside ou=people and ou=groups but that of the brake', async () => {
    await asBridge(server, async (client) => {
      for (const base of [exampleTree.suffix, exampleTree.secret, server.bridge.dn]) {
        await assert.rejects(client.search(base), { name: 'NoSuchObjectError' })
      }
    })
  })

  it('cannot write elsewhere outside ou=people and ou=groups, nor write these two entries', async () => {
    const refused = { name: 'InsufficientAccessError' }
    await admin.add(robert, person('robert'))
    await asBridge(server, async (client) => {
      const intruder = `uid=intruder,${exampleTree.secret}`
      await assert.rejects(client.add(intruder, person('intruder')), refused)
      await assert.rejects(client.modifyDN(robert, `uid=robert,${exampleTree.secret}`), refused)
      await assert.rejects(client.del(`uid=root,${exampleTree.secret}`), refused)
      await assert.rejects(client.del(exampleTree.people), refused)
      await assert.rejects(client.modify(exampleTree.groups, replace('description', 'x')), refused)
      await assert.rejects(
        client.modify(exampleTree.suffix, replace('description', 'x')),
        (error: Error) => ['InsufficientAccessError', 'NoSuchObjectError'].includes(error.name),
      )
    })
    await admin.remove(robert)
  })

  it('changes the description of the entry of the brake, and nothing else of it, and sees when it was changed', async () => {
    const brake = `cn=scim-brake,ou=services,${exampleTree.suffix}`
    const refused = { name: 'InsufficientAccessError' }
    await asBridge(server, async (client) => {
      await client.modify(brake, replace('description', 'x'))
      const attributes = ['description', 'modifyTimestamp']
      const { searchEntries } = await client.search(brake, { scope: 'base', attributes })
      assert.equal(searchEntries[0]?.['description'], 'x')
      assert.match(String(searchEntries[0]?.['modifyTimestamp']), /^\d{14}Z$/)
      await client.modify(brake, replace('description'))
      await assert.rejects(client.modify(brake, replace('l', 'x')), refused)
      await assert.rejects(client.modifyDN(brake, 'cn=other'), refused)
      await assert.rejects(client.del(brake), refused)
    })
  })

  it('gets no uid twice below ou=people, in whatever OU', async () => {
    await admin.add(robert, person('robert'))
    await assert.rejects(
      asBridge(server, (client) =>
        client.add(`uid=robert,${exampleTree.people}`, person('robert')),
      ),
      { name: 'ConstraintViolationError' },
    )
    await admin.remove(robert)
  })

  it('leaves the placeholder when refint takes the last member out of a group', async () => {
    const group = `cn=one,${section.groups}`
    await admin.add(robert, person('robert'))
    await admin.add(group, { objectClass: 'groupOfNames', cn: 'one', member: robert })
    await asBridge(server, (client) => client.del(robert))
    // refint works behind the answer.
    let members = [robert]
    while (members.includes(robert)) members = [...(await admin.values(group, 'member'))]
    assert.deepEqual(members, [exampleTree.placeholder])
  })
})

describe('the example tree', () => {
  it('says in memberOf what its groups say in member', async () => {
    const admin = new AdminClient(sharedOpenldap())
    const people = await admin.search({
      base: exampleTree.people,
      scope: 'one',
      attributes: ['memberOf'],
    })
    const groups = await admin.search({
      base: exampleTree.groups,
      scope: 'one',
      attributes: ['member'],
    })
    const pairs = (entries: typeof people, attribute: string, isReversed: boolean) =>
      entries
        .flatMap(({ dn, attributes }) => (attributes[attribute] ?? []).map((value) => [dn, value]))
        .map(([dn, value]) => (isReversed ? `${value} ${dn}` : `${dn} ${value}`))
        .filter((pair) => !pair.includes(exampleTree.placeholder))
        .sort()
    assert.ok(people.length > 0)
    assert.deepEqual(pairs(people, 'memberOf', false), pairs(groups, 'member', true))
  })
})

describe('the options of startOpenldap', function () {
  this.timeout(60_000)

  it('leave out overlays together with their schema', async () => {
    const server = await startOpenldap({ overlays: ['refint'] })
    try {
      const admin = new AdminClient(server)
      const [schema] = await admin.search({
        base: 'cn=Subschema',
        scope: 'base',
        attributes: ['attributeTypes'],
      })
      const types = schema?.attributes['attributeTypes']?.join('\n') ?? ''
      assert.match(types, /'scimExternalId'/)
      assert.doesNotMatch(types, /'memberOf'|'pwdAccountLockedTime'/)
      assert.deepEqual(await admin.values(`uid=cmeyer,${exampleTree.people}`, 'memberOf'), [])
    } finally {
      await server.close()
    }
  })

  it('limit how many entries the bridge may find', async () => {
    const server = await startOpenldap({ bridgeSizeLimit: 3 })
    try {
      const search = asBridge(server, async (client): Promise<Entry[]> => {
        const { searchEntries } = await client.search(exampleTree.people)
        return searchEntries
      })
      await assert.rejects(search, { name: 'SizeLimitExceededError' })
    } finally {
      await server.close()
    }
  })

  it('write through to the disk', async () => {
    const server = await startOpenldap({ fsync: true })
    try {
      const admin = new AdminClient(server)
      const configuration = await admin.search({
        base: 'cn=config',
        filter: '(olcDatabase={2}mdb)',
        attributes: ['olcDbNoSync'],
      })
      assert.deepEqual(configuration[0]?.attributes, { olcDbNoSync: ['FALSE'] })
    } finally {
      await server.close()
    }
  })
})
