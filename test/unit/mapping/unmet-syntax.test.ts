import assert from 'node:assert/strict'
import { hasRoomFor, unmetSyntax } from '../../../src/mapping/unmet-syntax.ts'
import { attribute, type AttributeType } from '../../../src/scim/schema/definition.ts'
import { schema } from './example.ts'

const definition = (type: AttributeType) => attribute('it', 'A value.', { type })

function typeOf(number: number) {
  const type = schema.attributeType('title')
  if (type === undefined) throw new Error('title')
  return { ...type, syntax: `1.3.6.1.4.1.1466.115.121.1.${number}` }
}

function unmetText(syntax: number, value: string | Buffer) {
  return unmetSyntax(definition('string'), typeOf(syntax), value)
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

describe('What the syntax of an attribute has room for (RFC 4517 §3.3)', () => {
  const table: readonly (readonly [
    what: string,
    syntax: number,
    words: string,
    fits: readonly (string | Buffer)[],
    others: readonly (string | Buffer)[],
  ])[] = [
    ['a Boolean', 7, 'true or false', ['TRUE', 'FALSE'], ['true', 'yes']],
    [
      'a Certificate',
      8,
      'an X.509 certificate (DER in base64)',
      [hex('30020500'), hex('3081020500'), hex('3082000105')],
      [
        '',
        hex('30'),
        hex('3003'),
        hex('30020500ff'),
        hex('3080'),
        hex('30850000000000'),
        hex('3182'),
      ],
    ],
    ['a Country String', 11, 'a country code of two letters', ['DE'], ['DEU', '49']],
    ['a DN', 12, 'a distinguished name', ['cn=a,dc=b'], ['Anna', '']],
    [
      'a Facsimile Telephone Number',
      22,
      'a fax number in letters, digits and signs of ASCII',
      ['+49 30 1', '1$fineResolution'],
      ['☎', '1#2'],
    ],
    [
      'a Generalized Time',
      24,
      'a date and time',
      ['20260131120000Z', '2026013112+0100'],
      ['2026-01-31T12:00:00Z'],
    ],
    ['an IA5 String', 26, 'text in ASCII', ['a@b', 'a\tb'], ['ë@b']],
    ['an Integer', 27, 'a whole number', ['0', '-1', '42'], ['01', '-0', '1.5', '+1']],
    ['a JPEG', 28, 'a JPEG image', [hex('ffd8ffe0')], [hex('ffd8'), 'GIF89a']],
    ['a Numeric String', 36, 'digits and blanks', ['1 2'], ['1-2']],
    [
      'a Printable String',
      44,
      "letters, digits, blanks and the signs '()+,-./:?=",
      ["Az09'()+,-./:? ="],
      ['a_b', 'ä'],
    ],
    [
      'a Telephone Number',
      50,
      'a telephone number in letters, digits and signs of ASCII',
      ['+1 (555) 0100'],
      ['☎', '1#2'],
    ],
  ]
  for (const [what, syntax, words, fits, others] of table) {
    it(`is ${words} for ${what}`, () => {
      for (const value of fits) assert.equal(unmetText(syntax, value), undefined, String(value))
      for (const value of others) assert.equal(unmetText(syntax, value), words, String(value))
    })
  }

  it('is left to the server where the bridge does not know', () => {
    for (const syntax of [15, 40, 41, 999]) {
      assert.equal(unmetSyntax(definition('string'), typeOf(syntax), 'ä'), undefined)
    }
    const foreign = { ...typeOf(15), syntax: '1.2.840.113556.1.4.905' }
    assert.equal(unmetSyntax(definition('string'), foreign, 'ä'), undefined)
    assert.equal(
      unmetSyntax(definition('string'), { ...foreign, syntax: undefined }, ''),
      undefined,
    )
  })

  it('is a picture for a reference to bytes', () => {
    const words = 'a JPEG image as a data URI (data:image/jpeg;base64,...)'
    for (const syntax of [28, 40]) {
      const type = typeOf(syntax)
      assert.equal(unmetSyntax(definition('reference'), type, 'https://a.example'), words)
      assert.equal(unmetSyntax(definition('reference'), type, hex('ffd8ffd9')), undefined)
    }
  })

  it('is no blank for a reference that may have a label', () => {
    const labeled = schema.attributeType('labeledURI') ?? assert.fail()
    assert.equal(
      unmetSyntax(definition('reference'), labeled, 'https://a.example x'),
      'a URI without blanks',
    )
    assert.equal(unmetSyntax(definition('reference'), labeled, 'https://a.example'), undefined)
    assert.equal(unmetSyntax(definition('string'), labeled, 'a page'), undefined)
  })

  it('is no blank for any other reference, and what the syntax asks for (RFC 7643 §2.3.7)', () => {
    const words = 'a URI without blanks'
    for (const [syntax, value, expected] of [
      [15, 'a b', words],
      [15, 'https://a.example/ä', undefined],
      [26, 'a b', words],
      [26, 'https://a.example', undefined],
      [26, 'https://a.example/ä', 'text in ASCII'],
      [12, 'cn=a b', undefined],
    ] as const) {
      assert.equal(unmetSyntax(definition('reference'), typeOf(syntax), value), expected, value)
    }
  })

  it('is known of a type before there is a value', () => {
    const types: readonly (readonly [AttributeType, number, boolean])[] = [
      ['boolean', 7, true],
      ['boolean', 15, true],
      ['boolean', 27, false],
      ['integer', 27, true],
      ['integer', 7, false],
      ['dateTime', 24, true],
      ['dateTime', 15, true],
      ['dateTime', 27, false],
      ['string', 27, true],
    ]
    for (const [type, syntax, expected] of types) {
      assert.equal(hasRoomFor(definition(type), typeOf(syntax)), expected, `${type} ${syntax}`)
    }
  })
})
