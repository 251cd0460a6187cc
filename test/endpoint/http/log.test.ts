import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { scimErrors } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { AppUnderTest, token } from './app-under-test.ts'
import type { LoggedEvent } from './recording-logger.ts'

/** The event without what differs from run to run. */
function steady({ level, message, fields }: LoggedEvent): object {
  const { durationMs, ...rest } = fields
  assert.equal(typeof durationMs, 'number')
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return { level, message, fields: known }
}

describe('the request log', () => {
  let app: AppUnderTest

  beforeEach(async () => {
    app = await AppUnderTest.start()
  })

  afterEach(() => app.stop())

  it('names parameters and not their values, which are personal', async () => {
    const answer = await app.scim('/Users?filter=userName+eq+%22kelly%22&count=1', {
      headers: { 'x-request-id': 'r-1' },
    })
    assert.deepEqual(steady(await app.logger.event('request answered')), {
      level: 'info',
      message: 'request answered',
      fields: {
        requestId: 'r-1',
        method: 'GET',
        path: '/scim/v2/Users',
        parameters: 'filter,count',
        status: 200,
        tokenName: 'onelogin',
        clientAddress: '127.0.0.1',
        responseBytes: answer.text.length,
      },
    })
    assert.doesNotMatch(JSON.stringify(app.logger.events), /kelly/u)
  })

  it('shows no method of such an operation that is none', async () => {
    const Operations = [{ method: 'uid=kelly,dc=example', path: '/Users' }]
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    await app.scim('/Bulk', { method: 'POST', body: { schemas, Operations } })
    const found = await app.logger.event('bulk operation answered')
    assert.equal(found.fields['method'], '***')
    assert.doesNotMatch(JSON.stringify(app.logger.events), /kelly/u)
  })

  it('shows an id of the path and nothing else in its place, which may be a DN or a login', async () => {
    for (const [sent, logged] of [
      ['Users/0c3b4a90-5c5e-103d-8f1a-2b7f4bb1a001', 'Users/0c3b4a90-5c5e-103d-8f1a-2b7f4bb1a001'],
      ['Groups/0c3b4a90-5c5e103d-8f1a2b7f-4bb1a001', 'Groups/0c3b4a90-5c5e103d-8f1a2b7f-4bb1a001'],
      ['Users/uid=kelly,dc=example', 'Users/***'],
      ['Groups/kelly/and/others', 'Groups/***'],
      ['Users/.search', 'Users/.search'],
      ['User/uid=kelly,dc=example', 'User/***'],
      ['sdb_kelly-kelly/Users/kelly', '***/Users/***'],
    ]) {
      app.logger.events.length = 0
      await app.scim(`/${String(sent)}`)
      const found = await app.logger.event('request answered')
      assert.equal(found.fields['path'], `/scim/v2/${String(logged)}`)
      assert.doesNotMatch(JSON.stringify(app.logger.events), /kelly/u)
    }
  })

  it('names no parameter that there is not, for which a filter may have been sent', async () => {
    await app.scim('/Users?userName%20eq%20"kelly"&Count=1')
    const found = await app.logger.event('request answered')
    assert.equal(found.fields['parameters'], '…,Count')
  })

  it('shows no id in what it says of the operations of a bulk request', async () => {
    const dn = 'uid=kelly,dc=example'
    const Operations = [{ method: 'DELETE', path: `/Users/${dn}` }]
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    await app.scim('/Bulk', { method: 'POST', body: { schemas, Operations } })
    const found = await app.logger.event('bulk operation answered')
    assert.equal(found.fields['path'], '/Users/***')
    assert.doesNotMatch(JSON.stringify(app.logger.events), /kelly/u)
  })

  it('tells of probes, also of those answered 503, as details: they come every few seconds', async () => {
    app.isReady = () => Promise.resolve(false)
    assert.equal((await app.send('/health/ready')).status, 503)
    const { level } = await app.logger.event('request answered')
    assert.equal(level, 'debug')
  })

  it('calls it no error when a client asks for what the bridge does not do', async () => {
    assert.equal((await app.scim('/Me')).status, 501)
    assert.equal((await app.logger.event('request answered')).level, 'info')
  })

  it('says nothing of the size of an answer without body', async () => {
    app.users.resources.set('2819', { id: '2819' })
    const headers = { 'x-request-id': 'r-2' }
    assert.equal((await app.scim('/Users/2819', { method: 'DELETE', headers })).status, 204)
    const { fields } = await app.logger.event('request answered')
    assert.equal(fields['status'], 204)
    assert.equal(fields['responseBytes'], undefined)
  })

  it('tells what the client was told when the request was refused, as information', async () => {
    app.users.failure = scimErrors.uniqueness('userName is taken.')
    const headers = { 'x-request-id': 'r-1' }
    const answer = await app.scim('/Users', {
      method: 'POST',
      body: { password: 'secret' },
      headers,
    })
    assert.deepEqual(steady(await app.logger.event('request answered')), {
      level: 'info',
      message: 'request answered',
      fields: {
        requestId: 'r-1',
        method: 'POST',
        path: '/scim/v2/Users',
        status: 409,
        scimType: 'uniqueness',
        detail: 'userName is taken.',
        tokenName: 'onelogin',
        clientAddress: '127.0.0.1',
        requestBytes: 21,
        responseBytes: answer.text.length,
      },
    })
    assert.doesNotMatch(JSON.stringify(app.logger.events), /secret/u)
  })

  it('leaves out what the client is quoted, because it may be a value of a filter', async () => {
    app.users.failure = scimErrors.invalidFilter(
      'Nothing can be made of "kel\\"ly", at character 3.',
    )
    const answer = await app.scim('/Users')
    assert.match(answer.text, /kel/u)
    const { fields } = await app.logger.event('request answered')
    assert.equal(fields['detail'], 'Nothing can be made of "…", at character 3.')
  })

  it('never holds the text of a body that is not JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    await app.scim('/Users', { method: 'POST', body: '{"password":"secret"', headers })
    const event = await app.logger.event('request answered')
    assert.equal(event.error, undefined)
    assert.doesNotMatch(JSON.stringify(app.logger.events), /secret/u)
  })

  it('bounds what a client can put into it', async () => {
    await app.scim(`/${'x/'.repeat(2500)}?${'count=1&'.repeat(700)}`)
    const { fields } = await app.logger.event('request answered')
    assert.equal(String(fields['path']).length, 512)
    assert.equal(String(fields['parameters']).length, 512)
    assert.ok(String(fields['detail']).length <= 512)
  })

  it('says when the client left before it had its answer, which is no error of the bridge', async () => {
    const gate = Promise.withResolvers<undefined>()
    app.users.gate = gate.promise
    const socket = connect(Number(new URL(app.server.address).port), '127.0.0.1')
    socket.write(`GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    while (app.users.asked.length === 0) await new Promise(setImmediate)
    socket.resetAndDestroy()
    await app.logger.event('connection lost')
    gate.resolve(undefined)
    const { fields } = await app.logger.event('request answered')
    assert.deepEqual([fields['status'], fields['isAborted']], [200, true])
    assert.ok(app.logger.events.every(({ level }) => level === 'info'))
  })

  it('reports an answer that cannot be written as JSON', async () => {
    app.users.resources.set('x', { toJSON: 1n } as unknown as JsonObject)
    const answer = await app.scim('/Users')
    assert.equal(answer.status, 500)
    assert.match(answer.text, /its log says more under the request id/u)
    const { level, error } = await app.logger.event('request failed')
    assert.equal(level, 'error')
    assert.ok(error instanceof TypeError)
  })

  it('shows once how each client introduces itself', async () => {
    const headers = { 'user-agent': 'OneLogin SCIM', accept: 'application/json' }
    await app.scim('/Users', { headers: { ...headers, 'x-request-id': 'r-1' } })
    await app.scim('/Groups', { headers })
    await app.scim('/Users', { headers: { ...headers, 'user-agent': 'x'.repeat(500) } })
    const seen = app.logger.events.filter(({ message }) => message === 'client seen')
    assert.deepEqual(seen.map(({ fields }) => fields).slice(0, 1), [
      {
        requestId: 'r-1',
        tokenName: 'onelogin',
        userAgent: 'OneLogin SCIM',
        accept: 'application/json',
        contentType: '',
      },
    ])
    assert.deepEqual(
      seen.map(({ fields }) => String(fields['userAgent']).length),
      [13, 200],
    )
  })
})
