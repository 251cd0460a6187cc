import assert from 'node:assert/strict'
import type { Exchange } from '../../../walkthrough/scim-client.ts'
import { sceneFor } from '../users/scene.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0'

describe('Questions to the root, over users and groups, on an OpenLDAP (RFC 7644 §3.4.2.1)', () => {
  const scene = sceneFor()
  let ada: string
  let eve: string
  let sums: string
  let art: string

  before(async () => {
    ada = await scene().userId({ userName: 'ada', displayName: 'Sums', title: 'Countess' })
    eve = await scene().userId({ userName: 'eve', displayName: 'Eve' })
    sums = await scene().group([ada], 'Sums')
    art = await scene().group([eve], 'Art')
  })

  const ask = async (query: Readonly<Record<string, string>>): Promise<readonly Exchange[]> => {
    const { scim } = scene().bridge
    return [
      await scim.get(`/?${new URLSearchParams(query).toString()}`),
      await scim.post('/.search', query),
    ]
  }

  const cases: readonly (readonly [string, () => readonly string[]])[] = [
    ['userName eq "zz" or displayName eq "Art"', () => [art]],
    ['displayName eq "Sums"', () => [ada, sums]],
    [`${core}:Group:displayName eq "Sums"`, () => [sums]],
    [`${core}:User:displayName eq "Sums"`, () => [ada]],
    ['displayName eq "Sums" and not (userName pr)', () => [sums]],
    ['not (userName pr)', () => [sums, art]],
    ['userName ne "ada"', () => [eve, sums, art]],
    ['title eq null', () => [eve, sums, art]],
    ['meta.resourceType eq "Group" or userName eq "eve"', () => [eve, sums, art]],
    ['not (members pr) and displayName sw "E"', () => [eve]],
    ['emails[type eq "work"] or displayName eq "Art"', () => [art]],
  ]
  for (const [filter, expected] of cases) {
    it(`find what matches in either: ${filter}`, async () => {
      for (const { status, answer, text } of await ask({ filter })) {
        assert.equal(status, 200, text)
        const found = answer?.['Resources'] as readonly { readonly id: string }[]
        assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(expected()))
        assert.equal(answer?.['totalResults'], expected().length)
      }
    })
  }

  it('find a user by his name and the groups of another by their member', async () => {
    for (const { answer, text } of await ask({
      filter: `userName eq "eve" or members.value eq "${ada}"`,
    })) {
      const found = answer?.['Resources'] as readonly { readonly id: string }[]
      assert.deepEqual(
        found.map(({ id }) => id),
        [eve, sums],
        text,
      )
    }
  })

  it('put each type into its order, as far as it has what they are sorted by', async () => {
    for (const { status, answer, text } of await ask({
      sortBy: 'userName',
      sortOrder: 'descending',
    })) {
      assert.equal(status, 200, text)
      const found = answer?.['Resources'] as readonly { readonly id: string }[]
      assert.deepEqual(
        found.slice(0, 2).map(({ id }) => id),
        [eve, ada],
      )
      assert.deepEqual(new Set(found.slice(2).map(({ id }) => id)), new Set([sums, art]))
    }
  })

  for (const [query, scimType] of [
    [{ filter: 'nonsense eq "a" or userName pr' }, 'invalidFilter'],
    [{ filter: 'password eq "a"' }, 'invalidFilter'],
    [{ filter: 'userName eq "a" and' }, 'invalidFilter'],
    [{ sortBy: 'nonsense' }, 'invalidPath'],
    [{ sortBy: 'name' }, 'invalidPath'],
  ] as const) {
    it(`are refused with ${scimType} where neither understands them: ${JSON.stringify(query)}`, async () => {
      for (const { status, answer } of await ask(query)) {
        assert.deepEqual([status, answer?.['scimType']], [400, scimType])
      }
    })
  }

  it('to one type are refused as before where they name what only the other has', async () => {
    const { scim } = scene().bridge
    const filtered = await scim.get('/Groups?filter=userName%20pr')
    assert.deepEqual([filtered.status, filtered.answer?.['scimType']], [400, 'invalidFilter'])
    const sorted = await scim.get('/Groups?sortBy=userName')
    assert.deepEqual([sorted.status, sorted.answer?.['scimType']], [400, 'invalidPath'])
  })
})
