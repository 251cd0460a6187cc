import assert from 'node:assert/strict'
import { decideAtOnce, decideInSteps } from '../../../src/provisioning/residual.ts'
import { ScimError } from '../../../src/scim/error.ts'
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { groups } from '../scim/example.ts'

interface Numbered {
  readonly number: number
  readonly group: JsonObject
}

function groupsOf(count: number, members: number): Numbered[] {
  return Array.from({ length: count }, (_, number) => ({
    number,
    group: {
      displayName: number % 2 === 0 ? 'even' : 'odd',
      members: Array.from({ length: members }, (_member, index) => ({ display: `p${index}` })),
    },
  }))
}

const costly = parseFilter('displayName eq "even" and not (members.display co "z")', groups)

async function decide(items: readonly Numbered[], filter = costly): Promise<number[]> {
  const found = await decideInSteps(filter, items, ({ group }) => group)
  return found.map(({ number }) => number)
}

function decideNow(items: readonly Numbered[]): number[] | undefined {
  return decideAtOnce(costly, items, ({ group }) => group)?.map(({ number }) => number)
}

/** @returns how often others had their turn during some work. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const other = (): void => {
    turns += 1
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  await work()
  isOver = true
  return turns
}

function isTooMany(error: unknown): boolean {
  return error instanceof ScimError && error.scimType === 'tooMany'
}

describe('deciding what the directory cannot', () => {
  it('answers what meets the filter, in its order', async () => {
    for (const items of [groupsOf(5, 1), groupsOf(5, 20_000), groupsOf(31, 10_000), []]) {
      const even = items.map(({ number }) => number).filter((number) => number % 2 === 0)
      assert.deepEqual(await decide(items), even)
    }
  })

  it('answers at once where it is little work, or the last of it that is much', () => {
    assert.deepEqual(decideNow(groupsOf(20, 10)), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    assert.deepEqual(decideNow([...groupsOf(4, 10), ...groupsOf(1, 100_000)]), [0, 2, 0])
    assert.equal(decideNow([...groupsOf(1, 100_000), ...groupsOf(1, 10)]), undefined)
    assert.equal(decideNow(groupsOf(40, 5000)), undefined)
  })

  it('takes everything where there is no filter', async () => {
    const items = groupsOf(3, 1)
    assert.equal(
      decideAtOnce(undefined, items, ({ group }) => group),
      items,
    )
    assert.equal(await decideInSteps(undefined, items, ({ group }) => group), items)
  })

  it('lets others have their turn while it is much work, and not where it is little', async () => {
    const many = groupsOf(40, 20_000)
    const turns = await turnsDuring(async () => await decide(many))
    assert.ok(turns >= 19, String(turns))
    const few = groupsOf(20, 10)
    assert.equal(await turnsDuring(async () => await decide(few)), 0)
  })

  it('fails when it costs too much to ask one of them', async () => {
    const terms = Array.from({ length: 400 }, (_, index) => `members.display co "z${index}"`)
    const tooCostly = parseFilter(terms.join(' or '), groups)
    await assert.rejects(
      decide([...groupsOf(3, 2000), ...groupsOf(1, 10_000)], tooCostly),
      isTooMany,
    )
  })
})
