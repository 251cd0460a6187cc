import assert from 'node:assert/strict'
import { searchEverything } from '../../../src/http/search-everything.ts'
import type { RequestContext } from '../../../src/provisioning/context.ts'
import type {
  ListQuery,
  ResourceList,
  ResourceService,
} from '../../../src/provisioning/resource-service.ts'
import { ScimError, scimErrors } from '../../../src/scim/error.ts'

const context: RequestContext = {
  baseUrl: 'https://bridge.example.org/scim/v2',
  reason: { requestId: 'r', actor: 'a', clientAddress: 'c', method: 'GET', path: '/' },
}

const unused = (): Promise<never> => Promise.reject(new Error('not used here'))

/** A service that only lists: so many resources, in pages. */
function serviceOf(ids: readonly string[], refusal?: Error): ResourceService {
  return {
    create: unused,
    get: unused,
    replace: unused,
    patch: unused,
    delete: unused,
    list: ({ startIndex = 1, count = ids.length }: ListQuery) => {
      if (refusal !== undefined) return Promise.reject(refusal)
      const page = ids.slice(startIndex - 1, startIndex - 1 + count)
      const resources = page.map((id) => ({ id }))
      return Promise.resolve({
        totalResults: ids.length,
        startIndex,
        itemsPerPage: resources.length,
        resources,
      })
    },
  }
}

const services = [serviceOf(['u1', 'u2', 'u3']), serviceOf(['g1', 'g2'])]

async function shown({ resources, itemsPerPage, ...rest }: ResourceList): Promise<object> {
  const ids: unknown[] = []
  for await (const { id } of resources) ids.push(id)
  assert.equal(itemsPerPage, ids.length)
  return { ...rest, ids }
}

async function idsOf(query: ListQuery, maxResults = 100): Promise<unknown> {
  return await shown(await searchEverything({ services, maxResults }, query, context))
}

describe('searchEverything (RFC 7644 §3.4.2.1)', () => {
  const cases: readonly (readonly [string, ListQuery, number, readonly string[]])[] = [
    ['everything, one type behind the other', {}, 1, ['u1', 'u2', 'u3', 'g1', 'g2']],
    ['a page within the first type', { startIndex: 1, count: 2 }, 1, ['u1', 'u2']],
    ['a page across two types', { startIndex: 3, count: 2 }, 3, ['u3', 'g1']],
    ['a page within the second type', { startIndex: 5, count: 9 }, 5, ['g2']],
    ['a page behind the end', { startIndex: 9 }, 9, []],
    ['totals alone', { count: 0 }, 1, []],
    ['nothing for a count below zero', { count: -1 }, 1, []],
    [
      'everything from a start below one',
      { startIndex: -3, count: 9 },
      1,
      ['u1', 'u2', 'u3', 'g1', 'g2'],
    ],
  ]
  for (const [what, query, startIndex, ids] of cases) {
    it(`answers ${what}`, async () => {
      assert.deepEqual(await idsOf(query), { totalResults: 5, startIndex, ids })
    })
  }

  it('answers no more than one answer may hold', async () => {
    const first = { totalResults: 5, startIndex: 1, ids: ['u1', 'u2'] }
    assert.deepEqual(await idsOf({}, 2), first)
    assert.deepEqual(await idsOf({ count: 50 }, 2), first)
  })

  it('asks every type the same, as one of several', async () => {
    const asked: ListQuery[] = []
    const watched = services.map((service) => ({
      ...service,
      list: async (query: ListQuery) => {
        asked.push(query)
        return await service.list(query, context)
      },
    }))
    const query = { filter: 'userName pr', sortBy: 'userName', startIndex: 2, count: 10 }
    await searchEverything({ services: watched, maxResults: 10 }, query, context)
    assert.deepEqual(asked, [
      { ...query, isAcrossTypes: true },
      { ...query, isAcrossTypes: true, startIndex: 1, count: 8 },
    ])
  })

  it('never shows a part as if it were all: a type that refuses the question refuses it for all', async () => {
    const refusing = serviceOf([], scimErrors.invalidFilter('The filter ends early.'))
    const search = searchEverything(
      { services: [serviceOf(['u1']), refusing], maxResults: 10 },
      {},
      context,
    )
    await assert.rejects(search, (error) => {
      return error instanceof ScimError && error.scimType === 'invalidFilter'
    })
  })

  it('fails when a type cannot be searched for another reason', async () => {
    const failing = serviceOf([], scimErrors.unavailable('The directory is away.'))
    const search = searchEverything(
      { services: [failing, serviceOf([])], maxResults: 10 },
      {},
      context,
    )
    await assert.rejects(search, { status: 503 })
  })
})
