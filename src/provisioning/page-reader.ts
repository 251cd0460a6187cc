import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { type Filter, or } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import { scimErrors } from '../scim/error.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { matches } from '../scim/filter/matches.ts'
import type { JsonObject } from '../scim/json.ts'
import type { RequestContext } from './context.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import type { EntryReader } from './entry-reader.ts'
import { IdList } from './id-list.ts'
import type { ListQuery, ResourceList } from './resource-service.ts'
import type { Snapshot, Snapshots } from './snapshots.ts'
import { type Sortable, sortIds, sortKey, type SortOrder } from './sort-order.ts'

/** What is listed, and how it is read and shown. */
export interface ListSource {
  readonly mapping: EntryMapping
  /** What the directory is asked for. */
  readonly filter: Filter
  /** What is left to be decided on the resources it finds. */
  readonly residual: ScimFilter | undefined
  readonly order: SortOrder | undefined
  /** The LDAP attributes behind what is shown. */
  readonly attributes: readonly string[]
  /** The LDAP attributes behind what the residual filter and the order look at. */
  readonly decisiveAttributes: readonly string[]
  /** How many entries are read at a time; few where one may be large. */
  readonly portion: number
  /** The same for every request that asks for the same in the name of the same client. */
  readonly question: string
  /** The whole resources of entries that were read with either set of attributes, in their order. */
  readonly render: (entries: readonly Entry[]) => Promise<readonly JsonObject[]>
  /** What the client gets to see of a resource. */
  readonly show: (resource: JsonObject) => JsonObject
}

type PageQuery = Pick<ListQuery, 'startIndex' | 'count' | 'cursor'>

/** Reads lists page by page. What fits into one answer is read with one search. Of anything longer a snapshot is taken:
 *  the ids that match, in their order. The total is exact, pages fit together whatever is created and deleted
 *  meanwhile, and a page costs what its entries cost, wherever it lies. RFC 7644 §3.4.2.4, RFC 9865 */
export class PageReader {
  readonly #reader: EntryReader
  readonly #snapshots: Snapshots
  readonly #maxResults: number

  /** @param maxResults the most that one answer holds. */
  constructor(reader: EntryReader, snapshots: Snapshots, maxResults: number) {
    this.#reader = reader
    this.#snapshots = snapshots
    this.#maxResults = maxResults
  }

