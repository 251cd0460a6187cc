import assert from 'node:assert/strict'
import { assertRefused } from '../groups/group-scene.ts'
import { tally } from '../users/scene.ts'
import { brakeSceneFor } from './brake-scene.ts'

const settings = { maxCount: '20', maxShare: '100' }

describe('The brake of several bridges on one directory', () => {
  const scene = brakeSceneFor(settings)

  it('lets no more through of fifty at the same time than one bridge would, and none of what follows', async () => {
    const other = await scene().another(settings)
    const ids = await scene().users(55)
    const answers = await Promise.all(
      ids
        .slice(0, 50)
        .map(async (id, index) => scene().remove(id, index % 2 === 0 ? scene().bridge : other)),
    )
    assert.deepEqual(tally(answers), { 204: 20, 403: 30 })
    for (const id of ids.slice(50)) {
      assertRefused(await scene().remove(id, other), { status: 403 })
      assertRefused(await scene().remove(id), { status: 403 })
    }
    const left = await Promise.all(ids.map(async (id) => await scene().dnOf(id)))
    assert.equal(left.filter((dn) => dn !== undefined).length, 35)
    assert.equal((await scene().recorded()).counted, 20)
  })

  it('lets them tidy up the same old record at the same time', async () => {
    const other = await scene().another(settings)
    const ids = await scene().users(30)
    for (const id of ids.slice(0, 15)) await scene().remove(id)
    await scene().age(3_601_000)
    const answers = await Promise.all(
      ids
        .slice(15)
        .map(async (id, index) => scene().remove(id, index % 2 === 0 ? scene().bridge : other)),
    )
    assert.deepEqual(tally(answers), { 204: 15 })
    assert.deepEqual(await scene().recorded(), { counted: 15, tripped: 0 })
  })

  it('holds for a bridge that starts later, and counts on from what was done before', async () => {
    const ids = await scene().users(25)
    for (const id of ids.slice(0, 19)) await scene().remove(id)
    const later = await scene().another(settings)
    assert.equal((await scene().remove(ids[19] ?? '', later)).status, 204)
    assertRefused(await scene().remove(ids[20] ?? '', later), { status: 403 })
    const last = await scene().another(settings)
    assertRefused(await scene().remove(ids[21] ?? '', last), { status: 403 })
  })
})
