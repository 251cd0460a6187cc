import assert from 'node:assert/strict'
import { cursorsIn, usnText } from '../../../src/directory/replication-cursors.ts'

/** What a Samba 4.22 had of its partner, whose invocation id is e30142b6-8c00-4621-987d-85d9646fdfd5. */
const recorded = Buffer.from(
  'AgAAAAAAAAABAAAAAAAAALZCAeMAjCFGmH2F2WRv39WeDwAAAAAAAACAPtXesZ0B',
  'base64',
)
const partner = 'b64201e3008c2146987d85d9646fdfd5'

/** The same in the first version, which has no times, with another controller behind it. */
function firstVersion(): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
  const other = Buffer.alloc(24, 0xff)
  return Buffer.concat([header, recorded.subarray(16, 40), other])
}

describe('the up-to-date vector of a domain controller (UPTODATE_VECTOR_V2_EXT of MS-DRSR)', () => {
  it('has the update sequence number of each other controller', () => {
    assert.deepEqual(cursorsIn(recorded), new Map([[partner, usnText('3998')]]))
    assert.deepEqual(
      cursorsIn(firstVersion()),
      new Map([
        [partner, usnText('3998')],
        ['f'.repeat(32), usnText('18446744073709551615')],
      ]),
    )
  })

  it('may have none', () => {
    const none = Buffer.from(recorded.subarray(0, 16))
    none.writeUInt32LE(0, 8)
    assert.deepEqual(cursorsIn(none), new Map())
  })

  const unknown: [what: string, value: Buffer][] = [
    ['cut off', recorded.subarray(0, 47)],
    ['shorter than its head', recorded.subarray(0, 10)],
    ['longer than it says', Buffer.concat([recorded, Buffer.alloc(1)])],
    ['of a version that nobody knows', Buffer.concat([Buffer.from([3]), recorded.subarray(1)])],
  ]
  for (const [what, value] of unknown) {
    it(`says nothing when it is ${what}`, () => {
      assert.equal(cursorsIn(value), undefined)
    })
  }

  it('compares as text', () => {
    assert.ok(usnText('999') < usnText('1000'))
  })
})
