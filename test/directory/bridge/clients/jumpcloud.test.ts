import assert from 'node:assert/strict'
import { patchOf, sceneFor } from '../users/scene.ts'

describe('What JumpCloud sends when it tests a connection (clients, section 6)', () => {
  const scene = sceneFor()

  it('creates a user and a group, makes him a member, and takes everything away again', async () => {
    const { scim } = scene().bridge
    await scene().writesNothing(async () => {
      const user = await scim.post('/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'jumpcloud.test@example.com',
        emails: [{ value: 'jumpcloud.test@example.com', type: 'work', primary: true }],
        name: { givenName: 'JumpCloud', familyName: 'Test' },
        active: true,
      })
      assert.equal(user.status, 201, user.text)
      const group = await scim.post('/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'jumpcloud-test-group',
        members: [],
      })
      assert.equal(group.status, 201, group.text)
      const [userId, groupId] = [user, group].map(({ answer }) => answer?.['id'] as string)
      const value = [{ value: userId ?? '' }]
      const added = await scim.patch(
        `/Groups/${groupId}`,
        patchOf({ op: 'add', path: 'members', value }),
      )
      assert.equal(added.status, 204, added.text)
      assert.deepEqual(await scene().memberIds(groupId ?? ''), [userId])
      const removed = patchOf({ op: 'remove', path: 'members', value })
      assert.equal((await scim.patch(`/Groups/${groupId}`, removed)).status, 204)
      assert.deepEqual(await scene().memberIds(groupId ?? ''), [])
      assert.equal((await scim.delete(`/Groups/${groupId}`)).status, 204)
      assert.equal((await scim.delete(`/Users/${userId}`)).status, 204)
    })
  })

  it('may deactivate the user in place of deleting him, and finds him again at the next test', async () => {
    const { scim } = scene().bridge
    const { id, userName } = await scene().user({ active: true })
    const put = await scim.put(`/Users/${id}`, { ...(await scene().get(id)), active: false })
    assert.equal(put.answer?.['active'], false)
    const [found] = await scene().find(`userName eq "${userName}"`)
    assert.equal(found?.id, id)
    const again = await scim.post('/Users', { userName, name: { familyName: 'Test' } })
    assert.equal(again.status, 409, again.text)
  })
})
