import assert from 'node:assert/strict'
import { identityFor } from '../../../../src/mapping/identity.ts'
import type { TestBridge } from '../../../support/bridge.ts'
import type { DomainController } from '../../../support/domain-controller.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { patchOpUrn } from '../groups/group-scene.ts'
import { describeDomain, DomainScene } from './domain-scene.ts'

const { toId } = identityFor('activeDirectory') ?? assert.fail('Active Directory is not served')

const batchSize = 200
const count = 2.5 * batchSize
const batches = Math.ceil(count / batchSize)

/** What a change of members searches for, however many they are: the group, and what it is like afterwards. */
const fixed = 3
/** For each two hundred: users and groups by their ids, before the write and behind it. */
const byId = 4

describe('Many members of a group of Active Directory', function () {
  this.timeout(120_000)

  let scene: DomainScene
  let controller: DomainController
  let people: readonly string[]

  before(async () => {
    scene = await DomainScene.open(true)
    controller = scene.controller ?? assert.fail('there is no double')
    people = await addPeople(scene, count)
  })

  after(async () => scene.close())

  /** Changes members, and says how many searches that took. */
  async function searches(
    op: 'add' | 'remove',
    group: string,
    members: readonly string[],
  ): Promise<number> {
    const before = controller.countOf('search')
    const changed = await scene.changeMembers(group, op, members)
    assert.equal(changed.status, 204, changed.text)
    return controller.countOf('search') - before
  }

  it('are added and removed with one look for each two hundred at which groups are theirs', async () => {
    const group = await scene.group()
    assert.ok((await searches('add', group, people)) <= fixed + (byId + 1) * batches)
    assert.deepEqual(await scene.memberIds(group), people.toSorted())
    assert.ok((await searches('remove', group, people)) <= fixed + (byId + 1) * batches)
    assert.deepEqual(await scene.memberIds(group), [])
  })

  it('are told from those who are there already by the same look', async () => {
    const group = await scene.group(people.filter((_, index) => index % 3 === 0))
    for (const _ of [1, 2]) {
      assert.ok((await searches('add', group, people)) <= fixed + (byId + 1) * batches)
      assert.deepEqual(await scene.memberIds(group), people.toSorted())
    }
  })

  it('are told from those who are gone already by asking the group for twenty of these at a time', async () => {
    const group = await scene.group(people.filter((_, index) => index % 3 === 0))
    const gone = Math.ceil((count * 2) / 3 / 20)
    assert.ok((await searches('remove', group, people)) <= fixed + (byId + 1) * batches + gone)
    assert.deepEqual(await scene.memberIds(group), [])
  })
})

describe('Members of a group of Active Directory who do not say to the bridge which groups are theirs', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true, {}, { unreadable: 'memberOf' })
  })

  after(async () => scene.close())

  it('are told from those who are there already all the same', async () => {
    const people = await addPeople(scene, 12)
    const group = await scene.group(people.slice(0, 5))
    const added = await scene.changeMembers(group, 'add', people)
    assert.equal(added.status, 204, added.text)
    assert.equal((await written(scene.bridge, added)).length, 7)
    assert.deepEqual(await scene.memberIds(group), people.toSorted())
    assert.equal((await scene.changeMembers(group, 'remove', people.slice(2, 6))).status, 204)
    const removed = await scene.changeMembers(group, 'remove', people)
    assert.equal(removed.status, 204, removed.text)
    assert.equal((await written(scene.bridge, removed)).length, 8)
    assert.deepEqual(await scene.memberIds(group), [])
  })
})

describeDomain(
  'Members of a group of Active Directory whom several change at once',
  {},
  (scene) => {
    let people: readonly string[]
    let other: TestBridge

    before(async () => {
      people = await addPeople(scene(), 30)
      other = await scene().another()
    })

    it('are all there when several add them, and all gone when several remove them, through two bridges', async () => {
      const group = await scene().group()
      const { bridge } = scene()
      for (const [op, left] of [
        ['add', people.toSorted()],
        ['remove', []],
      ] as const) {
        await Promise.all([
          change(bridge, group, op, people),
          change(other, group, op, people),
          change(bridge, group, op, people.slice(0, 20)),
          change(other, group, op, people.slice(10)),
        ])
        assert.deepEqual(await scene().memberIds(group), left)
      }
    })

    it('are there or gone as was asked of each, when one adds and another removes', async () => {
      const [some, others] = [people.slice(0, 15), people.slice(15)]
      const group = await scene().group(some)
      await Promise.all([
        change(scene().bridge, group, 'remove', some),
        change(other, group, 'add', others),
      ])
      assert.deepEqual(await scene().memberIds(group), others.toSorted())
    })

    it('are all there when one adds them together while another adds them one by one', async () => {
      const group = await scene().group()
      const oneByOne = async (): Promise<void> => {
        for (const person of people) await change(other, group, 'add', [person])
      }
      await Promise.all([change(scene().bridge, group, 'add', people), oneByOne()])
      assert.deepEqual(await scene().memberIds(group), people.toSorted())
    })

    it('end up as a last request says, when some add and others remove the same', async () => {
      const group = await scene().group()
      await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const bridge = index < 3 ? scene().bridge : other
          await change(bridge, group, index % 2 === 0 ? 'add' : 'remove', people)
        }),
      )
      await change(other, group, 'add', people)
      assert.deepEqual(await scene().memberIds(group), people.toSorted())
    })
  },
)

