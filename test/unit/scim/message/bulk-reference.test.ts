import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import {
  bulkIdIn,
  bulkIdsIn,
  resolveBulkIds,
  splitByBulkIds,
  withoutBulkIds,
} from '../../../../src/scim/message/bulk-reference.ts'
import { enterpriseUrn } from '../example.ts'

const ids = new Map([
  ['qwerty', 'id-1'],
  ['ytrewq', 'id-2'],
])

function resolved(value: JsonValue): JsonValue {
  return resolveBulkIds(value, (bulkId) => ids.get(bulkId))
}

function isLater(bulkId: string): boolean {
  return bulkId === 'later'
}

describe('a reference to a new resource (RFC 7644 §3.7.2)', () => {
  it('is a text that begins with "bulkId:"', () => {
    assert.equal(bulkIdIn('bulkId:qwerty'), 'qwerty')
    assert.equal(bulkIdIn('my bulkId:qwerty'), undefined)
  })

  const places: readonly (readonly [string, JsonValue, JsonValue])[] = [
    [
      'the members of a group',
      { members: [{ type: 'User', value: 'bulkId:qwerty' }, { value: 'id-9' }] },
      { members: [{ type: 'User', value: 'id-1' }, { value: 'id-9' }] },
    ],
    [
      'the manager of a user',
      { [enterpriseUrn]: { employeeNumber: '11250', manager: { value: 'bulkId:qwerty' } } },
      { [enterpriseUrn]: { employeeNumber: '11250', manager: { value: 'id-1' } } },
    ],
    [
      'a $ref, which the id stands in place of',
      { members: [{ $ref: 'bulkId:qwerty' }, { $REF: 'bulkId:ytrewq', value: '' }] },
      { members: [{ value: 'id-1' }, { value: 'id-2' }] },
    ],
    [
      'a $ref beside a value',
      { members: [{ value: 'bulkId:qwerty', $ref: 'bulkId:qwerty', type: 'User' }] },
      { members: [{ value: 'id-1', type: 'User' }] },
    ],
    [
      'the value of a PATCH operation',
      { Operations: [{ op: 'add', path: 'members', value: ['bulkId:qwerty', 'bulkId:ytrewq'] }] },
      { Operations: [{ op: 'add', path: 'members', value: ['id-1', 'id-2'] }] },
    ],
    [
      'the filter in the path of a PATCH operation',
      { Operations: [{ op: 'remove', path: 'members[value eq "bulkId:qwerty"]' }] },
      { Operations: [{ op: 'remove', path: 'members[value eq "id-1"]' }] },
    ],
  ]
  for (const [place, given, expected] of places) {
    it(`is replaced by the id in ${place}`, () => {
      assert.deepEqual(resolved(given), expected)
      assert.equal(bulkIdsIn(given).has('qwerty'), true)
    })
  }

  const escaped = [
    'a b\\"\\\\/\u00fc',
    'a b\\"\\\\\\/\\u00fc',
    '\\u0061 \\u0062\\u0022\\u005c/\\u00FC',
  ]
  for (const written of escaped) {
    const path = `members[value eq "bulkId:${written}"]`

    it(`is found however the JSON string in the filter of a path writes it: ${path}`, () => {
      const bulkId = 'a b"\\/\u00fc'
      assert.deepEqual(bulkIdsIn({ path }), new Set([bulkId]))
      const idOf = (given: string): string | undefined => (given === bulkId ? 'id-3' : undefined)
      assert.deepEqual(resolveBulkIds({ path }, idOf), { path: 'members[value eq "id-3"]' })
    })
  }

  it('leaves alone what is no JSON string in a path, which is for the filter to refuse', () => {
    const given = { path: 'members[value eq "bulkId:\\x"]' }
    assert.deepEqual(resolved(given), given)
    assert.deepEqual(bulkIdsIn(given), new Set())
  })

  const passwords: readonly JsonValue[] = [
    { password: 'bulkId:qwerty' },
    { Operations: [{ op: 'replace', path: 'password', value: 'bulkId:qwerty' }] },
    { Operations: [{ op: 'replace', value: { Password: 'bulkId:qwerty' } }] },
  ]
  for (const given of passwords) {
    it(`is never a password: ${JSON.stringify(given)}`, () => {
      assert.deepEqual(resolved(given), given)
      assert.deepEqual(bulkIdsIn(given), new Set())
    })
  }

  it('stays as it is while there is no id, and so does everything else', () => {
    const given = { a: ['bulkId:none', null, 1, true], path: '"bulkId:none"' }
    assert.deepEqual(resolved(given), given)
    assert.deepEqual(bulkIdsIn(given), new Set(['none']))
  })

  it('may be called as a property that every object in JavaScript has', () => {
    const given = JSON.parse('{ "__proto__": ["bulkId:__proto__", "bulkId:qwerty"] }') as JsonObject
    assert.deepEqual(bulkIdsIn(given), new Set(['__proto__', 'qwerty']))
    assert.equal(JSON.stringify(resolved(given)), '{"__proto__":["bulkId:__proto__","id-1"]}')
  })
})

