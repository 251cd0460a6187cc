import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { GroupScene, memberIds } from './group-scene.ts'

describe('A member of a group by his URL and his type (RFC 7643 §4.2)', () => {
  let scene: GroupScene
  let person: string
  let nested: string

  before(async () => {
    scene = await GroupScene.open(sharedOpenldap())
    const [first] = await scene.addPeople('forms', 1)
    person = first?.id ?? assert.fail()
    nested = await scene.createGroup('Nested forms')
  })

  after(async () => scene.close())

  let count = 0
  const unusedName = (): string => {
    count += 1
    return `Forms ${count}`
  }

  /** The members of a group after each way to write one member. */
  async function writtenIn(member: JsonValue): Promise<readonly Exchange[]> {
    const { scim } = scene.bridge
    const put = await scene.createGroup(unusedName())
    const patched = await scene.createGroup(unusedName())
    const byPath = await scene.createGroup(unusedName())
    const displayName = unusedName()
    return [
      await scim.post('/Groups', { displayName: unusedName(), members: [member] }),
      await scim.put(`/Groups/${put}`, { displayName, members: [member] }),
      await patch(patched, { op: 'replace', value: { members: [member] } }),
      await patch(byPath, { op: 'add', path: 'members', value: [member] }),
    ]
  }

  async function patch(id: string, operation: JsonObject): Promise<Exchange> {
    return await scene.bridge.scim.patch(`/Groups/${id}?attributes=members`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [operation],
    })
  }

  it('is the one whom the URL names where there is no value', async () => {
    const { baseUrl } = scene.bridge
    const forms: readonly [JsonValue, string][] = [
      [{ $ref: `${baseUrl}/Users/${person}` }, person],
      [{ $ref: `../Users/${person}`, value: null, type: 'User' }, person],
      [{ $ref: `../Groups/${nested}` }, nested],
      [{ $ref: `../Users/nobody`, value: nested, type: 'group' }, nested],
    ]
    for (const [form, id] of forms) {
      for (const { status, answer, text } of await writtenIn(form)) {
        assert.ok(status < 300, text)
        assert.deepEqual(memberIds(answer), [id], JSON.stringify(form))
      }
    }
  })

  it('is removed by his URL', async () => {
    const group = await scene.createGroup(unusedName(), [{ id: person, dn: '' }])
    const value = [{ $ref: `../Users/${person}` }]
    const removed = await patch(group, { op: 'remove', path: 'members', value })
    assert.deepEqual(memberIds(removed.answer), [], removed.text)
  })

  it('is 400 invalidValue where the URL names no resource, or the type is not his', async () => {
    const forms: readonly [JsonValue, RegExp][] = [
      [{ $ref: 'https://x.example/a' }, /members\.\$ref/u],
      [{ $ref: person }, /members\.\$ref/u],
      [{ $ref: 7 }, /members\.\$ref/u],
      [{ $ref: '../Users/%E0%A4%A' }, /members\.\$ref/u],
      [{ $ref: `../Groups/${person}` }, /members\.type/u],
      [{ value: person, type: 'Group' }, /members\.type/u],
      [{ value: nested, type: 'User' }, /members\.type/u],
      [{ value: person, type: 'Nope' }, /members\.type .*Nope/u],
    ]
    const before = await scene.writes()
    const groups = 3
    for (const [index, [form, detail]] of forms.entries()) {
      for (const { status, answer, text } of await writtenIn(form)) {
        assert.equal(status, 400, `${JSON.stringify(form)} ${text}`)
        assert.equal(answer?.['scimType'], 'invalidValue')
        assert.match(text, detail)
      }
      // Nothing but the groups that were made for the tries.
      assert.equal(await scene.writes(), before + groups * (index + 1))
    }
  })
})
