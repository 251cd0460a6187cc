import assert from 'node:assert/strict'
import { Decider } from '../../../src/provisioning/decider.ts'
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

async function decide(
  decider: Decider,
  items: readonly Numbered[],
  filter = costly,
): Promise<number[]> {
  const found = await decider.matching(filter, items, ({ group }) => group)
  return found.map(({ number }) => number)
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
    assert.deepEqual(await decide(new Decider(), groupsOf(5, 1)), [0, 2, 4])
    assert.deepEqual(
      await decide(new Decider(), groupsOf(30, 10_000)),
      [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28],
    )
    assert.deepEqual(await decide(new Decider(), []), [])
  })

  it('takes no longer than it must where there is no filter, or little to decide', async () => {
    const decider = new Decider()
    const few = groupsOf(20, 10)
    assert.equal(await decider.matching(undefined, few, ({ group }) => group), few)
    assert.equal(await turnsDuring(async () => await decide(decider, few)), 0)
  })

  it('lets others have their turn while there is much to decide', async () => {
    const items = groupsOf(40, 20_000)
    const turns = await turnsDuring(async () => await decide(new Decider(), items))
    assert.ok(turns >= 19, String(turns))
  })

  it('lets others have as many turns when several have much to decide', async () => {
    const items = groupsOf(20, 20_000)
    const decider = new Decider()
    const underWay: string[] = []
    const all = [1, 2, 3].map(async (each) => {
      await decider.matching(costly, items, ({ group }) => {
        underWay.push(String(each))
        return group
      })
    })
    const turns = await turnsDuring(async () => await Promise.all(all))
    assert.ok(turns >= 27, String(turns))
    // Every other group is decided by its name alone.
    assert.match(underWay.join(''), /112233112233/)
  })

  it('fails when it costs too much to ask one of them, and goes on with what others ask', async () => {
    const terms = Array.from({ length: 400 }, (_, index) => `members.display co "z${index}"`)
    const tooCostly = parseFilter(terms.join(' or '), groups)
    const decider = new Decider()
    const items = [...groupsOf(3, 2000), ...groupsOf(1, 10_000)]
    await assert.rejects(decide(decider, items, tooCostly), isTooMany)
    assert.equal((await decide(decider, groupsOf(10, 20_000))).length, 5)
  })
})
