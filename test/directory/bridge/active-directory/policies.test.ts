import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { exampleDomain } from '../../../support/samba.ts'
import { memberIds, textIn } from '../groups/group-scene.ts'
import { openOwnDomain, type OwnDomain, startLimitMs } from './own-domain.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

describe('The bridge in front of Active Directory, set up otherwise', () => {
  let domain: OwnDomain
  let bridge: TestBridge
  let admin: AdminClient

  before(async function () {
    this.timeout(startLimitMs)
    domain = await openOwnDomain({
      'users.password.whenMissing': 'random',
      'users.password.mustChange': 'true',
      'users.onDelete': 'move',
      'users.deletedBase': exampleDomain.former,
      'groups.fixed': "{ groupType: '8' }",
    })
    ;({ admin, bridge } = domain)
  })

  after(async () => await domain.close())

  const create = async (path: string, body: JsonObject): Promise<string> => {
    const created = await bridge.scim.post(path, body)
    assert.equal(created.status, 201, created.text)
    return textIn(created.answer, 'id')
  }
  const stored = async (id: string, attribute: string): Promise<readonly string[]> =>
    await admin.values(`<GUID=${id}>`, attribute)

  it('gives an account without a password one that nobody knows', async () => {
    const id = await create('/Users', { userName: 'random@example.org' })
    assert.deepEqual(await stored(id, 'userAccountControl'), ['512'])
    assert.equal(await admin.canBind('random@example.org', ''), false)
  })

  it('has a password changed that a client has set (pwdLastSet)', async () => {
    const id = await create('/Users', { userName: 'new@example.org', password: 'Corr3ct-horse' })
    assert.deepEqual(await stored(id, 'pwdLastSet'), ['0'])
    await admin.modify(`<GUID=${id}>`, { operation: 'replace', type: 'pwdLastSet', values: ['-1'] })
    assert.notDeepEqual(await stored(id, 'pwdLastSet'), ['0'])
    const Operations = [{ op: 'replace', path: 'password', value: 'An0ther-horse' }]
    const changed = await bridge.scim.patch(`/Users/${id}`, { schemas, Operations })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(await stored(id, 'pwdLastSet'), ['0'])
  })

  it('moves a user who is deleted, disabled and out of all groups', async () => {
    const id = await create('/Users', { userName: 'former@example.org', displayName: 'Former One' })
    const group = await create('/Groups', { displayName: 'Universal', members: [{ value: id }] })
    assert.deepEqual(await stored(group, 'groupType'), ['8'])
    assert.equal((await bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.equal((await bridge.scim.get(`/Users/${id}`)).status, 404)
    const dn = `CN=Former One,${exampleDomain.former}`
    assert.deepEqual(await stored(id, 'distinguishedName'), [dn])
    assert.deepEqual(await stored(id, 'userAccountControl'), ['514'])
    assert.deepEqual(memberIds((await bridge.scim.get(`/Groups/${group}`)).answer), [])
  })
})
