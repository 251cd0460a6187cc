import type { Entry } from '../directory/entry.ts'
import { idOf } from '../mapping/identity.ts'
import type { JsonObject } from '../scim/json.ts'
import { largestPortion, sizeOf } from './entry-size.ts'
import type { EntryReader } from './entry-reader.ts'
import { IdList } from './id-list.ts'
import type { ListSource } from './list-source.ts'
import { decideInSteps } from './residual.ts'
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
    const matches = entries.map((entry, index): Match => {
      return { id: idOf(identity, entry), resource: resources[index] ?? {} }
    })
    yield* await decideInSteps(residual, matches, ({ resource }) => resource)
  }
}

/** As many at a time as there may be, fewer where they are large. */
async function* inPortions(
  entries: AsyncIterable<Entry>,
  size: number,
): AsyncGenerator<readonly Entry[], void, void> {
  let portion: Entry[] = []
  let total = 0
  for await (const entry of entries) {
    portion.push(entry)
    total += sizeOf(entry)
    if (portion.length < size && total < largestPortion) continue
    yield portion
    portion = []
    total = 0
  }
  if (portion.length > 0) yield portion
}
