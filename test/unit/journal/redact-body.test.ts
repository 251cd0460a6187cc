import assert from 'node:assert/strict'
import { redactBody } from '../../../src/journal/redact-body.ts'

describe('redactBody', () => {
  for (const [what, body, redacted] of [
    [
      'withholds a password in any case and at any depth',
      { userName: 'b', PassWord: 'x', list: [{ deep: { password: { value: 'x' } } }] },
      { userName: 'b', PassWord: '***', list: [{ deep: { password: '***' } }] },
    ],
    [
      'withholds a password behind a URN',
      { 'urn:ietf:params:scim:schemas:core:2.0:User:password': 'x' },
      { 'urn:ietf:params:scim:schemas:core:2.0:User:password': '***' },
    ],
    [
      'withholds the value of a patch operation on a password (RFC 7644 §3.5.2)',
      {
        Operations: [
          { op: 'Replace', Path: 'Password', Value: 'x' },
          { op: 'add', path: 'title', value: 'x' },
        ],
      },
      {
        Operations: [
          { op: 'Replace', Path: 'Password', Value: '***' },
          { op: 'add', path: 'title', value: 'x' },
        ],
      },
    ],
    [
      'leaves everything else as it is',
      [null, true, 1, 'password', {}],
      [null, true, 1, 'password', {}],
    ],
  ] as const) {
    it(what, () => {
      assert.deepEqual(redactBody(body), redacted)
    })
  }
})
