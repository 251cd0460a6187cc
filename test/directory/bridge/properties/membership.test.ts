import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ScimError } from '../../../../src/scim/error.ts'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { patchOf, sceneFor } from '../users/scene.ts'
import { groupsSchema } from './bridge-schema.ts'
import { holdsAlways } from './cases.ts'
import { assertRefused, patched } from './patched.ts'

/** Operations on the members of a group, some of them on its name as well, by the places of the members. */
function operationsOn(ids: readonly string[]): fc.Arbitrary<JsonObject> {
  const id = fc.constantFrom(...ids)
  const element = fc.oneof(
    id.map((value) => ({ value })),
    id.map((value) => ({ value, $ref: null, display: 'somebody' })),
    id.map((value) => ({ value: value.toUpperCase() })),
    id,
  )
  const value: fc.Arbitrary<JsonValue> = fc.oneof(fc.array(element, { maxLength: 4 }), element)
  const add = fc.constantFrom('add', 'Add')
  const remove = fc.constantFrom('remove', 'Remove')
  const filter = fc.oneof(
    id.map((each) => `value eq "${each}"`),
    fc.tuple(id, id).map(([one, other]) => `value eq "${one}" or Value Eq "${other}"`),
    fc.constantFrom('type eq "User"', 'display pr', 'type eq "Group" and not (display co "zz")'),
  )
  return fc.oneof(
    fc.tuple(add, value).map(([op, members]) => ({ op, path: 'members', value: members })),
    fc.tuple(add, value).map(([op, members]) => ({ op, value: { members } })),
    fc.tuple(remove, value).map(([op, members]) => ({ op, path: 'members', value: members })),
    fc.tuple(remove, filter).map(([op, each]) => ({ op, path: `members[${each}]` })),
    value.map((members) => ({ op: 'replace', path: 'members', value: members })),
    value.map((members) => ({ op: 'Replace', value: { members, externalId: 'x' } })),
    fc.constant({ op: 'remove', path: 'members' }),
    fc
      .constantFrom('one', 'two')
      .map((each) => ({ op: 'replace', path: 'externalId', value: each })),
  )
}

/** Who is a member, each once whatever the case of the letters of his id. */
function memberIds({ members }: JsonObject): string[] {
  const list = (members ?? []) as readonly { readonly value: string }[]
  return [...new Set(list.map(({ value }) => value.toLowerCase()))].sort()
}

describe('Any PATCH of the members of a group (RFC 7644 §3.5.2)', () => {
  const scene = sceneFor()
  const shown = async (path: string): Promise<JsonObject> =>
    (await scene().bridge.scim.get(path)).answer ?? {}

  it('leaves those that the operations leave in a list, an empty group with its placeholder, and writes nothing for nothing', async () => {
    const schema = await groupsSchema(scene())
    const ids = [
      ...(await Promise.all(Array.from({ length: 4 }, async () => await scene().userId()))),
      await scene().group(),
    ]
    const cases = fc.record({
      members: fc.uniqueArray(fc.constantFrom(...ids)),
      operations: fc.array(operationsOn(ids), { minLength: 1, maxLength: 5 }),
      isShown: fc.boolean(),
    })
    await holdsAlways(cases, async ({ members, operations, isShown }) => {
      const id = await scene().group(members)
      const dn = (await scene().dnOf(id)) ?? ''
      const path = `/Groups/${id}`
      const before = await shown(path)
      const stored = await scene().admin.read(dn)
      const body = patchOf(...operations)
      const expected = patched(schema, before, body)
      const query = isShown ? '?attributes=members,externalId' : ''
      const answer = await scene().bridge.scim.patch(`${path}${query}`, body)
      const ldif = await scene().sent(answer)
      if (expected instanceof ScimError) {
        assertRefused(answer, expected)
        assert.deepEqual(await scene().admin.read(dn), stored)
        return
      }
      assert.equal(answer.status, isShown ? 200 : 204, answer.text)
      const after = await shown(path)
      assert.deepEqual(memberIds(after), memberIds(expected), ldif)
      assert.equal(after['externalId'], expected['externalId'])
      assert.deepEqual(memberIds(answer.answer ?? after), memberIds(after))
      const held = await scene().admin.values(dn, 'member')
      assert.equal(held.length, Math.max(1, memberIds(after).length))
      if (JSON.stringify(expected) === JSON.stringify(before)) {
        assert.deepEqual(await scene().admin.read(dn), stored)
      }
      await scene().admin.remove(dn)
    })
  }).timeout(120_000)
})
