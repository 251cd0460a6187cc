import assert from 'node:assert/strict'
import { isCleartext, parseServerUrl } from '../../../src/directory/connection-url.ts'

describe('parseServerUrl (RFC 4516 §2)', () => {
  for (const [url, address] of [
    ['ldap://a.example', { host: 'a.example', port: 389, isTls: false }],
    ['ldaps://a.example', { host: 'a.example', port: 636, isTls: true }],
    ['ldaps://[2001:db8::1]:6360', { host: '2001:db8::1', port: 6360, isTls: true }],
    ['ldapi://%2Frun%2Fslapd%2Fldapi', { path: '/run/slapd/ldapi' }],
    ['ldapi://%2frun%2fwith%20blank/', { path: '/run/with blank' }],
  ] as const) {
    it(`reads ${url}`, () => {
      assert.deepEqual(parseServerUrl(url), address)
    })
  }
})

describe('isCleartext', () => {
  for (const [url, expected] of [
    ['ldap://a.example', true],
    ['ldaps://a.example', false],
    ['ldap://127.0.0.9', false],
    ['ldap://[::1]', false],
    ['ldapi://%2Frun%2Fldapi', false],
  ] as const) {
    it(`is ${expected} for ${url}`, () => {
      assert.equal(isCleartext(parseServerUrl(url)), expected)
    })
  }
})
