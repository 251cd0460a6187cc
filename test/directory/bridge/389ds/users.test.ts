import assert from 'node:assert/strict'
import { start389ds } from '../../../support/389ds.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { exampleTree } from '../../../support/openldap-server.ts'
import type { DirectoryServer } from '../../../support/directory-server.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { openBridge389 } from './open-bridge.ts'

const startLimitMs = 5 * 60_000
const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

describe('The bridge in front of a 389 Directory Server', () => {
  let server: DirectoryServer
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(startLimitMs)
    server = await start389ds()
    admin = new AdminClient(server)
    bridge = await openBridge389({}, server)
  })

  after(async () => {
    await bridge.close()
    await server.close()
  })

  let count = 0
  const create = async (attributes: JsonObject = {}): Promise<{ id: string; dn: string }> => {
    count += 1
    const created = await bridge.scim.post('/Users', {
      userName: `ds${count}`,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...attributes,
    })
    assert.equal(created.status, 201, created.text)
    const userName = textIn(created.answer, 'userName')
    return { id: textIn(created.answer, 'id'), dn: `uid=${userName},${bridge.section.people}` }
  }
  const patch = async (
    id: string,
    operation: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    await bridge.scim.send('PATCH', `/Users/${id}`, {
      body: { schemas, Operations: [operation] },
      headers,
    })
  const read = async (path: string) => (await bridge.scim.get(path)).answer ?? {}

  it('gives out the nsUniqueId as id, and keeps it over a rename', async () => {
    const { id, dn } = await create({ userName: 'before' })
    assert.deepEqual(await admin.values(dn, 'nsUniqueId'), [id])
    const renamed = await patch(id, { op: 'replace', path: 'userName', value: 'after' })
    assert.equal(renamed.status, 200, renamed.text)
    const [uniqueId] = await admin.values(`uid=after,${bridge.section.people}`, 'nsUniqueId')
    assert.equal(uniqueId, id)
  })

  it('inactivates an account by nsAccountLock, and finds it by that', async () => {
    const { id, dn } = await create({ userName: 'locked', password: 'Corr3ct-horse' })
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), true)
    const disabled = await patch(id, { op: 'replace', path: 'active', value: false })
    assert.equal(disabled.answer?.['active'], false)
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), false)
    const found = await read('/Users?filter=active eq false and userName sw "lock"')
    assert.equal(found['totalResults'], 1)
    await patch(id, { op: 'replace', value: { active: true, password: 'An0ther-horse' } })
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), [])
    assert.equal(await admin.canBind(dn, 'An0ther-horse'), true)
  })

  it('stores passwords hashed', async () => {
    const { dn } = await create({ password: 'Corr3ct-horse' })
    const [stored = ''] = await admin.values(dn, 'userPassword')
    assert.match(stored, /^\{(?:PBKDF2|SSHA)/u)
  })

  it('refuses what is not ASCII in a userName or an address, which 389 DS does not take', async () => {
    const refused = await bridge.scim.post('/Users', {
      userName: 'andré',
      name: { familyName: 'A' },
    })
    assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /^userName / })
    const { id } = await create()
    const email = {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'andré@example.org',
    }
    assertRefused(await patch(id, email), {
      status: 400,
      scimType: 'invalidValue',
      detail: /^emails/,
    })
  })

  it('renames whoever has a name that has to be escaped in a DN, and leaves nothing of the old one', async () => {
    const { id } = await create({ userName: 'ada+test@example.org' })
    for (const [userName, rdn] of [
      ['Ada+Test@example.org', String.raw`uid=Ada\2BTest@example.org`],
      ['ada+other@example.org', String.raw`uid=ada\2Bother@example.org`],
      ['ada@example.org', 'uid=ada@example.org'],
      [' #ada', String.raw`uid=\20#ada`],
    ] as const) {
      const value = { userName, title: `Was ${userName}` }
      const renamed = await patch(id, { op: 'replace', value })
      assert.equal(renamed.status, 200, renamed.text)
      assert.equal(renamed.answer?.['userName'], userName)
      const [stored] = await admin.search({ filter: `(nsUniqueId=${id})`, attributes: ['uid'] })
      assert.equal(stored?.dn, `${rdn},${bridge.section.people}`)
      assert.deepEqual(stored.attributes, { uid: [userName] })
    }
  })

  it('takes a rename back whole where a name has to be escaped in a DN, and what follows is refused', async () => {
    const refused = { emails: [{ value: 'andré@example.org', type: 'work' }] }
    for (const [before, after] of [
      ['bob+test@example.org', 'bob+other@example.org'],
      ['carl+test@example.org', 'carl@example.org'],
      ['dave@example.org', 'dave+test@example.org'],
      ['eve+test@example.org', 'Eve+Test@example.org'],
    ] as const) {
      const { id } = await create({ userName: before })
      const attributes = ['*', 'nsUniqueId']
      const stored = async () => await admin.search({ filter: `(nsUniqueId=${id})`, attributes })
      const was = await stored()
      const answer = await patch(id, { op: 'replace', value: { userName: after, ...refused } })
      assertRefused(answer, { status: 400, scimType: 'invalidValue', detail: /^emails/u })
      assert.deepEqual(await stored(), was)
    }
  })

  for (const [what, parent, givesUp] of [
    ['also one that is taken there', exampleTree.groups, '[]'],
    ['which is given up where the server allows it once', exampleTree.people, '[uid]'],
  ] as const) {
    it(`moves whoever is deleted and has a name that has to be escaped in a DN, ${what}`, async () => {
      const formerBase = `ou=former,${parent}`
      await admin.add(formerBase, { objectClass: 'organizationalUnit' })
      const moving = await openBridge389(
        {
          'users.onDelete': 'move',
          'users.deletedBase': formerBase,
          'users.givesUp': givesUp,
        },
        server,
      )
      const body = { userName: 'former+test@example.org', name: { familyName: 'Former' } }
      for (let time = 0; time < 2; time += 1) {
        const created = await moving.scim.post('/Users', body)
        assert.equal(created.status, 201, created.text)
        const id = textIn(created.answer, 'id')
        const deleted = await moving.scim.delete(`/Users/${id}`)
        assert.equal(deleted.status, 204, deleted.text)
        const isKept = time === 0 && givesUp === '[]'
        const name = isKept ? body.userName : `${body.userName}-${id}`
        const filter = `(nsUniqueId=${id})`
        const [stored] = await admin.search({ base: formerBase, filter, attributes: ['uid'] })
        assert.deepEqual(stored?.attributes, { uid: [name] })
      }
      await moving.close()
      await admin.removeTree(formerBase)
    })
  }

  it('says nothing of assertions in a preview, for the server is not sent any', async () => {
    const { id } = await create({ title: 'Engineer' })
    const title = { op: 'replace', path: 'title', value: 'Analyst' }
    const planned = await patch(id, title, { Prefer: 'dry-run' })
    assert.match(planned.text, /title: Analyst/u)
    assert.doesNotMatch(planned.text, /only if/u)
  })
})
