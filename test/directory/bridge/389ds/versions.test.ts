import assert from 'node:assert/strict'
import { AdminClient } from '../../../support/admin-client.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { shared389ds } from '../../../support/shared-389ds.ts'
import { textIn } from '../groups/group-scene.ts'
import { openBridge389 } from './open-bridge.ts'
import { replacing, rivals } from '../rival-writers.ts'

describe('If-Match in front of a 389 Directory Server, for two bridges on one tree', () => {
  let bridges: readonly [TestBridge, TestBridge]

  before(async () => {
    const bridge = await openBridge389()
    const { people, groups } = bridge.section
    bridges = [bridge, await openBridge389({ 'users.base': people, 'groups.base': groups })]
  })

  after(async () => {
    await bridges[1].close()
    await bridges[0].close()
  })

  let count = 0
  const create = async (attributes: object): Promise<string> => {
    count += 1
    const created = await bridges[0].scim.post('/Users', {
      userName: `rival${count}`,
      name: { familyName: 'Rival' },
      ...attributes,
    })
    assert.equal(created.status, 201, created.text)
    return textIn(created.answer, 'id')
  }
  it('lets one of twenty through who change a value of a user, and nothing of the others is left', async () => {
    const id = await create({ title: 'Clerk' })
    assert.deepEqual(await rivals(bridges, `/Users/${id}`, replacing('title')), { 200: 1, 412: 19 })
    const admin = new AdminClient(shared389ds())
    const [entry] = await admin.search({ filter: `(nsUniqueId=${id})`, attributes: ['title'] })
    assert.equal(entry?.attributes['title']?.length, 1)
  })

  it('lets one of twenty through who give a user a value of an attribute that has room for one', async () => {
    const id = await create({})
    const change = replacing('displayName')
    assert.deepEqual(await rivals(bridges, `/Users/${id}`, change), { 200: 1, 412: 19 })
  })

  it('lets one of twenty through who rename a user, and a group', async () => {
    const id = await create({})
    const rename = (number: number) => ({
      op: 'replace',
      path: 'userName',
      value: `r${id}${number}`,
    })
    assert.deepEqual(await rivals(bridges, `/Users/${id}`, rename), { 200: 1, 412: 19 })
    const created = await bridges[0].scim.post('/Groups', { displayName: 'Rivals' })
    const group = `/Groups/${textIn(created.answer, 'id')}`
    assert.deepEqual(await rivals(bridges, group, replacing('displayName')), { 204: 1, 412: 19 })
  })
})
