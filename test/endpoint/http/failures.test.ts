import assert from 'node:assert/strict'
import { DecodeError } from '../../../src/codec/decode.ts'
import { scimErrors } from '../../../src/scim/error.ts'
import { AppUnderTest, errorBody, now, token } from './app-under-test.ts'
import { hashToken } from '../../../src/http/tokens.ts'

describe('failures (RFC 7644 §3.12)', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  it('answer 503 with Retry-After while the directory is away, and log its cause once', async () => {
    const cause = new Error('connection refused')
    app.users.failure = scimErrors.unavailable('The directory is away.', {
      cause,
      retryAfterSeconds: 4.2,
    })
    const answer = await app.scim('/Users')
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '5')
    assert.deepEqual(answer.body, errorBody(503, 'The directory is away.'))
    const event = await app.logger.event('request failed')
    assert.equal(event.level, 'error')
    assert.ok(event.error instanceof Error)
    assert.equal(event.error.cause, cause)
    assert.equal(app.logger.events.filter(({ level }) => level === 'error').length, 1)
  })

  it('answer every problem of what could not be decoded', async () => {
    app.users.failure = new DecodeError([
      { path: 'Operations', reason: 'must be a list' },
      { path: 'schemas', reason: 'is required' },
    ])
    const answer = await app.scim('/Users')
    const detail = 'Operations must be a list; schemas is required.'
    assert.equal(answer.status, 400)
    assert.deepEqual(answer.body, errorBody(400, detail, 'invalidSyntax'))
  })

  const bugs: readonly (readonly [string, unknown])[] = [
    ['an Error', new Error('uid=kelly,ou=people: secret')],
    [
      'an error with a status of its own',
      Object.assign(new Error('secret'), { status: 404, expose: true }),
    ],
    ['something that is no Error', 'secret'],
    ['nothing at all', null],
  ]
  for (const [what, bug] of bugs) {
    it(`answer 500 without a word of it when the bridge throws ${what}, and log it`, async () => {
      app.users.failure = bug
      const answer = await app.scim('/Users', { headers: { 'x-request-id': 'r-1' } })
      const detail =
        'The bridge failed in a way it should not; its log says more under the request id r-1.'
      assert.equal(answer.status, 500)
      assert.deepEqual(answer.body, errorBody(500, detail))
      const event = await app.logger.event('request failed')
      assert.equal(event.error, bug)
      assert.equal(event.fields['requestId'], 'r-1')
    })
  }
})

describe('headers of every answer', () => {
  let app: AppUnderTest

  before(async () => {
    app = await AppUnderTest.start()
  })

  after(() => app.stop())

  for (const path of ['/scim/v2/Users', '/scim/v2/Users/nobody', '/health/live', '/nowhere']) {
    it(`keep caches and browsers away: ${path}`, async () => {
      const { headers } = await app.send(path)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('strict-transport-security'), null)
      assert.match(headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/u)
    })
  }

  it('echo the request id of the client', async () => {
    const { headers } = await app.scim('/Users', {
      headers: { 'x-request-id': 'Root=1-67:ab.c_d' },
    })
    assert.equal(headers.get('x-request-id')?.startsWith('Root'), false)
    const plain = await app.scim('/Users', { headers: { 'x-request-id': '1-67:ab.c_d' } })
    assert.equal(plain.headers.get('x-request-id'), '1-67:ab.c_d')
  })

  for (const id of ['a b', 'a"b', 'x'.repeat(129), '\u00fc', '']) {
    it(`do not echo ${JSON.stringify(id.slice(0, 10))}, which is no harmless request id`, async () => {
      const { headers } = await app.scim('/Users', { headers: { 'x-request-id': id } })
      assert.match(headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/u)
    })
  }
})

