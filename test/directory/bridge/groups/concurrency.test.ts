import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { ScimClient } from '../../../walkthrough/scim-client.ts'
import { dns, GroupScene, ids, type Person, placeholder } from './group-scene.ts'

const clients = 20
const rounds = 3

describe('Many clients that change one group at the same time, on an OpenLDAP', function () {
  this.timeout(60_000)

  let scene: GroupScene
  let people: readonly Person[]
  /** A second bridge on the same directory. */
  let other: TestBridge

  before(async () => {
    const server = sharedOpenldap()
    scene = await GroupScene.open(server)
    people = await scene.addPeople('race', clients)
    const { people: users, groups } = scene.bridge.section
    other = await openTestBridge(server, { 'users.base': users, 'groups.base': groups })
  })

  after(async () => {
    await other.close()
    await scene.close()
  })

  /** Every other client goes to the other bridge. */
  function clientOf(index: number): ScimClient {
    return index % 2 === 0 ? scene.bridge.scim : other.scim
  }

  it('lose no member and leave no placeholder when they all add, through two bridges', async () => {
    const group = await scene.createGroup('All add')
    await Promise.all(
      people.map(async (person, index) => change(clientOf(index), group, 'add', person)),
    )
    assert.deepEqual(await scene.storedMembers(group), dns(people))
  })

  it('leave the placeholder alone when they all remove, through two bridges', async () => {
    const group = await scene.createGroup('All remove', people)
    await Promise.all(
      people.map(async (person, index) => change(clientOf(index), group, 'remove', person)),
    )
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
    assert.deepEqual(await scene.shownMembers(group), [])
  })

  it('each find their member as they left it, round after round, while others do theirs', async () => {
    const group = await scene.createGroup('Back and forth')
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        people.map(async (person, index) => {
          await change(clientOf(index), group, 'add', person)
          await change(clientOf(index), group, 'remove', person)
          if (index < round * 5) await change(clientOf(index), group, 'add', person)
        }),
      )
      const left = people.slice(0, round * 5)
      assert.deepEqual(await scene.shownMembers(group), ids(left))
      assert.ok((await scene.storedMembers(group)).length > 0)
    }
  })

  it('of one member, who comes and goes, leave him in or out, and the group valid', async () => {
    const [person] = people
    assert.ok(person !== undefined)
    const group = await scene.createGroup('Hot seat')
    await Promise.all(
      people.map(async (_, index) =>
        change(clientOf(index), group, index % 2 === 0 ? 'add' : 'remove', person),
      ),
    )
    await change(scene.bridge.scim, group, 'remove', person)
    assert.deepEqual(await scene.storedMembers(group), [placeholder])
    await change(other.scim, group, 'add', person)
    assert.deepEqual(await scene.storedMembers(group), [person.dn])
  })

  it('rename it and change its members: nothing is lost', async () => {
    const group = await scene.createGroup('Name 0', people.slice(0, 1))
    const renames = Array.from({ length: 6 }, async (_, index) => {
      const { status, text } = await clientOf(index).patch(`/Groups/${group}`, {
        Operations: [{ op: 'replace', path: 'displayName', value: `Name ${index + 1}` }],
      })
      assert.equal(status, 204, text)
    })
    const additions = people.map(async (person, index) =>
      change(clientOf(index), group, 'add', person),
    )
    await Promise.all([...renames, ...additions])
    assert.deepEqual(await scene.storedMembers(group), dns(people))
    assert.match((await scene.stored(group, 'cn'))[0] ?? '', /^Name [1-6]$/)
  })

  it('replace its members while others add: every replacement is whole', async () => {
    const group = await scene.createGroup('Replaced', people.slice(0, 2))
    const members = people.slice(0, 5).map(({ id }) => ({ value: id }))
    await Promise.all(
      people.slice(0, 8).map(async (person, index) => {
        if (index % 2 === 0) return change(clientOf(index), group, 'add', person)
        const { status, text } = await clientOf(index).put(`/Groups/${group}`, {
          displayName: 'Replaced',
          members,
        })
        assert.equal(status, 200, text)
      }),
    )
    const stored = await scene.storedMembers(group)
    for (const dn of dns(people.slice(0, 5))) assert.ok(stored.includes(dn), dn)
    assert.ok(!stored.includes(placeholder))
  })

  it('create groups of one name: one gets it, the others 409', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) =>
        clientOf(index).post('/Groups', { displayName: 'Coveted' }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => String(status)).sort(), [
      '201',
      ...Array.from({ length: 9 }, () => '409'),
    ])
  })

  it('delete it while others add: each gets 204 or 404, and it is gone', async () => {
    const group = await scene.createGroup('Doomed')
    const answers = await Promise.all([
      ...people.slice(0, 8).map(async ({ id }, index) =>
        clientOf(index).patch(`/Groups/${group}`, {
          Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
        }),
      ),
      other.scim.delete(`/Groups/${group}`),
    ])
    assert.equal(answers.at(-1)?.status, 204, answers.at(-1)?.text)
    for (const { status, text } of answers) assert.ok([204, 404].includes(status), text)
    assert.equal((await scene.bridge.scim.get(`/Groups/${group}`)).status, 404)
  })
})

async function change(
  scim: ScimClient,
  group: string,
  op: 'add' | 'remove',
  { id }: Person,
): Promise<void> {
  const { status, text } = await scim.patch(`/Groups/${group}`, {
    Operations: [{ op, path: 'members', value: [{ value: id }] }],
  })
  assert.equal(status, 204, text)
}
