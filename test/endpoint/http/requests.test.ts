import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { AppUnderTest, errorBody, token } from './app-under-test.ts'

describe('paths and methods', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  for (const path of [
    '/scim/v2//Users',
    '//scim///v2/Users',
    '/scim/v2/Users/',
    '/scim/v2//Users//?count=1',
  ]) {
    it(`takes ${path} for /scim/v2/Users, as a base URL that ends in a slash makes it`, async () => {
      const answer = await app.send(path)
      assert.equal(answer.status, 200)
      assert.equal(app.users.asked[0], 'list')
    })
  }

  it('keeps an encoded slash within an id', async () => {
    await app.send('/scim/v2//Users/a%2F%2Fb/')
    assert.deepEqual(app.users.asked.slice(0, 2), ['get', 'a//b'])
  })

  for (const path of [
    '/',
    '/Users',
    '/scim/v2/Printers',
    '/scim/v2/Users/a/b',
    '/scim',
    '/health',
    '/%zz',
    '/scim/v2/%ff',
  ]) {
    it(`answers 404 with an Error message for ${path}`, async () => {
      const answer = await app.send(path)
      assert.equal(answer.status, 404)
      assert.equal(answer.headers.get('content-type'), 'application/scim+json')
      assert.deepEqual(answer.body, errorBody(404, 'There is no such endpoint.'))
    })
  }

  it('answers 404 for an unknown path whatever the method', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await app.scim('/Printers', { method, body: {} })
      assert.equal(answer.status, 404)
    }
  })

  const wrong: readonly (readonly [string, string, string])[] = [
    ['PUT', '/Users', 'HEAD, GET, POST'],
    ['DELETE', '/Groups', 'HEAD, GET, POST'],
    ['POST', '/Users/1', 'HEAD, GET, PUT, PATCH, DELETE'],
    ['POST', '/Schemas', 'HEAD, GET'],
    ['PUT', '/Bulk', 'POST'],
    ['DELETE', '/ServiceProviderConfig', 'HEAD, GET'],
  ]
  for (const [method, path, allowed] of wrong) {
    it(`answers 405 to ${method} ${path}, and which methods are allowed (RFC 9110 §15.5.6)`, async () => {
      const answer = await app.scim(path, { method, body: {} })
      assert.equal(answer.status, 405)
      assert.equal(answer.headers.get('allow'), allowed)
      assert.deepEqual(answer.body, errorBody(405, `${method} is not possible here.`))
    })
  }

  it('answers OPTIONS with the methods that are allowed', async () => {
    const answer = await app.scim('/Users', { method: 'OPTIONS' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('allow'), 'HEAD, GET, POST')
    assert.equal(answer.text, '')
  })

  it('answers 501 to a method that SCIM does not know', async () => {
    const answer = await app.scim('/Users', { method: 'PROPFIND' })
    assert.equal(answer.status, 501)
    assert.deepEqual(answer.body, errorBody(501, 'PROPFIND is not implemented.'))
  })
})

describe('another base path', () => {
  it('moves every endpoint and every URL', async () => {
    const app = await AppUnderTest.start({ basePath: '/tenants/a' })
    const answer = await app.send('/tenants/a/Users', { method: 'POST', body: {} })
    assert.equal(answer.headers.get('location'), `${app.server.address}/tenants/a/Users/id-1`)
    assert.equal((await app.scim('/Users')).status, 404)
    await app.stop()
  })

  it('may be empty', async () => {
    const app = await AppUnderTest.start({ basePath: '' })
    const answer = await app.send('/Users', { method: 'POST', body: {} })
    assert.equal(answer.headers.get('location'), `${app.server.address}/Users/id-1`)
    assert.equal((await app.send('/')).status, 200)
    await app.stop()
  })
})

