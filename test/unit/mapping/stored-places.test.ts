import assert from 'node:assert/strict'
import type { JsonObject } from '../../../src/scim/json.ts'
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts'
import type { PatchStorage } from '../../../src/scim/patch/patch-storage.ts'
import { parsePatchPath } from '../../../src/scim/path.ts'
import { scimError } from '../scim/example.ts'
import { mappings } from './example.ts'

function placeOf(storage: PatchStorage, path: string, element: JsonObject): string {
  return storage.placeOf(parsePatchPath(path, storage.schema), element)
}

function roomOf(storage: PatchStorage, name: string, type: string): string | undefined {
  return storage.roomOf(parsePatchPath(name, storage.schema), { type })
}

describe('What a map stores of the values that a PATCH brings', () => {
  const line = { attribute: 'carLicense', isReadOnly: true }
  const { users, groups } = mappings({ attributes: { 'emails[type eq "home"]': line } })
  const { storage } = users

  it('is said by the lines for the type of a value, and for each of its parts', () => {
    const cases: readonly [path: string, element: JsonObject, place: string][] = [
      ['emails', { type: 'work' }, 'written'],
      ['emails', { type: 'WORK' }, 'written'],
      ['emails', {}, 'written'],
      ['emails', { type: 'home' }, 'readOnly'],
      ['emails', { type: 'other' }, 'nowhere'],
      ['emails.type', { type: 'work' }, 'written'],
      ['emails.primary', { type: 'work' }, 'written'],
      ['emails.primary', { type: 'home' }, 'nowhere'],
      ['addresses.locality', { type: 'work' }, 'written'],
      ['addresses.locality', { type: 'home' }, 'nowhere'],
      ['addresses.formatted', { type: 'home' }, 'written'],
    ]
    for (const [path, element, place] of cases) {
      assert.equal(placeOf(storage, path, element), place, `${path} ${JSON.stringify(element)}`)
    }
  })

  it('is all of what a section of the settings stores', () => {
    const members = parsePatchPath('members', groups.storage.schema)
    assert.equal(groups.storage.placeOf(members, { value: 'x' }), 'written')
    assert.equal(groups.storage.roomOf(members, { value: 'x' }), undefined)
  })

  it('is one element where lines make it up from parts, and any number elsewhere', () => {
    assert.equal(roomOf(storage, 'emails', 'work'), undefined)
    assert.equal(roomOf(storage, 'addresses', 'other'), undefined)
    assert.equal(roomOf(storage, 'addresses', 'work'), roomOf(storage, 'addresses', 'Work'))
    assert.notEqual(roomOf(storage, 'addresses', 'work'), roomOf(storage, 'addresses', 'home'))
  })

  it('has externalId where there is a line for it', () => {
    const without = mappings({ attributes: { externalId: undefined } }).users.storage
    assert.notEqual(storage.schema.attribute('externalId'), undefined)
    assert.equal(without.schema.attribute('externalId'), undefined)
    const outcome = applyPatch(without, {}, [{ op: 'add', path: 'externalId', value: 'x' }])
    assert.deepEqual(outcome.ignored, ['externalId'])
  })

  it('is refused where it is a status that nobody keeps', () => {
    const without = mappings({ users: { active: undefined } }).users.storage
    assert.throws(
      () => applyPatch(without, {}, [{ op: 'replace', path: 'active', value: false }]),
      scimError('invalidPath', /^active is not stored: nobody would be disabled\.$/),
    )
  })
})
