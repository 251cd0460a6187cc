import assert from 'node:assert/strict'
import { withoutEnd } from '../../../src/codec/text-end.ts'

const isBlank = (character: string): boolean => character === ' '

describe('withoutEnd', () => {
  for (const [text, kept] of [
    ['', ''],
    ['   ', ''],
    ['a', 'a'],
    [' a b  ', ' a b'],
    ['a  b', 'a  b'],
  ] as const) {
    it(`leaves ${JSON.stringify(kept)} of ${JSON.stringify(text)}`, () => {
      assert.equal(withoutEnd(text, isBlank), kept)
    })
  }

  it('ends where everything is dropped', () => {
    assert.equal(
      withoutEnd('ab', () => true),
      '',
    )
  })
})
