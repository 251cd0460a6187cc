import assert from 'node:assert/strict'
import { ScimError } from '../../../../src/scim/error.ts'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { decodeBulkRequest } from '../../../../src/scim/message/bulk-request.ts'
import { scimError } from '../example.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const alice = { method: 'POST', path: '/Users', bulkId: 'qwerty', data: { userName: 'Alice' } }

/** What becomes of one operation: the operation, or the words in which it is refused. */
function decoded(operation: JsonValue): unknown {
  const [first] = decodeBulkRequest({ schemas, Operations: [operation] }, 1).operations
  if (first === undefined || !('error' in first)) return first
  const { error, ...repeated } = first
  return { ...repeated, refused: `${error.status} ${error.scimType} ${error.message}` }
}

function onePath(method: string, path: string): string {
  return `400 invalidValue The path of an operation with the method ${method} must name one resource; ${JSON.stringify(path)} does not.`
}

function endpointPath(path: string): string {
  return `400 invalidValue The path of an operation with the method POST must name an endpoint such as /Users; ${JSON.stringify(path)} does not.`
}

describe('decodeBulkRequest (RFC 7644 §3.7)', () => {
  it('reads the request of RFC 7644 §3.7.3, whose PATCH has its operations without the message around them', () => {
    const request = {
      schemas,
      failOnErrors: 1,
      Operations: [
        alice,
        {
          method: 'PUT',
          path: '/Users/b7c14771-226c-4d05-8860-134711653041',
          version: 'W/"3694e05e9dff591"',
          data: { id: 'b7c14771-226c-4d05-8860-134711653041', userName: 'Bob' },
        },
        {
          method: 'PATCH',
          path: '/Users/5d8d29d3-342c-4b5f-8683-a3cb6763ffcc',
          version: 'W/"edac3253e2c0ef2"',
          data: [
            { op: 'remove', path: 'nickName' },
            { op: 'add', path: 'userName', value: 'Dave' },
          ],
        },
        {
          method: 'DELETE',
          path: '/Users/e9025315-6bea-44e1-899c-1e07454e468b',
          version: 'W/"0ee8add0a938e1a"',
        },
      ],
    }
    assert.deepEqual(decodeBulkRequest(request, 4), {
      failOnErrors: 1,
      operations: [
        { method: 'POST', bulkId: 'qwerty', endpoint: '/Users', data: { userName: 'Alice' } },
        {
          method: 'PUT',
          version: 'W/"3694e05e9dff591"',
          endpoint: '/Users',
          id: 'b7c14771-226c-4d05-8860-134711653041',
          data: { id: 'b7c14771-226c-4d05-8860-134711653041', userName: 'Bob' },
        },
        {
          method: 'PATCH',
          version: 'W/"edac3253e2c0ef2"',
          endpoint: '/Users',
          id: '5d8d29d3-342c-4b5f-8683-a3cb6763ffcc',
          data: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [
              { op: 'remove', path: 'nickName' },
              { op: 'add', path: 'userName', value: 'Dave' },
            ],
          },
        },
        {
          method: 'DELETE',
          version: 'W/"0ee8add0a938e1a"',
          endpoint: '/Users',
          id: 'e9025315-6bea-44e1-899c-1e07454e468b',
          data: {},
        },
      ],
    })
  })

  it('understands names and methods in any letter case, and one operation without a list', () => {
    const operations = { Method: 'post', Path: 'Users/', BULKID: 'qwerty', Data: {} }
    assert.deepEqual(decodeBulkRequest({ operations, FailOnErrors: null }, 1), {
      operations: [{ method: 'POST', bulkId: 'qwerty', endpoint: '/Users', data: {} }],
    })
  })

  it('keeps an empty version, which is that of nothing', () => {
    const operation = { method: 'DELETE', path: '/Users/1', version: '' }
    const { operations } = decodeBulkRequest({ Operations: [operation] }, 1)
    assert.deepEqual(operations, [
      { method: 'DELETE', endpoint: '/Users', id: '1', version: '', data: {} },
    ])
  })

  it('keeps the bulkId of an operation that creates nothing, and reads the id in its path decoded', () => {
    const given = { method: 'delete', path: '//Users/bulkId%3Aqwerty', bulkId: 'x', version: null }
    const operation = {
      method: 'DELETE',
      bulkId: 'x',
      endpoint: '/Users',
      id: 'bulkId:qwerty',
      data: {},
    }
    assert.deepEqual(decoded(given), operation)
    assert.deepEqual(decoded({ ...given, path: '/Users/%' }), { ...operation, id: '%' })
  })

  const envelopes: readonly (readonly [string, JsonObject])[] = [
    ['without operations', { schemas }],
    ['whose list of operations is empty', { Operations: [] }],
    ['whose operations are a text', { Operations: 'POST' }],
    ['with failOnErrors 0', { Operations: [alice], failOnErrors: 0 }],
    ['with failOnErrors in words', { Operations: [alice], failOnErrors: 'one' }],
    ['with half an error', { Operations: [alice], failOnErrors: 1.5 }],
  ]
  for (const [sentence, body] of envelopes) {
    it(`refuses a request ${sentence} as invalidSyntax`, () => {
      assert.throws(() => decodeBulkRequest(body, 1000), scimError('invalidSyntax'))
    })
  }

  it('refuses more operations than are allowed with 413, and names the limit (RFC 7644 §3.7.4)', () => {
    assert.throws(
      () => decodeBulkRequest({ Operations: [alice, alice, alice] }, 2),
      (error) =>
        error instanceof ScimError &&
        error.status === 413 &&
        error.message === 'The number of operations exceeds the maxOperations (2).',
    )
  })

  const malformed: readonly (readonly [string, JsonValue, JsonObject])[] = [
    ['that is no object', 'POST', { refused: '400 invalidSyntax An operation must be an object.' }],
    [
      'without a method',
      { path: '/Users', bulkId: 'a' },
      { bulkId: 'a', refused: '400 invalidValue An operation must have a method.' },
    ],
    [
      'with the method GET, a bulkId or not',
      { method: 'GET', path: '/Users/1', bulkId: 'a' },
      {
        method: 'GET',
        bulkId: 'a',
        refused:
          '400 invalidValue "GET" is no method of a bulk operation; POST, PUT, PATCH, DELETE are.',
      },
    ],
    [
      'that creates without a bulkId',
      { ...alice, bulkId: '' },
      {
        method: 'POST',
        refused: '400 invalidValue An operation with the method POST must have a bulkId.',
      },
    ],
    [
      'whose bulkId is a number',
      { ...alice, bulkId: 1 },
      {
        method: 'POST',
        refused: '400 invalidValue The bulkId of an operation must be a string.',
      },
    ],
    [
      'whose version is an object',
      { method: 'PUT', path: '/Users/1', version: {}, data: {} },
      {
        method: 'PUT',
        refused: '400 invalidValue The version of an operation must be a string.',
      },
    ],
    [
      'without a path',
      { ...alice, path: null },
      {
        method: 'POST',
        bulkId: 'qwerty',
        refused: '400 invalidValue An operation must have a path.',
      },
    ],
    [
      'that creates at the path of a resource',
      { ...alice, path: '/Users/1' },
      { method: 'POST', bulkId: 'qwerty', refused: endpointPath('/Users/1') },
    ],
    [
      'that creates at the root',
      { ...alice, path: '/' },
      { method: 'POST', bulkId: 'qwerty', refused: endpointPath('/') },
    ],
    [
      'that deletes everything',
      { method: 'DELETE', path: '/Users' },
      { method: 'DELETE', refused: onePath('DELETE', '/Users') },
    ],
    [
      'whose path climbs',
      { method: 'DELETE', path: '/Users/../Groups/1' },
      { method: 'DELETE', refused: onePath('DELETE', '/Users/../Groups/1') },
    ],
    [
      'without data',
      { method: 'PATCH', path: '/Users/1' },
      {
        method: 'PATCH',
        refused:
          '400 invalidValue The data of an operation with the method PATCH must be an object.',
      },
    ],
    [
      'that replaces by a list',
      { method: 'PUT', path: '/Users/1', data: [] },
      {
        method: 'PUT',
        refused: '400 invalidValue The data of an operation with the method PUT must be an object.',
      },
    ],
  ]
  for (const [sentence, operation, expected] of malformed) {
    it(`makes an error of its own of an operation ${sentence}`, () => {
      assert.deepEqual(decoded(operation), expected)
    })
  }

  it('refuses every operation that creates with a bulkId of which there are several', () => {
    const Operations = [alice, { ...alice, method: 'post' }, { ...alice, bulkId: 'other' }]
    const { operations } = decodeBulkRequest({ Operations }, 3)
    assert.deepEqual(
      operations.map((each) => ('error' in each ? each.error.message : each.bulkId)),
      [
        'The bulkId "qwerty" is that of more than one operation.',
        'The bulkId "qwerty" is that of more than one operation.',
        'other',
      ],
    )
  })

  it('takes names that every object in JavaScript has for what they are', () => {
    const Operations = ['__proto__', 'constructor'].map((bulkId) => ({ ...alice, bulkId }))
    const { operations } = decodeBulkRequest({ Operations }, 2)
    assert.deepEqual(
      operations.map(({ bulkId }) => bulkId),
      ['__proto__', 'constructor'],
    )
    const given = JSON.parse(
      '{ "__proto__": { "method": "DELETE", "path": "/Users/1" } }',
    ) as JsonValue
    assert.deepEqual(decoded(given), {
      refused: '400 invalidValue An operation must have a method.',
    })
  })
})
