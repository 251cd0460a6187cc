import assert from 'node:assert/strict'
import type * as t from 'io-ts'
import { decode } from '../../../src/codec/decode.ts'
import { scalar } from '../../../src/codec/scalar.ts'
import * as scalars from '../../../src/codec/scalars.ts'

const Colour = scalars.choice('red', 'green')
const LdapUrl = scalars.url('ldap', 'ldaps')

const accepted: readonly (readonly [t.Mixed, string, unknown, unknown])[] = [
  [scalars.NonEmptyString, 'text, blanks around it included', ' a ', ' a '],
  [scalars.Flag, 'a boolean', false, false],
  [scalars.Flag, 'the text of a boolean', 'true', true],
  [scalars.PositiveInteger, 'a number', 1, 1],
  [scalars.PositiveInteger, 'the text of a number', '42', 42],
  [scalars.NonNegativeInteger, 'zero', 0, 0],
  [scalars.Port, 'the text of a port', '65535', 65_535],
  [Colour, 'one of its words', 'green', 'green'],
  [LdapUrl, 'a URL with a port', 'ldaps://a.example:636', 'ldaps://a.example:636'],
  [LdapUrl, 'a scheme in capitals', 'LDAP://a.example', 'LDAP://a.example'],
  [LdapUrl, 'an IPv6 address', 'ldap://[::1]:389', 'ldap://[::1]:389'],
]

const refused: readonly (readonly [t.Mixed, string, unknown, string])[] = [
  [scalars.NonEmptyString, 'blank text', ' \t', 'text that is not empty'],
  [scalars.NonEmptyString, 'a number', 1, 'text that is not empty'],
  [scalars.Flag, 'a YAML 1.1 yes', 'yes', 'true or false'],
  [scalars.Flag, 'a number', 1, 'true or false'],
  [scalars.PositiveInteger, 'zero', 0, 'a whole number >= 1'],
  [scalars.PositiveInteger, 'a fraction', 1.5, 'a whole number >= 1'],
  [scalars.PositiveInteger, 'a number with a unit', '5s', 'a whole number >= 1'],
  [scalars.PositiveInteger, 'hexadecimal text', '0x10', 'a whole number >= 1'],
  [scalars.PositiveInteger, 'blank text', '', 'a whole number >= 1'],
  [
    scalars.PositiveInteger,
    'a number too large to be exact',
    '9007199254740993',
    'a whole number >= 1',
  ],
  [scalars.NonNegativeInteger, 'a negative number', -1, 'a whole number >= 0'],
  [scalars.Milliseconds, 'not a number', Number.NaN, 'whole milliseconds >= 1'],
  [scalars.Port, 'a number above 65535', 65_536, 'a port from 0 to 65535'],
  [Colour, 'another word', 'blue', '"red" or "green"'],
  [Colour, 'a word in capitals', 'RED', '"red" or "green"'],
  [LdapUrl, 'another scheme', 'http://a', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'a bare host', 'a.example', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'no host', 'ldap:///', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'one slash', 'ldap:/a.example', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'blanks', 'ldap://a b', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'a password in it', 'ldap://u:p@a', 'a URL that starts with ldap:// or ldaps://'],
  [LdapUrl, 'a port out of range', 'ldap://a:65536', 'a URL that starts with ldap:// or ldaps://'],
]

describe('scalars', () => {
  for (const [codec, what, input, value] of accepted) {
    it(`take ${what} as ${codec.name}`, () => {
      assert.deepEqual(decode(codec, input), value)
    })
  }

  for (const [codec, what, input, phrase] of refused) {
    it(`refuse ${what} as ${codec.name}`, () => {
      assert.throws(() => decode(codec, input), { message: `the input must be ${phrase}` })
    })
  }

  it('print what they parse', () => {
    for (const [codec, , input] of accepted) {
      const value: unknown = decode(codec, input)
      assert.deepEqual(decode(codec, codec.encode(value)), value)
    }
  })
})

describe('scalar', () => {
  const Day = scalar<Date>({
    name: 'a day',
    is: (value) => value instanceof Date,
    parse: (text) => {
      if (!/^\d{4}-\d\d-\d\d$/u.test(text)) throw new Error('must be a day such as 2030-01-31')
      return new Date(text)
    },
    print: (day) => day.toISOString().slice(0, 10),
  })

  it('parses text and takes what is such a value already', () => {
    const day = new Date('2030-01-31')
    assert.deepEqual(decode(Day, '2030-01-31'), day)
    assert.equal(decode(Day, day), day)
    assert.equal(Day.encode(day), '2030-01-31')
  })

  it('gives the reason that parsing gave', () => {
    assert.throws(() => decode(Day, 'tomorrow'), {
      message: 'the input must be a day such as 2030-01-31',
    })
    assert.throws(() => decode(Day, 1), { message: 'the input must be a day' })
  })
})
