import assert from 'node:assert/strict'
import { sceneFor } from '../users/scene.ts'

describe('What authentik sends (clients, section 6)', () => {
  const scene = sceneFor()

  it('looks users up without quotation marks around the name', async () => {
    const userName = scene().unusedName()
    const { id } = await scene().user({ userName })
    const found = await scene().find(`userName eq ${userName}`)
    assert.deepEqual(
      found.map((each) => each.id),
      [id],
    )
  })

  it('asks what the server can do before anything else, and may patch', async () => {
    const { status, answer, text } = await scene().bridge.scim.get('/ServiceProviderConfig')
    assert.equal(status, 200, text)
    assert.deepEqual(answer?.['patch'], { supported: true })
  })

  it('puts a group with all its members where PATCH is off', async () => {
    const ids = [await scene().userId(), await scene().userId(), await scene().userId()]
    const [one = '', two = '', three = ''] = ids
    const group = await scene().group([one, two])
    const { answer } = await scene().bridge.scim.get(`/Groups/${group}`)
    for (const members of [[two, three], [], ids]) {
      const put = await scene().bridge.scim.put(`/Groups/${group}`, {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        id: group,
        displayName: answer?.['displayName'] ?? '',
        externalId: 'a0b1c2',
        members: members.map((value) => ({ value })),
      })
      assert.equal(put.status, 200, put.text)
      assert.deepEqual(new Set(await scene().memberIds(group)), new Set(members))
    }
  })
})
