import assert from 'node:assert/strict'
import { replacing, rivals } from '../rival-writers.ts'
import { DomainScene } from './domain-scene.ts'

describe('If-Match in front of Active Directory, for two bridges on one domain', () => {
  let scene: DomainScene
  let other: DomainScene

  before(async () => {
    scene = await DomainScene.open(false)
    const { people, groups } = scene.bridge.section
    other = await DomainScene.open(false, { 'users.base': people, 'groups.base': groups })
  })

  after(async () => {
    await other.close()
    await scene.close()
  })

  it('lets one of twenty through who change a value of a user', async () => {
    const id = await scene.userId({ title: 'Clerk' })
    const bridges = [scene.bridge, other.bridge] as const
    assert.deepEqual(await rivals(bridges, `/Users/${id}`, replacing('title')), { 200: 1, 412: 19 })
  })

  it('lets one of twenty through who give a user a value that he has not had', async () => {
    const id = await scene.userId()
    const bridges = [scene.bridge, other.bridge] as const
    assert.deepEqual(await rivals(bridges, `/Users/${id}`, replacing('title')), { 200: 1, 412: 19 })
  })

  it('lets one of twenty through who rename a group', async () => {
    const id = await scene.group()
    const bridges = [scene.bridge, other.bridge] as const
    const rename = replacing('displayName')
    assert.deepEqual(await rivals(bridges, `/Groups/${id}`, rename), { 204: 1, 412: 19 })
  })
})
