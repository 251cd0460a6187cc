import type { Entry } from '../directory/entry.ts'
import { and, type Filter } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import { or } from '../directory/filter.ts'
import type { Translation } from '../mapping/filter-translation.ts'
import { matches } from '../scim/filter/matches.ts'
import type { JsonObject } from '../scim/json.ts'
import type { EntryReader } from './entry-reader.ts'
import type { ListQuery } from './resource-service.ts'

const portion = 200

/** How the entries of one resource type are listed. */
export interface Listing {
  readonly mapping: EntryMapping
  readonly translation: Translation | undefined
  /** The LDAP attributes that are read for what is shown and decided. */
  readonly attributes: readonly string[]
  /** The resources of entries, in their order, and everything the residual filter asks of them. */
  readonly render: (entries: readonly Entry[]) => Promise<readonly JsonObject[]>
}

/** A page: how many resources match, and those within the window. */
export interface Page {
  readonly total: number
  readonly startIndex: number
  readonly resources: readonly JsonObject[]
}

/** Reads a page of resources. Where the directory decides alone, only the entries of the page are read whole; where the
 *  bridge has to finish the filter, everything the directory finds is looked at, a portion at a time. RFC 7644 §3.4.2.4
 *  @param maxResults the most that a page may hold. */
export async function readPage(
  reader: EntryReader,
  listing: Listing,
  query: Pick<ListQuery, 'startIndex' | 'count'>,
  maxResults: number,
): Promise<Page> {
  const startIndex = Math.max(1, query.startIndex ?? 1)
  const count = Math.min(maxResults, Math.max(0, query.count ?? maxResults))
  const window = { from: startIndex - 1, to: startIndex - 1 + count }
  const filter = listing.translation?.filter ?? and([])
  const found =
    listing.translation?.residual === undefined && query.count !== undefined
      ? await byId(reader, listing, filter, window)
      : await byScan(reader, listing, filter, window)
  return { ...found, startIndex }
}

interface Window {
  readonly from: number
  readonly to: number
}

async function byId(
  reader: EntryReader,
  listing: Listing,
  filter: Filter,
  { from, to }: Window,
): Promise<Omit<Page, 'startIndex'>> {
  const { mapping, attributes, render } = listing
  const { identity } = mapping
  const ids: string[] = []
  let total = 0
  for await (const entry of reader.search(mapping, filter, {
    attributes: [identity.idAttribute],
  })) {
    if (total >= from && total < to) ids.push(idOf(identity, entry))
    total += 1
  }
  const resources: JsonObject[] = []
  for (let at = 0; at < ids.length; at += portion) {
    const wanted = ids.slice(at, at + portion)
    const filters = wanted.flatMap((id) => idFilter(identity, id) ?? [])
    const entries = await reader.all(mapping, or(filters), attributes)
    const places = new Map(wanted.map((id, index) => [id, index]))
    const place = (entry: Entry): number => places.get(idOf(identity, entry)) ?? 0
    resources.push(...(await render(entries.sort((one, other) => place(one) - place(other)))))
  }
  return { total, resources }
}

async function byScan(
  reader: EntryReader,
  listing: Listing,
  filter: Filter,
  { from, to }: Window,
): Promise<Omit<Page, 'startIndex'>> {
  const { mapping, attributes, render, translation } = listing
  const resources: JsonObject[] = []
  let total = 0
  const take = async (entries: readonly Entry[]): Promise<void> => {
    const isFilteredHere = translation?.residual !== undefined
    // What lies outside the window is counted; it has to be looked at only when the filter is not finished.
    if (!isFilteredHere && (total >= to || total + entries.length <= from)) {
      total += entries.length
      return
    }
    for (const resource of await render(entries)) {
      if (translation?.residual !== undefined && !matches(translation.residual, resource)) continue
      if (total >= from && total < to) resources.push(resource)
      total += 1
    }
  }
  let batch: Entry[] = []
  for await (const entry of reader.search(mapping, filter, { attributes })) {
    batch.push(entry)
    if (batch.length < portion) continue
    await take(batch)
    batch = []
  }
  await take(batch)
  return { total, resources }
}
