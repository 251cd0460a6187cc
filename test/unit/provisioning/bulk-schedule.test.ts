import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { type BulkLinks, BulkSchedule } from '../../../src/provisioning/bulk-schedule.ts'

/** Who needs whom, and who stands behind whom, by their places. */
type Needs = Readonly<Record<number, readonly number[]>>

function links(count: number, needs: Needs, after: Needs = {}): readonly BulkLinks[] {
  return Array.from({ length: count }, (_, place) => ({
    needs: new Set(needs[place]),
    after: new Set(after[place]),
  }))
}

/** The order of the turns; a turn without what it needs says so: `2-0` is 2 without 0. */
function order(given: readonly BulkLinks[]): readonly string[] {
  const schedule = new BulkSchedule(given)
  const turns: string[] = []
  for (let turn = schedule.next(); turn !== undefined; turn = schedule.next()) {
    turns.push([turn.place, ...turn.missing].join('-'))
    schedule.settle(turn.place)
  }
  return turns
}

describe('BulkSchedule (RFC 7644 §3.7)', () => {
  it('keeps the order in which operations are given', () => {
    assert.deepEqual(order(links(4, {})), ['0', '1', '2', '3'])
  })

  it('lets an operation wait for what a later one creates, and then has it go first', () => {
    assert.deepEqual(order(links(4, { 0: [2] })), ['1', '2', '0', '3'])
  })

  it('keeps the order of the operations on one resource when the first of them has to wait', () => {
    assert.deepEqual(order(links(3, { 0: [2] }, { 1: [0] })), ['2', '0', '1'])
  })

  it('has two that need each other begin with the first, without the second (RFC 7644 §3.7.1)', () => {
    assert.deepEqual(order(links(2, { 0: [1], 1: [0] })), ['0-1', '1'])
  })

  it('has one that needs itself go without itself', () => {
    assert.deepEqual(order(links(2, { 0: [0, 1] })), ['1', '0-0'])
  })

  it('does not let go of what is needed from outside of a circle', () => {
    assert.deepEqual(order(links(4, { 0: [1, 3], 1: [0] })), ['1-0', '2', '3', '0'])
    assert.deepEqual(order(links(3, { 0: [1, 2], 1: [0, 2] })), ['2', '0-1', '1'])
  })

  it('opens a circle in one place only', () => {
    assert.deepEqual(order(links(4, { 0: [1], 1: [2], 2: [0] })), ['0-1', '2', '1', '3'])
  })

  it('goes on with what waits for a member of a circle when that has had its turn', () => {
    assert.deepEqual(order(links(4, { 0: [1], 1: [2], 2: [1] })), ['1-2', '0', '2', '3'])
  })

  it('needs no stack for a chain or a ring of ten thousand', () => {
    const count = 10_000
    const chain = Object.fromEntries(Array.from({ length: count - 1 }, (_, n) => [n, [n + 1]]))
    assert.equal(order(links(count, chain)).at(-1), '0')
    const ring = { ...chain, [count - 1]: [0] }
    assert.equal(order(links(count, ring))[0], '0-1')
  }).timeout(60_000)

  it('gives every operation one turn, with everything settled that it needs but what needs it in turn', () => {
    const needs = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(needs, (lists) => {
        const given = links(12, lists)
        const schedule = new BulkSchedule(given)
        const done = new Set<number>()
        for (let turn = schedule.next(); turn !== undefined; turn = schedule.next()) {
          const { place, missing } = turn
          const open = [...(given[place]?.needs ?? [])].filter((need) => !done.has(need))
          assert.deepEqual(new Set(open), missing)
          for (const need of missing) assert.ok(reaches(given, need, place))
          assert.equal(done.has(place), false)
          done.add(place)
          schedule.settle(place)
        }
        assert.equal(done.size, 12)
      }),
    )
  })
})

function reaches(given: readonly BulkLinks[], from: number, to: number): boolean {
  const seen = new Set([from])
  for (const place of seen) for (const need of given[place]?.needs ?? []) seen.add(need)
  return seen.has(to)
}
