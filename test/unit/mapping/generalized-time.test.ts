import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { toDateTime, toGeneralizedTime } from '../../../src/mapping/generalized-time.ts'

describe('GeneralizedTime (RFC 4517 §3.3.13)', () => {
  const readable: readonly (readonly [string, string, string])[] = [
    ['a time in UTC', '20261122084405Z', '2026-11-22T08:44:05.000Z'],
    ['a fraction of a second', '20261122084405.123456Z', '2026-11-22T08:44:05.123Z'],
    ['a comma before the fraction', '20261122084405,5Z', '2026-11-22T08:44:05.500Z'],
    ["Active Directory's form", '20261122063435.0Z', '2026-11-22T06:34:35.000Z'],
    ['an offset to the east', '20261122084405+0130', '2026-11-22T07:14:05.000Z'],
    ['an offset to the west in hours', '20261122084405-05', '2026-11-22T13:44:05.000Z'],
    ['a time without seconds', '202611220844Z', '2026-11-22T08:44:00.000Z'],
    ['a fraction of a minute', '202611220844.5Z', '2026-11-22T08:44:30.000Z'],
    ['an hour alone', '2026112208Z', '2026-11-22T08:00:00.000Z'],
    ['a fraction of an hour', '2026112208.25Z', '2026-11-22T08:15:00.000Z'],
    ['a leap second', '20161231235960Z', '2017-01-01T00:00:00.000Z'],
    [
      'the year nought, as in the lock of an administrator',
      '000001010000Z',
      '0000-01-01T00:00:00.000Z',
    ],
  ]
  for (const [sentence, text, expected] of readable) {
    it(`gives ${sentence}: ${text}`, () => {
      assert.equal(toDateTime(text), expected)
    })
  }

  for (const text of [
    '',
    '2026',
    '20261122084405',
    '20261322084405Z',
    '20260230084405Z',
    '20261122250000Z',
    '20261122240000Z',
    '20261122086005Z',
    'now',
  ]) {
    it(`gives nothing for what is no such time: "${text}"`, () => {
      assert.equal(toDateTime(text), undefined)
    })
  }

  const writable: readonly (readonly [string, string, string | undefined])[] = [
    ['UTC', '2026-11-22T08:44:05Z', '20261122084405Z'],
    ['an offset', '2026-11-22T08:44:05+01:00', '20261122074405Z'],
    ['no zone as UTC', '2026-11-22T08:44:05', '20261122084405Z'],
    ['a fraction without its zeros', '2026-11-22T08:44:05.120Z', '20261122084405.12Z'],
    ['a year of five digits, for which there is no form', '+012026-11-22T08:44:05Z', undefined],
    ['a year before the first', '-0001-11-22T08:44:05Z', undefined],
    ['what is no time', 'tomorrow', undefined],
  ]
  for (const [sentence, text, expected] of writable) {
    it(`is made from ${sentence}: ${text}`, () => {
      assert.equal(toGeneralizedTime(text), expected)
    })
  }

  it('gives every instant back', () => {
    const instants = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(instants, (instant) => {
        const text = instant.toISOString()
        assert.equal(toDateTime(toGeneralizedTime(text) ?? ''), text)
      }),
    )
  })
})
