import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { declaredLength, MessageFramer } from '../../../src/directory/framing.ts'
import { MalformedMessageError } from '../../../src/directory/message-error.ts'

const maxBytes = 64 * 1024 * 1024

/** A message with a header of the given number of length bytes; 0 is the short form. */
function message(contentBytes: number, lengthBytes = contentBytes < 0x80 ? 0 : 4): Buffer {
  const header =
    lengthBytes === 0 ? Buffer.from([0x30, contentBytes]) : Buffer.alloc(2 + lengthBytes)
  if (lengthBytes > 0) {
    header[0] = 0x30
    header[1] = 0x80 + lengthBytes
    header.writeUIntBE(contentBytes, 2, lengthBytes)
  }
  return Buffer.concat([header, Buffer.alloc(contentBytes, contentBytes % 251)])
}

function messagesOf(framer: MessageFramer): Buffer[] {
  const found: Buffer[] = []
  for (let next = framer.next(); next !== undefined; next = framer.next()) found.push(next)
  return found
}

function messagesIn(chunks: readonly Buffer[]): string[] {
  const framer = new MessageFramer(maxBytes)
  return chunks.flatMap((chunk) => {
    framer.push(chunk)
    return messagesOf(framer).map((found) => found.toString('hex'))
  })
}

describe('MessageFramer (RFC 4511 §5.1)', () => {
  it('finds the same messages however the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.nat(300), lengthBytes: fc.integer({ min: 2, max: 4 }) })),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (shapes, sizes) => {
          const messages = shapes.map(({ size, lengthBytes }) => message(size, lengthBytes))
          assert.deepEqual(
            messagesIn(chunksOf(Buffer.concat(messages), sizes)),
            messages.map((one) => one.toString('hex')),
          )
        },
      ),
    )
  })

  it('takes a message byte by byte', () => {
    const bytes = message(200)
    assert.deepEqual(messagesIn([...bytes].map((byte) => Buffer.from([byte]))), [
      bytes.toString('hex'),
    ])
  })

  it('takes several messages out of one chunk and keeps the beginning of the next', () => {
    const framer = new MessageFramer(maxBytes)
    framer.push(Buffer.concat([message(1), message(2), message(300).subarray(0, 7)]))
    assert.equal(messagesOf(framer).length, 2)
    assert.equal(framer.bufferedBytes, 7)
    framer.push(message(300).subarray(7))
    assert.deepEqual(messagesOf(framer), [message(300)])
    assert.equal(framer.bufferedBytes, 0)
  })

  it('defect 8: takes a message of 60 MB in small pieces without copying it again for each', () => {
    const pieceBytes = 16 * 1024
    const whole = message(60_000_000)
    const framer = new MessageFramer(maxBytes)
    const startedAt = performance.now()
    let found: Buffer | undefined
    for (let start = 0; start < whole.length; start += pieceBytes) {
      assert.equal(found, undefined)
      framer.push(whole.subarray(start, start + pieceBytes))
      found = framer.next()
    }
    const tookMs = performance.now() - startedAt
    assert.equal(found?.length, whole.length)
    // One copy takes some 20 ms; a copy for each piece would move 110 GB.
    assert.ok(tookMs < 3000, `took ${tookMs} ms`)
  })

  it('refuses a message that is longer than allowed as soon as its header says so, where nobody is told of it', () => {
    const framer = new MessageFramer(1000)
    framer.push(message(1001).subarray(0, 6))
    assert.throws(() => framer.next(), MalformedMessageError)
  })

  it('takes a message that is just as long as allowed', () => {
    const framer = new MessageFramer(1006)
    framer.push(message(1000))
    assert.equal(framer.next()?.length, 1006)
  })

  for (const [what, bytes] of [
    ['the indefinite form', [0x30, 0x80]],
    ['a length of more than four bytes', [0x30, 0x85]],
    ['another tag than that of a sequence', [0x48, 0x54]],
  ] as const) {
    it(`refuses ${what}`, () => {
      const framer = new MessageFramer(maxBytes)
      framer.push(Buffer.from(bytes))
      assert.throws(() => framer.next(), MalformedMessageError)
    })
  }
})

