import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ScimError } from '../../../../src/scim/error.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { normalizeResource, requireAttributes } from '../../../../src/scim/normalize.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import { patchOf, sceneFor } from '../users/scene.ts'
import { usersSchema } from './bridge-schema.ts'
import { holdsAlways } from './cases.ts'
import { operationsFor } from './patches.ts'
import { personAttributes } from './population.ts'
import { presetStorage } from './preset-storage.ts'
import { assertStored } from './stored.ts'

const classes = ['inetOrgPerson', 'scimResource']

describe('Any PUT of anybody (RFC 7644 §3.5.1)', () => {
  const scene = sceneFor()

  it('of what a GET has shown writes nothing', async () => {
    await holdsAlways(personAttributes, async (attributes) => {
      const uid = scene().unusedName()
      const dn = await scene().entry(`uid=${uid}`, { ...attributes, uid, objectClass: classes })
      const id = await scene().idOf(dn)
      const before = await scene().get(id)
      const stored = await scene().admin.read(dn)
      const answer = await scene().bridge.scim.put(`/Users/${id}`, before)
      assert.equal(answer.status, 200, answer.text)
      assert.deepEqual(answer.answer, before)
      assert.deepEqual(await scene().admin.read(dn), stored)
      await scene().admin.remove(dn)
    })
  }).timeout(120_000)

  it('makes the directory hold what the body means, as far as the map goes, and no less than that', async () => {
    const schema = await usersSchema(scene())
    const manager = await scene().userId()
    const userName = fc.constant(null).map(() => scene().unusedName())
    const cases = fc.record({
      attributes: personAttributes,
      operations: fc.array(operationsFor(fc.constant(manager), userName), { maxLength: 8 }),
      isActive: fc.option(fc.boolean(), { nil: undefined }),
      isNameRepeated: fc.boolean(),
    })
    await holdsAlways(cases, async ({ attributes, operations, isActive, isNameRepeated }) => {
      const uid = scene().unusedName()
      const entry = { ...attributes, uid, objectClass: classes, roomNumber: '4' }
      const dn = await scene().entry(`uid=${uid}`, entry)
      const id = await scene().idOf(dn)
      const before = await scene().get(id)
      // The operations of a PATCH make bodies of every shape from nothing.
      const body = operations.reduce((resource, operation) => changed(resource, operation), {
        userName: uid,
        ...(isActive === undefined ? {} : { active: isActive }),
        // Parts of it may be shown in place of others.
        ...(isNameRepeated ? { name: before['name'] ?? {} } : {}),
      } as JsonObject)
      const wanted = normalizeResource(schema, body)
      requireAttributes(schema, wanted)
      const answer = await scene().bridge.scim.put(`/Users/${id}`, body)
      assert.equal(answer.status, 200, answer.text)
      const after = await scene().get(id)
      assert.deepEqual(answer.answer, after)
      assertStored({ before, after, wanted, hint: answer.text })
      const again = await scene().bridge.scim.put(`/Users/${id}`, body)
      assert.deepEqual(again.answer, after, 'a second PUT changes nothing')
      assert.equal(await scene().sent(again), '')
      const now = (await scene().dnOf(id)) ?? ''
      assert.deepEqual(await scene().admin.values(now, 'roomNumber'), ['4'])
      await scene().admin.remove(now)
    })

    function changed(resource: JsonObject, operation: JsonObject): JsonObject {
      try {
        return applyPatch(presetStorage(schema), resource, decodePatch(patchOf(operation))).resource
      } catch (error) {
        if (error instanceof ScimError) return resource
        throw error
      }
    }
  }).timeout(120_000)
})
