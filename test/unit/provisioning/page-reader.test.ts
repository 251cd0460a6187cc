import assert from 'node:assert/strict'
import { and } from '../../../src/directory/filter.ts'
import { idOf } from '../../../src/mapping/identity.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { IdList } from '../../../src/provisioning/id-list.ts'
import type { ListSource, View } from '../../../src/provisioning/list-source.ts'
import { PageReader } from '../../../src/provisioning/page-reader.ts'
import type { ListQuery, ResourceList } from '../../../src/provisioning/resource-service.ts'
import { Snapshots } from '../../../src/provisioning/snapshots.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'
import { mappings } from '../mapping/example.ts'

const people = 'ou=people,dc=example,dc=org'
const { entries: mapping } = mappings({ users: { base: people } }).users

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

describe('PageReader', () => {
  let reader: PageReader
  let hasKept: () => boolean

  beforeEach(() => {
    const limits = { lifetimeMs: 1000, maxBytes: 10_000, maxCount: 1 }
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
})
