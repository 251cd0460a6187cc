import assert from 'node:assert/strict'
import { candidate } from '../../../src/mapping/derivation.ts'
import type { DerivedAttribute } from '../../../src/mapping/made-values.ts'

const plain: DerivedAttribute = { from: ['userName'], prefix: '', separator: '', follows: true }
const account: DerivedAttribute = {
  ...plain,
  before: '@',
  replace: '"/\\[]:;|=,+*?<>@',
  maxLength: 20,
}
const commonName: DerivedAttribute = { ...plain, separator: ' ', maxLength: 64 }

describe('The value of a derived attribute', () => {
  const rows: readonly (readonly [DerivedAttribute, string, number, string | undefined])[] = [
    [account, 'ada.lovelace@example.org', 1, 'ada.lovelace'],
    [account, 'ada.lovelace@example.org', 2, 'ada.lovelace2'],
    [account, 'augusta.ada.king.lovelace', 1, 'augusta.ada.king.lov'],
    [account, 'augusta.ada.king.lovelace', 12, 'augusta.ada.king.l12'],
    [account, 'abcdefghijklmnopqrs.lovelace', 1, 'abcdefghijklmnopqrs'],
    [account, 'abcdefghijklmnopq. .lovelace', 1, 'abcdefghijklmnopq'],
    [account, 'abcdefghijklmnopqr.lovelace', 2, 'abcdefghijklmnopqr2'],
    [account, 'a"b/c\\d[e]f:g', 1, 'a_b_c_d_e_f_g'],
    [account, 'full.stop.@example.org', 1, 'full.stop'],
    [account, '@nobody', 1, '_nobody'],
    [account, ' ... ', 1, undefined],
    [account, 'tab\tand\u0000nul', 1, 'tab_and_nul'],
    [commonName, 'Ada Lovelace', 1, 'Ada Lovelace'],
    [commonName, 'Ada Lovelace', 3, 'Ada Lovelace 3'],
    [{ ...plain, prefix: '/home/', before: '@' }, 'ada@example.org', 2, '/home/ada2'],
    [{ ...plain, prefix: '/home/', maxLength: 8 }, 'ada', 1, '/home/ad'],
    [commonName, 'Ada K. ', 1, 'Ada K.'],
    [{ ...plain, maxLength: 3 }, 'ab🙂', 1, 'ab'],
    [{ ...plain, maxLength: 4 }, 'ab🙂', 1, 'ab🙂'],
  ]
  for (const [settings, source, number, expected] of rows) {
    it(`is, the ${number}. of ${JSON.stringify(source)}, ${JSON.stringify(expected)}`, () => {
      assert.equal(candidate({ settings }, source, number), expected)
    })
  }
})
