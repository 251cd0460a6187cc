import assert from 'node:assert/strict'
import { decode } from '../../../src/codec/decode.ts'
import { JournalSettings } from '../../../src/journal/settings.ts'

describe('JournalSettings', () => {
  it('records nothing unless a file is named', () => {
    assert.deepEqual(decode(JournalSettings, {}), { sync: true })
  })

  it('takes a file and whether it is flushed', () => {
    assert.deepEqual(decode(JournalSettings, { file: 'j', sync: 'false' }), {
      file: 'j',
      sync: false,
    })
  })
})
