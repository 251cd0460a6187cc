import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { describeDomain, type DomainScene } from './domain-scene.ts'

const refusal = { status: 403, detail: /protected/u }
const password = 'Corr3ct-horse'

/** Every way to change a user. */
async function changesOfUser(scene: DomainScene, id: string): Promise<readonly Exchange[]> {
  const user = await scene.read(`/Users/${id}`)
  const patch = async (value: object) =>
    await scene.patch(`/Users/${id}`, { op: 'replace', value: { ...value } })
  return [
    await patch({ title: 'Duke' }),
    await patch({ active: false }),
    await patch({ password }),
    await patch({ displayName: 'Somebody Else' }),
    await scene.bridge.scim.put(`/Users/${id}`, { ...user, title: 'Duke' }),
    await scene.bridge.scim.delete(`/Users/${id}`),
  ]
}

/** Every way to change a group, its members included. */
async function changesOfGroup(
  scene: DomainScene,
  id: string,
  member: string,
): Promise<readonly Exchange[]> {
  const group = await scene.read(`/Groups/${id}`)
  return [
    await scene.changeMembers(id, 'add', [await scene.userId()]),
    await scene.changeMembers(id, 'remove', [member]),
    await scene.changeMembers(id, 'replace', []),
    await scene.patch(`/Groups/${id}`, { op: 'replace', value: { displayName: 'Other' } }),
    await scene.bridge.scim.put(`/Groups/${id}`, { ...group, members: [] }),
    await scene.bridge.scim.delete(`/Groups/${id}`),
  ]
}

/** Asserts that neither a user nor a group with him as a member can be changed, and that both are shown. */
async function assertProtected(scene: DomainScene, user: string, group: string): Promise<void> {
  const entries = async () =>
    await Promise.all(
      [user, group].map(async (id) => await scene.admin.read(`<GUID=${id}>`, ['*'])),
    )
  const before = await entries()
  for (const answer of await changesOfUser(scene, user)) assertRefused(answer, refusal)
  for (const answer of await changesOfGroup(scene, group, user)) assertRefused(answer, refusal)
  assert.deepEqual(await entries(), before)
  assert.deepEqual(await scene.memberIds(group), [user])
  assert.equal((await scene.read(`/Users?filter=id eq "${user}"`))['totalResults'], 1)
}

describeDomain(
  'Those whom AdminSDHolder protects in Active Directory (adminCount 1)',
  {},
  (scene) => {
    it('are shown, and not changed by PUT, PATCH or DELETE, nor are the members of such a group', async () => {
      const user = await scene().userId({ password })
      const group = await scene().group([user])
      for (const id of [user, group]) await scene().store(id, 'adminCount', '1')
      await assertProtected(scene(), user, group)
    })

    it('can become members of other groups, for nothing of theirs is written', async () => {
      const user = await scene().userId()
      await scene().store(user, 'adminCount', '1')
      const group = await scene().group([user])
      assert.deepEqual(await scene().memberIds(group), [user])
    })

    it('can be changed once the protection has been taken away (adminCount 0)', async () => {
      const user = await scene().userId()
      await scene().store(user, 'adminCount', '0')
      const value = { title: 'Duke' }
      assert.equal((await scene().patch(`/Users/${user}`, { op: 'replace', value })).status, 200)
    })
  },
)

const allowed = { 'users.protectedValues': '{}', 'groups.protectedValues': '{}' }

describeDomain(
  'Those whom AdminSDHolder protects, with a configuration that allows it',
  allowed,
  (scene) => {
    it('are changed like all others', async () => {
      const [user, group] = [await scene().userId(), await scene().group()]
      for (const id of [user, group]) await scene().store(id, 'adminCount', '1')
      assert.equal((await scene().changeMembers(group, 'add', [user])).status, 204)
      const value = { title: 'Duke' }
      assert.equal((await scene().patch(`/Users/${user}`, { op: 'replace', value })).status, 200)
      assert.equal((await scene().bridge.scim.delete(`/Users/${user}`)).status, 204)
    })
  },
)

const domain = 'DC=example,DC=org'
const wholeDomain = { 'users.base': domain, 'groups.base': domain }

/** Asserts that a group is shown, and neither changed nor deleted. */
async function assertUntouchable(scene: DomainScene, displayName: string): Promise<void> {
  const found = await scene.read(`/Groups?filter=displayName eq "${displayName}"`)
  const [group] = found['Resources'] as readonly JsonObject[]
  const resource = `/Groups/${textIn(group, 'id')}`
  const change = { op: 'replace', value: { displayName: 'Other' } }
  assertRefused(await scene.patch(resource, change), refusal)
  assertRefused(await scene.bridge.scim.delete(resource), refusal)
  assert.deepEqual(await scene.read(resource), group)
}