describe('splitByBulkIds (RFC 7644 §3.7.1)', () => {
  it('keeps back the elements of lists that have to wait', () => {
    const group = {
      displayName: 'G',
      members: [{ value: 'bulkId:later' }, { value: 'bulkId:now' }],
    }
    assert.deepEqual(splitByBulkIds(group, isLater), {
      now: { displayName: 'G', members: [{ value: 'bulkId:now' }] },
      later: { members: [{ value: 'bulkId:later' }] },
    })
  })

  it('keeps back the attributes of extensions that have to wait', () => {
    const extension = { department: 'D', manager: { value: 'bulkId:later' } }
    assert.deepEqual(splitByBulkIds({ userName: 'u', [enterpriseUrn]: extension }, isLater), {
      now: { userName: 'u', [enterpriseUrn]: { department: 'D' } },
      later: { [enterpriseUrn]: { manager: { value: 'bulkId:later' } } },
    })
  })

  it('keeps nothing back where nothing has to wait, a password least of all', () => {
    const user = { userName: 'bulkId:now', password: 'bulkId:later' }
    assert.deepEqual(splitByBulkIds(user, isLater), { now: user, later: {} })
  })
})

describe('withoutBulkIds', () => {
  it('leaves out operations that refer to what does not exist yet, and of lists the elements', () => {
    const kept = { op: 'replace', path: 'displayName', value: 'G' }
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        kept,
        { op: 'add', path: 'members', value: [{ value: 'bulkId:later' }, { value: 'id-9' }] },
        { op: 'add', path: 'members', value: [{ value: 'bulkId:later' }] },
        { op: 'remove', path: 'members[value eq "bulkId:later"]' },
        { op: 'add', path: 'members[value eq "bulkId:later"]', value: ['x'] },
        { op: 'add', path: 'manager', value: 'bulkId:later' },
      ],
    }
    assert.deepEqual(withoutBulkIds(patch, isLater), {
      ...patch,
      Operations: [kept, { op: 'add', path: 'members', value: [{ value: 'id-9' }] }],
    })
  })

  it('does the same to the changes of SCIM 1.1, which stand in the lists of a resource', () => {
    const patch = { members: [{ value: 'bulkId:later' }, { value: 'id-9' }, 'bulkId:later'] }
    assert.deepEqual(withoutBulkIds(patch, isLater), { members: [{ value: 'id-9' }] })
  })
})

describe('a path with quotations that are never closed', () => {
  it('is gone over once, and stays as it is', () => {
    const path = `${'"\\'.repeat(250_000)}bulkId:a`
    assert.deepEqual(
      resolveBulkIds({ path }, () => 'id'),
      { path },
    )
  })
})
