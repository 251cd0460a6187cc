import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { exampleDomain } from '../../../support/samba.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertRefused, memberIds, textIn } from '../groups/group-scene.ts'
import { openOwnDomain, type OwnDomain, startLimitMs } from './own-domain.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

describe('The bridge in front of Active Directory (Samba)', () => {
  let domain: OwnDomain
  let bridge: TestBridge
  let admin: AdminClient
  let count = 0

  before(async function () {
    this.timeout(startLimitMs)
    domain = await openOwnDomain()
    ;({ admin, bridge } = domain)
  })

  after(async () => await domain.close())

  const unused = (): string => {
    count += 1
    return `user${count}`
  }
  const create = async (attributes: JsonObject = {}): Promise<JsonObject> => {
    const created = await bridge.scim.post('/Users', {
      userName: `${unused()}@example.org`,
      displayName: `Ada Lovelace ${count}`,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      ...attributes,
    })
    assert.equal(created.status, 201, created.text)
    return created.answer ?? {}
  }
  const createId = async (attributes: JsonObject = {}): Promise<string> =>
    textIn(await create(attributes), 'id')
  const patch = async (id: string, ...operations: readonly JsonObject[]): Promise<Exchange> =>
    await bridge.scim.patch(`/Users/${id}`, { schemas, Operations: operations })
  const stored = async (id: string, attribute: string): Promise<readonly string[]> =>
    await admin.values(`<GUID=${id}>`, attribute)
  const read = async (path: string): Promise<JsonObject> =>
    (await bridge.scim.get(path)).answer ?? {}

  const createGroup = async (...members: readonly string[]): Promise<string> => {
    const made = await bridge.scim.post('/Groups', {
      displayName: `Group ${unused()}`,
      members: members.map((value) => ({ value })),
    })
    assert.equal(made.status, 201, made.text)
    return textIn(made.answer, 'id')
  }
  const membersOf = async (group: string): Promise<readonly string[]> =>
    memberIds(await read(`/Groups/${group}`))

  const changeMembers = async (
    group: string,
    op: string,
    ...ids: readonly string[]
  ): Promise<number> => {
    const value = ids.map((id) => ({ value: id }))
    const Operations = [{ op, path: 'members', value }]
    return (await bridge.scim.patch(`/Groups/${group}`, { schemas, Operations })).status
  }

  it('creates a user whose id is the objectGUID in its usual spelling', async () => {
    const user = await create({ userName: 'first@example.org', displayName: 'First One' })
    const id = textIn(user, 'id')
    assert.match(id, /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u)
    const dn = `CN=First One,${bridge.section.people}`
    assert.deepEqual(await stored(id, 'distinguishedName'), [dn.replace(/,ou=/u, ',OU=')])
    assert.deepEqual(await stored(id, 'userPrincipalName'), ['first@example.org'])
    assert.deepEqual(await stored(id, 'sAMAccountName'), ['first'])
    assert.deepEqual(await read(`/Users/${id}`), user)
    assert.equal((await bridge.scim.get(`/Users/${id.toUpperCase()}`)).status, 200)
    const found = await read('/Users?filter=userName eq "FIRST@example.org"')
    assert.equal(found['totalResults'], 1)
  })

  it('keeps names apart by numbers: CN within the unit, sAMAccountName within 20 characters', async () => {
    const twins = await Promise.all(
      ['one.with.a.very.long.name@a', 'one.with.a.very.long.name@b'].map(
        async (name) => await createId({ userName: `${name}.org`, displayName: 'Twin' }),
      ),
    )
    const namesOf = async (attribute: string): Promise<readonly string[]> =>
      (await Promise.all(twins.map(async (id) => await stored(id, attribute)))).flat().toSorted()
    assert.deepEqual(await namesOf('cn'), ['Twin', 'Twin 2'])
    assert.deepEqual(await namesOf('sAMAccountName'), [
      'one.with.a.very.lon2',
      'one.with.a.very.long',
    ])
  })

  it('takes the next number where somebody out of reach has the name', async () => {
    const id = await createId({ userName: 'emergency@elsewhere.example' })
    assert.deepEqual(await stored(id, 'sAMAccountName'), ['emergency2'])
  })

  it('replaces characters that a sAMAccountName cannot have', async () => {
    const id = await createId({ userName: 'a+b,c=d.@example.org' })
    assert.deepEqual(await stored(id, 'sAMAccountName'), ['a_b_c_d'])
    assert.deepEqual(await stored(id, 'userPrincipalName'), ['a+b,c=d.@example.org'])
  })

  it('follows a change of what names are made from, with groups and reports', async () => {
    const boss = await createId({ userName: 'maiden@example.org', displayName: 'Maiden Name' })
    const id = await createId({ [enterprise]: { manager: { value: boss } } })
    const group = await createGroup(boss)
    const renamed = await patch(boss, {
      op: 'replace',
      value: { userName: 'married@example.org', displayName: 'Married, Name' },
    })
    assert.equal(renamed.status, 200, renamed.text)
    assert.deepEqual(await stored(boss, 'cn'), ['Married, Name'])
    assert.deepEqual(await stored(boss, 'sAMAccountName'), ['married'])
    const user = await read(`/Users/${id}`)
    const manager = (user[enterprise] as JsonObject)['manager'] as JsonObject
    assert.deepEqual([manager['value'], manager['displayName']], [boss, 'Married, Name'])
    assert.deepEqual(await membersOf(group), [boss])
  })

  it('leaves names that others have given, as long as nothing they are made from changes', async () => {
    const id = await createId()
    await admin.modify(`<GUID=${id}>`, {
      operation: 'replace',
      type: 'sAMAccountName',
      values: ['of.the.house'],
    })
    assert.equal((await patch(id, { op: 'replace', path: 'title', value: 'Duke' })).status, 200)
    assert.deepEqual(await stored(id, 'sAMAccountName'), ['of.the.house'])
  })

  it('refuses a userName that somebody has, also where only the directory can tell', async () => {
    await create({ userName: 'taken@example.org' })
    for (const userName of ['TAKEN@example.org', 'root@example.org']) {
      const refused = await bridge.scim.post('/Users', { userName })
      assertRefused(refused, { status: 409, scimType: 'uniqueness', detail: /^userName / })
    }
  })

  it('enables a new account that has a password, of any characters, and disables one without', async () => {
    const password = 'Pässwörd-日本-🙂 1'
    const enabled = await createId({ userName: 'enabled@example.org', password })
    assert.deepEqual(await stored(enabled, 'userAccountControl'), ['512'])
    assert.equal(await admin.canBind('enabled@example.org', password), true)
    const disabled = await create()
    assert.equal(disabled['active'], false)
    assert.deepEqual(await stored(textIn(disabled, 'id'), 'userAccountControl'), ['514'])
  })

  it('sets and clears the bit of the status alone, and never toggles it', async () => {
    const id = await createId({ userName: 'bits@example.org', password: 'Corr3ct-horse' })
    await admin.modify(`<GUID=${id}>`, {
      operation: 'replace',
      type: 'userAccountControl',
      values: ['66048'],
    })
    const disable = { op: 'replace', path: 'active', value: false }
    for (const status of ['66050', '66050']) {
      assert.equal((await patch(id, disable)).answer?.['active'], false)
      assert.deepEqual(await stored(id, 'userAccountControl'), [status])
    }
    const filter = 'userName eq "bits@example.org" and active eq'
    assert.equal((await read(`/Users?filter=${filter} false`))['totalResults'], 1)
    assert.equal((await read(`/Users?filter=${filter} true`))['totalResults'], 0)
    assert.equal(await admin.canBind('bits@example.org', 'Corr3ct-horse'), false)
    await patch(id, { op: 'replace', value: { active: true, password: 'An0ther-horse' } })
    assert.deepEqual(await stored(id, 'userAccountControl'), ['66048'])
    assert.equal(await admin.canBind('bits@example.org', 'An0ther-horse'), true)
  })

  it('says that a password is refused, and creates nothing then', async () => {
    const refusal = { status: 400, scimType: 'invalidValue', detail: /^password / }
    const body = { userName: 'weak@example.org', displayName: 'Weak', password: 'abc' }
    assertRefused(await bridge.scim.post('/Users', body), refusal)
    assert.equal((await read('/Users?filter=userName eq "weak@example.org"'))['totalResults'], 0)
    const id = await createId({ password: 'Corr3ct-horse' })
    assertRefused(await patch(id, { op: 'replace', path: 'password', value: 'abc' }), refusal)
  })

  it('keeps what it maps, and shows no password to the journal', async () => {
    const id = await createId({
      externalId: 'X-1',
      title: 'Countess',
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      [enterprise]: { department: 'Engines', organization: 'Analytical', employeeNumber: '7' },
      password: 'Corr3ct-horse',
    })
    const expected = {
      'msDS-cloudExtensionAttribute1': 'X-1',
      title: 'Countess',
      mail: 'ada@example.org',
      department: 'Engines',
      company: 'Analytical',
      employeeID: '7',
    }
    for (const [attribute, value] of Object.entries(expected)) {
      assert.deepEqual(await stored(id, attribute), [value])
    }
    assert.equal((await patch(id, { op: 'remove', path: 'title' })).status, 200)
    assert.deepEqual(await stored(id, 'title'), [])
    const journal = JSON.stringify(await bridge.journal())
    const encoded = Buffer.from('"Corr3ct-horse"', 'utf16le').toString('base64')
    for (const secret of ['Corr3ct', encoded]) assert.ok(!journal.includes(secret))
  })

  it('reaches neither computers nor what lies outside of its bases', async () => {
    const dn = `CN=PC,${bridge.section.people}`
    await admin.add(dn, { objectClass: 'computer', sAMAccountName: 'pc$', displayName: 'PC' })
    const listed = await read('/Users?count=500')
    assert.doesNotMatch(JSON.stringify(listed), /"PC"|Emergency/u)
  })

  it('shows those whom AdminSDHolder protects, and does not change them', async () => {
    const [user, group] = [await createId(), await createGroup()]
    for (const id of [user, group]) {
      await admin.modify(`<GUID=${id}>`, { operation: 'add', type: 'adminCount', values: ['1'] })
    }
    assert.equal((await bridge.scim.get(`/Users/${user}`)).status, 200)
    const title = { op: 'replace', path: 'title', value: 'Duke' }
    const refused = { status: 403, detail: /protected/ }
    assertRefused(await patch(user, title), refused)
    assertRefused(
      await bridge.scim.put(`/Users/${user}`, { userName: 'other@example.org' }),
      refused,
    )
    assertRefused(await bridge.scim.delete(`/Users/${user}`), refused)
    assertRefused(await bridge.scim.delete(`/Groups/${group}`), refused)
    assert.equal(await changeMembers(group, 'add', await createId()), 403)
    assert.deepEqual(await stored(group, 'member'), [])
  })

  describe('with groups', () => {
    it('creates them empty, as the settings say of their kind, with a sAMAccountName', async () => {
      const made = await bridge.scim.post('/Groups', { displayName: 'Research + [Development]' })
      assert.equal(made.status, 201, made.text)
      const id = textIn(made.answer, 'id')
      assert.deepEqual(await stored(id, 'groupType'), ['-2147483646'])
      assert.deepEqual(await stored(id, 'sAMAccountName'), ['Research _ _Development_'])
      assert.deepEqual(await stored(id, 'member'), [])
    })

    it('neither shows nor touches members from elsewhere, even where the list is replaced', async () => {
      const [group, one, other] = [await createGroup(), await createId(), await createId()]
      await admin.modify(`<GUID=${group}>`, {
        operation: 'add',
        type: 'member',
        values: [`CN=Emergency Access,${exampleDomain.secret}`],
      })
      assert.equal(await changeMembers(group, 'add', one), 204)
      const replaced = await bridge.scim.patch(`/Groups/${group}`, {
        schemas,
        Operations: [{ op: 'replace', path: 'members', value: [{ value: other }] }],
      })
      assert.equal(replaced.status, 204, replaced.text)
      assert.deepEqual(await membersOf(group), [other])
      assert.equal((await stored(group, 'member')).length, 2)
    })
  })
})
