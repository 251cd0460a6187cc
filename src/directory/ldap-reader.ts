import type { Connection } from './connection.ts'
import { nextPageCookie, pagedResults } from './controls.ts'
import type { SearchRequest } from './directory.ts'
import type { AttributeValue, Entry } from './entry.ts'
import { DirectoryError } from './error.ts'
import { equals, type Filter, present } from './filter.ts'
import type { LdapRequest } from './message-encoding.ts'
import { toCompareRequest, toSearchRequest } from './ldap-request.ts'
import type { Lease } from './pool-group.ts'
import type { ConnectionPool } from './pool.ts'
import { completedEntry } from './range-retrieval.ts'
import { mayReadAgain, toReadFailure } from './read-failure.ts'
import { type LdapResult, LdapResultError, resultCodes } from './result.ts'
import type { KnownServers, ServerFacts } from './root-dse.ts'
import { rangesIn } from './value-ranges.ts'

/** OpenLDAP's default limit for a search that is not paged is 500; a search for fewer entries needs no walk. */
const largestUnpaged = 500
const pageSize = 1000
const attempts = 3

/** Reads from a directory on the connections of a pool. A read that fails because its connection is lost is made again
 *  on another, unless something of it has been handed out already. */
export class LdapReader {
  readonly #pool: ConnectionPool
  readonly #servers: KnownServers

  constructor(pool: ConnectionPool, servers: KnownServers) {
    this.#pool = pool
    this.#servers = servers
  }

  /** As `Directory.search`. */
  async *search(request: SearchRequest): AsyncGenerator<Entry, void, void> {
    for (let attempt = 1; ; attempt += 1) {
      let count = 0
      try {
        for await (const entry of this.#walk(request)) {
          count += 1
          if (request.limit !== undefined && count > request.limit) throw tooMany()
          yield entry
        }
        return
      } catch (cause) {
        if (count > 0 || attempt === attempts || !mayReadAgain(cause)) throw toReadFailure(cause)
      }
    }
  }

  /** The entry at a DN with some of its attributes; nothing when there is none. */
  async entry(dn: string, attributes: readonly string[]): Promise<Entry | undefined> {
    const filter = present('objectClass')
    const request = { base: dn, scope: 'base', filter, attributes } as const
    try {
      let found: Entry | undefined
      for await (const entry of this.search(request)) found = entry
      return found
    } catch (error) {
      if (error instanceof DirectoryError && error.failure === 'noSuchEntry') return undefined
      throw error
    }
  }

  /** As `Directory.compare`. What 389 DS compares of a DN is its spelling, and Samba reads the value as a part of a filter;
   *  in a search both take it as they should. */
  async compare(dn: string, attribute: string, value: AttributeValue): Promise<boolean> {
    const { capabilities } = await this.#facts()
    return ['389ds', 'activeDirectory'].includes(capabilities.kind)
      ? this.#holds(dn, equals(attribute, value))
      : this.#compare(toCompareRequest(dn, attribute, value))
  }

  async #holds(dn: string, filter: Filter): Promise<boolean> {
    const request = { base: dn, scope: 'base', filter, attributes: [] } as const
    for await (const _ of this.search(request)) return true
    return false
  }

  async #compare(request: LdapRequest): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { code } = await this.#pool.request(request)
        return code === resultCodes.compareTrue
      } catch (cause) {
        // An entry without the attribute has not the value.
        if (isAnswer(cause, resultCodes.noSuchAttribute)) return false
        if (attempt === attempts || !mayReadAgain(cause)) throw toReadFailure(cause, 'compare')
      }
    }
  }

  async #facts(): Promise<ServerFacts> {
    try {
      return await this.#pool.withConnection((connection) => this.#servers.of(connection))
    } catch (cause) {
      throw toReadFailure(cause, 'compare')
    }
  }

  async *#walk(request: SearchRequest): AsyncGenerator<Entry, void, void> {
    const isShort = request.limit !== undefined && request.limit < largestUnpaged
    if (request.scope === 'base' || isShort) yield* this.#walkShared(request)
    else yield* this.#walkAlone(request)
  }

  async *#walkShared(request: SearchRequest): AsyncGenerator<Entry, void, void> {
    const { connection, release } = await this.#pool.acquire()
    try {
      yield* this.#walkWhole(connection, request)
    } finally {
      release()
    }
  }

  /** A server remembers how far a walk in pages has come, and OpenLDAP remembers one walk for each connection. */
  async *#walkAlone(request: SearchRequest): AsyncGenerator<Entry, void, void> {
    const lease = await this.#pool.acquireExclusive()
    let isFinished = false
    try {
      yield* this.#walkPages(lease, request)
      isFinished = true
    } catch (error) {
      isFinished = error instanceof LdapResultError
      throw error
    } finally {
      if (isFinished) lease.release()
      else lease.discard()
    }
  }

  async *#walkWhole(
    connection: Connection,
    request: SearchRequest,
  ): AsyncGenerator<Entry, void, void> {
    const facts = await this.#servers.of(connection)
    yield* this.#walkOne(connection, toSearchRequest(request, facts, request.limit ?? 0))
  }

  async *#walkPages(
    { connection }: Lease,
    request: SearchRequest,
  ): AsyncGenerator<Entry, void, void> {
    const facts = await this.#servers.of(connection)
    if (!facts.hasPagedResults) return yield* this.#walkWhole(connection, request)
    let cookie: Buffer | undefined
    do {
      const page = toSearchRequest(request, facts, 0, [pagedResults(pageSize, cookie)])
      cookie = nextPageCookie(yield* this.#walkOne(connection, page))
    } while (cookie !== undefined)
  }

  /** The entries of one search, the incomplete ones at its end: as long as it is not read to its end, the connection may be
   *  held back, and could not be asked for what is missing.
   *  @returns how the search ended. */
  async *#walkOne(
    connection: Connection,
    request: LdapRequest,
  ): AsyncGenerator<Entry, LdapResult, void> {
    const search = connection.search(request)
    const incomplete: Entry[] = []
    for await (const { entry } of search) {
      if (rangesIn(entry).length > 0) incomplete.push(entry)
      else yield entry
    }
    for (const entry of incomplete) {
      const completed = await completedEntry(connection, entry)
      if (completed !== undefined) yield completed
    }
    return search.result
  }
}

function isAnswer(error: unknown, code: number): boolean {
  return error instanceof LdapResultError && error.result.code === code
}

function tooMany(): DirectoryError {
  return new DirectoryError('limitExceeded', 'search: more entries than were asked for')
}