describe('the URLs in answers', () => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'bridge.example.org',
    'x-forwarded-for': '198.51.100.66, 203.0.113.7',
  }

  /** The location and the client address that a POST through a proxy leads to. */
  async function seenThrough(
    settings: object,
  ): Promise<{ location: string; clientAddress: unknown }> {
    const app = await AppUnderTest.start(settings)
    const answer = await app.scim('/Users', { method: 'POST', body: {}, headers: forwarded })
    const { fields } = await app.logger.event('request answered')
    await app.stop()
    const location = answer.headers.get('location') ?? ''
    return {
      location: location.replace(app.server.address, 'SERVER'),
      clientAddress: fields['clientAddress'],
    }
  }

  it('do not believe X-Forwarded headers', async () => {
    assert.deepEqual(await seenThrough({}), {
      location: 'SERVER/scim/v2/Users/id-1',
      clientAddress: '127.0.0.1',
    })
  })

  it('believe the one trusted proxy, and of X-Forwarded-For only what it added', async () => {
    assert.deepEqual(await seenThrough({ trustedProxies: 1 }), {
      location: 'https://bridge.example.org/scim/v2/Users/id-1',
      clientAddress: '203.0.113.7',
    })
  })

  it('believe as many proxies as there are', async () => {
    const { clientAddress } = await seenThrough({ trustedProxies: 2 })
    assert.equal(clientAddress, '198.51.100.66')
  })

  const implausible: readonly (readonly [string, object, string])[] = [
    [
      'a scheme that is none of HTTP',
      { 'x-forwarded-proto': 'javascript' },
      'http://bridge.example.org',
    ],
    ['an empty scheme', { 'x-forwarded-proto': '' }, 'http://bridge.example.org'],
    ['a host that is none', { 'x-forwarded-host': 'evil.example"<x>' }, 'https://HOST'],
    ['a host with somebody in front', { 'x-forwarded-host': 'a@evil.example' }, 'https://HOST'],
  ]
  for (const [what, header, start] of implausible) {
    it(`pass over ${what}, though a trusted proxy says it`, async () => {
      const app = await AppUnderTest.start({ trustedProxies: 1 })
      const headers = { ...forwarded, ...header }
      const answer = await app.scim('/Users', { method: 'POST', body: {}, headers })
      await app.stop()
      const { host } = new URL(app.server.address)
      const location = `${start.replace('HOST', host)}/scim/v2/Users/id-1`
      assert.equal(answer.headers.get('location'), location)
    })
  }

  it('take the first of several hosts and schemes, in any letter case', async () => {
    const app = await AppUnderTest.start({ trustedProxies: 1 })
    const several = { 'x-forwarded-proto': 'HTTPS, http', 'x-forwarded-host': 'a.example, b' }
    const headers = { ...forwarded, ...several }
    const answer = await app.scim('/Users', { method: 'POST', body: {}, headers })
    await app.stop()
    assert.equal(answer.headers.get('location'), 'https://a.example/scim/v2/Users/id-1')
  })

  it('are those of the public URL where one is set', async () => {
    const { location } = await seenThrough({ publicUrl: 'https://scim.example.org/api/' })
    assert.equal(location, 'https://scim.example.org/api/Users/id-1')
  })
})

