import assert from 'node:assert/strict'
import { childDn } from '../../../../src/directory/dn.ts'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { eventually } from '../../../support/eventually.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'
import { assertRefused, patchOpUrn, textIn } from '../groups/group-scene.ts'
import { openBridge389 } from './open-bridge.ts'

const password = 'Corr3ct-horse'

describe('An account of 389 Directory Server with several values of nsAccountLock', () => {
  let bridge: TestBridge
  let admin: AdminClient
  let count = 0

  before(async () => {
    bridge = await openBridge389()
    admin = new AdminClient(shared389ds())
  })

  after(async () => await bridge.close())

  /** A user with these values, of which the server goes by the first. */
  const lockedBy = async (
    values: readonly string[],
    { scim, section } = bridge,
  ): Promise<{ user: string; userName: string; dn: string }> => {
    count += 1
    const userName = `several${count}`
    const created = await scim.post('/Users', { userName, displayName: 'Ada', password })
    assert.equal(created.status, 201, created.text)
    const dn = `uid=${userName},${section.people}`
    for (const value of values) {
      await admin.modify(dn, { operation: 'add', type: 'nsAccountLock', values: [value] })
    }
    return { user: `/Users/${textIn(created.answer, 'id')}`, userName, dn }
  }
  const setActive = async (user: string, active: boolean) => {
    const Operations = [{ op: 'replace', path: 'active', value: active }]
    return await bridge.scim.patch(user, { schemas: [patchOpUrn], Operations })
  }

  const cases: readonly (readonly string[])[] = [
    ['false'],
    ['FALSE'],
    ['true'],
    ['false', 'true'],
    ['true', 'false'],
    ['no', 'true'],
  ]
  for (const values of cases) {
    const stored = values.join(', ')

    it(`is shown as the server takes it: ${stored}`, async () => {
      const { user, dn } = await lockedBy(values)
      const { answer } = await bridge.scim.get(user)
      assert.equal(answer?.['active'], await admin.canBind(dn, password))
    })

    it(`cannot log in once a PATCH disables it: ${stored}`, async () => {
      const { user, dn } = await lockedBy(values)
      const disabled = await setActive(user, false)
      assert.equal(disabled.answer?.['active'], false, disabled.text)
      assert.equal(await admin.canBind(dn, password), false)
    })

    it(`cannot log in once a PUT disables it: ${stored}`, async () => {
      const { user, userName, dn } = await lockedBy(values)
      const disabled = await bridge.scim.put(user, { userName, displayName: 'Ada', active: false })
      assert.equal(disabled.answer?.['active'], false, disabled.text)
      assert.equal(await admin.canBind(dn, password), false)
    })

    it(`can log in once a PATCH makes it active: ${stored}`, async () => {
      const { user, dn } = await lockedBy(values)
      const enabled = await setActive(user, true)
      assert.equal(enabled.answer?.['active'], true, enabled.text)
      assert.equal(await admin.canBind(dn, password), true)
    })
  }

  it('is left with one value where it is disabled or made active', async () => {
    const { user, dn } = await lockedBy(['false', 'true'])
    await setActive(user, false)
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), ['true'])
    await setActive(user, true)
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), [])
  })

  it('is not touched by a change that does not change whether it is active', async () => {
    const { user, dn } = await lockedBy(['false', 'true'])
    const title = { op: 'replace', path: 'title', value: 'Engineer' }
    const body = { schemas: [patchOpUrn], Operations: [title] }
    assert.equal((await bridge.scim.patch(user, body)).answer?.['title'], 'Engineer')
    assert.deepEqual(await admin.values(dn, 'nsAccountLock'), ['false', 'true'])
  })

  it('is found by whether it is active', async () => {
    const { userName } = await lockedBy(['false', 'true'])
    for (const active of [true, false]) {
      const filter = `active eq ${active} and userName eq "${userName}"`
      const { answer } = await bridge.scim.get(`/Users?filter=${encodeURIComponent(filter)}`)
      assert.equal(answer?.['totalResults'], active ? 1 : 0)
    }
  })

  it('cannot log in once it is disabled by being deleted', async () => {
    const disabling = await openBridge389({ 'users.onDelete': 'disable' })
    for (const values of cases) {
      const { user, dn } = await lockedBy(values, disabling)
      const deleted = await disabling.scim.delete(user)
      assert.equal(deleted.status, 204, deleted.text)
      assert.equal(await admin.canBind(dn, password), false, values.join(', '))
    }
    await disabling.close()
  })
})

