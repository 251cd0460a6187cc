import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { decodeBeginning, decodeMessage } from '../../../src/directory/message-decoding.ts'
import { MalformedMessageError } from '../../../src/directory/message-error.ts'
import {
  element,
  entryMessage,
  integer,
  intermediateMessage,
  octets,
  referenceMessage,
  resultMessage,
} from '../../directory/connection/ldap-messages.ts'

describe('decodeMessage (RFC 4511 §4.2)', () => {
  it('keeps code, matched DN, text, referrals and controls of a result', () => {
    const message = resultMessage(7, 0x67, {
      code: 10,
      matchedDn: 'dc=example',
      text: 'elsewhere',
      referrals: ['ldap://a.example', 'ldap://b.example'],
      controls: new Map([['1.2.3', Buffer.from([0, 255])]]),
    })
    assert.deepEqual(decodeMessage(message), {
      kind: 'result',
      messageId: 7,
      protocolOperation: 0x67,
      result: {
        messageId: 7,
        code: 10,
        matchedDn: 'dc=example',
        diagnosticMessage: 'elsewhere',
        referrals: ['ldap://a.example', 'ldap://b.example'],
        controls: new Map([['1.2.3', Buffer.from([0, 255])]]),
        oid: undefined,
        value: undefined,
      },
    })
  })

  it('reads result codes above 127', () => {
    const message = decodeMessage(resultMessage(1, 0x65, { code: 4096 }))
    assert.ok(message.kind === 'result')
    assert.equal(message.result.code, 4096)
  })

  it('defect 15: keeps the value of an extended response as bytes', () => {
    const value = Buffer.from('300a8008ff80fe00c3', 'hex')
    const message = decodeMessage(resultMessage(1, 0x78, { oid: '1.2.3', value }))
    assert.ok(message.kind === 'result')
    assert.equal(message.result.oid, '1.2.3')
    assert.deepEqual(message.result.value, value)
  })

  it('keeps the values of an entry as bytes, also where they look like text with a byte order mark', () => {
    const values = [Buffer.from('efbbbf61', 'hex'), Buffer.from('ff00', 'hex')]
    const message = decodeMessage(
      entryMessage(3, 'cn=a', { jpegPhoto: values, CN: [Buffer.from('a')], seeAlso: [] }),
    )
    assert.ok(message.kind === 'entry')
    assert.equal(message.found.entry.dn, 'cn=a')
    assert.deepEqual(message.found.entry.bytes('jpegphoto'), values)
    assert.deepEqual(message.found.entry.texts('cn'), ['a'])
    assert.equal(message.found.entry.has('seeAlso'), false)
  })

  it('keeps the controls of each entry', () => {
    const controls = new Map([['1.2.3', Buffer.from('x')]])
    const message = decodeMessage(entryMessage(3, 'cn=a', {}, controls))
    assert.ok(message.kind === 'entry')
    assert.deepEqual(message.found.controls, controls)
  })

  it('reads a control without a value as an empty value', () => {
    const bytes = element(
      0x30,
      integer(1),
      element(0x65, integer(0, 0x0a), octets(''), octets('')),
      element(0xa0, element(0x30, octets('1.2'), Buffer.from('010100', 'hex'))),
    )
    const message = decodeMessage(bytes)
    assert.ok(message.kind === 'result')
    assert.deepEqual(message.result.controls, new Map([['1.2', Buffer.alloc(0)]]))
  })

  it('reads references', () => {
    assert.deepEqual(decodeMessage(referenceMessage(2, ['ldap://a', 'ldap://b'])), {
      kind: 'reference',
      messageId: 2,
      urls: ['ldap://a', 'ldap://b'],
    })
  })

  it('defect 6: reads intermediate responses with and without name and value', () => {
    const value = Buffer.from('ff', 'hex')
    const expected = { kind: 'intermediate', messageId: 2 }
    assert.deepEqual(decodeMessage(intermediateMessage(2, '1.2', value)), {
      ...expected,
      oid: '1.2',
      value,
    })
    assert.deepEqual(decodeMessage(intermediateMessage(2)), {
      ...expected,
      oid: undefined,
      value: undefined,
    })
  })

  it('skips what later versions may add to a response (RFC 4511 §4)', () => {
    const body = element(
      0x65,
      integer(0, 0x0a),
      octets(''),
      octets(''),
      element(0x8f, Buffer.from('x')),
    )
    const message = decodeMessage(element(0x30, integer(1), body))
    assert.ok(message.kind === 'result')
    assert.equal(message.result.code, 0)
  })

  const result = element(0x65, integer(0, 0x0a), octets(''), octets(''))
  for (const [what, bytes] of [
    ['without an id', element(0x30)],
    ['with nothing but an id', element(0x30, integer(1))],
    ['with a negative id', element(0x30, Buffer.from('0201ff', 'hex'), result)],
    ['with an id of five bytes', element(0x30, Buffer.from('02050100000000', 'hex'), result)],
    ['with an empty id', element(0x30, Buffer.from('0200', 'hex'), result)],
    ['of an unknown kind', element(0x30, integer(1), element(0x7a, octets('')))],
    ['with a request in it', element(0x30, integer(1), element(0x4a, Buffer.from('cn=a')))],
    ['with a result that ends early', element(0x30, integer(1), element(0x65, integer(0, 0x0a)))],
    ['with an element longer than what surrounds it', Buffer.from('300702010165020a05', 'hex')],
    [
      'with an element of more than 2 GiB, which BerReader takes for negative',
      element(
        0x30,
        integer(1),
        element(0x65, integer(0, 0x0a), Buffer.from('0484fffffff0', 'hex')),
      ),
    ],
    [
      'with an entry whose values are no set',
      element(
        0x30,
        integer(1),
        element(0x64, octets(''), element(0x30, element(0x30, octets('cn'), octets('a')))),
      ),
    ],
    [
      'with controls that are none',
      element(0x30, integer(1), result, element(0xa0, octets('1.2'))),
    ],
  ] as const) {
    it(`refuses a message ${what}`, () => {
      assert.throws(() => decodeMessage(bytes), MalformedMessageError)
    })
  }

  it('answers or refuses whatever bytes it is given, and comes to an end', () => {
    const sample = entryMessage(
      3,
      'cn=a',
      { cn: [Buffer.from('a')] },
      new Map([['1.2', Buffer.from('x')]]),
    )
    const damaged = fc
      .tuple(fc.nat(sample.length - 1), fc.nat(255), fc.nat(sample.length - 1), fc.nat(255))
      .map(([at, byte, other, otherByte]) => {
        const bytes = Buffer.from(sample)
        bytes[at] = byte
        bytes[other] = otherByte
        return bytes
      })
    const any = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(damaged, any), (bytes) => {
        try {
          decodeMessage(bytes)
        } catch (error) {
          assert.ok(error instanceof MalformedMessageError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('decodeBeginning (RFC 4511 §4.2)', () => {
  const dn = `cn=${'x'.repeat(300)}`
  const entry = entryMessage(300, dn, { cn: [Buffer.alloc(500)] })

  it('names an entry as soon as its name is whole', () => {
    const end = entry.indexOf(dn) + dn.length
    assert.deepEqual(decodeBeginning(entry.subarray(0, end)), { kind: 'entry', messageId: 300, dn })
    for (const cut of [end - 1, entry.indexOf(dn), entry.indexOf(dn) - 3]) {
      const told = decodeBeginning(entry.subarray(0, cut))
      assert.deepEqual(told, { kind: 'entry', messageId: 300, dn: undefined })
    }
    const nameless = decodeBeginning(entryMessage(1, '', {}))
    assert.deepEqual(nameless, { kind: 'entry', messageId: 1, dn: undefined })
  })

  it('says how an operation has ended, and nothing else of its result', () => {
    const message = resultMessage(7, 0x67, { code: 4096, text: 'x'.repeat(500) })
    const told = decodeBeginning(message.subarray(0, 30))
    assert.ok(told.kind === 'result')
    assert.deepEqual([told.messageId, told.protocolOperation], [7, 0x67])
    assert.deepEqual([told.result.code, told.result.diagnosticMessage], [4096, ''])
  })

  for (const [what, message] of [
    ['a reference', referenceMessage(5, ['ldap://a.example'])],
    ['an intermediate response', intermediateMessage(5, '1.2.3')],
  ] as const) {
    it(`tells of ${what} whom it is for`, () => {
      assert.deepEqual(decodeBeginning(message), { kind: 'other', messageId: 5 })
    })
  }

  it('tells or refuses whatever bytes it is given', () => {
    const damaged = fc.tuple(fc.nat(20), fc.nat(255), fc.nat(20), fc.nat(255), fc.nat(60))
    fc.assert(
      fc.property(damaged, ([at, byte, other, otherByte, length]) => {
        const bytes = Buffer.from(entry.subarray(0, length))
        if (at < length) bytes[at] = byte
        if (other < length) bytes[other] = otherByte
        try {
          decodeBeginning(bytes)
        } catch (error) {
          assert.ok(error instanceof MalformedMessageError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
