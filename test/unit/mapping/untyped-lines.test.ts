import assert from 'node:assert/strict'
import { untypedLines } from '../../../src/mapping/untyped-lines.ts'
import { mappings } from './example.ts'

function linesOf(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  return untypedLines(mappings({ attributes }).users.entries.slots)
}

const withoutType = { 'emails[type eq "work"]': undefined }

describe('A line that keeps no types where clients ask by type', () => {
  it('is named', () => {
    assert.deepEqual(linesOf({ ...withoutType, emails: 'mail' }), ['emails'])
  })

  it('is none that has a type, or stands beside one that has', () => {
    assert.deepEqual(linesOf({}), [])
    assert.deepEqual(linesOf({ emails: 'carLicense' }), [])
  })

  it('is none that is read alone, or of another attribute', () => {
    const emails = { attribute: 'mail', isReadOnly: true }
    assert.deepEqual(linesOf({ ...withoutType, emails, roles: 'carLicense' }), [])
  })
})