describeDomain(
  "What lies in Active Directory's own containers, with bases that cover the domain",
  wholeDomain,
  (scene) => {
    it('is shown and not changed, also where it has no mark (as DnsAdmins)', async () => {
      const name = scene().unusedName()
      const dn = `CN=${name},CN=Users,${domain}`
      await scene().admin.add(dn, { objectClass: 'group', sAMAccountName: name })
      try {
        await assertUntouchable(scene(), name)
      } finally {
        await scene().admin.remove(dn)
      }
    })
  },
)

describeDomain(
  'What Active Directory cannot do without (isCriticalSystemObject), outside of protected containers',
  { ...wholeDomain, 'groups.protectedBases': '[]' },
  (scene) => {
    it('is shown and not changed, also where AdminSDHolder does not protect it', async () => {
      const dn = `CN=Domain Guests,CN=Users,${domain}`
      assert.deepEqual(await scene().admin.values(dn, 'adminCount'), [])
      await assertUntouchable(scene(), 'Domain Guests')
    })
  },
)

const wide = {
  'users.base': exampleDomain.people,
  'groups.base': exampleDomain.groups,
  'users.protectedBases': `[${JSON.stringify(exampleDomain.people)}]`,
  'groups.protectedBases': `[${JSON.stringify(exampleDomain.groups)}]`,
}

describeDomain(
  'What lies in protected containers of Active Directory (protectedBases)',
  wide,
  (scene) => {
    it('is shown, and not changed by PUT, PATCH or DELETE', async () => {
      const { people, groups } = scene().bridge.section
      const name = scene().unusedName()
      const dn = `CN=${name},${people}`
      const userPrincipalName = `${name}@example.org`
      await scene().admin.add(dn, { objectClass: 'user', sAMAccountName: name, userPrincipalName })
      await scene().admin.add(`CN=${name},${groups}`, {
        objectClass: 'group',
        sAMAccountName: `${name}g`,
        member: dn,
      })
      const found = await Promise.all(
        [
          `/Users?filter=userName eq "${userPrincipalName}"`,
          `/Groups?filter=displayName eq "${name}"`,
        ].map(async (path) => {
          const [resource] = (await scene().read(path))['Resources'] as { id: string }[]
          return resource?.id ?? assert.fail('it is not shown')
        }),
      )
      const [user = '', group = ''] = found
      for (const answer of await changesOfUser(scene(), user)) assertRefused(answer, refusal)
      const put = { displayName: name, members: [] }
      assertRefused(await scene().changeMembers(group, 'remove', [user]), refusal)
      assertRefused(await scene().bridge.scim.put(`/Groups/${group}`, put), refusal)
      assertRefused(await scene().bridge.scim.delete(`/Groups/${group}`), refusal)
      assert.deepEqual(await scene().memberIds(group), [user])
    })
  },
)

const disabling = { 'users.onDelete': 'disable' }

describeDomain('DELETE of a user as a deactivation in Active Directory', disabling, (scene) => {
  it('disables the account, takes him out of his groups, and goes on showing him', async () => {
    const user = await scene().user({ password })
    const id = textIn(user, 'id')
    const group = await scene().group([id])
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['514'])
    assert.deepEqual(await scene().memberIds(group), [])
    assert.equal((await scene().read(`/Users/${id}`))['active'], false)
    assert.equal(await scene().admin.canBind(textIn(user, 'userName'), password), false)
  })

  it('leaves the members of a protected group alone', async () => {
    const id = await scene().userId({ password })
    const group = await scene().group([id])
    await scene().store(group, 'adminCount', '1')
    const deleted = await scene().bridge.scim.delete(`/Users/${id}`)
    assert.equal(deleted.status, 204, deleted.text)
    assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['514'])
    assert.deepEqual(await scene().memberIds(group), [id])
  })
})

const staying = { ...disabling, 'users.leavesGroups': 'false' }

describeDomain('DELETE of a user who stays in his groups in Active Directory', staying, (scene) => {
  it('disables the account alone', async () => {
    const id = await scene().userId({ password })
    const group = await scene().group([id])
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['514'])
    assert.deepEqual(await scene().memberIds(group), [id])
  })
})
