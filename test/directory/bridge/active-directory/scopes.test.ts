import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { DomainScene } from './domain-scene.ts'

/** Security groups by how far they reach. MS-ADTS 2.2.12 */
const groupTypes = {
  global: '-2147483646',
  local: '-2147483644',
  universal: '-2147483640',
} as const
type Scope = keyof typeof groupTypes

const refusal = { status: 400, scimType: 'invalidValue', detail: /^members\.value .* scope/u }

/** Which scope a group of another one cannot have as a member. */
const unfit: readonly (readonly [outer: Scope, inner: Scope])[] = [
  ['global', 'local'],
  ['global', 'universal'],
  ['universal', 'local'],
]

describe('Groups of Active Directory whose scopes do not fit each other', () => {
  let scene: DomainScene
  const bridges = new Map<Scope, TestBridge>()

  before(async () => {
    scene = await DomainScene.open(true)
    for (const [scope, groupType] of Object.entries(groupTypes)) {
      const bridge = await scene.another({ 'groups.fixed': `{ groupType: '${groupType}' }` })
      bridges.set(scope as Scope, bridge)
    }
  })

  after(async () => scene.close())

  const bodyOf = (members: readonly string[]): JsonObject => ({
    displayName: scene.unusedName(),
    members: members.map((value) => ({ value })),
  })

  const groupOf = async (scope: Scope): Promise<string> => {
    const created = await bridges.get(scope)?.scim.post('/Groups', bodyOf([]))
    assert.equal(created?.status, 201, created?.text)
    return textIn(created.answer, 'id')
  }

  for (const [outer, inner] of unfit) {
    it(`are refused with 400, and nothing is changed: a ${inner} group in a ${outer} one`, async () => {
      const [group, member] = [await groupOf(outer), await groupOf(inner)]
      const user = await scene.userId()
      for (const op of ['add', 'replace'] as const) {
        assertRefused(await scene.changeMembers(group, op, [user, member]), refusal)
      }
      assert.deepEqual(await scene.memberIds(group), [])
    })

    it(`are refused with 400, and nothing is created: a ${outer} group with a ${inner} one`, async () => {
      const body = bodyOf([await groupOf(inner)])
      const created = await bridges.get(outer)?.scim.post('/Groups', body)
      assertRefused(created ?? assert.fail(), refusal)
      const filter = `displayName eq "${textIn(body, 'displayName')}"`
      assert.equal((await scene.read(`/Groups?filter=${filter}`))['totalResults'], 0)
    })
  }

  it('are taken where they fit: all kinds in a local one, global ones in a universal one', async () => {
    const [local, universal, global] = [
      await groupOf('local'),
      await groupOf('universal'),
      await groupOf('global'),
    ]
    const members = [await groupOf('local'), universal, global]
    assert.equal((await scene.changeMembers(local, 'add', members)).status, 204)
    assert.deepEqual(await scene.memberIds(local), members.toSorted())
    assert.equal((await scene.changeMembers(universal, 'add', [global])).status, 204)
  })
})

describe('Groups of a mixed domain, which still has controllers of Windows NT', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true, {}, { isMixed: true })
  })

  after(async () => scene.close())

  it('hold no global groups where they are global security groups: 400', async () => {
    const [group, member] = [await scene.group(), await scene.group()]
    assertRefused(await scene.changeMembers(group, 'add', [member]), refusal)
    assert.deepEqual(await scene.memberIds(group), [])
  })
})
