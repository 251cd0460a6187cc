import assert from 'node:assert/strict'
import { covers } from '../../../src/directory/replication-state.ts'

const at = (first: string, second?: string): ReadonlyMap<string, string> =>
  new Map([
    ['001 dc=example', first],
    ...(second === undefined ? [] : [['002 dc=example', second] as const]),
  ])

describe('covers', () => {
  const early = '20260101000000.000000Z#000000'
  const late = '20260101000000.000001Z#000000'
  const later = '20260101000000.000001Z#000001'

  for (const [what, state, other, expected] of [
    ['the same', at(late, late), at(late, late), true],
    ['more of one provider', at(later, late), at(late, late), true],
    ['less of one provider', at(later, early), at(early, late), false],
    ['less of the changes of one instant', at(late), at(later), false],
    ['nothing of one provider', at(later), at(early, early), false],
    ['a provider more', at(late, late), at(late), true],
    ['nothing', new Map(), at(early), false],
  ] as const) {
    it(`is ${expected} for a server with ${what}`, () => {
      assert.equal(covers(state, other), expected)
    })
  }
})
