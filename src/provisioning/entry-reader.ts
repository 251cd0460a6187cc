import type { Directory, SearchRequest } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { and, type Filter } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter } from '../mapping/identity.ts'

/** Reads entries of one resource type: every search is held to its base, scope and object class, so that nothing else can be
 *  reached by any id, filter or reference. */
export class EntryReader {
  readonly #directory: Directory

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /** The entries that match, as they arrive.
   *  @throws {DirectoryError} `refused` when the base does not exist: that is no fault of the client, and never a 404. */
  async *search(
    { settings, entryFilter }: EntryMapping,
    filter: Filter,
    options: Pick<SearchRequest, 'attributes' | 'limit'>,
  ): AsyncIterable<Entry> {
    const { base, scope } = settings
    try {
      yield* this.#directory.search({ base, scope, filter: and([entryFilter, filter]), ...options })
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.failure !== 'noSuchEntry') throw error
      throw new DirectoryError('refused', 'a configured base does not exist in the directory', {
        cause: error,
      })
    }
  }

  /** The entry with an id; nothing when there is none within reach, or the text can be no id. */
  async find(
    mapping: EntryMapping,
    id: string,
    attributes: readonly string[],
  ): Promise<Entry | undefined> {
    const filter = idFilter(mapping.identity, id)
    return filter === undefined ? undefined : await this.first(mapping, filter, attributes)
  }

  /** Any one of the entries that match. */
  async first(
    mapping: EntryMapping,
    filter: Filter,
    attributes: readonly string[],
  ): Promise<Entry | undefined> {
    for await (const entry of this.search(mapping, filter, { attributes })) return entry
    return undefined
  }

  /** All entries that match; for filters that can match a few only. */
  async all(
    mapping: EntryMapping,
    filter: Filter,
    attributes: readonly string[],
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    for await (const entry of this.search(mapping, filter, { attributes })) entries.push(entry)
    return entries
  }
}
