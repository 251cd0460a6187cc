import assert from 'node:assert/strict'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import { type Interruptions, OperationsScene, request } from '../operations-scene.ts'
import { GroupScene, type Person, placeholder } from './group-scene.ts'

describe('A change of members between whose steps others change the group, on an OpenLDAP', () => {
  let scene: GroupScene
  let provisioning: OperationsScene
  let ann: Person
  let ben: Person
  /** What others do as soon as the first write of the change was refused. */
  let meanwhile: (() => Promise<void>) | undefined

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const people = await scene.addPeople('between', 2)
    ;[ann, ben] = people as [Person, Person]
    const variables = { SCIM_LISTS_MAX_RESULTS: '100' }
    const place = { server: sharedOpenldap(), section: scene.bridge.section, variables }
    provisioning = await OperationsScene.open(place, interruptions)
  })

  after(async () => {
    await provisioning.close()
    await scene.close()
  })

  const interruptions: Interruptions = (plain) => ({
    execute: async (plan, reason) => {
      try {
        return await plain.execute(plan, reason)
      } catch (error) {
        await meanwhile?.()
        meanwhile = undefined
        throw error
      }
    },
  })

  async function remove(group: string, person: Person): Promise<void> {
    const value = [{ value: person.id }]
    const body = { Operations: [{ op: 'remove', path: 'members', value }] }
    await provisioning.groups.patch(group, body, request)
  }

  it('leaves no placeholder when the last member left meanwhile and another came', async () => {
    const group = await scene.createGroup('Between', [ann])
    meanwhile = async () => {
      const patched = await scene.patch(group, [
        { op: 'remove', path: 'members', value: [{ value: ann.id }] },
        { op: 'add', path: 'members', value: [{ value: ben.id }] },
      ])
      assert.equal(patched.status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
  })

  it('leaves no placeholder when another came meanwhile', async () => {
    const group = await scene.createGroup('Joined', [ann])
    meanwhile = async () => {
      const value = [{ value: ben.id }]
      assert.equal((await scene.patch(group, [{ op: 'add', path: 'members', value }])).status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [ben.dn])
  })

  it('leaves the placeholder alone when somebody else removed the last member meanwhile', async () => {
    const group = await scene.createGroup('Left', [ann])
    meanwhile = async () => {
      const value = [{ value: ann.id }]
      const operation = { op: 'remove', path: 'members', value }
      assert.equal((await scene.patch(group, [operation])).status, 204)
    }
    await remove(group, ann)
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
  })
})
