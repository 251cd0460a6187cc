import assert from 'node:assert/strict'
import { eventually } from '../../../support/eventually.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { assertRefused, memberIds } from '../../bridge/groups/group-scene.ts'
import type { Topic } from '../server-case.ts'
import { type ServerScene, toMembers } from '../server-scene.ts'

const nobody = '01234567-89ab-4def-8123-456789abcdef'

/** Asserts that each of the ids, which are many in one order, is there once. */
async function assertMembers(
  scene: ServerScene,
  group: string,
  expected: readonly string[],
): Promise<void> {
  assert.deepEqual(await scene.memberIds(group), expected.toSorted())
}

/** How many members the LDIF of a request names. */
async function membersSent(scene: ServerScene, exchange: Exchange): Promise<number> {
  const start = `${scene.place.view.names.member}:`.toLowerCase()
  const lines = (await scene.sent(exchange)).toLowerCase().split('\n')
  return lines.filter((line) => line.startsWith(start)).length
}

/** Adds people, whom the group may not have yet. */
async function people(scene: ServerScene, count: number): Promise<readonly string[]> {
  return await Promise.all(Array.from({ length: count }, async () => await scene.userId()))
}

/** What holds of a group and its members. */
export const groupsTopic: Topic = {
  title: 'A group',
  cases: [
    {
      title: 'is created empty, gets its first member, and loses its last one',
      run: async (scene) => {
        const [group, user] = [await scene.group(), await scene.userId()]
        await assertMembers(scene, group, [])
        await scene.changeMembers(group, 'add', [user])
        await assertMembers(scene, group, [user])
        await scene.changeMembers(group, 'remove', [user])
        await assertMembers(scene, group, [])
      },
    },
    {
      title: 'takes a member who is there, and lets go of one who is not',
      run: async (scene) => {
        const [one, other] = [await scene.userId(), await scene.userId()]
        const group = await scene.group([one])
        await scene.changeMembers(group, 'add', [one, other])
        await assertMembers(scene, group, [one, other])
        for (const _ of [1, 2]) await scene.changeMembers(group, 'remove', [other])
        await assertMembers(scene, group, [one])
      },
    },
    {
      title:
        'takes many of whom some are there, lets go of many of whom some are gone, and writes only the others',
      run: async (scene) => {
        const [stays = '', ...others] = await people(scene, 9)
        const half = others.slice(0, 4)
        const group = await scene.group([stays, ...half])
        const added = await scene.changeMembers(group, 'add', others)
        assert.equal(await membersSent(scene, added), 4)
        await assertMembers(scene, group, [stays, ...others])
        await scene.changeMembers(group, 'remove', half)
        const removed = await scene.changeMembers(group, 'remove', others)
        assert.equal(await membersSent(scene, removed), 4)
        await assertMembers(scene, group, [stays])
        const again = await scene.changeMembers(group, 'remove', others)
        assert.equal(await membersSent(scene, again), 0)
      },
    },
    {
      title:
        'takes those whom several add at the same time, and lets go of those whom several remove',
      run: async (scene) => {
        const [stays = '', ...others] = await people(scene, 13)
        const group = await scene.group([stays])
        const shares = [others, others.slice(0, 8), others.slice(4), others]
        for (const [op, left] of [
          ['add', [stays, ...others]],
          ['remove', [stays]],
        ] as const) {
          await Promise.all(
            shares.map(async (share) => await scene.changeMembers(group, op, share)),
          )
          await assertMembers(scene, group, left)
        }
        await scene.changeMembers(group, 'add', others.slice(0, 6))
        await Promise.all([
          scene.changeMembers(group, 'remove', others.slice(0, 6)),
          scene.changeMembers(group, 'add', others.slice(6)),
        ])
        await assertMembers(scene, group, [stays, ...others.slice(6)])
      },
    },
    {
      title: 'refuses a member whom nobody knows with 400, and nothing is written',
      run: async (scene) => {
        const [group, user] = [await scene.group(), await scene.userId()]
        await scene.writesNothing(async () => {
          const operation = { op: 'add', path: 'members', value: toMembers([user, nobody]) }
          const refused = await scene.patch(`/Groups/${group}`, operation)
          assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /members/ })
        })
      },
    },
    {
      title: 'keeps a member who is renamed',
      run: async (scene) => {
        const user = await scene.userId()
        const group = await scene.group([user])
        await scene.change(user, { userName: scene.unusedName(), displayName: 'Another Name' })
        await eventually(async () => assertMembers(scene, group, [user]))
      },
    },
    {
      title: 'loses a member who is deleted, also the last one',
      run: async (scene) => {
        const [one, other] = [await scene.userId(), await scene.userId()]
        const group = await scene.group([one, other])
        for (const [gone, left] of [
          [one, [other]],
          [other, []],
        ] as const) {
          const dn = await scene.dnOf(gone)
          assert.equal((await scene.bridge.scim.delete(`/Users/${gone}`)).status, 204)
          await assertMembers(scene, group, left)
          await eventually(async () => {
            const stored = await scene.stored(group, scene.place.view.names.member)
            assert.ok(!stored.includes(dn))
          })
        }
      },
    },
    {
      title: 'is a member of another one, and loses it when that is deleted',
      run: async (scene) => {
        const [inner, user] = [await scene.group(), await scene.userId()]
        if (scene.place.view.names.isMemberByName === true) {
          const members = toMembers([inner, user])
          const displayName = scene.unusedName()
          const refused = await scene.bridge.scim.post('/Groups', { displayName, members })
          assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /users only/ })
          return '400, for groups hold users only'
        }
        const outer = await scene.group([inner, user])
        const shown = (await scene.read(`/Groups/${outer}`))['members']
        const types = new Map(
          (shown as readonly { value: string; type: string }[]).map(({ value, type }) => [
            value,
            type,
          ]),
        )
        assert.deepEqual([types.get(inner), types.get(user)], ['Group', 'User'])
        assert.equal((await scene.bridge.scim.delete(`/Groups/${inner}`)).status, 204)
        await eventually(async () => assertMembers(scene, outer, [user]))
        return undefined
      },
    },
    {
      title: 'gets another list of members at once, by PATCH and by PUT',
      run: async (scene) => {
        const [one, other, third] = [
          await scene.userId(),
          await scene.userId(),
          await scene.userId(),
        ]
        const displayName = scene.unusedName()
        const group = await scene.group([one, other], displayName)
        await scene.changeMembers(group, 'replace', [other, third])
        await assertMembers(scene, group, [other, third])
        const members = toMembers([one, third])
        const put = await scene.bridge.scim.put(`/Groups/${group}`, { displayName, members })
        assert.equal(put.status, 200, put.text)
        assert.deepEqual(memberIds(put.answer), [one, third].toSorted())
      },
    },
    {
      title:
        'is renamed with its members, also in letter case alone, and shown with them by its new name',
      run: async (scene) => {
        const user = await scene.userId()
        const name = scene.unusedName()
        const group = await scene.group([user], name)
        for (const displayName of [name.toUpperCase(), `${name} again`]) {
          const replace = { op: 'replace', path: 'displayName', value: displayName }
          const renamed = await scene.patch(`/Groups/${group}`, replace)
          assert.equal(renamed.status, 204, renamed.text)
          await assertMembers(scene, group, [user])
          await eventually(async () => {
            const shown = (await scene.read(`/Users/${user}`))['groups']
            assert.deepEqual(
              (shown as readonly { value: string; display: string }[]).map(({ value, display }) => [
                value,
                display,
              ]),
              [[group, displayName]],
            )
          })
        }
      },
    },
    {
      title: 'cannot have the name of another one, in any case: 409',
      run: async (scene) => {
        const displayName = scene.unusedName()
        await scene.group([], displayName)
        const body = { displayName: displayName.toUpperCase() }
        const refused = await scene.bridge.scim.post('/Groups', body)
        assertRefused(refused, { status: 409, scimType: 'uniqueness' })
      },
    },
  ],
}