describe('media types (RFC 7644 §3.1)', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  const read = [
    'application/json',
    'application/scim+json; charset=utf-8',
    'text/json',
    'application/json;charset="UTF-8"',
  ]
  for (const type of read) {
    it(`reads a body of ${type}`, async () => {
      const headers = { 'content-type': type }
      const answer = await app.scim('/Users', { method: 'POST', body: '{"userName":"a"}', headers })
      assert.equal(answer.status, 201)
    })
  }

  it('reads a body of no type as JSON', async () => {
    const body = Buffer.from('{"userName":"a"}')
    const answer = await app.scim('/Users', { method: 'POST', body })
    assert.equal(answer.status, 201)
    assert.deepEqual(app.users.asked[1], { userName: 'a' })
  })

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
  ]) {
    it(`answers 415 to a body of ${type}`, async () => {
      const headers = { 'content-type': type }
      const answer = await app.scim('/Users', { method: 'POST', body: '{}', headers })
      const detail = 'The request body must be application/scim+json or application/json, in UTF-8.'
      assert.equal(answer.status, 415)
      assert.deepEqual(answer.body, errorBody(415, detail))
      assert.deepEqual(app.users.asked, [])
    })
  }

  it('answers 415 to a compressed body, and says that none is read (RFC 9110 §15.5.16)', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
    const answer = await app.scim('/Users', { method: 'POST', body: '{}', headers })
    assert.equal(answer.status, 415)
    assert.equal(answer.headers.get('accept-encoding'), 'identity')
    assert.deepEqual(answer.body, errorBody(415, 'The request body must not be compressed.'))
  })

  it('never answers 415 to GET', async () => {
    const answer = await app.scim('/Users', { headers: { 'content-type': 'text/plain' } })
    assert.equal(answer.status, 200)
  })

  const answers: readonly (readonly [string, Record<string, string>, string])[] = [
    ['Okta, whose Accept names it', { accept: 'application/scim+json' }, 'application/scim+json'],
    [
      'a OneLogin connector whose Accept names JSON',
      { accept: 'application/json' },
      'application/json',
    ],
    [
      'a client that prefers JSON',
      { accept: 'application/scim+json;q=0.5, application/json' },
      'application/json',
    ],
    [
      'a client that takes anything and sends JSON',
      { accept: '*/*', 'content-type': 'application/json' },
      'application/json',
    ],
    [
      'Entra ID',
      { accept: '*/*', 'content-type': 'application/scim+json; charset=utf-8' },
      'application/scim+json',
    ],
    ['a client that takes anything', { accept: '*/*' }, 'application/scim+json'],
    ['a client that refuses JSON', { accept: 'application/json;q=0' }, 'application/scim+json'],
    ['a client whose Accept is no header', { accept: ';;,/' }, 'application/scim+json'],
    [
      'a client whose Accept is longer than anybody needs, and is not taken apart',
      { accept: `application/json${', a/b'.repeat(200)}` },
      'application/scim+json',
    ],
  ]
  for (const [who, headers, type] of answers) {
    it(`answers in ${type} to ${who}`, async () => {
      const answer = await app.scim('/Users', { headers })
      assert.equal(answer.headers.get('content-type'), type)
    })

    it(`answers errors in ${type} to ${who}`, async () => {
      const answer = await app.scim('/Users/nobody', { headers })
      assert.equal(answer.headers.get('content-type'), type)
    })
  }
})

/** A body of so many values, an odd number: two objects and a list, and for each further one a comma, too. */
function bodyOf(values: number): string {
  return `{"a":[${'{},'.repeat((values - 3) / 2)}{}]}`
}

