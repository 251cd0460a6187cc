import assert from 'node:assert/strict'
import { formatCursor, parseCursor } from '../../../src/provisioning/cursor.ts'
import { ScimError } from '../../../src/scim/error.ts'

const key = 'AbCdEfGhIjKlMnOpQrSt_-01'

describe('cursors (RFC 9865 §2)', () => {
  it('lead back to their place', () => {
    for (const offset of [0, 1, 35, 36, 100_000]) {
      assert.deepEqual(parseCursor(formatCursor({ key, offset })), { key, offset })
    }
  })

  it('need no encoding in a URL', () => {
    const cursor = formatCursor({ key, offset: 12_345 })
    assert.equal(encodeURIComponent(cursor), cursor)
  })

  for (const text of [
    'x',
    key,
    `${key}.`,
    `${key}.-1`,
    `${key}.1.2`,
    `${key}x.1`,
    `${key}.99999999999`,
  ]) {
    it(`are invalidCursor when the bridge never made them: ${text}`, () => {
      assert.throws(
        () => parseCursor(text),
        (error) => error instanceof ScimError && error.scimType === 'invalidCursor',
      )
    })
  }
})
