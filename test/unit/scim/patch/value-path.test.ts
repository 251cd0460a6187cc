import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import type { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { badgedUsers, badgeUrn, groups, keepsAll, scimError } from '../example.ts'

const person: JsonObject = {
  userName: 'kelly',
  emails: [{ value: 'k@home.example', type: 'home' }],
  [badgeUrn]: { serial: 7, doors: ['north'] },
}
const group: JsonObject = { displayName: 'Pros', members: [{ value: 'a', type: 'User' }] }

type Patch = readonly [op: string, path: string, value?: JsonValue]

function apply(schema: ResourceSchema, resource: JsonObject, [op, path, value]: Patch): JsonObject {
  const operation = { op, path, ...(value === undefined ? {} : { value }) }
  return applyPatch(keepsAll(schema), resource, decodePatch({ Operations: [operation] })).resource
}

describe('A value path that matches nothing (RFC 7644 §3.5.2.3)', () => {
  describe('is 400 noTarget where it says by what to find an element, not what a new one would be', () => {
    const ofPeople: readonly Patch[] = [
      ['replace', 'phoneNumbers[value eq "+111"].value', '+222'],
      ['add', 'phoneNumbers[value eq "+111"].value', '+222'],
      ['replace', 'phoneNumbers[value eq "+111" and type eq "work"].type', 'home'],
      ['replace', 'phoneNumbers[value eq "+111" and type eq "work"]', { display: 'x' }],
      ['replace', 'emails[value eq "other@x.example"].primary', true],
      ['replace', 'emails[value eq "other@x.example"]', { value: 'other@x.example' }],
      ['add', 'emails[value eq "other@x.example"]', { type: 'work' }],
      ['replace', 'emails[type eq "work"].type', 'other'],
      ['replace', 'emails[type eq "work"]', { value: 'x@y.example', type: 'other' }],
      ['add', 'emails[type eq "work" and primary eq true]', { value: 'x@y', primary: false }],
      ['replace', 'emails[type ne "home"].value', 'x@y.example'],
      ['replace', 'emails[type sw "w"].value', 'x@y.example'],
      ['replace', 'emails[type eq "work" or type eq "other"].value', 'x@y.example'],
      ['replace', 'emails[not (type eq "home")].value', 'x@y.example'],
      ['replace', 'addresses[type eq "work" and locality eq "Rome"].postalCode', '00100'],
      ['replace', `${badgeUrn}:doors[value eq "south"]`, 'west'],
      ['add', `${badgeUrn}:doors[value eq "south"]`, 'west'],
    ]
    for (const patch of ofPeople) {
      it(JSON.stringify(patch), () => {
        assert.throws(() => apply(badgedUsers, person, patch), scimError('noTarget'))
      })
    }

    const ofGroups: readonly Patch[] = [
      ['replace', 'members[value eq "b"]', { value: 'c' }],
      ['replace', 'members[value eq "b"]', { value: 'b' }],
      ['add', 'members[value eq "b"]', { type: 'User' }],
      ['replace', 'members[value eq "b"].value', 'c'],
      ['replace', 'members[display eq "no such person"]', { value: 'c' }],
      ['replace', 'members[type eq "Group"]', { value: 'c' }],
      ['add', 'members[type eq "Group"].value', 'c'],
      ['replace', 'members[$ref eq "https://x/Users/c"]', { value: 'c' }],
    ]
    for (const patch of ofGroups) {
      it(`${JSON.stringify(patch)}: nobody becomes a member by it`, () => {
        assert.throws(() => apply(groups, group, patch), scimError('noTarget'))
      })
    }
  })

  describe('makes the element that it describes, which meets the path afterwards (Entra ID)', () => {
    const made: readonly [Patch, attribute: string, element: JsonObject][] = [
      [
        ['Replace', 'emails[type eq "work"].value', 'k@work.example'],
        'emails',
        { value: 'k@work.example', type: 'work' },
      ],
      [
        ['Add', 'phoneNumbers[type eq "mobile" and primary eq "True"].value', '+1'],
        'phoneNumbers',
        { value: '+1', type: 'mobile', primary: true },
      ],
      [
        ['replace', 'emails[type eq "work"]', { value: 'k@work.example', type: 'Work' }],
        'emails',
        { value: 'k@work.example', type: 'Work' },
      ],
      [
        ['Add', 'addresses[type eq "work"].locality', 'Rome'],
        'addresses',
        { locality: 'Rome', type: 'work' },
      ],
      [['Replace', 'roles[primary eq "True"].value', 'x'], 'roles', { value: 'x', primary: true }],
    ]
    for (const [patch, attribute, element] of made) {
      it(JSON.stringify(patch), () => {
        const elements = apply(badgedUsers, person, patch)[attribute] as readonly JsonValue[]
        assert.deepEqual(elements.at(-1), element)
      })
    }
  })

  describe('changes nothing where it only says what an element is for that is not there', () => {
    const sayings: readonly Patch[] = [
      ['replace', 'emails[type eq "work"].primary', true],
      ['Replace', 'emails[type eq "work"].type', 'Work'],
      ['add', 'emails[type eq "work"]', { type: 'work', primary: true }],
      ['Add', 'roles[primary eq "True"].display', 'Admin'],
    ]
    for (const patch of sayings) {
      it(JSON.stringify(patch), () => {
        const { schemas: _, ...after } = apply(badgedUsers, person, patch)
        assert.deepEqual(after, person)
      })
    }
  })

  it('makes the element of several operations in any order', () => {
    const path = 'phoneNumbers[type eq "mobile"]'
    const type = { op: 'replace', path: `${path}.type`, value: 'mobile' }
    const value = { op: 'replace', path: `${path}.value`, value: '+1' }
    for (const Operations of [
      [type, value],
      [value, type],
    ]) {
      const { resource } = applyPatch(keepsAll(badgedUsers), person, decodePatch({ Operations }))
      assert.deepEqual(resource['phoneNumbers'], [{ value: '+1', type: 'mobile' }])
    }
  })

  describe('changes nothing where something is to be taken away', () => {
    const removals: readonly Patch[] = [
      ['remove', 'emails[type eq "work"]'],
      ['remove', 'emails[value eq "other@x.example"]'],
      ['remove', 'emails[value eq "other@x.example"].type'],
      ['replace', 'emails[type eq "work"].value', ''],
      ['remove', `${badgeUrn}:doors[value eq "south"]`],
    ]
    for (const patch of removals) {
      it(JSON.stringify(patch), () => {
        const { schemas: _, ...after } = apply(badgedUsers, person, patch)
        assert.deepEqual(after, person)
      })
    }
  })

  it('leaves an element that matches the one it is: a member cannot be made another by add', () => {
    assert.throws(
      () => apply(groups, group, ['add', 'members[value eq "a"]', { value: 'b' }]),
      scimError('mutability', /^members\.value cannot be changed\.$/),
    )
  })
})
