import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { WriteRequest } from '../../../src/provisioning/resource-service.ts'
import { ScimError, scimErrors } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { type Answer, AppUnderTest, errorBody, token } from './app-under-test.ts'

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const bulkResponse = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const alice = {
  method: 'POST',
  path: '/Users',
  bulkId: 'qwerty',
  data: { schemas: [userUrn], userName: 'Alice' },
}

let app: AppUnderTest

beforeEach(async () => {
  app = await AppUnderTest.start()
})

afterEach(() => app.stop())

async function bulk(
  Operations: readonly unknown[],
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = { schemas: [bulkRequest], ...more, Operations }
  return await app.scim('/Bulk', { method: 'POST', body, headers })
}

/** The answers to the single operations. */
function operationsOf({ status, body, text }: Answer): readonly JsonObject[] {
  assert.equal(status, 200, text)
  const { schemas, Operations } = body as { schemas: unknown; Operations: readonly JsonObject[] }
  assert.deepEqual(schemas, [bulkResponse])
  return Operations
}

function statuses(answer: Answer): readonly unknown[] {
  return operationsOf(answer).map(({ status }) => status)
}

function locationOf(id: string): string {
  return `${app.baseUrl}/Users/${id}`
}

function createdGroup(bulkId: string, id: string): JsonObject {
  const location = `${app.baseUrl}/Groups/${id}`
  return { location, method: 'POST', bulkId, version: 'W/"1"', status: '201' }
}

function failedNeed(bulkId: string): string {
  return `The operation with the bulkId "${bulkId}", to which this one refers, has failed.`
}

const withoutReferences = 'The resource was created, but without its references to other new ones'

/** What was asked of a service: the method, its arguments, and of the request what it says of the operation. */
function callsOf(service: { readonly calls: readonly (readonly unknown[])[] }): readonly unknown[] {
  return service.calls.map((call) => call.slice(0, -1))
}

function requestOf(call: readonly unknown[] | undefined): WriteRequest {
  return call?.at(-1) as WriteRequest
}

function refused(status: number, detail: string, scimType?: string): JsonObject {
  const response = errorBody(status, detail, scimType) as JsonObject
  return { status: String(status), response }
}

