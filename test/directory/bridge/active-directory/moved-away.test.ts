import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { exampleDomain } from '../../../support/samba.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { DomainScene } from './domain-scene.ts'

const password = 'Corr3ct-horse'

describe('Who is moved out of the base of Active Directory after he was looked up and before he is written', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true)
  })

  after(async () => await scene.close())

  const replace = async (id: string, value: JsonObject): Promise<Exchange> =>
    await scene.patch(`/Users/${id}`, { op: 'replace', value })
  const moveAway = async (id: string, base: string = exampleDomain.former): Promise<void> => {
    await scene.move(id, `CN=Away ${id},${base}`)
  }

  it('is written as if he had been moved afterwards, and is not there for the client then', async () => {
    const id = await scene.userId({ title: 'Duke' })
    const change = async (): Promise<Exchange> => await replace(id, { title: 'Earl' })
    const answer = await scene.during('modify', change, async () => await moveAway(id))
    assertRefused(answer, { status: 404 })
    assert.deepEqual(await scene.stored(id, 'title'), ['Earl'])
    assertRefused(await replace(id, { title: 'Count' }), { status: 404 })
    assert.deepEqual(await scene.stored(id, 'title'), ['Earl'])
  })

  it('is deleted as if he had been moved afterwards', async () => {
    const id = await scene.userId()
    const deletion = async (): Promise<Exchange> => await scene.bridge.scim.delete(`/Users/${id}`)
    const answer = await scene.during('delete', deletion, async () => await moveAway(id))
    assert.equal(answer.status, 204, answer.text)
    assert.equal(await scene.admin.read(`<GUID=${id}>`, ['cn']), undefined)
  })

  for (const base of [`CN=Users,${exampleDomain.suffix}`, exampleDomain.secret]) {
    it(`is neither written nor deleted where the rights of the account have ended, as in ${base}`, async () => {
      const [changed, deleted] = [await scene.userId({ title: 'Duke' }), await scene.userId()]
      const ways = [
        [changed, 'modify', async () => await replace(changed, { title: 'Earl' })],
        [deleted, 'delete', async () => await scene.bridge.scim.delete(`/Users/${deleted}`)],
      ] as const
      for (const [person, kind, write] of ways) {
        const answer = await scene.during(kind, write, async () => await moveAway(person, base))
        for (const each of [answer, await write()]) assertRefused(each, { status: 404 })
        assert.deepEqual(await scene.stored(person, 'cn'), [`Away ${person}`])
      }
      assert.deepEqual(await scene.stored(changed, 'title'), ['Duke'])
      for (const [person] of ways) await scene.admin.remove(`CN=Away ${person},${base}`)
    })
  }

  it('keeps what whoever moved him has changed of the same', async () => {
    const id = await scene.userId({ password, active: false, title: 'Duke' })
    const change = async (): Promise<Exchange> => await replace(id, { active: true, title: 'Earl' })
    const answer = await scene.during('modify', change, async () => {
      await moveAway(id)
      await scene.store(id, 'title', 'Former duke')
    })
    assertRefused(answer, { status: 404 })
    assert.deepEqual(await scene.stored(id, 'title'), ['Former duke'])
    assert.deepEqual(await scene.stored(id, 'userAccountControl'), ['514'])
  })

  it('is not renamed, and what was changed with the name is taken back', async () => {
    const id = await scene.userId({ displayName: `Ada ${scene.unusedName()}` })
    const was = await scene.stored(id, 'displayName')
    const change = async (): Promise<Exchange> =>
      await replace(id, { displayName: `King ${scene.unusedName()}`, title: 'Duke' })
    const answer = await scene.during('modifyDn', change, async () => await moveAway(id))
    assertRefused(answer, { status: 404 })
    assert.deepEqual(await scene.stored(id, 'cn'), [`Away ${id}`])
    assert.deepEqual(await scene.stored(id, 'displayName'), was)
    assert.deepEqual(await scene.stored(id, 'title'), [])
  })

  it('is written, where he becomes protected instead, as if it had come before, and not afterwards', async () => {
    const id = await scene.userId()
    const change = async (): Promise<Exchange> => await replace(id, { title: 'Earl' })
    const protect = async (): Promise<void> => await scene.store(id, 'adminCount', '1')
    const answer = await scene.during('modify', change, protect)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(await scene.stored(id, 'title'), ['Earl'])
    assertRefused(await replace(id, { title: 'Count' }), { status: 403, detail: /protected/u })
  })
})
