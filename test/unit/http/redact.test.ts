import assert from 'node:assert/strict'
import { redact } from '../../../src/http/redact.ts'
import type { JsonValue } from '../../../src/scim/json.ts'

/** What stands in a body, and what of it may be kept. */
const cases: readonly (readonly [string, JsonValue, JsonValue])[] = [
  [
    'a password of a resource, and nothing else',
    { userName: 'kelly', password: 'x', active: true, nickName: null },
    { userName: 'kelly', password: '***', active: true, nickName: null },
  ],
  ['a password in any case', { PassWord: 'x' }, { PassWord: '***' }],
  ['a password that is not text', { password: { value: 'x' } }, { password: '***' }],
  [
    'a password behind a URN or a dot',
    { 'urn:x:User:password': 'x' },
    { 'urn:x:User:password': '***' },
  ],
  ['an attribute whose name holds the word', { userPassword: ['x'] }, { userPassword: '***' }],
  [
    'a password deep inside lists and objects',
    { 'urn:x': { list: [[{ password: 'x' }], 1] } },
    { 'urn:x': { list: [[{ password: '***' }], 1] } },
  ],
  [
    'the value of a PATCH operation on the password',
    { Operations: [{ op: 'replace', path: 'password', value: 'x' }] },
    { Operations: [{ op: 'replace', path: 'password', value: '***' }] },
  ],
  [
    'the value of a PATCH operation on the password by its URN, whatever the order and case of its members',
    { Operations: [{ Value: 'x', PATH: 'urn:ietf:params:scim:schemas:core:2.0:User:passWord' }] },
    { Operations: [{ Value: '***', PATH: 'urn:ietf:params:scim:schemas:core:2.0:User:passWord' }] },
  ],
  [
    'the password in the value of a PATCH operation without path, as Okta synchronises it',
    { Operations: [{ op: 'replace', value: { password: 'x', active: true } }] },
    { Operations: [{ op: 'replace', value: { password: '***', active: true } }] },
  ],
  [
    'the literals of a path that compares passwords',
    { Operations: [{ op: 'remove', path: 'users[password eq "a\\"b" and x eq "c"]' }] },
    { Operations: [{ op: 'remove', path: 'users[password eq "***" and x eq "***"]' }] },
  ],
  [
    'the password in the data of a Bulk operation',
    { Operations: [{ method: 'POST', path: '/Users', data: { password: 'x' } }] },
    { Operations: [{ method: 'POST', path: '/Users', data: { password: '***' } }] },
  ],
  [
    'nothing of a PATCH operation on another attribute',
    { Operations: [{ op: 'add', path: 'members', value: [{ value: 'u1' }] }] },
    { Operations: [{ op: 'add', path: 'members', value: [{ value: 'u1' }] }] },
  ],
  ['nothing of an odd path', { path: 7, value: 'x' }, { path: 7, value: 'x' }],
]

describe('redact', () => {
  for (const [what, body, kept] of cases) {
    it(`hides ${what}`, () => assert.deepEqual(redact(body), kept))
  }

  it('leaves the body itself as it is', () => {
    const body = { password: 'x' }
    redact(body)
    assert.deepEqual(body, { password: 'x' })
  })

  it('keeps a key named __proto__ a mere key', () => {
    const kept = redact(JSON.parse('{"__proto__":{"password":"x"}}') as JsonValue)
    assert.equal(JSON.stringify(kept), '{"__proto__":{"password":"***"}}')
  })
})