  /** The page that a query asks for.
   *  @throws {ScimError} invalidCursor, expiredCursor, invalidCount. */
  async read(source: ListSource, query: PageQuery): Promise<ResourceList> {
    if (query.cursor !== undefined) return await this.#readByCursor(source, query.cursor, query)
    const startIndex = Math.max(1, query.startIndex ?? 1)
    const count = Math.min(this.#maxResults, Math.max(0, query.count ?? this.#maxResults))
    if (startIndex === 1 && count > 0 && source.order === undefined) {
      const few = await this.#readFew(source, count)
      if (few !== undefined) return few
    }
    const known = startIndex === 1 ? undefined : this.#snapshots.byQuestion(source.question)
    const ids = known?.ids ?? (await this.#take(source))
    const to = startIndex - 1 + count
    if (known === undefined && count > 0 && ids.length > to) {
      this.#snapshots.keep(source.question, ids)
    }
    return { ...this.#page(source, ids, { from: startIndex - 1, to }), startIndex }
  }

  /** RFC 9865 §2 */
  async #readByCursor(
    source: ListSource,
    cursor: string,
    { count }: PageQuery,
  ): Promise<ResourceList> {
    if (count !== undefined && count < 0) {
      throw scimErrors.invalidCount(`count must be from 0 to ${this.#maxResults}.`)
    }
    const { snapshot, offset } = await this.#findPlace(source, cursor)
    const size = Math.min(count ?? this.#maxResults, this.#maxResults)
    const { ids, key } = snapshot
    const to = offset + size
    const isLast = to >= ids.length || size === 0
    return {
      ...this.#page(source, ids, { from: offset, to }),
      ...(isLast ? {} : { nextCursor: formatCursor({ key, offset: to }) }),
      ...(offset === 0
        ? {}
        : { previousCursor: formatCursor({ key, offset: Math.max(0, offset - size) }) }),
    }
  }

  async #findPlace(
    source: ListSource,
    cursor: string,
  ): Promise<{ snapshot: Snapshot; offset: number }> {
    if (cursor === '') {
      const ids = await this.#take(source)
      return { snapshot: this.#snapshots.keep(source.question, ids), offset: 0 }
    }
    const { key, offset } = parseCursor(cursor)
    const snapshot = this.#snapshots.byKey(key)
    if (snapshot === undefined) {
      throw scimErrors.expiredCursor('The cursor has expired. Begin again without one.')
    }
    if (snapshot.question !== source.question || offset > snapshot.ids.length) {
      throw scimErrors.invalidCursor('The cursor belongs to another query.')
    }
    return { snapshot, offset }
  }

  /** Everything at once, when it is no more than fits; nothing when it is more. */
  async #readFew(source: ListSource, count: number): Promise<ResourceList | undefined> {
    const limit = Math.min(count, 2 * source.portion)
    const { mapping, filter, attributes, decisiveAttributes, residual } = source
    const read = residual === undefined ? attributes : union(attributes, decisiveAttributes)
    const entries: Entry[] = []
    try {
      for await (const entry of this.#reader.search(mapping, filter, { attributes: read, limit })) {
        entries.push(entry)
      }
    } catch (error) {
      if (error instanceof DirectoryError && error.failure === 'limitExceeded') return undefined
      throw error
    }
    const found = (await source.render(entries)).filter((each) => isMatch(source, each))
    return {
      totalResults: found.length,
      startIndex: 1,
      itemsPerPage: found.length,
      resources: found.map(source.show),
    }
  }

  /** The ids of everything that matches, in the order that is asked for, else in that of the directory. */
  async #take(source: ListSource): Promise<IdList> {
    const { mapping, filter, residual, order, portion } = source
    const isDecided = residual === undefined && order === undefined
    const { idAttribute } = mapping.identity
    const attributes = isDecided ? [idAttribute] : source.decisiveAttributes
    const ids = new IdList()
    const sortables: Sortable[] = []
    for await (const entries of inPortions(
      this.#reader.search(mapping, filter, { attributes }),
      portion,
    )) {
      const resources = isDecided ? [] : await source.render(entries)
      for (const [index, entry] of entries.entries()) {
        const resource = resources[index] ?? {}
        if (!isDecided && !isMatch(source, resource)) continue
        const id = idOf(mapping.identity, entry)
        if (order === undefined) ids.push(id)
        else sortables.push({ id, key: sortKey(order, resource) })
      }
    }
    if (order === undefined) return ids
    for (const id of sortIds(order, sortables)) ids.push(id)
    return ids
  }

  #page(source: ListSource, ids: IdList, { from, to }: Window): ResourceList {
    return {
      totalResults: ids.length,
      itemsPerPage: Math.max(0, Math.min(to, ids.length) - from),
      resources: this.#resources(source, ids, { from, to }),
    }
  }

  /** The resources of a window, read a portion at a time when they are asked for. One that has gone since the snapshot was
   *  taken is left out. */
  async *#resources(
    source: ListSource,
    ids: IdList,
    { from, to }: Window,
  ): AsyncGenerator<JsonObject, void, void> {
    const { mapping, attributes, portion } = source
    for (let at = from; at < Math.min(to, ids.length); at += portion) {
      const wanted = ids.slice(at, Math.min(at + portion, to))
      const filters = wanted.flatMap((id) => idFilter(mapping.identity, id) ?? [])
      const options = { attributes, limit: wanted.length }
      const places = new Map(wanted.map((id, place) => [id, place]))
      const entries: Entry[] = []
      for await (const entry of this.#reader.search(mapping, or(filters), options)) {
        entries[places.get(idOf(mapping.identity, entry)) ?? 0] = entry
      }
      const resources = await source.render(entries.filter((entry) => entry !== undefined))
      for (const resource of resources) yield source.show(resource)
    }
  }
}

/** What a request asks for and in whose name, as a text that is the same for every page of it.
 *  @param type the endpoint. */
export function questionOf(
  type: string,
  { filter, sortBy, sortOrder }: ListQuery,
  { reason }: RequestContext,
): string {
  return JSON.stringify([type, reason.actor, filter, sortBy, sortOrder])
}

interface Window {
  /** From 0. */
  readonly from: number
  /** Left out itself. */
  readonly to: number
}

function isMatch({ residual }: ListSource, resource: JsonObject): boolean {
  return residual === undefined || matches(residual, resource)
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])]
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
