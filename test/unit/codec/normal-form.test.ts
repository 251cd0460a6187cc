import assert from 'node:assert/strict'
import { assert as check, constantFrom, property, string } from 'fast-check'
import { normalForm } from '../../../src/codec/normal-form.ts'

const forms = ['NFC', 'NFD', 'NFKC'] as const
const acute = '\u0301'
const dotBelow = '\u0323'

function sorted(text: string): readonly string[] {
  return Array.from(text.normalize('NFD')).toSorted()
}

describe('normalForm (Unicode Standard Annex 15)', () => {
  it('is that of the language for any text of letters and of some marks', () => {
    const text = string({ unit: 'grapheme' })
    check(
      property(text, constantFrom(...forms), (each, form) => {
        assert.equal(normalForm(each, form), each.normalize(form))
      }),
    )
  })

  it('is that of the language up to 30 marks behind a letter', () => {
    const text = `a${`${acute}${dotBelow}`.repeat(15)}b`
    for (const form of forms) assert.equal(normalForm(text, form), text.normalize(form))
  })

  it('keeps every character of a text with more of them', () => {
    const text = `x a${`${acute}${dotBelow}`.repeat(1000)} y${acute} `
    for (const form of forms) assert.deepEqual(sorted(normalForm(text, form)), sorted(text), form)
  })

  it('puts no more than 30 of them into order at a time', () => {
    const shown = normalForm(`a${`${acute}${dotBelow}`.repeat(1000)}`, 'NFD')
    // Both marks come again and again, not first a thousand of the one.
    assert.ok(shown.lastIndexOf(dotBelow) > 1900)
  })

  it('knows every character that becomes a mark', () => {
    const marks: string[] = []
    for (let code = 0; code <= 0x10_ffff; code += 1) {
      const character = String.fromCodePoint(code)
      const isReordered = /^[^\P{M}\u0E4D\u0ECD]/u.test(character.normalize('NFKD'))
      if (isReordered && !/\p{M}/u.test(character)) marks.push(character)
    }
    // U+0E4D and U+0ECD, which two letters begin with, are never put into another order.
    assert.deepEqual(marks, ['\uFF9E', '\uFF9F'])
  })
})
