import assert from 'node:assert/strict'
import { scimErrors } from '../../../src/scim/error.ts'
import { AppUnderTest, errorBody } from './app-under-test.ts'

const kelly = { userName: 'kelly', name: { givenName: 'Kelly', familyName: 'Slater' } }

describe('the endpoints of a resource type (RFC 7644 §3.2)', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  /** What the double makes of Kelly, as its first resource. */
  function storedKelly(): object {
    const meta = { location: `${app.baseUrl}/Users/id-1`, version: 'W/"1"' }
    return { ...kelly, id: 'id-1', meta }
  }

  describe('POST (RFC 7644 §3.3)', () => {
    it('answers 201 with the resource, its location and its version', async () => {
      const answer = await app.scim('/Users', { method: 'POST', body: kelly })
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.get('location'), `${app.baseUrl}/Users/id-1`)
      assert.equal(answer.headers.get('etag'), 'W/"1"')
      assert.deepEqual(answer.body, storedKelly())
    })

    it('tells the service who asks, for what, and shows the journal no password', async () => {
      const headers = { 'x-request-id': 'r-1', 'if-match': 'W/"1", W/"2"' }
      const body = { ...kelly, password: 'secret' }
      await app.scim('/Users?attributes=userName', { method: 'POST', body, headers })
      const reason = {
        requestId: 'r-1',
        actor: 'onelogin',
        clientAddress: '127.0.0.1',
        method: 'POST',
        path: '/scim/v2/Users',
        body: { ...kelly, password: '***' },
      }
      const request = {
        attributes: ['userName', 'meta.location', 'meta.version'],
        context: { baseUrl: app.baseUrl, reason },
        ifMatch: 'W/"1", W/"2"',
        isDryRun: false,
      }
      assert.deepEqual(app.users.asked, ['create', body, request])
    })

    it('answers 409 uniqueness when the service says so', async () => {
      app.users.failure = scimErrors.uniqueness('userName is taken.')
      const answer = await app.scim('/Users', { method: 'POST', body: kelly })
      assert.equal(answer.status, 409)
      assert.deepEqual(answer.body, errorBody(409, 'userName is taken.', 'uniqueness'))
    })

    it('answers the body also to a client that wants little, because a new id must be learned', async () => {
      const headers = { prefer: 'return=minimal' }
      const answer = await app.scim('/Users', { method: 'POST', body: kelly, headers })
      assert.equal(answer.status, 201)
      assert.deepEqual(answer.body, storedKelly())
    })
  })

  describe('GET by id (RFC 7644 §3.4.1)', () => {
    beforeEach(() => app.scim('/Users', { method: 'POST', body: kelly }))

    it('answers 200 with the resource and its version', async () => {
      const answer = await app.scim('/Users/id-1')
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('etag'), 'W/"1"')
      assert.deepEqual(answer.body, storedKelly())
    })

    it('passes on which attributes to show', async () => {
      await app.scim('/Users/id-1?excludedAttributes=members,meta')
      assert.deepEqual(app.users.asked.slice(0, 3), [
        'get',
        'id-1',
        { excludedAttributes: ['members'] },
      ])
    })

    for (const header of ['W/"1"', '"1"', 'W/"0", W/"1"', '*']) {
      it(`answers 304 without a body to If-None-Match: ${header} (RFC 7644 §3.14)`, async () => {
        const answer = await app.scim('/Users/id-1', { headers: { 'if-none-match': header } })
        assert.equal(answer.status, 304)
        assert.equal(answer.headers.get('etag'), 'W/"1"')
        assert.equal(answer.text, '')
      })
    }

    it('answers 200 to If-None-Match with another version', async () => {
      const answer = await app.scim('/Users/id-1', { headers: { 'if-none-match': 'W/"2"' } })
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, storedKelly())
    })

    for (const method of ['GET', 'HEAD']) {
      it(`answers 412 to ${method} with If-Match and another version, or none (RFC 9110 §13.1.1)`, async () => {
        for (const header of ['W/"2"', '', 'nonsense']) {
          const headers = { 'if-match': header }
          assert.equal((await app.scim('/Users/id-1', { method, headers })).status, 412)
        }
        for (const header of ['W/"1"', '"0", "1"', '*']) {
          const headers = { 'if-match': header }
          assert.equal((await app.scim('/Users/id-1', { method, headers })).status, 200)
        }
      })
    }

    it('looks at If-Match before If-None-Match (RFC 9110 §13.2.2)', async () => {
      const headers = { 'if-match': 'W/"2"', 'if-none-match': 'W/"1"' }
      const answer = await app.scim('/Users/id-1', { headers })
      const detail = 'The resource has changed since the version in If-Match.'
      assert.deepEqual(answer.body, errorBody(412, detail))
      assert.equal(answer.headers.get('etag'), null)
    })

    it('answers 404 for an unknown id', async () => {
      const answer = await app.scim('/Users/nobody')
      assert.equal(answer.status, 404)
      assert.deepEqual(answer.body, errorBody(404, '"nobody" not found.'))
    })

    const ids: readonly (readonly [string, string])[] = [
      ['a%2Fb', 'a/b'],
      ['%E6%97%A5%E6%9C%AC', '日本'],
      ['a%20b%2Bc', 'a b+c'],
      ['..%2f..%2fetc', '../../etc'],
      ['%00', '\0'],
      ['uid=x,dc=example', 'uid=x,dc=example'],
      ['%zz', '%zz'],
      ['%ff', '%ff'],
    ]
    for (const [encoded, id] of ids) {
      it(`takes ${encoded} as an id, which is unknown: 404`, async () => {
        const answer = await app.scim(`/Users/${encoded}`)
        assert.equal(answer.status, 404)
        assert.deepEqual(app.users.asked.slice(0, 2), ['get', id])
      })
    }

    it('answers HEAD with the headers of GET alone', async () => {
      const get = await app.scim('/Users/id-1')
      const head = await app.scim('/Users/id-1', { method: 'HEAD' })
      assert.equal(head.status, 200)
      assert.equal(head.text, '')
      for (const name of ['content-type', 'content-length', 'etag']) {
        assert.equal(head.headers.get(name), get.headers.get(name))
      }
    })
  })

  describe('PUT (RFC 7644 §3.5.1)', () => {
    beforeEach(() => app.scim('/Users', { method: 'POST', body: { userName: 'robertt' } }))

    it('answers 200 with the resource, its id and its version, whatever the id in the body', async () => {
      const answer = await app.scim('/Users/id-1', { method: 'PUT', body: { ...kelly, id: null } })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('etag'), 'W/"1"')
      assert.deepEqual(answer.body, storedKelly())
    })

    it('answers 204 with the version when the client prefers it (RFC 7240 §4.2)', async () => {
      const headers = { prefer: 'return=minimal' }
      const answer = await app.scim('/Users/id-1', { method: 'PUT', body: kelly, headers })
      assert.equal(answer.status, 204)
      assert.equal(answer.text, '')
      assert.equal(answer.headers.get('etag'), 'W/"1"')
      assert.equal(answer.headers.get('preference-applied'), 'return=minimal')
    })

    it('answers 404 for an unknown id', async () => {
      const answer = await app.scim('/Users/nobody', { method: 'PUT', body: kelly })
      assert.deepEqual(answer.body, errorBody(404, '"nobody" not found.'))
    })

    it('answers 412 when the version is another', async () => {
      app.users.failure = scimErrors.preconditionFailed('The version is another.')
      const headers = { 'if-match': 'W/"0"' }
      const answer = await app.scim('/Users/id-1', { method: 'PUT', body: kelly, headers })
      assert.equal(answer.status, 412)
      assert.deepEqual(answer.body, errorBody(412, 'The version is another.'))
    })
  })

  describe('PATCH (RFC 7644 §3.5.2)', () => {
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [] }

    beforeEach(() => app.scim('/Users', { method: 'POST', body: kelly }))

    it('answers 200 with the resource when the service returns one', async () => {
      const answer = await app.scim('/Users/id-1', { method: 'PATCH', body })
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, storedKelly())
    })

    it('answers 204 when the service returns none', async () => {
      app.users.isSilent = true
      const answer = await app.scim('/Users/id-1', { method: 'PATCH', body })
      assert.equal(answer.status, 204)
      assert.equal(answer.text, '')
      assert.equal(answer.headers.get('content-type'), null)
    })

    it('passes on a body without Operations, as OneLogin changes members', async () => {
      const members = { members: [{ value: 'u1', operation: 'delete' }] }
      await app.scim('/Groups', { method: 'POST', body: {} })
      const answer = await app.scim('/Groups/id-1', { method: 'PATCH', body: members })
      assert.equal(answer.status, 200)
      assert.deepEqual(app.groups.asked.slice(0, 3), ['patch', 'id-1', members])
    })
  })

  describe('DELETE (RFC 7644 §3.6)', () => {
    beforeEach(() => app.scim('/Users', { method: 'POST', body: kelly }))

    it('answers 204, and then the resource is gone', async () => {
      const answer = await app.scim('/Users/id-1', { method: 'DELETE' })
      assert.equal(answer.status, 204)
      assert.equal(answer.text, '')
      assert.equal((await app.scim('/Users/id-1')).status, 404)
    })

    it('tells the service the version that the client expects', async () => {
      await app.scim('/Users/id-1', { method: 'DELETE', headers: { 'if-match': 'W/"1"' } })
      const [method, id, request] = app.users.asked
      const { ifMatch } = request as { readonly ifMatch: string }
      assert.deepEqual([method, id, ifMatch], ['delete', 'id-1', 'W/"1"'])
    })

    it('tells the service also of headers that are empty, for these are no permission to write', async () => {
      const headers = { 'if-match': '', 'if-none-match': '' }
      await app.scim('/Users/id-1', { method: 'DELETE', headers })
      const request = app.users.asked[2] as object
      assert.ok('ifMatch' in request && 'ifNoneMatch' in request)
      assert.deepEqual([request.ifMatch, request.ifNoneMatch], ['', ''])
    })

    it('neither reads nor minds a body, of whatever type', async () => {
      const headers = { 'content-type': 'text/plain' }
      const answer = await app.scim('/Users/id-1', { method: 'DELETE', headers, body: '{' })
      assert.equal(answer.status, 204)
    })
  })

  describe('Prefer: dry-run', () => {
    const headers = { prefer: 'Dry-Run' }

    it('answers 200 with the LDIF that would be sent, as text, and writes nothing', async () => {
      const answer = await app.scim('/Users', { method: 'POST', body: kelly, headers })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
      assert.equal(answer.headers.get('preference-applied'), 'dry-run')
      assert.equal(answer.text, 'dn: uid=id-1\nchangetype: add\n')
      assert.equal(app.users.resources.size, 0)
    })

    it('holds for PUT, PATCH and DELETE as well', async () => {
      await app.scim('/Users', { method: 'POST', body: kelly })
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const answer = await app.scim('/Users/id-1', { method, body: {}, headers })
        assert.equal(answer.status, 200)
        assert.match(answer.text, /^dn: uid=id-1\n/u)
      }
    })
  })

  describe('lists (RFC 7644 §3.4.2)', () => {
    beforeEach(async () => {
      for (const userName of ['a', 'b', 'c']) {
        await app.scim('/Users', { method: 'POST', body: { userName } })
      }
    })

    it('answers a page with its numbers as numbers', async () => {
      const answer = await app.scim('/Users?startIndex=2&count=2')
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 3,
        startIndex: 2,
        itemsPerPage: 2,
        Resources: [app.users.resources.get('id-2'), app.users.resources.get('id-3')],
      })
    })

    it('answers 200 with an empty list when nothing matches: the connection test of OneLogin and Entra ID', async () => {
      const answer = await app.scim('/Groups?filter=userName%20eq%20%22nobody%22')
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      })
    })

    it('passes on the query, decoded', async () => {
      await app.scim(
        '/Users?filter=userName+eq+%22k%2Ba%26b%22&startIndex=1&count=100&sortBy=userName&sortOrder=descending&x=y',
      )
      assert.deepEqual(app.users.asked.slice(0, 2), [
        'list',
        {
          filter: 'userName eq "k+a&b"',
          startIndex: 1,
          count: 100,
          sortBy: 'userName',
          sortOrder: 'descending',
        },
      ])
    })

    it('answers 400 invalidValue that names the parameter', async () => {
      const answer = await app.scim('/Users?count=many')
      const detail = 'count must be a whole number.'
      assert.deepEqual(answer.body, errorBody(400, detail, 'invalidValue'))
    })

    it('answers 400 invalidValue to a parameter given twice', async () => {
      const answer = await app.scim('/Users?filter=a+pr&filter=b+pr')
      const detail = 'filter must be text, given once.'
      assert.deepEqual(answer.body, errorBody(400, detail, 'invalidValue'))
    })

    it('answers POST /.search below the type like a list, without a password of the filter in the path (RFC 7644 §3.4.3)', async () => {
      const body = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        attributes: ['userName'],
        filter: 'userName pr',
        count: 1,
      }
      const answer = await app.scim('/Users/.search', { method: 'POST', body })
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 3,
        startIndex: 1,
        itemsPerPage: 1,
        Resources: [app.users.resources.get('id-1')],
      })
      const query = { attributes: ['userName'], filter: 'userName pr', count: 1 }
      assert.deepEqual(app.users.asked.slice(0, 2), ['list', query])
    })

    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
      it(`answers 405 to ${method} on /.search, which is no id`, async () => {
        for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
          const body = ['PUT', 'PATCH'].includes(method) ? { body: {} } : {}
          const answer = await app.scim(path, { method, ...body })
          assert.equal(answer.status, 405)
          assert.equal(answer.headers.get('allow'), 'POST')
        }
      })
    }

    it('answers POST /.search by names in any letter case', async () => {
      const body = { Filter: 'userName eq "a"', COUNT: 1 }
      await app.scim('/Users/.search', { method: 'POST', body })
      const query = { filter: 'userName eq "a"', count: 1 }
      assert.deepEqual(app.users.asked.slice(0, 2), ['list', query])
      await app.scim('/Users?FILTER=userName+eq+"a"&Count=1')
      assert.deepEqual(app.users.asked.slice(0, 2), ['list', query])
    })

    it('answers POST /.search and GET of the root over both types', async () => {
      await app.scim('/Groups', { method: 'POST', body: { displayName: 'g' } })
      const expected = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 4,
        startIndex: 3,
        itemsPerPage: 2,
        Resources: [app.users.resources.get('id-3'), app.groups.resources.get('id-1')],
      }
      const body = { startIndex: 3, count: 5 }
      const searched = await app.scim('/.search', { method: 'POST', body })
      assert.deepEqual(searched.body, expected)
      assert.deepEqual((await app.scim('?startIndex=3&count=5')).body, expected)
      assert.deepEqual((await app.scim('/?startIndex=3&count=5')).body, expected)
    })
  })
})
