import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { enterprise, managerOf, sceneFor } from '../users/scene.ts'

/** Who refers to whom in a bulk request that creates people and groups, by their places. */
interface Web {
  readonly managers: readonly (number | null)[]
  readonly members: readonly { readonly people: number[]; readonly groups: number[] }[]
  /** Sorts the operations. */
  readonly ranks: readonly number[]
}

const people = 4
const groups = 4

function places(count: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 })
}

const webs: fc.Arbitrary<Web> = fc.record({
  managers: fc.array(fc.option(fc.nat(people - 1)), { minLength: people, maxLength: people }),
  members: fc.array(fc.record({ people: places(people), groups: places(groups) }), {
    minLength: groups,
    maxLength: groups,
  }),
  ranks: fc.array(fc.nat(1000), { minLength: people + groups, maxLength: people + groups }),
})

/** The operations of a web, each with a name of this run. */
function operationsOf({ managers, members }: Web, run: string): readonly JsonObject[] {
  const person = (manager: number | null, place: number): JsonObject => {
    const extension = { [enterprise]: { manager: { value: `bulkId:p${manager}` } } }
    const name = { familyName: 'Lovelace' }
    const data = { userName: `${run}-p${place}`, name, ...(manager === null ? {} : extension) }
    return { method: 'POST', path: '/Users', bulkId: `p${place}`, data }
  }
  const group = (of: Web['members'][number], place: number): JsonObject => {
    const names = [...of.people.map((each) => `p${each}`), ...of.groups.map((each) => `g${each}`)]
    const value = names.map((bulkId) => ({ value: `bulkId:${bulkId}` }))
    const data = { displayName: `${run}-g${place}`, members: value }
    return { method: 'POST', path: '/Groups', bulkId: `g${place}`, data }
  }
  return [...managers.map(person), ...members.map(group)]
}

describe('references between new resources on OpenLDAP (RFC 7644 §3.7.1, §3.7.2)', () => {
  const scene = sceneFor()
  let runs = 0

  it('are all there afterwards, in whatever order and circles they are given', async () => {
    const { scim } = scene().bridge
    const test = async (web: Web): Promise<void> => {
      runs += 1
      const Operations = operationsOf(web, `run${runs}`)
        .map((operation, place) => ({ operation, rank: web.ranks[place] ?? 0 }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ operation }) => operation)
      const { answer, text } = await scim.post('/Bulk', { Operations })
      const answers = (answer?.['Operations'] ?? []) as readonly Record<string, string>[]
      assert.ok(
        answers.every(({ status }) => status === '201'),
        text,
      )
      const ids = new Map(
        answers.map(({ bulkId, location }) => [bulkId, location?.split('/').at(-1)]),
      )
      for (const [place, manager] of web.managers.entries()) {
        const user = await scene().get(ids.get(`p${place}`) ?? '')
        assert.equal(managerOf(user), manager === null ? undefined : ids.get(`p${manager}`))
      }
      for (const [place, of] of web.members.entries()) {
        const shown = await scim.get(`/Groups/${ids.get(`g${place}`)}`)
        const members = (shown.answer?.['members'] ?? []) as readonly { readonly value: string }[]
        const expected = [
          ...of.people.map((each) => ids.get(`p${each}`)),
          ...of.groups.map((each) => ids.get(`g${each}`)),
        ]
        assert.deepEqual(new Set(members.map(({ value }) => value)), new Set(expected))
      }
    }
    await fc.assert(fc.asyncProperty(webs, test), { numRuns: 25, endOnFailure: true })
  }).timeout(60_000)
})