/** What a framer that allows 200 bytes makes of chunks: whole messages, and the beginnings of those that are longer. */
function framedIn(chunks: readonly Buffer[]): {
  readonly framed: readonly string[]
  readonly mostBuffered: number
} {
  const framed: string[] = []
  let mostBuffered = 0
  const framer = new MessageFramer(200, (beginning, bytes) =>
    framed.push(`${bytes}: ${beginning.toString('hex')}`),
  )
  for (const chunk of chunks) {
    framer.push(chunk)
    for (let next = framer.next(); next !== undefined; next = framer.next()) {
      framed.push(next.toString('hex'))
    }
    mostBuffered = Math.max(mostBuffered, framer.bufferedBytes)
  }
  return { framed, mostBuffered }
}

function chunksOf(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = []
  for (let start = 0, i = 0; start < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    chunks.push(bytes.subarray(start, start + size))
    start += size
  }
  return chunks
}

describe('MessageFramer, a message that is longer than allowed', () => {
  const beginningBytes = 8192

  it('passes by, however the bytes are split, and the others are found', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            size: fc.oneof(fc.nat(190), fc.integer({ min: 200, max: 20_000 })),
            lengthBytes: fc.integer({ min: 2, max: 4 }),
          }),
        ),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
        (shapes, sizes) => {
          const messages = shapes.map(({ size, lengthBytes }) => message(size, lengthBytes))
          const { framed } = framedIn(chunksOf(Buffer.concat(messages), sizes))
          assert.deepEqual(
            framed,
            messages.map((one) =>
              one.length <= 200
                ? one.toString('hex')
                : `${one.length}: ${one.subarray(0, beginningBytes).toString('hex')}`,
            ),
          )
        },
      ),
    )
  })

  for (const lengthBytes of [2, 3, 4]) {
    it(`is found by ${lengthBytes} bytes of length, byte by byte between two others`, () => {
      const [one, long, other] = [message(1), message(300, lengthBytes), message(2)]
      const bytes = Buffer.concat([one, long, other])
      const { framed, mostBuffered } = framedIn([...bytes].map((byte) => Buffer.from([byte])))
      assert.deepEqual(framed, [
        one.toString('hex'),
        `${long.length}: ${long.toString('hex')}`,
        other.toString('hex'),
      ])
      assert.ok(mostBuffered < long.length)
    })
  }

  it('takes no memory beyond its beginning', () => {
    const chunk = Buffer.alloc(16 * 1024)
    const header = Buffer.from('3084ffffffff', 'hex')
    const chunks = [header, ...Array.from({ length: 5000 }, () => chunk)]
    const { framed, mostBuffered } = framedIn(chunks)
    assert.equal(framed.length, 1)
    assert.match(framed[0] ?? '', /^4294967301: 3084ffffffff0000/u)
    assert.ok(mostBuffered <= beginningBytes, `${mostBuffered} bytes`)
  })

  it('does not hide what cannot be an LDAP message behind it', () => {
    const framer = new MessageFramer(200, () => {})
    framer.push(Buffer.concat([message(300), Buffer.from('HTTP/1.1')]))
    assert.throws(() => framer.next(), MalformedMessageError)
  })
})

describe('declaredLength', () => {
  it('counts the header', () => {
    assert.equal(declaredLength(message(5)), 7)
    assert.equal(declaredLength(message(500)), 506)
  })

  it('is unknown while the header is not whole', () => {
    assert.equal(declaredLength(Buffer.from([0x30])), undefined)
    assert.equal(declaredLength(Buffer.from([0x30, 0x82, 0x01])), undefined)
  })
})
