import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { isJsonObject } from '../../../../src/scim/json.ts'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { splitMembership } from '../../../../src/scim/patch/membership.ts'
import type { MembershipDelta } from '../../../../src/scim/patch/membership.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { groups, groupUrn, keepsAll, scimError, users } from '../example.ts'

function split(...operations: JsonObject[]): ReturnType<typeof splitMembership> {
  return splitMembership(keepsAll(groups), decodePatch({ Operations: operations }))
}

function delta(
  base: 'keep' | 'none',
  add: readonly string[],
  remove: readonly string[] = [],
): MembershipDelta {
  return { kind: 'delta', base, add: add.map((value) => ({ value })), remove }
}

describe('splitMembership', () => {
  const sums: [rule: string, operations: JsonObject[], change: MembershipDelta][] = [
    [
      'adds members (OneLogin, Entra ID, Okta)',
      [
        {
          op: 'Add',
          path: 'members',
          value: [
            { $ref: null, value: 'a' },
            { value: 'b', display: 'B' },
          ],
        },
      ],
      delta('keep', ['a', 'b']),
    ],
    [
      'adds members that are texts (Entra ID)',
      [{ op: 'add', path: 'members', value: 'a' }],
      delta('keep', ['a']),
    ],
    [
      'removes the members that the value lists (OneLogin, Entra ID)',
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }],
      delta('keep', [], ['a']),
    ],
    [
      'removes the member that the path names (Okta, Entra ID)',
      [{ op: 'remove', path: 'members[value eq "a"]' }],
      delta('keep', [], ['a']),
    ],
    [
      'removes the members that the path names',
      [{ op: 'remove', path: 'members[value eq "a" or value eq "b"]' }],
      delta('keep', [], ['a', 'b']),
    ],
    ['removes all members', [{ op: 'remove', path: 'members' }], delta('none', [])],
    [
      'removes nobody when the value lists nobody',
      [
        { op: 'remove', path: 'members', value: [] },
        { op: 'remove', path: 'members', value: [{ value: '' }] },
      ],
      delta('keep', []),
    ],
    [
      'replaces all members (Okta)',
      [{ op: 'replace', path: 'members', value: [{ value: 'a' }] }],
      delta('none', ['a']),
    ],
    [
      'replaces all members by nobody',
      [{ op: 'replace', path: 'members', value: [] }],
      delta('none', []),
    ],
    [
      'passes over an element without a value beside real ones',
      [{ op: 'replace', path: 'members', value: [{ value: '' }, { value: 'a' }, {}] }],
      delta('none', ['a']),
    ],
    [
      'adds members that a value without a path names',
      [{ op: 'add', value: { members: [{ value: 'a' }] } }],
      delta('keep', ['a']),
    ],
    [
      'takes members by the URN of the core schema',
      [{ op: 'add', path: `${groupUrn}:members`, value: 'a' }],
      delta('keep', ['a']),
    ],
    [
      'adds nobody for a blank value',
      [{ op: 'add', path: 'members', value: null }],
      delta('keep', []),
    ],
    [
      'lets an addition win over an earlier removal',
      [
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: 'A' },
      ],
      delta('keep', ['A']),
    ],
    [
      'lets a removal win over an earlier addition',
      [
        { op: 'add', path: 'members', value: 'a' },
        { op: 'remove', path: 'members', value: 'A' },
      ],
      delta('keep', [], ['A']),
    ],
    [
      'lets a replacement win over everything before',
      [
        { op: 'add', path: 'members', value: 'a' },
        { op: 'remove', path: 'members', value: 'b' },
        { op: 'replace', path: 'members', value: 'c' },
      ],
      delta('none', ['c']),
    ],
    [
      'removes nobody from nobody',
      [
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value: ['a', 'b'] },
        { op: 'remove', path: 'members', value: 'a' },
      ],
      delta('none', ['b']),
    ],
    [
      'names nobody twice',
      [
        { op: 'add', path: 'members', value: ['a', 'a'] },
        { op: 'add', path: 'members', value: 'a' },
      ],
      delta('keep', ['a']),
    ],
    [
      'says nothing when nothing is said of members',
      [{ op: 'replace', path: 'displayName', value: 'x' }],
      delta('keep', []),
    ],
  ]
  for (const [rule, operations, change] of sums) {
    it(rule, () => {
      assert.deepEqual(split(...operations).change, change)
    })
  }

  it('keeps the type of a member', () => {
    const { change } = split(
      { op: 'add', path: 'members', value: [{ value: 'g2', type: 'Group' }, { value: 'u1' }] },
      { op: 'add', path: 'members', value: [{ value: 'g2' }] },
    )
    assert.deepEqual(change, {
      kind: 'delta',
      base: 'keep',
      add: [{ value: 'g2', type: 'Group' }, { value: 'u1' }],
      remove: [],
    })
  })

  it('sums up the partial group of SCIM 1.1 (OneLogin)', () => {
    const body = { members: [{ value: 'a' }, { value: 'b', operation: 'delete' }] }
    const { rest, change } = splitMembership(keepsAll(groups), decodePatch(body))
    assert.deepEqual(rest, [])
    assert.deepEqual(change, delta('keep', ['a'], ['b']))
  })

  it('finds members below the URN of the core schema', () => {
    const value = { displayName: 'x', members: [{ value: 'a' }] }
    const { rest, change } = split({ op: 'add', path: groupUrn, value })
    assert.deepEqual(change, delta('keep', ['a']))
    assert.equal(rest.length, 1)
  })

  it('leaves the other attributes to others, in their order', () => {
    const { rest } = split(
      { op: 'replace', path: 'displayName', value: 'x' },
      { op: 'add', path: 'members', value: 'a' },
      { op: 'replace', value: { id: 'g1', EXTERNALID: 'e', members: [] } },
      { op: 'remove', path: 'externalId' },
    )
    assert.deepEqual(rest, [
      { op: 'replace', path: 'displayName', value: 'x' },
      { op: 'replace', value: { id: 'g1' } },
      { op: 'replace', value: { externalId: 'e' } },
      { op: 'remove', path: 'externalId' },
    ])
  })

  it("leaves Okta's rename such that it can be applied", () => {
    const { rest } = split({ op: 'replace', value: { id: 'g1', displayName: 'y' } })
    assert.equal(
      applyPatch(keepsAll(groups), { id: 'g1', displayName: 'x' }, rest).resource['displayName'],
      'y',
    )
  })

  const byContent = [
    'members[display eq "x"]',
    'members[type eq "Group"]',
    'members[value eq "a" and type eq "User"]',
    'members[value eq "a" or type eq "User"]',
    'members[value eq null]',
    'members[not (value eq "a")]',
    'members[value eq "a"].display',
  ]
  for (const path of byContent) {
    it(`says that the members have to be read for ${path}`, () => {
      const { change } = split(
        { op: 'replace', path: 'displayName', value: 'x' },
        { op: 'add', path: 'Members', value: 'b' },
        { op: 'remove', path },
      )
      assert.deepEqual(change, {
        kind: 'byContent',
        operations: [
          { op: 'add', path: 'members', value: 'b' },
          { op: 'remove', path },
        ],
      })
    })
  }

  it('says that the members have to be read to put something in place of one', () => {
    const operation = { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }
    assert.deepEqual(split(operation).change, { kind: 'byContent', operations: [operation] })
  })

  it('leaves everything of a resource without members', () => {
    const operations = decodePatch({ Operations: [{ op: 'remove', path: 'title' }] })
    assert.deepEqual(splitMembership(keepsAll(users), operations), {
      ignored: [],
      rest: [{ op: 'remove', path: 'title' }],
      change: delta('keep', []),
    })
  })

  it('leaves the refusal to applyPatch where members are read-only', () => {
    const { schema } = groupResourceType
    const attributes = schema.attributes.map((each) => ({
      ...each,
      mutability: 'readOnly' as const,
    }))
    const readOnly = new ResourceSchema({ ...groupResourceType, schema: { ...schema, attributes } })
    const operations = decodePatch({ Operations: [{ op: 'add', path: 'members', value: 'a' }] })
    const { change } = splitMembership(keepsAll(readOnly), operations)
    assert.ok(change.kind === 'byContent')
    assert.throws(
      () => applyPatch(keepsAll(readOnly), {}, change.operations),
      scimError('mutability'),
    )
  })

  it('refuses what cannot be read', () => {
    assert.throws(
      () => split({ op: 'add', path: 'members', value: [1] }),
      scimError('invalidValue', /^members must be an object\.$/),
    )
    assert.throws(() => split({ op: 'add', path: 'nothing', value: 1 }), scimError('invalidPath'))
  })

  const unsaid: JsonObject[] = [
    ...['', ' ', null, {}, [{}], [null], [''], [{ value: '' }], [{ type: 'User' }]].flatMap(
      (value) => [
        { op: 'replace', path: 'members', value },
        { op: 'replace', value: { Members: value } },
      ],
    ),
    { op: 'replace', path: 'members.value', value: '' },
    { op: 'remove', path: 'members', value: null },
  ]
  for (const operation of unsaid) {
    it(`does not take ${JSON.stringify(operation)} for the removal of everybody`, () => {
      assert.throws(() => split(operation), scimError('invalidValue', /^members/))
    })
  }

  for (const op of ['add', 'replace']) {
    for (const value of [
      { value: 'a', operation: 'delete' },
      [{ value: 'b' }, { value: 'a', Operation: 'Delete' }],
    ]) {
      it(`does not ${op} members that are marked as in SCIM 1.1: ${JSON.stringify(value)}`, () => {
        const refused = scimError('invalidValue', /^members.operation/)
        assert.throws(() => split({ op, path: 'members', value }), refused)
        assert.throws(() => split({ op, value: { members: value } }), refused)
      })
    }
  }

  it('comes to the same members as applyPatch, whoever was in the group', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyId),
        fc.array(anyOperation, { minLength: 1, maxLength: 6 }),
        (before, operations) => {
          const group = { displayName: 'x', members: before.map((value) => ({ value })) }
          const patch = decodePatch({ Operations: operations })
          const { change } = splitMembership(keepsAll(groups), patch)
          assert.ok(change.kind === 'delta')
          assert.deepEqual(
            new Set(membersAfter(change, before)),
            new Set(idsIn(applyPatch(keepsAll(groups), group, patch).resource['members'] ?? [])),
          )
        },
      ),
      { numRuns: 500 },
    )
  })
})

const anyId = fc.constantFrom('a', 'b', 'c', 'd')
const anyOperation = fc.oneof(
  fc.record({
    op: fc.constantFrom('add', 'remove', 'replace'),
    path: fc.constant('members'),
    value: fc.oneof(anyId, fc.array(fc.record({ value: anyId }))),
  }),
  fc.record({ op: fc.constant('remove'), path: anyId.map((id) => `members[value eq "${id}"]`) }),
  fc.record({
    op: fc.constantFrom('add', 'replace'),
    value: fc.record({ members: fc.array(anyId) }),
  }),
) as fc.Arbitrary<JsonObject>

function membersAfter({ base, add, remove }: MembershipDelta, before: readonly string[]): string[] {
  const members = new Set(base === 'keep' ? before : [])
  for (const id of remove) members.delete(id)
  for (const { value } of add) members.add(value)
  return [...members]
}

function idsIn(members: JsonValue): JsonValue[] {
  return [members].flat().flatMap((each) => (isJsonObject(each) ? (each['value'] ?? []) : []))
}
