import assert from 'node:assert/strict'
import { exampleTree } from '../../../support/openldap-server.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { patchOf } from '../users/scene.ts'
import { type BrakeScene, brakeSceneFor } from './brake-scene.ts'
import { removing } from './member-scene.ts'

const settings = { maxCount: '2', maxShare: '100' }
const groupsStopped = {
  status: 403,
  detail:
    /more than 2 groups to be deleted or emptied within 60 minutes\. No group is deleted or emptied until .* Everything else goes on\.$/u,
}

describe('The brake, of groups', () => {
  const scene = brakeSceneFor(settings)

  it('counts and stops them by themselves, so that who has to be locked out is', async () => {
    const groups = []
    for (let time = 0; time < 4; time += 1) groups.push(await scene().group())
    const [one = '', two = '', three = '', four = ''] = groups
    const [leaver = ''] = await scene().users(1)
    for (const id of [one, two]) assert.equal((await scene().removeGroup(id)).status, 204)
    assertRefused(await scene().removeGroup(three), groupsStopped)
    assert.equal((await scene().deactivate(leaver)).status, 200)
    assert.equal((await scene().remove(leaver)).status, 204)
    assertRefused(await scene().removeGroup(four), groupsStopped)
    assert.equal((await scene().bridge.scim.get(`/Groups/${three}`)).status, 200)
  })

  it('stops them with the users: a group can wait', async () => {
    const group = await scene().group()
    for (const id of await scene().users(3)) await scene().remove(id)
    const detail = /more than 2 users .* No user is deleted or deactivated and no group deleted/u
    assertRefused(await scene().removeGroup(group), { status: 403, detail })
  })

  it('stops users by themselves where groups are stopped already', async () => {
    for (let time = 0; time < 3; time += 1) await scene().removeGroup(await scene().group())
    const ids = await scene().users(4)
    for (const id of ids.slice(0, 2)) assert.equal((await scene().remove(id)).status, 204)
    const detail = /more than 2 users to be deleted or deactivated/u
    for (const id of ids.slice(2)) assertRefused(await scene().remove(id), { status: 403, detail })
    assert.deepEqual(await scene().recorded(), { counted: 4, tripped: 2 })
  })
})

describe('The brake, of groups that are emptied', () => {
  const scene = brakeSceneFor(settings)
  let crew: readonly string[]

  before(async () => {
    crew = await scene().users(7)
  })

  const emptyings: [
    how: string,
    empty: (scene: BrakeScene, id: string) => ReturnType<BrakeScene['patchGroup']>,
  ][] = [
    ['a PUT with an empty list', async (on, id) => await on.replaceMembers(id, [])],
    ['a PUT of others alone', async (on, id) => await on.replaceMembers(id, [await on.userId()])],
    [
      'a PATCH that removes all members',
      async (on, id) => await on.patchGroup(id, { op: 'remove', path: 'members' }),
    ],
    [
      'a PATCH that replaces them with nobody',
      async (on, id) => await on.patchGroup(id, { op: 'replace', path: 'members', value: [] }),
    ],
    [
      'a PATCH that names each of them',
      async (on, id) => await on.patchGroup(id, removing(crew.slice(0, 6))),
    ],
  ]
  for (const [how, empty] of emptyings) {
    it(`counts ${how} as the deletion of a group, and stops it`, async () => {
      const groups = []
      for (let time = 0; time < 3; time += 1) groups.push(await scene().group(crew.slice(0, 6)))
      const [one = '', two = '', three = ''] = groups
      for (const id of [one, two]) {
        const { status, text } = await empty(scene(), id)
        assert.ok([200, 204].includes(status), text)
      }
      assertRefused(await empty(scene(), three), groupsStopped)
      assert.deepEqual(new Set(await scene().memberIds(three)), new Set(crew.slice(0, 6)))
      assert.deepEqual(await scene().recorded(), { counted: 2, tripped: 1 })
    })
  }

  it('counts one that keeps nobody but whom no client sees', async () => {
    for (const empty of [
      async (id: string) => await scene().replaceMembers(id, []),
      async (id: string) => await scene().patchGroup(id, removing(crew)),
    ]) {
      const group = await scene().group(crew)
      const [entry] = await scene().admin.search({ filter: `(entryUUID=${group})` })
      const hidden = `cn=out of reach,${exampleTree.secret}`
      const change = { operation: 'add', type: 'member', values: [hidden] } as const
      await scene().admin.modify(entry?.dn ?? '', change)
      const { status, text } = await empty(group)
      assert.ok([200, 204].includes(status), text)
      assert.deepEqual(await scene().memberIds(group), [])
    }
    assert.deepEqual(await scene().recorded(), { counted: 2, tripped: 0 })
  })

  it('counts none that loses five, or keeps one of those who were there, or a dry run', async () => {
    const small = await scene().group(crew.slice(0, 5))
    assert.equal((await scene().replaceMembers(small, [])).status, 200)
    const kept = await scene().group(crew)
    assert.equal((await scene().replaceMembers(kept, crew.slice(0, 1))).status, 200)
    const dryRun = await scene().group(crew)
    const headers = { Prefer: 'dry-run' }
    const body = patchOf({ op: 'remove', path: 'members' })
    const shown = await scene().bridge.scim.send('PATCH', `/Groups/${dryRun}`, { body, headers })
    assert.equal(shown.status, 200, shown.text)
    assert.deepEqual(await scene().recorded(), { counted: 0, tripped: 0 })
  })

  it('lets single members leave while it is on, and refuses a dry run of an emptying', async () => {
    const group = await scene().group(crew)
    for (let time = 0; time < 3; time += 1) await scene().removeGroup(await scene().group())
    assert.equal((await scene().patchGroup(group, removing(crew.slice(0, 1)))).status, 204)
    const headers = { Prefer: 'dry-run' }
    const body = patchOf({ op: 'remove', path: 'members' })
    const refused = await scene().bridge.scim.send('PATCH', `/Groups/${group}`, { body, headers })
    assertRefused(refused, groupsStopped)
    assert.equal((await scene().memberIds(group)).length, 6)
  })
})
