import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import type { RequestKind } from '../../adapter/ldap-proxy.ts'
import { assertRefused, textIn } from '../groups/group-scene.ts'
import { enterprise } from '../users/scene.ts'
import { DomainScene } from './domain-scene.ts'

/** A write that names somebody. */
interface Way {
  readonly name: string
  /** What the directory is asked for. */
  readonly kind: RequestKind
  /** Gets everything ready, and returns the write. */
  readonly prepare: (person: string) => Promise<() => Promise<Exchange>>
  /** Whether an answer, or the directory, names him by his id. */
  readonly isNamed: (answer: Exchange, person: string) => Promise<boolean>
}

const managerOf = (person: string): JsonObject => ({
  [enterprise]: { manager: { value: person } },
})

describe('Who is renamed or removed while he is named in Active Directory', () => {
  let scene: DomainScene

  before(async () => {
    scene = await DomainScene.open(true)
  })

  after(async () => await scene.close())

  const dnOf = async (id: string): Promise<string> => {
    const [dn = assert.fail('there is no entry')] = await scene.stored(id, 'distinguishedName')
    return dn
  }
  const rename = async (id: string): Promise<void> => {
    const { people } = scene.bridge.section
    await scene.move(id, `CN=Renamed ${scene.unusedName()},${people}`)
  }
  const remove = async (id: string): Promise<void> => await scene.admin.remove(await dnOf(id))

  const isMember = async ({ answer }: Exchange, person: string, group?: string): Promise<boolean> =>
    (await scene.memberIds(group ?? textIn(answer ?? {}, 'id'))).includes(person)
  const hasManager = async ({ answer }: Exchange, person: string): Promise<boolean> => {
    const stored = await scene.stored(textIn(answer ?? {}, 'id'), 'manager')
    return stored.includes(await dnOf(person))
  }

  let group = ''
  const members: readonly Way[] = [
    {
      name: 'a PATCH of a group that adds him',
      kind: 'modify',
      async prepare(person) {
        group = await scene.group([await scene.userId()])
        const stays = await scene.userId()
        return async () => await scene.changeMembers(group, 'add', [stays, person])
      },
      isNamed: async (answer, person) => await isMember(answer, person, group),
    },
    {
      name: 'a PUT of a group',
      kind: 'modify',
      async prepare(person) {
        const displayName = `Put ${scene.unusedName()}`
        group = await scene.group([await scene.userId()], displayName)
        const body = { displayName, members: [{ value: person }] }
        return async () => await scene.bridge.scim.put(`/Groups/${group}`, body)
      },
      isNamed: isMember,
    },
    {
      name: 'a POST of a group',
      kind: 'add',
      async prepare(person) {
        const displayName = `Post ${scene.unusedName()}`
        const body = { displayName, members: [{ value: person }] }
        return async () => await scene.bridge.scim.post('/Groups', body)
      },
      isNamed: isMember,
    },
  ]
  const managers: readonly Way[] = [
    {
      name: 'a PATCH of one who reports to him',
      kind: 'modify',
      async prepare(person) {
        const report = await scene.userId()
        const value = { title: 'Duke', ...managerOf(person) }
        return async () => await scene.patch(`/Users/${report}`, { op: 'replace', value })
      },
      isNamed: hasManager,
    },
    {
      name: 'a PUT of one who reports to him',
      kind: 'modify',
      async prepare(person) {
        const report = await scene.user()
        const body = { ...report, ...managerOf(person) }
        return async () => await scene.bridge.scim.put(`/Users/${textIn(report, 'id')}`, body)
      },
      isNamed: hasManager,
    },
    {
      name: 'a POST of one who reports to him',
      kind: 'add',
      async prepare(person) {
        const name = scene.unusedName()
        const userName = `${name}@example.org`
        const body = { userName, displayName: name, ...managerOf(person) }
        return async () => await scene.bridge.scim.post('/Users', body)
      },
      isNamed: hasManager,
    },
  ]

  for (const { name, kind, prepare, isNamed } of [...members, ...managers]) {
    it(`is named under his new name by ${name}`, async () => {
      const person = await scene.userId()
      const answer = await scene.during(
        kind,
        await prepare(person),
        async () => await rename(person),
      )
      assert.ok(answer.status < 300, answer.text)
      assert.ok(await isNamed(answer, person))
    })

    it(`is named when he is renamed once more meanwhile by ${name}`, async () => {
      const person = await scene.userId()
      const again = async (): Promise<void> => await rename(person)
      const answer = await scene.during(kind, await prepare(person), again, again)
      assert.ok(answer.status < 300, answer.text)
      assert.ok(await isNamed(answer, person))
    })
  }

  for (const { name, kind, prepare } of members) {
    it(`is told by his id when he is gone, to ${name}`, async () => {
      const person = await scene.userId()
      const answer = await scene.during(
        kind,
        await prepare(person),
        async () => await remove(person),
      )
      const detail = new RegExp(`names no user or group: "${person}"`, 'u')
      assertRefused(answer, { status: 400, scimType: 'invalidValue', detail })
    })
  }

  for (const { name, kind, prepare } of managers) {
    it(`is waited for when he is gone, after ${name}`, async () => {
      const person = await scene.userId()
      const answer = await scene.during(
        kind,
        await prepare(person),
        async () => await remove(person),
      )
      assert.ok(answer.status < 300, answer.text)
      const report = textIn(answer.answer ?? {}, 'id')
      assert.deepEqual(await scene.stored(report, 'manager'), [])
      assert.deepEqual(await scene.stored(report, 'msDS-cloudExtensionAttribute2'), [person])
    })
  }

  it('is named under his new name by whoever waited for him', async () => {
    const userName = `${scene.unusedName()}@example.org`
    const report = await scene.userId(managerOf(userName))
    const body = { userName, displayName: userName }
    const creation = async (): Promise<Exchange> => await scene.bridge.scim.post('/Users', body)
    const created = await scene.during('modify', creation, async () => {
      const found = await scene.read(`/Users?filter=userName eq "${userName}"`)
      const [person] = found['Resources'] as readonly JsonObject[]
      await rename(textIn(person, 'id'))
    })
    assert.equal(created.status, 201, created.text)
    const dn = await dnOf(textIn(created.answer, 'id'))
    assert.deepEqual(await scene.stored(report, 'manager'), [dn])
    assert.deepEqual(await scene.stored(report, 'msDS-cloudExtensionAttribute2'), [])
  })

  it('is no member any more after a PATCH that takes him out', async () => {
    const [person, stays] = [await scene.userId(), await scene.userId()]
    const crew = await scene.group([person, stays])
    const leaving = async (): Promise<Exchange> =>
      await scene.changeMembers(crew, 'remove', [person])
    const answer = await scene.during('modify', leaving, async () => await rename(person))
    assert.equal(answer.status, 204, answer.text)
    assert.deepEqual(await scene.memberIds(crew), [stays])
  })

  for (const { name, kind, prepare, isNamed } of [...members, ...managers]) {
    it(`is left to the directory when he is renamed right behind ${name}`, async () => {
      const { controller = assert.fail('there is no double') } = scene
      const person = await scene.userId()
      const write = await prepare(person)
      const made = controller.holdNext(kind)
      const answering = write()
      await made.arrived
      const follow = controller.holdNext('search')
      const before = controller.countOf('modify')
      made.letGo()
      await follow.arrived
      await rename(person)
      follow.letGo()
      const answer = await answering
      assert.ok(answer.status < 300, answer.text)
      assert.ok(await isNamed(answer, person))
      assert.equal(controller.countOf('modify'), before)
    })
  }
})
