import assert from 'node:assert/strict'
import type { JsonValue } from '../../../../src/scim/json.ts'
import { enterprise, managerOf, patchOf, sceneFor } from '../users/scene.ts'

/** Everything that is null anywhere in a value. */
function nullsIn(value: JsonValue): number {
  if (value === null) return 1
  if (typeof value !== 'object') return 0
  return Object.values(value as Record<string, JsonValue>).reduce(
    (sum: number, each) => sum + nullsIn(each),
    0,
  )
}

describe("What Microsoft's SCIMReferenceCode collection sends (clients, section 4)", () => {
  const scene = sceneFor()

  it('creates a user with active as text and sub-attributes in another case', async () => {
    const manager = await scene().userId()
    const user = await scene().user({
      active: 'True',
      DisplayName: 'Bob',
      emails: [{ Primary: 'true', Type: 'work', Value: 'bob@example.com' }],
      [enterprise]: { Department: 'Sales', Manager: { Value: manager } },
    })
    assert.equal(user['active'], true)
    assert.equal(user['displayName'], 'Bob')
    assert.deepEqual(user['emails'], [{ value: 'bob@example.com', type: 'work', primary: true }])
    assert.equal(managerOf(user), manager)
    const dn = (await scene().dnOf(user.id)) ?? ''
    assert.deepEqual(await scene().admin.values(dn, 'departmentNumber'), ['Sales'])
    assert.deepEqual(await scene().admin.values(dn, 'manager'), [await scene().dnOf(manager)])
  })

  it('adds and removes members that are texts alone, and is answered 204', async () => {
    const [one, other] = [await scene().userId(), await scene().userId()]
    const group = await scene().group([one])
    const send = async (op: string, value: JsonValue): Promise<void> => {
      const body = patchOf({ op, path: 'members', value })
      const { status, text } = await scene().bridge.scim.patch(`/Groups/${group}`, body)
      assert.equal(status, 204, text)
    }
    await send('add', other)
    assert.deepEqual(new Set(await scene().memberIds(group)), new Set([one, other]))
    await send('remove', one)
    assert.deepEqual(await scene().memberIds(group), [other])
    await send('replace', [one])
    assert.deepEqual(await scene().memberIds(group), [one])
  })

  it('E-14: repeats the removal of a member who has left, and everybody else stays', async () => {
    const [one, other] = [await scene().userId(), await scene().userId()]
    const group = await scene().group([one, other])
    const body = patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: one }] })
    for (let time = 0; time < 3; time += 1) {
      const { status, text } = await scene().bridge.scim.patch(`/Groups/${group}`, body)
      assert.equal(status, 204, text)
      assert.deepEqual(await scene().memberIds(group), [other])
    }
  })

  it('E-16: reads the schemas when its configuration is saved, and finds no null in them', async () => {
    const { status, answer, text } = await scene().bridge.scim.get('/Schemas')
    assert.equal(status, 200, text)
    assert.ok(Number(answer?.['totalResults']) >= 3)
    assert.equal(nullsIn(answer ?? null), 0)
  })
})
