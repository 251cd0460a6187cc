import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { type MemberChange, memberModifications } from '../../../src/mapping/member-change.ts'
import { portions } from '../../../src/mapping/portions.ts'

const placeholder = 'cn=nobody,dc=x'
const settings = { attribute: 'member', placeholder }
const dns = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `uid=${prefix}${index},dc=x`)

function plan(
  change: Partial<MemberChange>,
  of: { attribute: string; placeholder?: string } = settings,
) {
  const whole = { added: [], removed: [], hasPlaceholder: false, isEmptied: false, ...change }
  return memberModifications(of, whole)
}

const add = (...values: string[]) => ({ operation: 'add', attribute: 'member', values })
const remove = (...values: string[]) => ({ operation: 'delete', attribute: 'member', values })

const alone = (value: string): string[] => [value]

describe('A change of the members of a group', () => {
  const table: readonly (readonly [string, Partial<MemberChange>, object[][]])[] = [
    ['is nothing when nobody comes or goes', { hasPlaceholder: true }, []],
    [
      'is one modify, which adds first',
      { added: ['a'], removed: ['b'] },
      [[add('a'), remove('b')]],
    ],
    [
      'takes the placeholder away with the first who comes',
      { added: ['a', 'b'], hasPlaceholder: true },
      [[add('a', 'b'), remove(placeholder)]],
    ],
    [
      'brings the placeholder back with the last who goes',
      { removed: ['a', 'b'], isEmptied: true },
      [[add(placeholder), remove('a', 'b')]],
    ],
    [
      'leaves a placeholder that is there',
      { removed: ['a'], isEmptied: true, hasPlaceholder: true },
      [[remove('a')]],
    ],
    [
      'needs no placeholder when somebody comes',
      { added: ['a'], removed: ['b'], isEmptied: true },
      [[add('a'), remove('b')]],
    ],
  ]
  for (const [sentence, change, expected] of table) {
    it(sentence, () => {
      assert.deepEqual(plan(change), expected)
    })
  }

  it('knows no placeholder where groups may be empty', () => {
    assert.deepEqual(plan({ removed: ['a'], isEmptied: true }, { attribute: 'member' }), [
      [remove('a')],
    ])
  })

  it('travels in portions of at most 1000 values, the swap of the placeholder among them', () => {
    const sizes = plan({ added: dns('a', 1500), hasPlaceholder: true }).map((modifications) =>
      modifications.map(({ operation, values }) => `${operation} ${values.length}`),
    )
    assert.deepEqual(sizes, [['add 999', 'delete 1'], ['add 501']])
  })

  it('leaves the group with a member after each modify, and is whole after the last', () => {
    const counts = fc.record({ before: fc.nat(1500), added: fc.nat(2500), removed: fc.nat(1500) })
    fc.assert(
      fc.property(counts, ({ before, added, removed }) => {
        const present = dns('b', before)
        const leaving = present.slice(0, removed)
        const isEmptied = leaving.length === before && before > 0 && added === 0
        const change = {
          added: dns('a', added),
          removed: leaving,
          hasPlaceholder: before === 0,
          isEmptied,
        }
        const members = new Set(before === 0 ? [placeholder] : present)
        for (const modifications of plan(change)) {
          assert.ok(modifications.flatMap(({ values }) => values).length <= 1000)
          for (const { operation, values } of modifications) {
            for (const value of values.map(String)) {
              assert.equal(members.has(value), operation === 'delete')
              if (operation === 'add') members.add(value)
              else members.delete(value)
            }
          }
          assert.ok(members.size > 0)
        }
        const expected = [...dns('a', added), ...present.slice(removed)]
        assert.deepEqual(
          [...members].sort(),
          (expected.length === 0 ? [placeholder] : expected).sort(),
        )
      }),
      { numRuns: 30 },
    )
  })
})

describe('Portions of values', () => {
  it('are none of nothing', () => {
    assert.deepEqual(portions([], alone), [])
  })

  it('hold at most 400 KB, and a larger value alone', () => {
    const values = ['x'.repeat(300_000), 'ü'.repeat(60_000), 'z', 'y'.repeat(500_000), 'z']
    assert.deepEqual(
      portions(values, alone).map((portion) => portion.length),
      [1, 2, 1, 1],
    )
  })
})
