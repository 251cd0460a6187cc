import assert from 'node:assert/strict'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import type { ServerPlace } from '../../servers/server-place.ts'
import { assertRefused } from '../groups/group-scene.ts'
import { adding, MemberScene, removing } from './member-scene.ts'

const groupsStopped = { status: 403, detail: /more than 1 groups to be deleted or emptied/u }
const nothing = { emptied: 0, tripped: 0 }

/** Makes all of some leave a group as somebody comes. */
type Exchanging = (
  scene: MemberScene,
  group: string,
  { coming, leaving }: { readonly coming: readonly string[]; readonly leaving: readonly string[] },
) => Promise<Exchange>

const ways: readonly (readonly [how: string, exchange: Exchanging])[] = [
  [
    'a PATCH that adds somebody and names all others for removal',
    async (scene, group, { coming, leaving }) =>
      await scene.patchMembers(group, adding(coming), removing(leaving)),
  ],
  [
    'a PATCH that names them first, one operation for each',
    async (scene, group, { coming, leaving }) => {
      const each = leaving.map((id) => removing([id]))
      return await scene.patchMembers(group, ...each, adding(coming))
    },
  ],
  [
    'a PATCH that names them by a filter',
    async (scene, group, { coming, leaving }) => {
      const filter = leaving.map((id) => `value eq "${id}"`).join(' or ')
      const byFilter = { op: 'remove', path: `members[${filter}]` }
      return await scene.patchMembers(group, adding(coming), byFilter)
    },
  ],
  [
    'such a PATCH in a bulk request',
    async (scene, group, { coming, leaving }) =>
      await scene.bulkPatchMembers(group, adding(coming), removing(leaving)),
  ],
]

/** Describes what the brake makes of groups that all members leave at once while others come. */
export function describeNewcomers(place: ServerPlace): void {
  describe(`The brake, of groups that all leave as others come (${place.name})`, function () {
    this.timeout(60_000)

    let scene: MemberScene
    let crew: readonly string[]
    let coming: readonly string[]

    before(async () => {
      scene = await MemberScene.open(place)
      crew = await scene.users(7)
      coming = await scene.users(1)
    })

    beforeEach(async () => scene.forget())

    after(async () => scene.close())

    for (const [how, exchange] of ways) {
      it(`counts ${how}, and stops it`, async () => {
        const leaving = crew.slice(0, 6)
        const [one, two] = [await scene.server.group(leaving), await scene.server.group(leaving)]
        await scene.assertLeft(one, await exchange(scene, one, { coming, leaving }), coming)
        assertRefused(await exchange(scene, two, { coming, leaving }), groupsStopped)
        assert.deepEqual(await scene.server.memberIds(two), leaving.toSorted())
        assert.deepEqual(await scene.recorded(), { emptied: 1, tripped: 1 })
      })

      it(`does not count ${how} but one`, async () => {
        for (const staying of [0, 3, 6]) {
          const group = await scene.server.group(crew)
          const leaving = crew.filter((_, index) => index !== staying)
          const left = [...crew.slice(staying, staying + 1), ...coming]
          await scene.assertLeft(group, await exchange(scene, group, { coming, leaving }), left)
        }
        assert.deepEqual(await scene.recorded(), nothing)
      })
    }

    it('counts a PATCH that names everybody, and nobody who comes', async () => {
      const leaving = crew.slice(0, 6)
      const [one, two] = [await scene.server.group(leaving), await scene.server.group(leaving)]
      await scene.assertLeft(one, await scene.patchMembers(one, removing(leaving)), [])
      assertRefused(await scene.patchMembers(two, removing(leaving)), groupsStopped)
      assert.deepEqual(await scene.server.memberIds(two), leaving.toSorted())
    })

    it('goes by who is there now, whoever stayed before', async () => {
      const group = await scene.server.group(crew)
      const [last = '', ...six] = crew
      await scene.assertLeft(group, await scene.patchMembers(group, removing(six)), [last])
      const back = await scene.patchMembers(group, adding(six), removing([last]))
      await scene.assertLeft(group, back, six)
      assert.deepEqual(await scene.recorded(), nothing)
      const exchanged = await scene.patchMembers(group, adding(coming), removing(six))
      await scene.assertLeft(group, exchanged, coming)
      assert.deepEqual(await scene.recorded(), { emptied: 1, tripped: 0 })
    })

    it('does not count that one or five are replaced, or that nobody leaves of those who are named', async () => {
      for (const leaving of [crew.slice(0, 1), crew.slice(0, 5)]) {
        const group = await scene.server.group(leaving)
        const exchanged = await scene.patchMembers(group, adding(coming), removing(leaving))
        await scene.assertLeft(group, exchanged, coming)
      }
      const [one = '', two = ''] = crew
      const pair = await scene.server.group([one, two])
      const swapped = await scene.patchMembers(pair, adding(coming), removing([one]))
      await scene.assertLeft(pair, swapped, [two, ...coming])
      const strangers = await scene.patchMembers(pair, adding([one]), removing(crew.slice(2)))
      await scene.assertLeft(pair, strangers, [one, two, ...coming])
      assert.deepEqual(await scene.recorded(), nothing)
    })

    it('refuses a dry run of what it would stop', async () => {
      const leaving = crew.slice(0, 6)
      const [one, two] = [await scene.server.group(leaving), await scene.server.group(leaving)]
      const exchange = [adding(coming), removing(leaving)]
      assert.equal((await scene.dryRun(two, ...exchange)).status, 200)
      await scene.assertLeft(one, await scene.patchMembers(one, ...exchange), coming)
      const detail = /The brake would be put on by this, and stop it/u
      assertRefused(await scene.dryRun(two, ...exchange), { status: 403, detail })
      assert.deepEqual(await scene.recorded(), { emptied: 1, tripped: 0 })
    })
  })
}