describe('POST /Bulk (RFC 7644 §3.7)', () => {
  const ids = ['b7c14771-226c-4d05-8860-134711653041', '5d8d29d3-342c-4b5f-8683-a3cb6763ffcc']
  const [bobId = '', daveId = ''] = ids

  /** The request of RFC 7644 §3.7.3. */
  const operations = [
    alice,
    {
      method: 'PUT',
      path: `/Users/${bobId}`,
      version: 'W/"3694e05e9dff591"',
      data: { schemas: [userUrn], id: bobId, userName: 'Bob' },
    },
    {
      method: 'PATCH',
      path: `/Users/${daveId}`,
      version: 'W/"edac3253e2c0ef2"',
      data: [
        { op: 'remove', path: 'nickName' },
        { op: 'add', path: 'userName', value: 'Dave' },
      ],
    },
    { method: 'DELETE', path: '/Users/e9025315', version: 'W/"0ee8add0a938e1a"' },
  ]

  it('answers the request of RFC 7644 §3.7.3 with location, version and status of each operation', async () => {
    for (const id of [...ids, 'e9025315']) app.users.resources.set(id, { id })
    const answer = await bulk(operations, { failOnErrors: 1 })
    const version = 'W/"1"'
    assert.deepEqual(operationsOf(answer), [
      { location: locationOf('id-4'), method: 'POST', bulkId: 'qwerty', version, status: '201' },
      { location: locationOf(bobId), method: 'PUT', version, status: '200' },
      { location: locationOf(daveId), method: 'PATCH', version, status: '200' },
      { location: locationOf('e9025315'), method: 'DELETE', status: '204' },
    ])
    assert.deepEqual(callsOf(app.users), [
      ['create', { schemas: [userUrn], userName: 'Alice' }],
      ['replace', bobId, { schemas: [userUrn], id: bobId, userName: 'Bob' }],
      [
        'patch',
        daveId,
        {
          schemas: [patchOp],
          Operations: [
            { op: 'remove', path: 'nickName' },
            { op: 'add', path: 'userName', value: 'Dave' },
          ],
        },
      ],
      ['delete', 'e9025315'],
    ])
    assert.deepEqual(
      app.users.calls.map((call) => requestOf(call).ifMatch),
      [undefined, 'W/"3694e05e9dff591"', 'W/"edac3253e2c0ef2"', 'W/"0ee8add0a938e1a"'],
    )
  })

  it('stops behind the first error where failOnErrors is 1, and answers nothing of the rest (RFC 7644 §3.7.3)', async () => {
    app.users.failure = scimErrors.invalidSyntax('Request is unparsable.')
    const answer = await bulk(operations, { failOnErrors: 1 })
    assert.deepEqual(operationsOf(answer), [
      {
        method: 'POST',
        bulkId: 'qwerty',
        ...refused(400, 'Request is unparsable.', 'invalidSyntax'),
      },
    ])
    assert.equal(app.users.calls.length, 1)
  })

  it('goes on behind errors where failOnErrors does not say otherwise, and gives the location of what could not be changed (RFC 7644 §3.7.3)', async () => {
    app.users.failure = scimErrors.uniqueness('userName is in use already.')
    const answer = await bulk(operations)
    assert.deepEqual(operationsOf(answer), [
      {
        method: 'POST',
        bulkId: 'qwerty',
        ...refused(409, 'userName is in use already.', 'uniqueness'),
      },
      { location: locationOf(bobId), method: 'PUT', ...refused(404, `"${bobId}" not found.`) },
      { location: locationOf(daveId), method: 'PATCH', ...refused(404, `"${daveId}" not found.`) },
      {
        location: locationOf('e9025315'),
        method: 'DELETE',
        ...refused(404, '"e9025315" not found.'),
      },
    ])
  })

  it('answers an operation on half a character like any other on what does not exist', async () => {
    const answer = await bulk([{ method: 'DELETE', path: '/Users/\ud800' }, alice])
    assert.deepEqual(statuses(answer), ['404', '201'])
    assert.equal(operationsOf(answer)[0]?.['location'], locationOf('%EF%BF%BD'))
  })

  it('tells the operations apart in the journal, and takes the passwords out', async () => {
    const data = { userName: 'Alice', password: 's3cret' }
    const headers = { 'x-request-id': 'abc' }
    await bulk(
      [
        { ...alice, data },
        { method: 'delete', path: '/Users/id-1' },
      ],
      {},
      headers,
    )
    const [created, deleted] = app.users.calls.map((call) => requestOf(call).context)
    const about = { actor: 'onelogin', clientAddress: '127.0.0.1' }
    assert.deepEqual(created, {
      baseUrl: app.baseUrl,
      reason: {
        ...about,
        requestId: 'abc.1',
        method: 'POST',
        path: '/scim/v2/Users',
        body: { userName: 'Alice', password: '***' },
      },
    })
    assert.deepEqual(deleted?.reason, {
      ...about,
      requestId: 'abc.2',
      method: 'DELETE',
      path: '/scim/v2/Users/id-1',
    })
  })

  it('asks for no more of a resource than its answer shows', async () => {
    await bulk([alice])
    assert.deepEqual(requestOf(app.users.asked).attributes, ['meta'])
  })

  it('logs each operation, and the cause of a failure that is not for the client', async () => {
    app.users.failure = new TypeError('secret')
    const path = '/Users/0c3b4a90-5c5e-103d-8f1a-2b7f4bb1a001'
    const answer = await bulk([alice, { method: 'DELETE', path }], {}, { 'x-request-id': 'abc' })
    const [first] = operationsOf(answer)
    assert.equal(first?.['status'], '500')
    assert.doesNotMatch(answer.text, /secret/u)
    const { fields, error } = await app.logger.event('bulk operation failed')
    assert.deepEqual(
      [fields['requestId'], fields['method'], fields['path'], fields['status'], String(error)],
      ['abc.1', 'POST', '/Users', 500, 'TypeError: secret'],
    )
    const { fields: second } = await app.logger.event('bulk operation answered')
    assert.deepEqual(
      [second['requestId'], second['method'], second['path'], second['status']],
      ['abc.2', 'DELETE', path, 404],
    )
  })

  it('leaves what has not begun when the client is gone', async () => {
    const gate = Promise.withResolvers<void>()
    app.users.gate = gate.promise
    const controller = new AbortController()
    const sent = fetch(`${app.baseUrl}/Bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ Operations: [alice, { ...alice, bulkId: 'other' }] }),
      signal: controller.signal,
    })
    while (app.users.calls.length === 0) await delay(5)
    controller.abort()
    await assert.rejects(sent)
    // Whoever is answered after the connection was cut, is answered when the bridge has seen that it was.
    await app.send('/health/live')
    gate.resolve()
    await app.logger.event('bulk operation answered')
    assert.equal(app.users.calls.length, 1)
  })

  it('takes a thousand operations one after the other', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...alice, bulkId: `user-${index}` }))
    const answers = operationsOf(await bulk(many))
    assert.equal(answers.length, 1000)
    assert.deepEqual(answers[999], {
      location: locationOf('id-1000'),
      method: 'POST',
      bulkId: 'user-999',
      version: 'W/"1"',
      status: '201',
    })
  })
})

describe('references to new resources (RFC 7644 §3.7.2)', () => {
  const tourGuides = {
    method: 'POST',
    path: '/Groups',
    bulkId: 'ytrewq',
    data: {
      schemas: [groupUrn],
      displayName: 'Tour Guides',
      members: [{ type: 'User', value: 'bulkId:qwerty' }],
    },
  }

  it('put Alice into the group of the Tour Guides, whichever comes first (RFC 7644 §3.7.2)', async () => {
    for (const operations of [
      [alice, tourGuides],
      [{ ...tourGuides, data: { ...tourGuides.data, displayName: 'Tour Guides, too' } }, alice],
    ]) {
      assert.deepEqual(statuses(await bulk(operations)), ['201', '201'])
    }
    assert.deepEqual(
      app.groups.calls.map(([, group]) => (group as JsonObject)['members']),
      [[{ value: 'id-1', type: 'User' }], [{ value: 'id-2', type: 'User' }]],
    )
  })

  it('make Alice the manager of Bob (RFC 7644 §3.7.2)', async () => {
    const extension = { employeeNumber: '11250', manager: { value: 'bulkId:qwerty' } }
    const data = { schemas: [userUrn, enterpriseUrn], userName: 'Bob', [enterpriseUrn]: extension }
    const answer = await bulk([{ ...alice, bulkId: 'ytrewq', data }, alice])
    assert.deepEqual(statuses(answer), ['201', '201'])
    const [, bob] = app.users.calls[1] ?? []
    assert.deepEqual((bob as JsonObject)[enterpriseUrn], {
      employeeNumber: '11250',
      manager: { value: 'id-1' },
    })
  })

  it('may stand in a path, and keep the operations on one resource in their order', async () => {
    const path = '/Users/bulkId:qwerty'
    const answer = await bulk([
      { method: 'PATCH', path, data: { Operations: [{ op: 'add', path: 'title', value: 'A' }] } },
      { method: 'DELETE', path },
      alice,
    ])
    const location = `${app.baseUrl}/Users/id-1`
    assert.deepEqual(
      operationsOf(answer).map((each) => [each['status'], each['location']]),
      [
        ['200', location],
        ['204', location],
        ['201', location],
      ],
    )
    assert.deepEqual(
      app.users.calls.map(([method]) => method),
      ['create', 'patch', 'delete'],
    )
    assert.equal(requestOf(app.users.calls[1]).context.reason.path, '/scim/v2/Users/id-1')
  })

  it('are 400 invalidValue where nothing creates what they name', async () => {
    const { data } = tourGuides
    const answer = await bulk([
      tourGuides,
      { method: 'DELETE', path: '/Users/bulkId:__proto__' },
      { method: 'PUT', path: '/groups/g', data },
    ])
    assert.deepEqual(operationsOf(answer), [
      {
        method: 'POST',
        bulkId: 'ytrewq',
        ...refused(
          400,
          'No operation of this request creates the bulkId "qwerty".',
          'invalidValue',
        ),
      },
      {
        method: 'DELETE',
        ...refused(
          400,
          'No operation of this request creates the bulkId "__proto__".',
          'invalidValue',
        ),
      },
      {
        location: `${app.baseUrl}/Groups/g`,
        method: 'PUT',
        ...refused(
          400,
          'No operation of this request creates the bulkId "qwerty".',
          'invalidValue',
        ),
      },
    ])
  })

  it('are 409 where the resource could not be created, and so are references to what fails for that', async () => {
    app.users.failure = scimErrors.uniqueness('userName is in use already.')
    const outer = { ...tourGuides, bulkId: 'outer' }
    const data = { displayName: 'Outer', members: [{ value: 'bulkId:ytrewq' }] }
    const answer = await bulk([{ ...outer, data }, tourGuides, alice])
    assert.deepEqual(operationsOf(answer), [
      { method: 'POST', bulkId: 'outer', ...refused(409, failedNeed('ytrewq')) },
      { method: 'POST', bulkId: 'ytrewq', ...refused(409, failedNeed('qwerty')) },
      {
        method: 'POST',
        bulkId: 'qwerty',
        ...refused(409, 'userName is in use already.', 'uniqueness'),
      },
    ])
    assert.deepEqual(app.groups.calls, [])
  })

  it('are not waited for where they stand in what clients cannot write', async () => {
    const data = { userName: 'Alice', groups: [{ value: 'bulkId:ytrewq' }] }
    assert.deepEqual(statuses(await bulk([{ ...alice, data }, tourGuides])), ['201', '201'])
    assert.deepEqual(callsOf(app.users), [['create', { schemas: [userUrn], userName: 'Alice' }]])
  })
})

describe('references in a circle (RFC 7644 §3.7.1)', () => {
  /** The groups of RFC 7644 §3.7.1, each a member of the other. */
  const groups = [
    ['qwerty', 'Group A', 'ytrewq'],
    ['ytrewq', 'Group B', 'qwerty'],
  ].map(([bulkId, displayName, other]) => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: {
      schemas: [groupUrn],
      displayName,
      members: [{ type: 'Group', value: `bulkId:${other}` }],
    },
  }))

  it('are resolved: the first group is created without the second, which it gets behind it', async () => {
    const answer = await bulk(groups)
    assert.deepEqual(operationsOf(answer), [
      createdGroup('qwerty', 'id-1'),
      createdGroup('ytrewq', 'id-2'),
    ])
    const added = { members: [{ value: 'id-2', type: 'Group' }] }
    assert.deepEqual(callsOf(app.groups), [
      ['create', { schemas: [groupUrn], displayName: 'Group A', members: [] }],
      [
        'create',
        {
          schemas: [groupUrn],
          displayName: 'Group B',
          members: [{ value: 'id-1', type: 'Group' }],
        },
      ],
      ['patch', 'id-1', { schemas: [patchOp], Operations: [{ op: 'add', value: added }] }],
    ])
    const reasons = app.groups.calls.map((call) => requestOf(call).context.reason)
    assert.deepEqual(
      reasons.map(({ requestId }) => requestId.slice(requestId.lastIndexOf('.'))),
      ['.1', '.2', '.1'],
    )
  })

  it('are not begun when it is clear that they cannot be resolved', async () => {
    const wrong = { ...groups[1], data: { displayName: 5, members: ['bulkId:qwerty'] } }
    const answer = await bulk([groups[0], wrong])
    assert.deepEqual(operationsOf(answer), [
      { method: 'POST', bulkId: 'qwerty', ...refused(409, failedNeed('ytrewq')) },
      {
        method: 'POST',
        bulkId: 'ytrewq',
        ...refused(400, 'displayName must be a string.', 'invalidValue'),
      },
    ])
    assert.deepEqual(app.groups.calls, [])
  })

  it('leave the first where it is when the second cannot be created, and say so', async () => {
    const create = app.groups.create.bind(app.groups)
    app.groups.create = async (...given) => {
      const result = await create(...given)
      app.groups.failure = scimErrors.uniqueness('The directory has an entry of this name already.')
      return result
    }
    const [first, second] = operationsOf(await bulk(groups))
    assert.equal(second?.['status'], '409')
    assert.deepEqual(first, {
      location: `${app.baseUrl}/Groups/id-1`,
      method: 'POST',
      bulkId: 'qwerty',
      ...refused(409, `${withoutReferences}: there is none with the bulkId "ytrewq".`),
    })
  })

  it('say what was created when the references cannot be added', async () => {
    const self = { ...groups[0], data: { displayName: 'A', members: [{ value: 'bulkId:qwerty' }] } }
    const patch = app.groups.patch.bind(app.groups)
    const failures: readonly unknown[] = [
      scimErrors.invalidValue('A group cannot hold itself.'),
      new TypeError('secret'),
    ]
    const answers: JsonObject[] = []
    for (const failure of failures) {
      app.groups.patch = (...given) => {
        app.groups.failure = failure
        return patch(...given)
      }
      answers.push(...operationsOf(await bulk([self])))
    }
    assert.deepEqual(answers, [
      {
        location: `${app.baseUrl}/Groups/id-1`,
        method: 'POST',
        bulkId: 'qwerty',
        ...refused(400, `${withoutReferences}: A group cannot hold itself.`, 'invalidValue'),
      },
      {
        location: `${app.baseUrl}/Groups/id-2`,
        method: 'POST',
        bulkId: 'qwerty',
        ...refused(500, `${withoutReferences}.`),
      },
    ])
  })

  it('are given up, and said to be, when failOnErrors stops the request in the middle of them', async () => {
    const [groupA, groupB] = groups
    const unknown = { method: 'DELETE', path: '/Users/unknown' }
    const member = { value: 'bulkId:third' }
    const ring = [
      groupA,
      { ...groupB, data: { displayName: 'Group B', members: [member] } },
      unknown,
      {
        ...groupB,
        bulkId: 'third',
        data: { displayName: 'C', members: [{ value: 'bulkId:qwerty' }] },
      },
    ]
    // The third goes behind the first, and the error comes with it: the second is not reached.
    const create = app.groups.create.bind(app.groups)
    app.groups.create = async (...given) => {
      const result = await create(...given)
      app.groups.failure = scimErrors.uniqueness('The directory has an entry of this name already.')
      return result
    }
    const answers = operationsOf(await bulk(ring, { failOnErrors: 1 }))
    assert.deepEqual(
      answers.map(({ bulkId, status }) => [bulkId, status]),
      [
        ['qwerty', '409'],
        ['third', '409'],
      ],
    )
    assert.equal(answers[0]?.['location'], `${app.baseUrl}/Groups/id-1`)
    assert.deepEqual(app.users.calls, [])
  })
})

describe('bulk requests that are wrong (RFC 7644 §3.7)', () => {
  const targets = 'The path of an operation must begin with /Users or /Groups;'
  const paths = ['/Bulk', '/Me', '/Nowhere', '/__proto__', '/.search']
  for (const path of paths) {
    it(`refuse an operation on ${path} alone`, async () => {
      const answers = operationsOf(await bulk([{ ...alice, path, bulkId: 'a' }, alice]))
      assert.deepEqual(answers[0], {
        method: 'POST',
        bulkId: 'a',
        ...refused(400, `${targets} "${path}" is not possible.`, 'invalidValue'),
      })
      assert.equal(answers[1]?.['status'], '201')
    })
  }

  it('refuse a GET, a repeated bulkId and what is no operation, each alone', async () => {
    const answers = operationsOf(
      await bulk([{ method: 'GET', path: '/Users/1', bulkId: 'a' }, null, alice, alice]),
    )
    assert.deepEqual(
      answers.map(({ status, method, bulkId }) => [status, method, bulkId]),
      [
        ['400', 'GET', 'a'],
        ['400', undefined, undefined],
        ['400', 'POST', 'qwerty'],
        ['400', 'POST', 'qwerty'],
      ],
    )
    assert.deepEqual(app.users.calls, [])
  })

  it('are refused as a whole with 400 invalidSyntax when they are none', async () => {
    const answer = await app.scim('/Bulk', {
      method: 'POST',
      body: { Operations: {}, failOnErrors: -1 },
    })
    assert.equal(answer.status, 400)
    assert.deepEqual(
      answer.body,
      errorBody(400, 'failOnErrors must be a whole number from 1.', 'invalidSyntax'),
    )
  })

  it('are refused with 413 and the limit when they have too many operations (RFC 7644 §3.7.4)', async () => {
    await app.stop()
    app = await AppUnderTest.start({ bulk: { maxOperations: 1 } })
    const answer = await bulk([alice, { ...alice, bulkId: 'other' }])
    assert.equal(answer.status, 413)
    assert.deepEqual(
      answer.body,
      errorBody(413, 'The number of operations exceeds the maxOperations (1).'),
    )
    assert.deepEqual(app.users.calls, [])
  })

  it('are refused with 413 and the limit when they are too large, which is another limit than that of single requests (RFC 7644 §3.7.4)', async () => {
    const data = { userName: 'x'.repeat(1_048_576) }
    const answer = await bulk([{ ...alice, data }])
    assert.equal(answer.status, 413)
    assert.deepEqual(
      answer.body,
      errorBody(413, 'The size of the bulk operation exceeds the maxPayloadSize (1048576).'),
    )
    const single = await app.scim('/Users', { method: 'POST', body: data })
    assert.equal(single.status, 201)
  })
})

describe('a dry run of a bulk request', () => {
  const headers = { prefer: 'dry-run' }

  it('shows the LDIF of each operation under its name, and what cannot be shown yet', async () => {
    app.users.resources.set('u', {})
    const members = [{ value: 'bulkId:qwerty' }]
    const answer = await bulk(
      [
        alice,
        { method: 'POST', path: '/Groups', bulkId: 'a\nb', data: { displayName: 'G', members } },
        { method: 'DELETE', path: '/Users/u' },
        {
          method: 'PATCH',
          path: '/Groups/g',
          data: [{ op: 'add', path: 'members', value: members }],
        },
        { method: 'DELETE', path: '/Users/bulkId:qwerty' },
        { method: 'DELETE', path: '/Users/unknown' },
        { method: 'TRACE\n', path: '/Users' },
      ],
      {},
      headers,
    )
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('preference-applied'), 'dry-run')
    assert.equal(
      answer.text,
      `version: 1

# Operation 1: POST /Users, bulkId "qwerty"
dn: uid=id-2
changetype: add

# Operation 2: POST /Groups, bulkId "a\\nb"
# Not shown, because it does not exist yet: what refers to bulkId "qwerty".
dn: uid=id-1
changetype: add

# Operation 3: DELETE /Users/u
dn: uid=u
changetype: delete

# Operation 4: PATCH /Groups/g
# Not shown, because it does not exist yet: what refers to bulkId "qwerty".
# Nothing would be changed.

# Operation 5: DELETE /Users/bulkId:qwerty
# Not shown, because it does not exist yet: what refers to bulkId "qwerty".
# Nothing would be changed.

# Operation 6: DELETE /Users/unknown
# 404: "unknown" not found.

# Operation 7: TRACE 
# 400 invalidValue: "TRACE\\n" is no method of a bulk operation; POST, PUT, PATCH, DELETE are.
`,
    )
    const asked = [...app.users.calls, ...app.groups.calls].map(requestOf)
    assert.ok(asked.every(({ isDryRun }) => isDryRun))
  })

  it('says why it cannot be made', async () => {
    app.users.failure = new ScimError(503, undefined, 'Try again later.')
    const answer = await bulk([alice], {}, headers)
    assert.match(answer.text, /^# 503: Try again later\.$/mu)
  })
})
