import type { Directory, SearchRequest } from '../directory/directory.ts'
import { InvalidDnError, isSameDn, parentDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { and, type Filter, isNever, present } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf, type Identity } from '../mapping/identity.ts'
import { OversizedEntryError } from './oversized-entry.ts'

const fewEntries = 400

/** Reads entries of one resource type: every search is held to its base, scope and object class, so that nothing else can be
 *  reached by any id, filter or reference. Only whether a DN is taken is asked of the whole directory. */
export class EntryReader {
  readonly #directory: Directory

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /** The entries that match, as they arrive. Nobody is asked where the filter already says that there is none.
   *  @throws {DirectoryError} `refused` when the base does not exist: that is no fault of the client, and never a 404.
   *  @throws {OversizedEntryError} when one of them cannot be read; the others alone would pass for all that there are. */
  async *search(
    { settings, entryFilter, identity }: EntryMapping,
    filter: Filter,
    options: Pick<SearchRequest, 'attributes' | 'limit'>,
  ): AsyncIterable<Entry> {
    if (isNever(filter)) return
    const { base, scope } = settings
    try {
      yield* this.#directory.search({ base, scope, filter: and([entryFilter, filter]), ...options })
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      if (error.oversizedDn !== undefined) throw await this.#identified(error, identity)
      if (error.failure !== 'noSuchEntry') throw error
      throw new DirectoryError('refused', 'a configured base does not exist in the directory', {
        cause: error,
      })
    }
  }

  /** Who is too large: a client knows nobody by a DN. */
  async #identified(error: DirectoryError, identity: Identity): Promise<DirectoryError> {
    const { oversizedDn = '' } = error
    const entry = await this.at(oversizedDn, [identity.idAttribute])
    return entry === undefined ? error : new OversizedEntryError(idOf(identity, entry), error)
  }

  /** The entry with an id; nothing when there is none within reach, or the text can be no id. */
  async find(
    mapping: EntryMapping,
    id: string,
    attributes: readonly string[],
  ): Promise<Entry | undefined> {
    const filter = idFilter(mapping.identity, id)
    if (filter === undefined) return undefined
    const [entry] = await this.some(mapping, filter, attributes, 1)
    return entry
  }

  /** The entry at a DN, whatever and wherever it is; nothing where there is none that can be seen.
   *  @throws {DirectoryError} `invalidValue` for a DN that the directory does not take. */
  async at(dn: string, attributes: readonly string[]): Promise<Entry | undefined> {
    const filter = present('objectClass')
    const request = { base: dn, scope: 'base', filter, attributes, limit: 1 } as const
    try {
      for await (const entry of this.#directory.search(request)) return entry
      return undefined
    } catch (error) {
      if (error instanceof DirectoryError && error.failure === 'noSuchEntry') return undefined
      throw error
    }
  }

  /** Whether the directory says that nothing stands at a DN while it shows the entry above it: of one that the account may not see
   *  OpenLDAP does not tell where the search came to its end. RFC 4511 §4.1.9 */
  async isAbsent(dn: string): Promise<boolean> {
    const filter = present('objectClass')
    const request = { base: dn, scope: 'base', filter, attributes: [], limit: 1 } as const
    try {
      for await (const _ of this.#directory.search(request)) return false
      return false
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      const { failure, matchedDn = '' } = error
      if (failure === 'noSuchEntry') return isRightAbove(matchedDn, dn)
      if (failure === 'invalidValue' || failure === 'refused') return false
      throw error
    }
  }

  /** At most so many of the entries that match. */
  async some(
    mapping: EntryMapping,
    filter: Filter,
    attributes: readonly string[],
    atMost: number,
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    for await (const entry of this.search(mapping, filter, { attributes, limit: fewEntries })) {
      entries.push(entry)
      if (entries.length === atMost) break
    }
    return entries
  }

  /** All entries that match. They are expected to be few, and asked for as such, which needs no walk through pages; when
   *  they turn out to be many they are walked through all the same. */
  async all(
    mapping: EntryMapping,
    filter: Filter,
    attributes: readonly string[],
  ): Promise<Entry[]> {
    try {
      return await this.#collect(mapping, filter, { attributes, limit: fewEntries })
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.failure !== 'limitExceeded') throw error
      return await this.#collect(mapping, filter, { attributes })
    }
  }

  async #collect(
    mapping: EntryMapping,
    filter: Filter,
    options: Pick<SearchRequest, 'attributes' | 'limit'>,
  ): Promise<Entry[]> {
    const entries: Entry[] = []
    for await (const entry of this.search(mapping, filter, options)) entries.push(entry)
    return entries
  }
}

function isRightAbove(upper: string, dn: string): boolean {
  try {
    return isSameDn(upper, parentDn(dn))
  } catch (error) {
    if (error instanceof InvalidDnError) return false
    throw error
  }
}
