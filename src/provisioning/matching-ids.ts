import type { Entry } from '../directory/entry.ts'
import { idOf } from '../mapping/identity.ts'
import type { JsonObject } from '../scim/json.ts'
import type { EntryReader } from './entry-reader.ts'
import { IdList } from './id-list.ts'
import { isMatch, type ListSource } from './list-source.ts'
import { type Sortable, sortIds, sortKey } from './sort-order.ts'

/** The ids of everything that matches, in the order that is asked for, else in that of the directory. */
export async function matchingIds(reader: EntryReader, source: ListSource): Promise<IdList> {
  const ids = new IdList()
  const { order } = source
  if (order === undefined) {
    for await (const { id } of matching(reader, source)) ids.push(id)
    return ids
  }
  const sortables: Sortable[] = []
  for await (const { id, resource } of matching(reader, source)) {
    sortables.push({ id, key: sortKey(order, resource) })
  }
  for (const id of sortIds(order, sortables)) ids.push(id)
  return ids
}

interface Match {
  readonly id: string
  /** As far as the filter and the order look at it; empty when they do not. */
  readonly resource: JsonObject
}

/** What matches. Where the directory decides alone and there is no order, nothing but the ids is read. */
async function* matching(
  reader: EntryReader,
  source: ListSource,
): AsyncGenerator<Match, void, void> {
  const { mapping, filter, residual, order, portion, decisive } = source
  const { identity } = mapping
  if (residual === undefined && order === undefined) {
    const found = reader.search(mapping, filter, { attributes: [identity.idAttribute] })
    for await (const entry of found) yield { id: idOf(identity, entry), resource: {} }
    return
  }
  const found = reader.search(mapping, filter, { attributes: decisive.attributes })
  for await (const entries of inPortions(found, portion)) {
    const resources = await decisive.render(entries)
    for (const [index, entry] of entries.entries()) {
      const resource = resources[index] ?? {}
      if (isMatch(source, resource)) yield { id: idOf(identity, entry), resource }
    }
  }
}

async function* inPortions(
  entries: AsyncIterable<Entry>,
  size: number,
): AsyncGenerator<readonly Entry[], void, void> {
  let portion: Entry[] = []
  for await (const entry of entries) {
    portion.push(entry)
    if (portion.length < size) continue
    yield portion
    portion = []
  }
  if (portion.length > 0) yield portion
}
