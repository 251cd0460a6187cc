import assert from 'node:assert/strict'
import { hashToken } from '../../../src/http/tokens.ts'
import { AppUnderTest, errorBody, token } from './app-under-test.ts'

const userName = 'b.jensen"@example.org'

describe('/Me for a token that stands for nobody (RFC 7644 §3.11)', () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`is not implemented: ${method}`, async () => {
      const app = await AppUnderTest.start()
      const answer = await app.scim('/Me', { method, ...(method === 'GET' ? {} : { body: {} }) })
      await app.stop()
      assert.equal(answer.status, 501)
      assert.deepEqual(answer.body, errorBody(501, '/scim/v2/Me is not implemented.'))
    })
  }
})

describe('/Me for a token that stands for a user (RFC 7644 §3.11)', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    const tokens = [{ name: 'barbara', sha256: hashToken(token), user: userName }]
    app = await AppUnderTest.start({ tokens })
    const location = `${app.baseUrl}/Users/u1`
    app.users.resources.set('u1', { id: 'u1', userName, meta: { location, version: 'W/"1"' } })
  })

  afterEach(() => app.stop())

  it('is the user, with the location at which everyone finds him', async () => {
    const answer = await app.scim('/Me')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, app.users.resources.get('u1'))
    assert.equal(answer.headers.get('location'), `${app.baseUrl}/Users/u1`)
    assert.equal(answer.headers.get('etag'), 'W/"1"')
    const [[method, query] = [], asked] = app.users.calls
    const filter = String.raw`userName eq "b.jensen\"@example.org"`
    assert.deepEqual([method, query], ['list', { filter, attributes: ['id'], count: 2 }])
    assert.deepEqual(asked?.slice(0, 2), ['get', 'u1'])
  })

  it('is read without a body by HEAD, not again by those who have it, and in parts', async () => {
    assert.equal((await app.scim('/Me', { method: 'HEAD' })).status, 200)
    const known = await app.scim('/Me', { headers: { 'if-none-match': 'W/"1"' } })
    assert.equal(known.status, 304)
    assert.equal(known.headers.get('location'), `${app.baseUrl}/Users/u1`)
    await app.scim('/Me?attributes=title')
    assert.deepEqual(app.users.asked[2], { attributes: ['title', 'meta.location', 'meta.version'] })
  })

  for (const [method, called] of [
    ['PUT', 'replace'],
    ['PATCH', 'patch'],
  ] as const) {
    it(`is changed by ${method}`, async () => {
      const body = { userName, title: 'Guide' }
      const headers = { 'if-match': 'W/"1"' }
      const answer = await app.scim('/Me', { method, body, headers })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('location'), `${app.baseUrl}/Users/u1`)
      const [name, id, given, request] = app.users.asked
      assert.deepEqual([name, id, given], [called, 'u1', body])
      assert.equal((request as { readonly ifMatch: unknown }).ifMatch, 'W/"1"')
    })
  }

  it('cannot be deleted', async () => {
    const answer = await app.scim('/Me', { method: 'DELETE' })
    assert.equal(answer.status, 403)
    assert.deepEqual(answer.body, errorBody(403, 'Users cannot delete themselves.'))
    assert.equal(app.users.resources.size, 1)
  })

  it('cannot be created', async () => {
    const answer = await app.scim('/Me', { method: 'POST', body: {} })
    assert.equal(answer.status, 501)
    assert.deepEqual(answer.body, errorBody(501, 'POST /scim/v2/Me is not implemented.'))
  })

  it('is not found while there is no such user, or several', async () => {
    const missing = errorBody(404, 'The user for whom the token stands was not found.')
    app.users.resources.set('u2', { id: 'u2', userName })
    assert.deepEqual((await app.scim('/Me')).body, missing)
    app.users.resources.clear()
    const answer = await app.scim('/Me', { method: 'PATCH', body: {} })
    assert.equal(answer.status, 404)
    assert.deepEqual(answer.body, missing)
  })
})
