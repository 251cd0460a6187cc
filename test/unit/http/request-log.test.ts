import assert from 'node:assert/strict'
import { withoutQuotations } from '../../../src/http/middleware/request-log.ts'

describe('withoutQuotations', () => {
  const details: [detail: string, logged: string][] = [
    ['There is no attribute "mail".', 'There is no attribute "…".'],
    ['"a" and "b\\"c" are not known.', '"…" and "…" are not known.'],
    ['Nothing can be made of "a\\', 'Nothing can be made of "…"'],
    ['Nothing can be made of "a\nb', 'Nothing can be made of "…"'],
    ['userName is required.', 'userName is required.'],
  ]
  for (const [detail, logged] of details) {
    it(`logs ${JSON.stringify(detail)} without what it quotes`, () => {
      assert.equal(withoutQuotations(detail), logged)
    })
  }

  it('goes once over quotations that are never closed', () => {
    assert.equal(withoutQuotations('"\\'.repeat(200_000)), '"…"')
  })
})
