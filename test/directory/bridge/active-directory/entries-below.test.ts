import assert from 'node:assert/strict'
import { exampleDomain } from '../../../support/samba.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { describeDomain, type DomainScene } from './domain-scene.ts'

const password = 'Corr3ct-horse'

/** Puts an entry below a user, as Exchange does with the phones of people. */
async function addBelow(scene: DomainScene, id: string): Promise<void> {
  const [dn = ''] = await scene.stored(id, 'distinguishedName')
  await scene.admin.add(`CN=Devices,${dn}`, { objectClass: 'nTFRSSubscriptions' })
}

describeDomain('DELETE of a user who has entries below him in Active Directory', {}, (scene) => {
  it('is refused, says what can be done, and leaves him as he was', async () => {
    const id = await scene().userId({ password })
    const group = await scene().group([id])
    await addBelow(scene(), id)
    assertRefused(await scene().bridge.scim.delete(`/Users/${id}`), {
      status: 409,
      detail: /entries below it.* administrator .*users\.onDelete/u,
    })
    assert.deepEqual(await scene().stored(id, 'userAccountControl'), ['512'])
    assert.deepEqual(await scene().memberIds(group), [id])
  })
})

const moving = { 'users.onDelete': 'move', 'users.deletedBase': exampleDomain.former }

describeDomain('DELETE that moves a user who has entries below him', moving, (scene) => {
  it('takes them along', async () => {
    const id = await scene().userId({ password })
    await addBelow(scene(), id)
    const deleted = await scene().bridge.scim.delete(`/Users/${id}`)
    assert.equal(deleted.status, 204, deleted.text)
    const [dn = ''] = await scene().stored(id, 'distinguishedName')
    assert.ok(dn.endsWith(exampleDomain.former), dn)
    assert.deepEqual(await scene().admin.values(`CN=Devices,${dn}`, 'cn'), ['Devices'])
  })
})
