import assert from 'node:assert/strict'
import {
  Attribute,
  BerReader,
  Change,
  Control,
  DeleteRequest,
  ModifyRequest,
  SearchRequest,
} from 'ldapts'
import { and, equals } from '../../../src/directory/filter.ts'
import { declaredLength } from '../../../src/directory/framing.ts'
import { toLdaptsFilter } from '../../../src/directory/ldap-filter.ts'
import { encode, encodeMessage } from '../../../src/directory/message-encoding.ts'

const dn = 'cn=all,ou=groups,dc=example,dc=org'

/** A modify that adds the values, with a control behind it. */
function modify(values: readonly Buffer[]): ModifyRequest {
  const modification = new Attribute({ type: 'member', values: [...values] })
  return new ModifyRequest({
    messageId: 0,
    dn,
    changes: [new Change({ operation: 'add', modification })],
    controls: [new Control('1.2.3.4', { critical: true })],
  })
}

function valuesIn(message: Buffer): readonly Buffer[] {
  const reader = new BerReader(message)
  reader.readSequence()
  reader.readInt()
  reader.readSequence(0x66)
  const request = new ModifyRequest({ messageId: 0 })
  request.parseMessage(reader)
  return request.changes[0]?.modification.parsedBuffers ?? []
}

describe('encodeMessage (RFC 4511 §4.1.1)', () => {
  it('writes id, request and controls', () => {
    const controls = [new Control('1.2', { critical: true })]
    const request = new DeleteRequest({ messageId: 9, dn: 'cn=a', controls })
    assert.equal(
      encodeMessage(5, request).toString('hex'),
      '30150201054a04636e3d61a00a30080403312e320101ff',
    )
  })

  it('leaves the controls out where there are none', () => {
    const request = new DeleteRequest({ messageId: 9, dn: 'cn=a' })
    assert.equal(encodeMessage(5, request).toString('hex'), '30090201054a04636e3d61')
  })

  it('defect 9: declares the right length and keeps every value whole at every boundary of 512 KiB', () => {
    // Small values make the buffer of BerWriter grow to just 512 KiB.
    const many = Array.from({ length: 9690 }, (_, index) => Buffer.alloc(52, index % 256))
    for (let last = 30; last < 70; last += 1) {
      const values = [...many, Buffer.alloc(900 + last, 0x7a)]
      const message = encodeMessage(1, modify(values))
      assert.equal(declaredLength(message), message.length)
      assert.ok(Buffer.concat(valuesIn(message)).equals(Buffer.concat(values)))
    }
  })

  it('defect 9: keeps the last byte of an inner sequence that ends where a buffer would have to grow', () => {
    // 3 bytes for each of the open sequences, then values up to exactly 64 KiB and 512 KiB.
    for (const size of [65_536, 524_288]) {
      for (let before = 0; before < 12; before += 1) {
        const bytes = encode((writer) => {
          writer.startSequence()
          writer.startSequence()
          for (let left = size - 8 - before; left > 0; left -= 1) writer.writeByte(0x61)
          writer.endSequence()
          writer.writeByte(0x62)
          writer.endSequence()
        })
        assert.equal(declaredLength(bytes), bytes.length)
        const reader = new BerReader(bytes)
        reader.readSequence()
        const inner = reader.readString(0x30, true)
        assert.equal(inner?.length, size - 8 - before)
        assert.ok(inner.every((byte) => byte === 0x61))
        assert.equal(reader.readByte(), 0x62)
      }
    }
  })

  it('writes a request of 12 MB', () => {
    const values = Array.from({ length: 200_000 }, (_, index) =>
      Buffer.from(`${dn}${index}`.padEnd(56)),
    )
    const message = encodeMessage(1, modify(values))
    assert.ok(message.length > 11_000_000)
    assert.deepEqual(valuesIn(message).at(-1), values.at(-1))
  })

  it('refuses a request of more than 16 MB instead of sending a part of it', () => {
    assert.throws(() => encodeMessage(1, modify([Buffer.alloc(0x1000000)])), {
      name: 'DirectoryError',
      failure: 'invalidValue',
    })
  })

  it('writes a filter with bytes as they are', () => {
    const value = Buffer.from('45d9ff00', 'hex')
    const filter = toLdaptsFilter(and([equals('objectGUID', value), equals('cn', 'ü')]), true)
    const message = encodeMessage(1, new SearchRequest({ messageId: 0, filter }))
    assert.ok(message.includes(value))
    assert.ok(message.includes(Buffer.from('ü')))
  })
})
