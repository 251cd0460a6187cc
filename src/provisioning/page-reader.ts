import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { scimErrors } from '../scim/error.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { largestPortion, sizeOf } from './entry-size.ts'
import type { EntryReader } from './entry-reader.ts'
import type { IdList } from './id-list.ts'
import type { ListSource } from './list-source.ts'
import { matchingIds } from './matching-ids.ts'
import { PortionReader, type Window } from './portion-reader.ts'
import { decideAtOnce } from './residual.ts'
import type { ListQuery, ResourceList } from './resource-service.ts'
import { SharedWalks } from './shared-walks.ts'
import type { Snapshots } from './snapshots.ts'

type PageQuery = Pick<ListQuery, 'startIndex' | 'count' | 'cursor'>

/** Users and groups together take no more connections than the directory lends for walks. */
const walksAtATime = 2

/** Reads lists page by page. What fits into one answer is read with one search. Of anything longer a snapshot is taken:
 *  the ids that match, in their order. The total is exact, pages fit together whatever is created and deleted
 *  meanwhile, and a page costs what its entries cost, wherever it lies. RFC 7644 §3.4.2.4, RFC 9865 */
export class PageReader {
  readonly #reader: EntryReader
  readonly #snapshots: Snapshots
  readonly #maxResults: number
  readonly #walks = new SharedWalks<IdList>(walksAtATime)
  readonly #portions: PortionReader

  /** @param maxResults the most that one answer holds. */
  constructor(reader: EntryReader, snapshots: Snapshots, maxResults: number) {
    this.#reader = reader
    this.#snapshots = snapshots
    this.#maxResults = maxResults
    this.#portions = new PortionReader(reader)
  }

  /** The page that a query asks for.
   *  @throws {ScimError} invalidCursor, expiredCursor. */
  async read(source: ListSource, query: PageQuery): Promise<ResourceList> {
    if (query.cursor !== undefined) return await this.#readByCursor(source, query.cursor, query)
    const startIndex = Math.max(1, query.startIndex ?? 1)
    const count = this.#sizeOf(query.count)
    const few = startIndex === 1 ? await this.#readFew(source, count) : undefined
    if (few !== undefined) return few
    const window = { from: startIndex - 1, to: startIndex - 1 + count }
    return { ...this.#page(source, await this.#idsFor(source, window), window), startIndex }
  }

  /** The ids that a page is cut from: those of the page before it, when there was one. They are kept when another page may
   *  follow. */
  async #idsFor(source: ListSource, { from, to }: Window): Promise<IdList> {
    const known = from === 0 ? undefined : this.#snapshots.byQuestion(source.question)
    if (known !== undefined) return known.ids
    const ids = await this.#matchingIds(source)
    if (to > from && ids.length > to) this.#snapshots.keep(source.question, ids)
    return ids
  }

  async #matchingIds(source: ListSource): Promise<IdList> {
    return await this.#walks.run(source.question, () => matchingIds(this.#reader, source))
  }

  #sizeOf(count: number = this.#maxResults): number {
    return Math.min(this.#maxResults, Math.max(0, count))
  }

  /** RFC 9865 §2 */
  async #readByCursor(
    source: ListSource,
    cursor: string,
    { count }: PageQuery,
  ): Promise<ResourceList> {
    const { ids, offset, key } = await this.#findPlace(source, cursor)
    const size = this.#sizeOf(count)
    const to = offset + size
    const cursorTo = (place: number): string =>
      formatCursor({ key: key ?? this.#snapshots.keep(source.question, ids).key, offset: place })
    return {
      ...this.#page(source, ids, { from: offset, to }),
      ...(size > 0 && to < ids.length ? { nextCursor: cursorTo(to) } : {}),
      ...(offset > 0 ? { previousCursor: cursorTo(Math.max(0, offset - size)) } : {}),
    }
  }

  /** Where a cursor leads. At the beginning of a list no snapshot is kept yet: one is when a cursor has to lead into it. */
  async #findPlace(source: ListSource, cursor: string): Promise<Place> {
    if (cursor === '') return { ids: await this.#matchingIds(source), offset: 0 }
    const { key, offset } = parseCursor(cursor)
    const snapshot = this.#snapshots.byKey(key)
    if (snapshot === undefined) {
      throw scimErrors.expiredCursor('The cursor has expired. Begin again without one.')
    }
    if (snapshot.question !== source.question || offset > snapshot.ids.length) {
      throw scimErrors.invalidCursor('The cursor belongs to another query.')
    }
    return { ids: snapshot.ids, offset, key }
  }

  /** Everything at once, when it is no more than fits; nothing when it is more, large or much work, or has to be put into order:
   *  what is walked through waits for its turn, and then takes little memory. */
  async #readFew(source: ListSource, count: number): Promise<ResourceList | undefined> {
    if (count === 0 || source.order !== undefined) return undefined
    const limit = Math.min(count, 2 * source.portion)
    const { residual } = source
    const { attributes, render } = residual === undefined ? source.shown : source.whole
    const entries = await this.#fewEntries(source, attributes, limit)
    if (entries === undefined) return undefined
    const found = decideAtOnce(residual, await render(entries), (each) => each)
    if (found === undefined) return undefined
    return {
      totalResults: found.length,
      startIndex: 1,
      itemsPerPage: found.length,
      resources: found.map(source.show),
    }
  }

  /** Nothing when they are more, or large. */
  async #fewEntries(
    { mapping, filter }: ListSource,
    attributes: readonly string[],
    limit: number,
  ): Promise<readonly Entry[] | undefined> {
    const entries: Entry[] = []
    let total = 0
    try {
      for await (const entry of this.#reader.search(mapping, filter, { attributes, limit })) {
        total += sizeOf(entry)
        if (total > largestPortion && entries.length > 0) return undefined
        entries.push(entry)
      }
      return entries
    } catch (error) {
      if (error instanceof DirectoryError && error.failure === 'limitExceeded') return undefined
      throw error
    }
  }

  #page(source: ListSource, ids: IdList, { from, to }: Window): ResourceList {
    return {
      totalResults: ids.length,
      itemsPerPage: Math.max(0, Math.min(to, ids.length) - from),
      resources: this.#portions.read(source, ids, { from, to }),
    }
  }
}

interface Place {
  readonly ids: IdList
  /** How many resources lie before it. */
  readonly offset: number
  /** Of the snapshot; left out while none is kept. */
  readonly key?: string
}