/** Seen to take more than three seconds on a busy machine. */
const untilLockedMs = 15_000

describe('An account that a role of 389 Directory Server locks', () => {
  let bridge: TestBridge
  let admin: AdminClient
  let added: readonly string[]

  before(async () => {
    bridge = await openBridge389()
    admin = new AdminClient(shared389ds())
    added = await addLockingRole(admin, bridge.section.people)
  })

  after(async () => {
    // No search finds them otherwise.
    for (const dn of added.toReversed()) await admin.remove(dn)
    await bridge.close()
  })

  it('is shown disabled, cannot be made active, and says why', async () => {
    const userName = 'held'
    const name = { familyName: 'Held' }
    const created = await bridge.scim.post('/Users', { userName, name, title: 'Clerk', password })
    const user = `/Users/${textIn(created.answer, 'id')}`
    const dn = `uid=${userName},${bridge.section.people}`
    await admin.modify(dn, { operation: 'add', type: 'nsRoleDN', values: added.slice(0, 1) })
    // The server learns of roles and classes of service a while after they were added.
    await eventually(async () => {
      assert.deepEqual(await admin.values(dn, 'nsAccountLock'), ['true'])
    }, untilLockedMs)
    assert.equal(await admin.canBind(dn, password), false)
    const shown = await bridge.scim.get(user)
    assert.equal(shown.answer?.['active'], false)
    const refusal = { status: 400, scimType: 'mutability', detail: /^active .* role /u }
    const patched = {
      schemas: [patchOpUrn],
      Operations: [{ op: 'replace', value: { active: true } }],
    }
    assertRefused(await bridge.scim.patch(user, patched), refusal)
    assertRefused(await bridge.scim.put(user, { userName, name, active: true }), refusal)
    assert.deepEqual((await bridge.scim.get(user)).answer, shown.answer)
    const rest = await bridge.scim.put(user, { userName, name })
    assert.equal(rest.status, 200, rest.text)
    assert.equal(rest.answer?.['title'], undefined)
    await admin.modify(dn, { operation: 'delete', type: 'nsRoleDN' })
    assert.equal((await bridge.scim.get(user)).answer?.['active'], true)
  })
})

/** Adds a role that locks whoever has it, as ns-inactivate does; the DNs of what was added, that of the role first. */
async function addLockingRole(admin: AdminClient, base: string): Promise<readonly string[]> {
  const role = `cn=locked,${base}`
  const templates = `cn=templates,${base}`
  const entries = [
    {
      dn: role,
      attributes: {
        objectClass: ['ldapSubEntry', 'nsSimpleRoleDefinition', 'nsManagedRoleDefinition'],
      },
    },
    { dn: templates, attributes: { objectClass: 'nsContainer' } },
    {
      dn: childDn('cn', role, templates),
      attributes: {
        objectClass: ['extensibleObject', 'cosTemplate', 'ldapSubEntry'],
        nsAccountLock: 'true',
      },
    },
    {
      dn: `cn=locking,${base}`,
      attributes: {
        objectClass: ['ldapSubEntry', 'cosClassicDefinition'],
        cosTemplateDn: templates,
        cosSpecifier: 'nsRole',
        cosAttribute: 'nsAccountLock operational',
      },
    },
  ]
  await admin.addAll(entries)
  return entries.map(({ dn }) => dn)
}
