import assert from 'node:assert/strict'
import { and } from '../../../src/directory/filter.ts'
import { idOf } from '../../../src/mapping/identity.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { IdList } from '../../../src/provisioning/id-list.ts'
import type { ListSource, View } from '../../../src/provisioning/list-source.ts'
import { PageReader } from '../../../src/provisioning/page-reader.ts'
import type { ListQuery, ResourceList } from '../../../src/provisioning/resource-service.ts'
import { Snapshots } from '../../../src/provisioning/snapshots.ts'
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts'
import { MemoryDirectory, type SeedEntry } from '../../support/memory-directory.ts'
import { mappings } from '../mapping/example.ts'

const people = 'ou=people,dc=example,dc=org'
const { entries: mapping, schema } = mappings({ users: { base: people } }).users

const view: View = {
  attributes: [mapping.identity.idAttribute],
  render: (entries) =>
    Promise.resolve(entries.map((entry) => ({ id: idOf(mapping.identity, entry) }))),
}

const source: ListSource = {
  mapping,
  filter: and([]),
  residual: undefined,
  order: undefined,
  shown: view,
  decisive: view,
  whole: view,
  portion: 2,
  question: 'everybody',
  show: (resource) => resource,
}

const entries = ['a', 'b', 'c', 'd', 'e'].map((uid) => ({
  dn: `uid=${uid},${people}`,
  attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
}))

const limits = { lifetimeMs: 1000, maxBytes: 10_000, maxCount: 1 }

function pagesOf(seed: readonly SeedEntry[]): PageReader {
  const directory = new MemoryDirectory({ entries: seed })
  return new PageReader(new EntryReader(directory), new Snapshots(limits, () => 0), 10)
}

async function idsOf(pages: PageReader, from: ListSource, query: ListQuery): Promise<unknown[]> {
  const { resources, itemsPerPage } = await pages.read(from, query)
  const ids: unknown[] = []
  for await (const { id } of resources) ids.push(id)
  assert.equal(ids.length, itemsPerPage)
  return ids
}

describe('PageReader', () => {
  let reader: PageReader
  let hasKept: () => boolean

  beforeEach(() => {
    const snapshots = new Snapshots(limits, () => 0)
    // The one that is kept gives way to the next.
    const { key } = snapshots.keep('another question', new IdList())
    hasKept = () => snapshots.byKey(key) === undefined
    reader = new PageReader(new EntryReader(new MemoryDirectory({ entries })), snapshots, 10)
  })

  async function read(query: ListQuery): Promise<ResourceList & { readonly ids: unknown[] }> {
    const list = await reader.read(source, query)
    const ids: unknown[] = []
    for await (const { id } of list.resources) ids.push(id)
    assert.equal(list.totalResults, entries.length)
    return { ...list, ids }
  }

  const whole: readonly (readonly [string, ListQuery])[] = [
    ['everything fits into the first page of cursors', { cursor: '' }],
    ['a client that goes by cursors asks for the total alone', { cursor: '', count: 0 }],
    ['everything fits into one answer', {}],
    ['a page is the last', { startIndex: 4, count: 2 }],
    ['a page is behind the last', { startIndex: 9, count: 2 }],
    ['the total alone is asked for', { count: 0 }],
  ]
  for (const [when, query] of whole) {
    it(`keeps nothing when ${when}`, async () => {
      await read(query)
      assert.equal(hasKept(), false)
    })
  }

  it('keeps what the next page is cut from, by cursor and by startIndex', async () => {
    const first = await read({ cursor: '', count: 3 })
    assert.equal(hasKept(), true)
    const last = await read({ cursor: first.nextCursor ?? '', count: 3 })
    assert.deepEqual([first.ids.length, last.ids.length], [3, 2])
    assert.equal(last.nextCursor, undefined)
    const before = await read({ cursor: last.previousCursor ?? '', count: 3 })
    assert.deepEqual(before.ids, first.ids)
    const second = await read({ startIndex: 4, count: 3 })
    assert.deepEqual(second.ids, last.ids)
  })

  describe('where entries are large', () => {
    const picture = Buffer.alloc(900_000, 7)
    const largeEntries = entries.map((each) => ({
      ...each,
      attributes: { ...each.attributes, jpegPhoto: picture },
    }))
    let atOnce: number[]
    let large: ListSource

    beforeEach(() => {
      atOnce = []
      const pictured: View = {
        attributes: [...view.attributes, 'jpegPhoto'],
        render: (some) => {
          atOnce.push(some.length)
          return view.render(some)
        },
      }
      large = { ...source, shown: pictured, whole: pictured, decisive: pictured, portion: 4 }
    })

    it('works on few of them at once, and shows them all in their order', async () => {
      const pages = pagesOf(largeEntries)
      const expected = await idsOf(pages, source, {})
      assert.deepEqual(await idsOf(pages, large, {}), expected)
      assert.deepEqual(atOnce, [1, 1, 1, 1, 1])
    })

    it('works on few of them at once where they are decided on', async () => {
      const residual = parseFilter('not (userName eq "nobody")', schema)
      const ids = await idsOf(pagesOf(largeEntries), { ...large, residual }, { count: 1 })
      assert.equal(ids.length, 1)
      assert.deepEqual(atOnce.slice(0, 2), [3, 2])
    })

    it('works on more of them again behind those that are large', async () => {
      const seed = Array.from({ length: 40 }, (_, index) => ({
        dn: `uid=n${index},${people}`,
        attributes: {
          objectClass: 'inetOrgPerson',
          uid: `n${index}`,
          cn: 'n',
          sn: 'n',
          ...(index < 4 && { jpegPhoto: picture }),
        },
      }))
      const ids = await idsOf(pagesOf(seed), large, { count: 10, startIndex: 2 })
      assert.equal(ids.length, 10)
      assert.ok(Math.max(...atOnce) === 4 && Math.min(...atOnce) === 1, atOnce.join())
    })

    it('reads one that is larger than all of that', async () => {
      const [one] = largeEntries
      assert.ok(one)
      const jpegPhoto = Buffer.alloc(3_000_000)
      const huge = [{ ...one, attributes: { ...one.attributes, jpegPhoto } }]
      assert.equal((await idsOf(pagesOf(huge), large, {})).length, 1)
      assert.equal((await idsOf(pagesOf(huge), large, { cursor: '' })).length, 1)
    })
  })
})
