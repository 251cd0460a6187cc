import assert from 'node:assert/strict'
import { sceneFor } from '../users/scene.ts'

describe('What Google Workspace sends (clients, section 6)', () => {
  const scene = sceneFor()

  it('looks users up with startIndex and without count', async () => {
    const { id, userName } = await scene().user()
    const path = `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1`
    const { answer } = await scene().bridge.scim.get(path)
    const [found] = (answer?.['Resources'] ?? []) as readonly { readonly id: string }[]
    assert.equal(found?.id, id)
    assert.equal(answer?.['totalResults'], 1)
    assert.equal(answer?.['startIndex'], 1)
    assert.equal(answer?.['itemsPerPage'], 1)
  })
})