describe('A change of members of a group of Active Directory whom somebody else changes meanwhile', () => {
  let scene: DomainScene
  let controller: DomainController

  before(async () => {
    scene = await DomainScene.open(true)
    controller = scene.controller ?? assert.fail('there is no double')
  })

  after(async () => scene.close())

  it('is told by the journal as what the bridge itself has done, and no more', async () => {
    const people = await addPeople(scene, 5)
    const [first = ''] = people
    const [theirs = ''] = await scene.stored(first, 'distinguishedName')
    const group = await scene.group()
    for (const op of ['add', 'remove'] as const) {
      const held = controller.holdNext('modify')
      const changing = scene.changeMembers(group, op, people)
      await held.arrived
      const operation = op === 'add' ? 'add' : 'delete'
      await scene.admin.modify(`<GUID=${group}>`, { operation, type: 'member', values: [theirs] })
      held.letGo()
      const changed = await changing
      assert.equal(changed.status, 204, changed.text)
      const lines = await written(scene.bridge, changed)
      assert.equal(lines.length, 4)
      assert.ok(!lines.some((line) => line.endsWith(theirs)))
      assert.deepEqual(await scene.memberIds(group), op === 'add' ? people.toSorted() : [])
    }
  })

  it('is made as long as each attempt has fewer of them to change', async () => {
    const people = await addPeople(scene, 20)
    const group = await scene.group()
    for (const op of ['add', 'remove'] as const) {
      const operation = op === 'add' ? 'add' : 'delete'
      const rivals = people.slice(0, 15)
      let held = controller.holdNext('modify')
      const changing = scene.changeMembers(group, op, people)
      for (const rival of rivals) {
        await Promise.race([held.arrived, changing.then(({ text }) => assert.fail(text))])
        const values = await scene.stored(rival, 'distinguishedName')
        await scene.admin.modify(`<GUID=${group}>`, { operation, type: 'member', values })
        const { letGo } = held
        held = controller.holdNext('modify')
        letGo()
      }
      await held.arrived
      held.letGo()
      const changed = await changing
      assert.equal(changed.status, 204, changed.text)
      assert.deepEqual(await scene.memberIds(group), op === 'add' ? people.toSorted() : [])
    }
  })
})

/** Changes the members of a group through one of several bridges. */
async function change(
  { scim }: TestBridge,
  group: string,
  op: 'add' | 'remove',
  members: readonly string[],
): Promise<void> {
  const value = members.map((id) => ({ value: id }))
  const body = { schemas: [patchOpUrn], Operations: [{ op, path: 'members', value }] }
  const { status, text } = await scim.patch(`/Groups/${group}`, body)
  assert.equal(status, 204, text)
}

/** Adds people as an administrator does; their ids. */
async function addPeople(scene: DomainScene, howMany: number): Promise<readonly string[]> {
  const base = scene.bridge.section.people
  const names = Array.from({ length: howMany }, () => scene.unusedName())
  await scene.admin.addAll(
    names.map((name) => ({
      dn: `CN=${name},${base}`,
      attributes: { objectClass: 'user', sAMAccountName: name },
    })),
  )
  const filter = `(|${names.map((name) => `(sAMAccountName=${name})`).join('')})`
  const found = await scene.admin.search({ base, filter, attributes: ['objectGUID'] })
  return found.map(({ attributes }) =>
    toId(Buffer.from(attributes['objectGUID']?.[0] ?? '', 'base64')),
  )
}

/** The lines of the journal that name members, of those writes for a request that succeeded. */
async function written(bridge: TestBridge, { headers }: Exchange): Promise<readonly string[]> {
  const records = await bridge.journal()
  const requestId = headers.get('x-request-id')
  const succeeded = new Set(
    records.flatMap((record) =>
      record.kind === 'outcome' && record.outcome === 'succeeded' ? [record.writeId] : [],
    ),
  )
  const ldif = records.flatMap((record) =>
    record.kind === 'intent' && record.requestId === requestId && succeeded.has(record.writeId)
      ? [record.ldif.replaceAll('\n ', '')]
      : [],
  )
  return ldif
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('member:'))
}