describe('authentication (RFC 6750)', () => {
  const tokens = [
    { name: 'onelogin', sha256: hashToken(token) },
    { name: 'okta', sha256: hashToken('b2t0YTpzZWNyZXQ=') },
    { name: 'old', sha256: hashToken('old-secret'), expires: now },
  ]
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start({ tokens })
  })

  afterEach(() => app.stop())

  for (const header of [
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER   ${token} `,
    'Bearer b2t0YTpzZWNyZXQ=',
  ]) {
    it(`lets in ${JSON.stringify(header)}`, async () => {
      const answer = await app.scim('/Users', { headers: { authorization: header } })
      assert.equal(answer.status, 200)
    })
  }

  for (const header of [
    'Bearer wrong',
    `Bearer ${token}x`,
    'Bearer old-secret',
    `Bearer "${token}"`,
  ]) {
    it(`answers 401 to ${JSON.stringify(header)}, and says that the token is not valid`, async () => {
      const answer = await app.scim('/Users', { headers: { authorization: header } })
      assert.equal(answer.status, 401)
      assert.equal(
        answer.headers.get('www-authenticate'),
        'Bearer realm="scim", error="invalid_token"',
      )
      assert.deepEqual(answer.body, errorBody(401, 'The bearer token is not valid.'))
    })
  }

  for (const header of ['', 'Bearer', 'Bearer ', `Basic ${btoa('a:b')}`, token, `Token ${token}`]) {
    it(`answers 401 to ${JSON.stringify(header)}, and says that a token is required`, async () => {
      const answer = await app.scim('/Users', { headers: { authorization: header } })
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="scim"')
      assert.deepEqual(answer.body, errorBody(401, 'A bearer token is required.'))
    })
  }

  it('is needed for every path but those of health, and comes before the body is read', async () => {
    const headers = { authorization: '' }
    for (const path of ['', '/Groups', '/ServiceProviderConfig', '/Schemas', '/Nowhere', '/Bulk']) {
      assert.equal((await app.scim(path, { headers })).status, 401)
    }
    const post = await app.scim('/Users', { method: 'POST', headers, body: '{' })
    assert.equal(post.status, 401)
    assert.deepEqual(app.users.asked, [])
  })

  it('logs who is refused and why, and never a token', async () => {
    await app.scim('/Users', { headers: { authorization: 'Bearer wrong-secret' } })
    await app.scim('/Users', { headers: { authorization: 'Bearer old-secret' } })
    const refused = app.logger.events.filter(({ message }) => message === 'token refused')
    assert.deepEqual(
      refused.map(({ level, fields }) => [
        level,
        fields['reason'],
        fields['tokenName'],
        fields['clientAddress'],
      ]),
      [
        ['warn', 'unknown', undefined, '127.0.0.1'],
        ['warn', 'expired', 'old', '127.0.0.1'],
      ],
    )
    assert.doesNotMatch(JSON.stringify(app.logger.events), /secret/u)
  })

  it('takes the token alone, as Okta sends it with header authentication, where that is set', async () => {
    const okta = await AppUnderTest.start({ tokens, acceptRawToken: true })
    for (const [header, status] of [
      [token, 200],
      [`Bearer ${token}`, 200],
      ['wrong', 401],
      [`Token ${token}`, 401],
      ['', 401],
    ] as const) {
      const answer = await okta.scim('/Users', { headers: { authorization: header } })
      assert.equal(answer.status, status)
    }
    await okta.stop()
  })
})

describe('health', () => {
  let app: AppUnderTest
  const headers = { authorization: '' }

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  it('says that the process lives, without a token', async () => {
    app.isReady = () => Promise.resolve(false)
    const answer = await app.send('/health/live', { headers })
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { status: 'live' })
  })

  const states: readonly (readonly [string, () => Promise<boolean>, number, string])[] = [
    ['the directory answers', () => Promise.resolve(true), 200, 'ready'],
    ['the directory does not', () => Promise.resolve(false), 503, 'not ready'],
    ['it cannot be told', () => Promise.reject(new Error('ldap://secret')), 503, 'not ready'],
  ]
  for (const [when, isReady, status, word] of states) {
    it(`answers ${status} when ${when}, without details`, async () => {
      app.isReady = isReady
      const answer = await app.send('/health/ready', { headers })
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('content-type'), 'application/json')
      assert.deepEqual(answer.body, { status: word })
      assert.equal((await app.send('/health/ready', { method: 'HEAD', headers })).status, status)
    })
  }

  it('is not logged above debug, because it is asked all day', async () => {
    await app.send('/health/live', { headers })
    assert.equal((await app.logger.event('request answered')).level, 'debug')
  })
})
