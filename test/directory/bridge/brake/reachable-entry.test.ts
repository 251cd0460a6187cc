import assert from 'node:assert/strict'
import { sceneFor } from '../users/scene.ts'

describe('The entry in which the brake counts, among the people that are served', () => {
  const scene = sceneFor()

  it('is changed and deleted for no client', async () => {
    const dn = await scene().entry('cn=brake', { description: 'counted' })
    const id = await scene().idOf(dn)
    await scene().writesNothing(async () => {
      const change = { op: 'replace', path: 'title', value: 'T' }
      assert.equal((await scene().patch(id, change)).status, 403)
      assert.equal((await scene().bridge.scim.delete(`/Users/${id}`)).status, 403)
    })
  })
})
