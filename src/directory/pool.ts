import type { Logger } from '../logging/logger.ts'
import { type ConnectionOpener, type OpenOptions, ReloadingOpener } from './connection-opener.ts'
import type { Connection, RequestOptions } from './connection.ts'
import { DirectoryError } from './error.ts'
import type { FoundEntry } from './message-decoding.ts'
import type { LdapRequest } from './message-encoding.ts'
import { ConnectionGroup, type Lease } from './pool-group.ts'
import { ReturnToPreferred } from './pool-return.ts'
import { DirectoryServers } from './pool-servers.ts'
import type { LdapResult } from './result.ts'
import { type DirectorySettings, serverUrls } from './settings.ts'

/** How a pool connects and how much it shares. */
export interface PoolOptions extends Omit<OpenOptions, 'url'> {
  /** The servers in the order of preference, at least one. */
  readonly urls: readonly string[]
  /** How many connections are shared. */
  readonly connections: number
  /** How many further connections are lent to one user at a time. */
  readonly exclusiveConnections: number
  /** How many leases a shared connection has at a time. */
  readonly maxInFlight: number
  readonly idleTimeoutMs: number
  /** How often to try a preferred server again while another one is in use; 10 seconds unless given. */
  readonly returnIntervalMs?: number
  /** How long nothing must have been written before it returns where no server tells what it has; a minute unless given. */
  readonly returnQuietMs?: number
  readonly logger: Logger
  readonly opener: ConnectionOpener
  /** Called with each new connection before it is lent; when it fails, so does connecting. */
  readonly onConnect?: (connection: Connection) => Promise<void>
}

const usualReturnIntervalMs = 10_000
const usualReturnQuietMs = 60_000

/** The state of a pool, for metrics. */
export interface PoolCounters {
  /** Connections that are open, shared and exclusive ones. */
  readonly open: number
  /** Places that are taken, shared and exclusive ones. */
  readonly inFlight: number
  /** Calls that wait for a place. */
  readonly waiting: number
  /** The URL of the server in use; none before the first connection. */
  readonly server: string | undefined
}

/** What a pool is made of beside the settings. */
export type PoolParts = Pick<PoolOptions, 'logger' | 'onConnect'>

/** A pool as the settings say; it opens its first connection when it is needed.
 *  @throws {DecodeError} naming each certificate, key or password file that cannot be used. */
export async function createPool(
  settings: DirectorySettings,
  parts: PoolParts,
): Promise<ConnectionPool> {
  const opener = await ReloadingOpener.create(settings, parts.logger)
  return new ConnectionPool({ ...settings, ...parts, urls: serverUrls(settings), opener })
}

/** A few bound connections to a directory. Work is pipelined on the shared ones; walks in pages and transactions
 *  have a connection to themselves. Connections that end are replaced when they are needed again, and while the
 *  directory is away calls fail at once. */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #servers: DirectoryServers
  readonly #shared: ConnectionGroup
  readonly #exclusive: ConnectionGroup
  readonly #return: ReturnToPreferred
  #closed: Promise<unknown> | undefined

  constructor(options: PoolOptions) {
    const { urls, logger, idleTimeoutMs, operationTimeoutMs: waitMs } = options
    this.#options = options
    this.#servers = new DirectoryServers({
      urls,
      logger,
      returnIntervalMs: options.returnIntervalMs ?? usualReturnIntervalMs,
      open: (url) => this.#open(url),
      isRenewed: (url) => options.opener.isRenewed(url),
      onChange: (url) => this.#retireOthers(url),
    })
    const common = { waitMs, idleTimeoutMs, connect: () => this.#servers.connect() }
    this.#shared = new ConnectionGroup({
      ...common,
      maxConnections: options.connections,
      places: options.maxInFlight,
    })
    this.#exclusive = new ConnectionGroup({
      ...common,
      maxConnections: options.exclusiveConnections,
      places: 1,
    })
    this.#return = new ReturnToPreferred({
      servers: this.#servers,
      shared: this.#shared,
      quietMs: options.returnQuietMs ?? usualReturnQuietMs,
      operationTimeoutMs: options.operationTimeoutMs,
    })
  }

  /** The state of the pool. */
  get counters(): PoolCounters {
    return {
      open: this.#shared.open + this.#exclusive.open,
      inFlight: this.#shared.leased + this.#exclusive.leased,
      waiting: this.#shared.waiting + this.#exclusive.waiting,
      server: this.#servers.activeUrl,
    }
  }

  /** A place on a shared connection, which the caller releases.
   *  @throws {DirectoryError} `unavailable`, `refused` or `protocol` when there is no connection to be had. */
  acquire(): Promise<Lease> {
    void this.#return.attempt()
    return this.#shared.acquire()
  }

  /** A connection for the caller alone, who releases it in a clean state or discards it.
   *  @throws {DirectoryError} `unavailable`, `refused` or `protocol` when there is no connection to be had. */
  acquireExclusive(): Promise<Lease> {
    void this.#return.attempt()
    return this.#exclusive.acquire()
  }

  /** Sends a request on a shared connection; fails as `Connection.request` and `acquire` do. */
  async request(request: LdapRequest, options?: RequestOptions): Promise<LdapResult> {
    return this.withConnection((connection) => connection.request(request, options))
  }

  /** The entries of a search on a shared connection, to be taken in a loop; fails as `LdapSearch` and `acquire` do. */
  async *search(
    request: LdapRequest,
    options?: RequestOptions,
  ): AsyncGenerator<FoundEntry, void, void> {
    const { connection, release } = await this.acquire()
    try {
      yield* connection.search(request, options)
    } finally {
      release()
    }
  }

  /** Does several things on one shared connection, so on one server. */
  async withConnection<A>(work: (connection: Connection) => Promise<A>): Promise<A> {
    const { connection, release } = await this.acquire()
    try {
      return await work(connection)
    } finally {
      release()
    }
  }

  /** Does something on a connection of its own, which is closed when the work fails, for it may be within a
   *  transaction or a walk. */
  async withExclusive<A>(work: (connection: Connection) => Promise<A>): Promise<A> {
    const { connection, release, discard } = await this.acquireExclusive()
    try {
      const answer = await work(connection)
      release()
      return answer
    } catch (error) {
      discard()
      throw error
    }
  }

  /** Lets what is under way finish, for as long as an operation may take, and closes every connection. Later calls
   *  fail as unavailable. Closing twice waits for the same end. */
  async close(): Promise<void> {
    const { operationTimeoutMs } = this.#options
    this.#closed ??= Promise.all([
      this.#shared.close(operationTimeoutMs),
      this.#exclusive.close(operationTimeoutMs),
    ])
    await this.#closed
  }

  async #open(url: string): Promise<Connection> {
    const onWrite = (): void => this.#return.noteWrite()
    const connection = await this.#options.opener.open({ ...this.#options, url, onWrite })
    try {
      await this.#options.onConnect?.(connection)
    } catch (cause) {
      connection.close()
      if (cause instanceof DirectoryError) throw cause
      throw new DirectoryError('unavailable', `${url} could not be asked what it can do`, { cause })
    }
    this.#options.logger.debug('directory connection opened', { url })
    return connection
  }

  #retireOthers(url: string): void {
    this.#shared.retireOthers(url)
    this.#exclusive.retireOthers(url)
  }
}
