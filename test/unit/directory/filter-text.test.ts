import assert from 'node:assert/strict'
import { formatFilter } from '../../../src/directory/filter-text.ts'
import {
  type Filter,
  and,
  equals,
  extensible,
  greaterOrEqual,
  lessOrEqual,
  not,
  or,
  present,
  substrings,
} from '../../../src/directory/filter.ts'

const cases: readonly (readonly [Filter, string])[] = [
  [and([equals('objectClass', 'person'), present('mail')]), '(&(objectClass=person)(mail=*))'],
  [or([equals('uid', 'a'), not(equals('uid', 'b'))]), '(|(uid=a)(!(uid=b)))'],
  [and([]), '(&)'],
  [or([]), '(|)'],
  [greaterOrEqual('age', '5'), '(age>=5)'],
  [lessOrEqual('age', '5'), '(age<=5)'],
  [substrings('cn', { initial: 'a' }), '(cn=a*)'],
  [substrings('cn', { any: ['b', 'c'] }), '(cn=*b*c*)'],
  [substrings('cn', { initial: 'a', any: ['*'], final: 'd' }), String.raw`(cn=a*\2a*d)`],
  [
    extensible('member', '1.2.840.113556.1.4.1941', 'cn=x'),
    '(member:1.2.840.113556.1.4.1941:=cn=x)',
  ],
  [equals('cn', 'Müller, 日本 <x>'), '(cn=Müller, 日本 <x>)'],
]

describe('formatFilter (RFC 4515)', () => {
  for (const [filter, text] of cases) {
    it(`writes ${text}`, () => {
      assert.equal(formatFilter(filter), text)
    })
  }

  it('escapes what would end or widen the filter (RFC 4515 §3)', () => {
    assert.equal(
      formatFilter(equals('cn', '*)(uid=\\\u0000')),
      String.raw`(cn=\2a\29\28uid=\5c\00)`,
    )
  })

  it('escapes what does not print, so that the text is one line', () => {
    assert.equal(
      formatFilter(equals('cn', 'a\r\nb\u0085c\u202e')),
      String.raw`(cn=a\0d\0ab\c2\85c\e2\80\ae)`,
    )
  })

  it('escapes bytes that are not UTF-8', () => {
    assert.equal(
      formatFilter(equals('objectGUID', Buffer.from('ff2861205c2aff', 'hex'))),
      String.raw`(objectGUID=\ff\28a \5c\2a\ff)`,
    )
  })
})
