import assert from 'node:assert/strict'
import { parsePreferences } from '../../../src/http/preferences.ts'

const none = { isDryRun: false, isMinimal: false }

const cases: readonly (readonly [string, typeof none])[] = [
  ['', none],
  ['dry-run', { isDryRun: true, isMinimal: false }],
  ['Dry-Run', { isDryRun: true, isMinimal: false }],
  ['dry-run=true', { isDryRun: true, isMinimal: false }],
  ['dry-run=""', { isDryRun: true, isMinimal: false }],
  ['dry-run; foo=bar', { isDryRun: true, isMinimal: false }],
  ['return=minimal', { isDryRun: false, isMinimal: true }],
  ['RETURN = "Minimal"', { isDryRun: false, isMinimal: true }],
  ['return=representation', none],
  ['return=representation, return=minimal', none],
  ['return', none],
  ['respond-async, return=minimal; a="x, y"; b , dry-run', { isDryRun: true, isMinimal: true }],
  ['foo="a, dry-run, b"', none],
  ['foo="a\\", dry-run"', none],
  ['foo; dry-run', none],
  ['dry-runner, xdry-run', none],
  [',, dry-run ,', { isDryRun: true, isMinimal: false }],
]

describe('parsePreferences (RFC 7240 §2)', () => {
  for (const [header, preferences] of cases) {
    it(`reads ${JSON.stringify(header)}`, () => {
      assert.deepEqual(parsePreferences(header), preferences)
    })
  }

  it('takes a time that grows no faster than a hostile header', () => {
    const startedAt = performance.now()
    parsePreferences(`${'a=,;"'.repeat(3000)}${'"'.repeat(3000)}${';'.repeat(3000)}`)
    assert.ok(performance.now() - startedAt < 1000)
  })
})
