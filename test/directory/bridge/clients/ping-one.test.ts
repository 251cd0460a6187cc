import assert from 'node:assert/strict'
import { sceneFor } from '../users/scene.ts'

describe('What PingOne sends (clients, section 6)', () => {
  const scene = sceneFor()

  it('looks users up by "username Eq", its default filter', async () => {
    const { id, userName } = await scene().user()
    const found = await scene().find(`username Eq "${userName}"`)
    assert.deepEqual(
      found.map((each) => each.id),
      [id],
    )
    assert.deepEqual(await scene().find('username Eq "nobody"'), [])
  })

  it('overwrites the members of a group where its memberships are handled so', async () => {
    const [one, other] = [await scene().userId(), await scene().userId()]
    const group = await scene().group([one])
    const { answer } = await scene().bridge.scim.get(`/Groups/${group}`)
    const body = { ...answer, members: [{ value: other }] }
    const put = await scene().bridge.scim.put(`/Groups/${group}`, body)
    assert.equal(put.status, 200, put.text)
    assert.deepEqual(await scene().memberIds(group), [other])
  })

  it('removes a user by disabling him or by deleting him, as its REMOVE_ACTION says', async () => {
    const { id } = await scene().user()
    const disabled = await scene().patch(id, { op: 'replace', value: { active: false } })
    assert.equal(disabled.answer?.['active'], false)
    assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 204)
    assert.equal((await scene().bridge.scim.get(`/Users/${id}`)).status, 404)
  })
})
