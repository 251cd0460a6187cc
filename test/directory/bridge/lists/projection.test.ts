import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { kelly } from './example-user.ts'

describe('attributes and excludedAttributes, on an OpenLDAP (RFC 7644 §3.9)', () => {
  let bridge: TestBridge
  let id: string

  before(async () => {
    bridge = await openTestBridge(sharedOpenldap())
    const { answer, text } = await bridge.scim.post('/Users', kelly)
    const given = answer?.['id']
    id = typeof given === 'string' ? given : assert.fail(text)
  })

  after(async () => bridge.close())

  const requests: [what: string, send: (query: string) => Promise<Exchange>][] = [
    ['GET', async (query) => bridge.scim.get(`/Users/${id}?${query}`)],
    ['PUT', async (query) => bridge.scim.put(`/Users/${id}?${query}`, kelly)],
    [
      'PATCH',
      async (query) =>
        bridge.scim.patch(`/Users/${id}?${query}`, {
          Operations: [{ op: 'replace', path: 'title', value: 'Surfer' }],
        }),
    ],
    [
      'POST',
      async (query) => {
        const userName = `other${Math.random()}`
        return bridge.scim.post(`/Users?${query}`, { ...kelly, userName, externalId: userName })
      },
    ],
    ['a list', async (query) => first(await bridge.scim.get(`/Users?count=1&${query}`))],
    [
      'a list that is filtered by what is not shown',
      async (query) =>
        first(await bridge.scim.get(`/Users?filter=active eq true and title pr&count=1&${query}`)),
    ],
  ]

  for (const [what, send] of requests) {
    it(`hold for ${what}`, async () => {
      const few = await send('attributes=displayName,name.familyName')
      assert.ok(few.status < 300, few.text)
      assert.deepEqual(Object.keys(few.answer ?? {}).sort(), [
        'displayName',
        'id',
        'name',
        'schemas',
      ])
      assert.deepEqual(few.answer?.['name'], { familyName: 'Slater' })
      const emails = await send('attributes=emails.value')
      assert.deepEqual(emails.answer?.['emails'], [{ value: 'kelly@mail.example.com' }])
      const less = await send('excludedAttributes=emails,name.givenName,id')
      assert.equal(less.answer?.['emails'], undefined)
      assert.deepEqual(less.answer?.['name'], {
        formatted: 'Kelly J. Slater',
        familyName: 'Slater',
      })
      // Always returned. RFC 7643 §3.1
      assert.equal(typeof less.answer['id'], 'string')
      const unknown = await send('attributes=colour')
      assert.deepEqual(Object.keys(unknown.answer ?? {}).sort(), ['id', 'schemas'])
    })
  }

  it('cannot be given together', async () => {
    const { status } = await bridge.scim.get(`/Users/${id}?attributes=title&excludedAttributes=id`)
    assert.equal(status, 400)
  })

  it('never show a password', async () => {
    const body = { ...kelly, password: 'Secr3t-of-Kelly-1' }
    const put = await bridge.scim.put(`/Users/${id}?attributes=password,userName`, body)
    assert.equal(put.status, 200, put.text)
    const read = await bridge.scim.get(`/Users/${id}?attributes=password,userPassword`)
    for (const { text, answer } of [put, read]) {
      assert.doesNotMatch(text, /Secr3t|SSHA|password/)
      assert.equal(answer?.['id'], id)
    }
  })
})

/** The exchange as if the first resource of the list were its answer. */
function first(exchange: Exchange): Exchange {
  const [resource] = (exchange.answer?.['Resources'] ?? []) as JsonObject[]
  return { ...exchange, answer: resource }
}
