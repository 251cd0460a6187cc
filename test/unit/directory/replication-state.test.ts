import assert from 'node:assert/strict'
import { covers, lastChangesIn } from '../../../src/directory/replication-state.ts'

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

describe('the last changes in an update vector of 389 DS', () => {
  const generation = '{replicageneration} 6b030c7c000000010000'
  const first = '{replica 1 ldap://localhost:41351} 6b030c7d000000010000 6b030c7d000000010000'
  const second = '{replica 2 ldap://localhost:40135} 6b030c7f000100020000 6b030c81000400020000'

  it('are those of each replica that has changed anything, by the generation of the data', () => {
    const unchanged = '{replica 3 ldap://localhost:40136}'
    assert.deepEqual(
      lastChangesIn([generation, second, first, unchanged]),
      new Map([
        [`${generation} 2`, '6b030c81000400020000'],
        [`${generation} 1`, '6b030c7d000000010000'],
      ]),
    )
  })

  it('compare as the vectors of two servers do', () => {
    const before = '{replica 2 ldap://localhost:40135} 6b030c7f000100020000 6b030c81000300020000'
    const [all, behind, one] = [[first, second], [first, before], [first]].map((values) =>
      lastChangesIn([generation, ...values]),
    )
    assert.ok(all !== undefined && behind !== undefined && one !== undefined)
    assert.equal(covers(all, behind), true)
    assert.equal(covers(behind, all), false)
    assert.equal(covers(one, all), false)
  })

  it('do not compare with those of data that were set up without the others', () => {
    const other = lastChangesIn(['{replicageneration} 6b030c7c000100010000', first])
    assert.equal(covers(other, lastChangesIn([generation, first])), false)
  })

  it('are none where there is no vector', () => {
    assert.equal(lastChangesIn([]).size, 0)
  })
})
