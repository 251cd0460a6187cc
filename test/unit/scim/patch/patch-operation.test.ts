import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import { ScimError } from '../../../../src/scim/error.ts'
import { scimError } from '../example.ts'

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const legacy = 'urn:scim:schemas:core:1.0'

function decode(...operations: JsonValue[]): unknown {
  return decodePatch({ schemas: [patchOp], Operations: operations })
}

describe('decodePatch, PatchOp (RFC 7644 §3.5.2)', () => {
  it('reads operations in their order', () => {
    const operations = [
      { op: 'add', path: 'title', value: 'x' },
      { op: 'replace', value: { active: false } },
      { op: 'remove', path: 'nickName' },
    ]
    assert.deepEqual(decode(...operations), operations)
  })

  it("reads Entra ID's capitals, and names in any letter case", () => {
    assert.deepEqual(decodePatch({ operations: [{ OP: 'Replace', Path: 'title', VALUE: 'x' }] }), [
      { op: 'replace', path: 'title', value: 'x' },
    ])
  })

  it('keeps null, which unassigns', () => {
    assert.deepEqual(decode({ op: 'replace', path: 'title', value: null }), [
      { op: 'replace', path: 'title', value: null },
    ])
  })

  it('takes a blank path for none, and one operation for a list', () => {
    assert.deepEqual(decodePatch({ Operations: { op: 'add', path: '', value: {} } }), [
      { op: 'add', value: {} },
    ])
    assert.deepEqual(decode({ op: 'add', path: null, value: {} }), [{ op: 'add', value: {} }])
  })

  const wrong: [body: JsonObject, scimType: Parameters<typeof scimError>[0], detail: RegExp][] = [
    [{}, 'invalidSyntax', /Operations is required/],
    [{ schemas: [patchOp] }, 'invalidSyntax', /Operations is required/],
    [{ schemas: [patchOp], members: [] }, 'invalidSyntax', /Operations is required/],
    [{ schemas: [legacy] }, 'invalidSyntax', /Operations is required/],
    [{ Operations: [] }, 'invalidSyntax', /at least one/],
    [{ Operations: 'add' }, 'invalidSyntax', /must be a list/],
    [{ Operations: null }, 'invalidSyntax', /must be a list/],
    [{ Operations: ['add'] }, 'invalidSyntax', /must be an object/],
    [{ Operations: [{ path: 'x' }] }, 'invalidSyntax', /must have an op/],
    [{ Operations: [{ op: 1 }] }, 'invalidSyntax', /must have an op/],
    [
      { Operations: [{ op: 'frobnicate', value: 1 }] },
      'invalidValue',
      /"frobnicate" is no operation/,
    ],
    [{ Operations: [{ op: 'add', path: 1, value: 1 }] }, 'invalidPath', /must be a string/],
    [{ Operations: [{ op: 'add', path: 'x' }] }, 'invalidValue', /add operation must have a value/],
    [{ Operations: [{ op: 'replace' }] }, 'invalidValue', /replace operation must have a value/],
    [{ Operations: [{ op: 'remove' }] }, 'noTarget', /must have a path/],
  ]
  for (const [body, scimType, detail] of wrong) {
    it(`refuses ${JSON.stringify(body)} with ${scimType}`, () => {
      assert.throws(() => decodePatch(body), scimError(scimType, detail))
    })
  }

  it('refuses more operations than are allowed', () => {
    const body = { Operations: Array.from({ length: 4 }, () => ({ op: 'remove', path: 'title' })) }
    assert.equal(decodePatch(body, 4).length, 4)
    assert.throws(
      () => decodePatch(body, 3),
      (error) => error instanceof ScimError && error.status === 413,
    )
  })
})

describe('decodePatch, the partial resource of SCIM 1.1', () => {
  it('adds members that are not marked and removes those marked delete, as OneLogin sends them', () => {
    const body = {
      schemas: [legacy],
      members: [
        { value: 'a' },
        { value: 'b', operation: 'add' },
        { value: 'c', operation: 'delete' },
        { value: 'd', operation: 'Delete' },
        { value: 'e' },
      ],
    }
    assert.deepEqual(decodePatch(body), [
      { op: 'add', value: { members: [{ value: 'a' }, { value: 'b', operation: 'add' }] } },
      {
        op: 'remove',
        path: 'members',
        value: [
          { value: 'c', operation: 'delete' },
          { value: 'd', operation: 'Delete' },
        ],
      },
      { op: 'add', value: { members: [{ value: 'e' }] } },
    ])
  })

  it('takes one marked element for a list', () => {
    const member = { value: 'a', operation: 'delete' }
    assert.deepEqual(decodePatch({ schemas: [legacy], members: member }), [
      { op: 'remove', path: 'members', value: [member] },
    ])
    assert.deepEqual(decodePatch({ members: { value: 'a', operation: 'frobnicate' } }), [])
  })

  it('reads the mark in any letter case', () => {
    const members = [{ value: 'a', Operation: 'DELETE' }]
    assert.deepEqual(decodePatch({ members }), [{ op: 'remove', path: 'members', value: members }])
  })

  it('changes nothing for a mark that it does not know', () => {
    const members = [
      { value: 'a', operation: 'frobnicate' },
      { value: 'b', operation: 1 },
    ]
    assert.deepEqual(decodePatch({ members }), [])
  })

  it('changes nothing for an empty list', () => {
    assert.deepEqual(decodePatch({ schemas: [legacy], members: [] }), [])
  })

  it('takes members that are texts', () => {
    assert.deepEqual(decodePatch({ members: ['a'] }), [{ op: 'add', value: { members: ['a'] } }])
  })

  it('replaces other attributes, and clears those that meta names', () => {
    const body = {
      schemas: [legacy],
      id: 'g1',
      displayName: 'x',
      meta: { attributes: ['externalId', 7] },
    }
    assert.deepEqual(decodePatch(body), [
      { op: 'remove', path: 'externalId' },
      { op: 'add', value: { displayName: 'x' } },
    ])
  })

  it('may name nothing but what is to be cleared', () => {
    assert.deepEqual(decodePatch({ meta: { attributes: ['title'] } }), [
      { op: 'remove', path: 'title' },
    ])
    assert.throws(() => decodePatch({ meta: { attributes: 'title' } }), scimError('invalidSyntax'))
  })
})
