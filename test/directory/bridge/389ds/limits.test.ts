import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'
import { assertRefused, patchOpUrn, textIn } from '../groups/group-scene.ts'
import { openBridge389 } from './open-bridge.ts'

describe('The limits of a 389 Directory Server', () => {
  let bridge: TestBridge
  let admin: AdminClient

  before(async () => {
    bridge = await openBridge389()
    admin = new AdminClient(shared389ds())
  })

  after(async () => await bridge.close())

  const patch = async (resource: string, operation: object) =>
    await bridge.scim.patch(resource, { schemas: [patchOpUrn], Operations: [{ ...operation }] })

  const unfit: readonly (readonly [string, object, RegExp])[] = [
    ['a userName', { userName: 'andré' }, /^userName /u],
    ['an e-mail address', { emails: [{ value: 'andré@example.org', type: 'work' }] }, /^emails\[/u],
    ['a telephone number', { phoneNumbers: [{ value: '☎ 1', type: 'work' }] }, /^phoneNumbers\[/u],
  ]
  for (const [what, value, detail] of unfit) {
    it(`refuse ${what} that is not ASCII with 400, which names it, and nothing is written`, async () => {
      const refusal = { status: 400, scimType: 'invalidValue', detail }
      const body = { userName: 'plain', name: { familyName: 'Plain' } }
      assertRefused(await bridge.scim.post('/Users', { ...body, ...value }), refusal)
      const created = await bridge.scim.post('/Users', body)
      assert.equal(created.status, 201, created.text)
      const user = `/Users/${textIn(created.answer, 'id')}`
      const change = { op: 'replace', value: { title: 'Not to stay', ...value } }
      assertRefused(await patch(user, change), refusal)
      assert.deepEqual((await bridge.scim.get(user)).answer, created.answer)
      assert.equal((await bridge.scim.delete(user)).status, 204)
    })
  }

  const long = 'x'.repeat(250)

  /** Whether the server itself takes somebody of a name. */
  async function takes(name: string): Promise<boolean> {
    const dn = `uid=${name},${bridge.section.people}`
    try {
      await admin.add(dn, { objectClass: 'inetOrgPerson', cn: 'x', sn: 'x' })
    } catch {
      return false
    }
    await admin.remove(dn)
    return true
  }

  const names: readonly (readonly [string, string, RegExp])[] = [
    ['with a NUL', 'ada\0lovelace', /^(?:userName|displayName) must not hold .*NUL/u],
    ['of 250 bytes', long, /^(?:userName|displayName) has a value that the directory does not/u],
  ]
  for (const [what, name, detail] of names) {
    it(`refuse a name ${what} with 400, which names the attribute, and nothing is written`, async () => {
      // The database of 389 DS 3 has room for it, and that of 2.3 has not.
      if (name === long && (await takes(long))) {
        const body = { userName: long, name: { familyName: 'Long' } }
        const { status, answer, text } = await bridge.scim.post('/Users', body)
        assert.equal(status, 201, text)
        assert.equal(answer?.['userName'], long)
        return
      }
      const refusal = { status: 400, scimType: 'invalidValue', detail }
      const stored = async () => {
        const { people, groups } = bridge.section
        const attributes = ['*', 'nsUniqueId']
        const entries = [people, groups].map((base) => admin.search({ base, attributes }))
        return await Promise.all(entries)
      }
      const created = await bridge.scim.post('/Users', {
        userName: `named${name.length}`,
        displayName: 'Ada',
      })
      const user = `/Users/${textIn(created.answer, 'id')}`
      const members = [{ value: textIn(created.answer, 'id') }]
      const team = await bridge.scim.post('/Groups', {
        displayName: `named${name.length}`,
        members,
      })
      const group = `/Groups/${textIn(team.answer, 'id')}`
      const before = await stored()
      assertRefused(await bridge.scim.post('/Users', { userName: name, title: 'x' }), refusal)
      assertRefused(await bridge.scim.post('/Groups', { displayName: name }), refusal)
      for (const [resource, value] of [
        [user, { userName: name }],
        [user, { userName: name, title: 'x' }],
        [group, { displayName: name }],
      ] as const) {
        assertRefused(await patch(resource, { op: 'replace', value }), refusal)
      }
      assert.deepEqual(await stored(), before)
      for (const resource of [group, user]) await bridge.scim.delete(resource)
    })
  }

  it('let other attributes have any characters', async () => {
    const created = await bridge.scim.post('/Users', {
      userName: 'andre',
      displayName: 'André 日本 🙂',
      name: { givenName: 'André', familyName: 'Åström' },
    })
    assert.equal(created.status, 201, created.text)
    assert.equal(created.answer?.['displayName'], 'André 日本 🙂')
  })

  it('let an account be locked and unlocked by an attribute of its own', async () => {
    const created = await bridge.scim.post('/Users', {
      userName: 'lockable',
      name: { familyName: 'Lockable' },
      active: false,
      password: 'Corr3ct-horse',
    })
    const dn = `uid=lockable,${bridge.section.people}`
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), ['true'])
    const user = `/Users/${textIn(created.answer, 'id')}`
    const enabled = await patch(user, { op: 'replace', path: 'active', value: true })
    assert.equal(enabled.answer?.['active'], true, enabled.text)
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), [])
    assert.equal(await admin.canBind(dn, 'Corr3ct-horse'), true)
  })
})
