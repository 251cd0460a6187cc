import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { eventually } from '../../../support/eventually.ts'
import { assertRefused } from '../../bridge/groups/group-scene.ts'
import type { Topic } from '../server-case.ts'
import { enterprise, type ServerScene } from '../server-scene.ts'

const reportingTo = (value: string): JsonObject => ({ [enterprise]: { manager: { value } } })

async function assertManager(
  scene: ServerScene,
  user: string,
  manager: string | undefined,
): Promise<void> {
  assert.equal(await scene.managerOf(user), manager)
  const expected = manager === undefined ? [] : [await scene.dnOf(manager)]
  assert.deepEqual(await scene.stored(user, 'manager'), expected)
}

/** What holds of the manager of a user. */
export const managersTopic: Topic = {
  title: 'A manager',
  cases: [
    {
      title: 'is set when he exists, by his id, his userName or his e-mail address',
      run: async (scene) => {
        const value = `${scene.unusedName()}@example.org`
        const boss = await scene.user({ emails: [{ type: 'work', value }] })
        for (const key of [boss.id, boss.userName, value]) {
          await assertManager(scene, await scene.userId(reportingTo(key)), boss.id)
        }
      },
    },
    {
      title: 'who does not exist yet is remembered, and set when he arrives',
      run: async (scene) => {
        const userName = scene.unusedName()
        const report = await scene.userId(reportingTo(userName))
        await assertManager(scene, report, undefined)
        assert.deepEqual(await scene.stored(report, scene.place.pendingManager), [userName])
        const boss = await scene.userId({ userName })
        await assertManager(scene, report, boss)
        assert.deepEqual(await scene.stored(report, scene.place.pendingManager), [])
      },
    },
    {
      title: 'who is renamed stays the manager',
      run: async (scene) => {
        const boss = await scene.userId()
        const report = await scene.userId(reportingTo(boss))
        await scene.change(boss, { userName: scene.unusedName(), displayName: 'Another Boss' })
        await eventually(async () => assertManager(scene, report, boss))
      },
    },
    {
      title: 'who is deleted is nobody’s manager any more',
      run: async (scene) => {
        const boss = await scene.userId()
        const dn = await scene.dnOf(boss)
        const report = await scene.userId(reportingTo(boss))
        assert.equal((await scene.bridge.scim.delete(`/Users/${boss}`)).status, 204)
        assert.equal(await scene.managerOf(report), undefined)
        await eventually(async () => {
          assert.ok(!(await scene.stored(report, 'manager')).includes(dn))
        })
        const left = await scene.stored(report, 'manager')
        const next = await scene.userId()
        await scene.change(report, { manager: next })
        await assertManager(scene, report, next)
        return left.length === 0
          ? undefined
          : `the server leaves \`${left.join(' ')}\`, never shown`
      },
    },
    {
      title: 'goes when a PATCH removes him, and when a PUT has him blank',
      run: async (scene) => {
        const boss = await scene.userId()
        const [one, other] = [
          await scene.user(reportingTo(boss)),
          await scene.user(reportingTo(boss)),
        ]
        const removal = { op: 'remove', path: `${enterprise}:manager` }
        assert.equal((await scene.patch(`/Users/${one.id}`, removal)).status, 200)
        const blank = { managerId: '', displayName: ' ' }
        const put = await scene.bridge.scim.put(`/Users/${other.id}`, {
          ...other,
          [enterprise]: { manager: blank },
        })
        assert.equal(put.status, 200, put.text)
        for (const { id } of [one, other]) await assertManager(scene, id, undefined)
      },
    },
    {
      title: 'whom nobody knows is left out with `users.manager.unknown: ignore`',
      run: async (scene) =>
        await scene.elsewhere({ 'users.manager.unknown': 'ignore' }, async (ignoring) => {
          const report = await ignoring.userId(reportingTo('nobody'))
          await assertManager(ignoring, report, undefined)
          assert.deepEqual(await ignoring.stored(report, scene.place.pendingManager), [])
        }),
    },
    {
      title:
        'whom nobody knows is refused with 400 and nothing is written, with `users.manager.unknown: reject`',
      run: async (scene) =>
        await scene.elsewhere({ 'users.manager.unknown': 'reject' }, async (rejecting) => {
          const report = await rejecting.userId()
          await rejecting.writesNothing(async () => {
            const value = { title: 'Clerk', manager: 'nobody' }
            const refused = await rejecting.patch(`/Users/${report}`, { op: 'replace', value })
            assertRefused(refused, { status: 400, scimType: 'invalidValue', detail: /manager/ })
          })
        }),
    },
  ],
}