describe('request bodies', () => {
  let app: AppUnderTest

  before(async () => {
    app = await AppUnderTest.start({ maxBodyBytes: 1000 })
  })

  after(() => app.stop())

  const headers = { 'content-type': 'application/json' }
  const latin1 = Buffer.from('{"userName":"M\xfcller"}', 'latin1')
  const cutOff = Buffer.concat([
    Buffer.from('{"userName":"'),
    Buffer.from('😀').subarray(0, 3),
    Buffer.from('"}'),
  ])

  const wrong: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['an empty body', '', 'The request body is empty.'],
    ['a blank body', '  \n', 'The request body is not valid JSON.'],
    ['a body that ends early', '{"password":"secret"', 'The request body is not valid JSON.'],
    ['text that is not JSON', 'userName=a', 'The request body is not valid JSON.'],
    ['a list', '[{"userName":"a"}]', 'The request body must be a JSON object.'],
    ['a text', '"a"', 'The request body must be a JSON object.'],
    ['null', 'null', 'The request body must be a JSON object.'],
    ['a NUL byte', '{"a":"\0"}', 'The request body is not valid JSON.'],
    [
      'a key that would change every object',
      '{"__proto__":{"isAdmin":true}}',
      'The request body has the key __proto__, which is never accepted. Leave it out.',
    ],
    [
      'such a key in other letters, further down',
      String.raw`{"name":[{"\u005f_proto__":1}]}`,
      'The request body has the key __proto__, which is never accepted. Leave it out.',
    ],
    ['text in Latin-1', latin1, 'The request body is not valid UTF-8.'],
    ['a character that ends early', cutOff, 'The request body is not valid UTF-8.'],
    [
      'nesting past all reason',
      `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`,
      'The request body is nested deeper than 32 levels.',
    ],
    [
      'nesting of lists past all reason',
      `{"a":${'['.repeat(400)}${']'.repeat(400)}}`,
      'The request body is nested deeper than 32 levels.',
    ],
  ]
  for (const [what, body, detail] of wrong) {
    it(`are refused with 400 invalidSyntax: ${what}`, async () => {
      app.users.asked = []
      const answer = await app.scim('/Users', { method: 'POST', body, headers })
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body, errorBody(400, detail, 'invalidSyntax'))
      assert.deepEqual(app.users.asked, [])
    })
  }

  for (const method of ['PUT', 'PATCH']) {
    it(`are refused with 400 invalidSyntax when ${method} has none`, async () => {
      const answer = await app.scim('/Users/id-1', { method })
      assert.deepEqual(answer.body, errorBody(400, 'The request body is empty.', 'invalidSyntax'))
    })
  }

  it('may start with a byte order mark and hold any character', async () => {
    const body = '\ufeff{"userName":"日本😀\ufffd","constructor":{"prototype":1}}'
    const answer = await app.scim('/Users', { method: 'POST', body, headers })
    assert.equal(answer.status, 201)
    const expected = { userName: '日本😀\ufffd', constructor: { prototype: 1 } }
    assert.deepEqual(app.users.asked[1], expected)
  })

  it('may be nested 32 levels deep', async () => {
    const body = `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`
    const answer = await app.scim('/Users', { method: 'POST', body, headers })
    assert.equal(answer.status, 201)
  })

  it('are refused with 413 when they are longer than allowed, and the connection goes on', async () => {
    for (const length of [1001, 5_000_000]) {
      const body = JSON.stringify({ a: 'x'.repeat(length - 8) })
      const answer = await app.scim('/Users', { method: 'POST', body, headers })
      assert.equal(answer.status, 413)
      assert.deepEqual(answer.body, errorBody(413, 'The request body is too large.'))
    }
    const body = JSON.stringify({ a: 'x'.repeat(992) })
    assert.equal((await app.scim('/Users', { method: 'POST', body, headers })).status, 201)
  })

  it('are refused with 413 when they have more values than anybody means', async () => {
    const many = await AppUnderTest.start({ maxBodyBytes: 16_100 })
    const taken = await many.scim('/Users', { method: 'POST', body: bodyOf(1005), headers })
    const refused = await many.scim('/Users', { method: 'POST', body: bodyOf(1007), headers })
    await many.stop()
    assert.equal(taken.status, 201)
    assert.equal(refused.status, 413)
    assert.deepEqual(refused.body, errorBody(413, 'The request body has more than 1006 values.'))
  })

  it('are refused with 413 also when they do not say how long they are', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i += 1) controller.enqueue(Buffer.from('{"a":"x"}  '))
        controller.close()
      },
    })
    const response = await fetch(`${app.baseUrl}/Users`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}` },
      body,
      duplex: 'half',
    })
    assert.equal(response.status, 413)
  })

  it('may arrive byte by byte, and be followed by another request on the same connection', async () => {
    const socket = connect(Number(new URL(app.server.address).port), '127.0.0.1')
    const body = Buffer.from('{"userName":"ü"}')
    const head = `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    const next = `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
    socket.write(head)
    for (const byte of body) {
      socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    socket.write(next)
    const text = (await socket.toArray()).join('')
    assert.match(text, /^HTTP\/1.1 201 Created\r\n/u)
    assert.match(text, /HTTP\/1.1 200 OK\r\n/u)
    assert.deepEqual(app.users.asked[1], { userName: 'ü' })
  })
})
