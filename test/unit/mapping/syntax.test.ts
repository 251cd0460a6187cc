import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  holdsBytes,
  isVerbatim,
  toLdapValue,
  toScimValue,
  writtenName,
} from '../../../src/mapping/syntax.ts'
import { attribute, type AttributeType } from '../../../src/scim/schema/definition.ts'
import type { JsonValue } from '../../../src/scim/json.ts'
import { schema } from './example.ts'

function typeOf(name: string) {
  const type = schema.attributeType(name)
  if (type === undefined) throw new Error(name)
  return type
}

const octets = '1.3.6.1.4.1.1466.115.121.1.40'

const definition = (type: AttributeType) => attribute('it', 'A value.', { type })

const read = (type: AttributeType, text: string) =>
  toScimValue(definition(type), typeOf('description'), Buffer.from(text))

describe('A value in SCIM and in LDAP (RFC 7643 §2.3, RFC 4517 §3.3)', () => {
  const both: readonly (readonly [string, AttributeType, string, JsonValue, string])[] = [
    ['text is text', 'string', 'cn', 'Åsa', 'Åsa'],
    ['a reference is text', 'reference', 'labeledURI', 'https://a.example', 'https://a.example'],
    ['true is TRUE', 'boolean', 'description', true, 'TRUE'],
    ['false is FALSE', 'boolean', 'description', false, 'FALSE'],
    ['a whole number is its digits', 'integer', 'uidNumber', 42, '42'],
    ['a number is its digits', 'decimal', 'description', 1.5, '1.5'],
    [
      'a time is a GeneralizedTime',
      'dateTime',
      'pwdAccountLockedTime',
      '2026-11-22T08:44:05.000Z',
      '20261122084405Z',
    ],
    [
      'the lines of an address are parted by $',
      'string',
      'postalAddress',
      '1 Main St\nTown $ 2\\3',
      '1 Main St$Town \\24 2\\5C3',
    ],
  ]
  for (const [sentence, type, name, scim, ldap] of both) {
    it(`${sentence}, to and fro`, () => {
      assert.equal(toLdapValue(definition(type), typeOf(name), scim), ldap)
      assert.deepEqual(toScimValue(definition(type), typeOf(name), Buffer.from(ldap)), scim)
    })
  }

  it('is the text of a time where the attribute holds text', () => {
    const time = '2026-11-22T08:44:05Z'
    assert.equal(toLdapValue(definition('dateTime'), typeOf('description'), time), time)
    assert.equal(
      toScimValue(definition('dateTime'), typeOf('description'), Buffer.from(time)),
      time,
    )
  })

  it('is nothing where the directory holds no such value', () => {
    assert.deepEqual(
      [read('boolean', 'yes'), read('integer', 'x'), read('decimal', ' ')],
      [undefined, undefined, undefined],
    )
  })

  it('gives bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toScimValue(definition('binary'), typeOf('userPassword'), Buffer.from(bytes))
        const back = toLdapValue(definition('binary'), typeOf('userPassword'), text ?? null)
        assert.deepEqual(back, Buffer.from(bytes))
      }),
    )
  })

  it('gives every address back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('$', '\\', '24', '\n', 'a')), (parts) => {
        const ldap = toLdapValue(definition('string'), typeOf('postalAddress'), parts.join(''))
        assert.equal(
          toScimValue(definition('string'), typeOf('postalAddress'), Buffer.from(ldap)),
          parts.join(''),
        )
      }),
    )
  })

  it('cannot be text where the syntax is a picture or a certificate', () => {
    assert.deepEqual(
      ['jpegPhoto', 'userCertificate', 'cn', 'userPassword'].map((name) =>
        holdsBytes(typeOf(name)),
      ),
      [true, true, false, false],
    )
  })

  it('is a JPEG itself where a reference stands for a picture', () => {
    const jpeg = Buffer.from('ffd8ffd9', 'hex')
    const uri = `data:image/jpeg;base64,${jpeg.toString('base64')}`
    for (const type of [typeOf('jpegPhoto'), { ...typeOf('jpegPhoto'), syntax: octets }]) {
      assert.equal(toScimValue(definition('reference'), type, jpeg), uri)
      const written = [uri, uri.replace('image/jpeg', 'IMAGE/JPEG')]
      for (const text of written) {
        assert.deepEqual(toLdapValue(definition('reference'), type, text), jpeg)
      }
    }
  })

  it('is nothing where the picture is no JPEG', () => {
    const type = { ...typeOf('jpegPhoto'), syntax: octets }
    assert.equal(toScimValue(definition('reference'), type, Buffer.from('GIF89a')), undefined)
  })

  it('is the URI without the label behind it', () => {
    const value = Buffer.from('https://a.example My page')
    const type = typeOf('labeledURI')
    assert.equal(toScimValue(definition('reference'), type, value), 'https://a.example')
    assert.equal(toScimValue(definition('string'), type, value), 'https://a.example My page')
    assert.equal(isVerbatim(definition('reference'), type), false)
    assert.equal(isVerbatim(definition('string'), type), true)
  })

  it('travels as bytes where it is a certificate (RFC 4523 §2.1)', () => {
    assert.deepEqual(
      ['userCertificate', 'jpegPhoto', 'cn'].map((name) => writtenName(typeOf(name))),
      ['userCertificate;binary', 'jpegPhoto', 'cn'],
    )
  })
})
