import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ScimError } from '../../../../src/scim/error.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import type { StoredEntry } from '../../../support/admin-client.ts'
import { patchOf, sceneFor } from '../users/scene.ts'
import { usersSchema } from './bridge-schema.ts'
import { holdsAlways } from './cases.ts'
import { assertRefused, patched } from './patched.ts'
import { operationsFor } from './patches.ts'
import { personAttributes } from './population.ts'
import { assertStored } from './stored.ts'

/** Attributes that no line of the map names. */
const unmapped = {
  description: ['kept', 'as it is'],
  roomNumber: '4',
  carLicense: 'B-X 1',
  initials: 'i',
}

describe('Any PATCH of anybody (RFC 7644 §3.5.2)', () => {
  const scene = sceneFor()

  it('leaves in the directory what the operations make of the user, by one modify, or nothing changed', async () => {
    const schema = await usersSchema(scene())
    const managers = [await scene().userId(), await scene().userId()]
    const userName = fc.constant(null).map(() => scene().unusedName())
    const cases = fc.record({
      attributes: personAttributes,
      operations: fc.array(operationsFor(fc.constantFrom(...managers), userName), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    await holdsAlways(cases, async ({ attributes, operations }) => {
      const uid = scene().unusedName()
      const entry = {
        ...attributes,
        ...unmapped,
        uid,
        objectClass: ['inetOrgPerson', 'scimResource'],
      }
      const dn = await scene().entry(`uid=${uid}`, entry)
      const id = await scene().idOf(dn)
      const stored = await scene().admin.read(dn)
      const before = await scene().get(id)
      const body = patchOf(...operations)
      // A given name that is only shown in place of one goes with what it was made from.
      const held = 'givenName' in entry ? before : withoutGivenName(before)
      const expected = patched(schema, held, body)
      const answer = await scene().bridge.scim.patch(`/Users/${id}`, body)
      const ldif = await scene().sent(answer)
      const hint = `${answer.text}\n${ldif}`
      if (expected instanceof ScimError) {
        assertRefused(answer, expected)
        assert.deepEqual(await scene().admin.read(dn), stored)
        return
      }
      assert.equal(answer.status, 200, hint)
      const after = await scene().get(id)
      assert.deepEqual(answer.answer, after)
      assertStored({
        before,
        after,
        wanted: expected,
        hint,
      })
      assertOneModify(ldif)
      if (JSON.stringify(expected) === JSON.stringify(held)) assert.equal(ldif, '')
      const now = await scene().admin.read((await scene().dnOf(id)) ?? '')
      assertKept(stored, now)
      await scene().admin.remove(now?.dn ?? '')
    })
  }).timeout(120_000)
})

function withoutGivenName({ name, ...others }: JsonObject): JsonObject {
  const { givenName: _, ...parts } = (name ?? {}) as JsonObject
  return { ...others, name: parts }
}

/** Asserts that nobody wrote more than one modify, and one rename before it. */
function assertOneModify(ldif: string): void {
  assert.ok(ldif.split('changetype: modify\n').length <= 2, ldif)
  assert.ok(ldif.split('changetype: modrdn\n').length <= 2, ldif)
}

/** Asserts that everything the map does not name is as it was. */
function assertKept(before: StoredEntry | undefined, after: StoredEntry | undefined): void {
  for (const name of Object.keys(unmapped)) {
    assert.deepEqual(after?.attributes[name], before?.attributes[name], name)
  }
}
