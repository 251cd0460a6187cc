import assert from 'node:assert/strict'
import { excerpt } from '../../../src/scim/excerpt.ts'
import { foldPart, foldText, isBase64, parseDateTime, toBoolean } from '../../../src/scim/scalar.ts'

describe('toBoolean', () => {
  const cases: [means: boolean | undefined, values: (string | number | boolean | null)[]][] = [
    [true, [true, 'true', 'True', 'TRUE', ' true ', '1', 1]],
    [false, [false, 'false', 'False', 'FALSE', '0', 0]],
    [undefined, ['yes', '2', 2, -1, '', null]],
  ]
  for (const [means, values] of cases) {
    for (const value of values) {
      it(`reads ${JSON.stringify(value)} as ${String(means)}`, () => {
        assert.equal(toBoolean(value), means)
      })
    }
  }

  it('reads no boolean in a list or an object', () => {
    assert.equal(toBoolean([true]), undefined)
    assert.equal(toBoolean({ value: true }), undefined)
  })
})

describe('parseDateTime (RFC 7643 §2.3.5)', () => {
  const noon = Date.UTC(2026, 0, 31, 12)
  const same = ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00+01:00', '2026-01-31T12:00:00.000Z']
  for (const text of same) {
    it(`takes ${text} for the same instant`, () => {
      assert.equal(parseDateTime(text), noon)
    })
  }

  it('takes a text without a zone as UTC, wherever the bridge runs', () => {
    assert.equal(parseDateTime('2026-01-31T12:00:00'), noon)
  })

  it('knows how many days each month has', () => {
    for (const day of ['2024-02-29', '2000-02-29', '2026-04-30', '2026-12-31', '0004-02-29']) {
      assert.notEqual(parseDateTime(`${day}T00:00:00Z`), undefined, day)
    }
    for (const day of ['2020-02-31', '2026-02-29', '1900-02-29', '2026-04-31', '2026-01-00']) {
      assert.equal(parseDateTime(`${day}T00:00:00Z`), undefined, day)
    }
  })

  for (const text of [
    '',
    '2026-01-31',
    '2026-01-31T12:00Z',
    '12:00:00',
    '2026-13-31T12:00:00Z',
    'yesterday',
    '1',
  ]) {
    it(`finds no instant in ${JSON.stringify(text)}`, () => {
      assert.equal(parseDateTime(text), undefined)
    })
  }
})

describe('isBase64 (RFC 7643 §2.3.6)', () => {
  it('takes both alphabets, with and without padding, over several lines', () => {
    for (const text of ['TWFu', 'TWE=', 'TQ==', 'TQ', '_-8', 'TWFu\r\nTWFu\n', '']) {
      assert.ok(isBase64(text), text)
    }
  })

  it('takes no other text', () => {
    for (const text of ['T.Fu', 'TQ=A', '-----BEGIN CERTIFICATE-----!', 'ü']) {
      assert.ok(!isBase64(text), text)
    }
  })
})

describe('foldText (RFC 4518 §2)', () => {
  const pairs: [string, string][] = [
    ['Kelly', 'KELLY'],
    ['Ü', 'ü'],
    ['e\u0301', '\u00c9'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Anna  Berg', 'Anna Berg'],
    [' Anna Berg ', 'Anna\u00a0Berg'],
    ['\uff21\uff4e\uff4e\uff41', 'anna'],
    ['\ufb01sh', 'Fish'],
  ]
  for (const [one, other] of pairs) {
    it(`makes ${one} and ${other} equal`, () => {
      assert.equal(foldText(one, false), foldText(other, false))
    })
  }

  it('folds the beginning of a text as the beginning it is', () => {
    assert.ok(foldText('ΟΔΟΣΑ', false).startsWith(foldText('ΟΔΟΣ', false)))
  })

  it('leaves different letters different', () => {
    assert.notEqual(foldText('ss', false), foldText('ß', false))
  })

  it('keeps letter case where that counts, and nothing else', () => {
    assert.equal(foldText(' E\u0301  x', true), '\u00c9 x')
  })

  it('leaves a blank at the ends of a part', () => {
    assert.equal(foldPart('  Anna  Berg  ', false), ' anna berg ')
  })
})

describe('excerpt', () => {
  it('puts a text in quotation marks', () => {
    assert.equal(excerpt('a"b\n'), '"a\\"b\\n"')
  })

  it('cuts a long text', () => {
    assert.equal(excerpt('x'.repeat(1000)), `"${'x'.repeat(80)}…"`)
  })
})
