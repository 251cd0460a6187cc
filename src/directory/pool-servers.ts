import type { Logger } from '../logging/logger.ts'
import type { Connection } from './connection.ts'
import { DirectoryError, type DirectoryFailure } from './error.ts'

/** The servers that hold the same directory, and how to reach one. */
export interface ServersOptions {
  /** In the order of preference, at least one. */
  readonly urls: readonly string[]
  /** Fails with a DirectoryError and nothing else. */
  readonly open: (url: string) => Promise<Connection>
  /** Whether there is reason to try a server again before its pause is over. */
  readonly isRenewed: (url: string) => Promise<boolean>
  readonly logger: Logger
  /** How often to try a preferred server again while another one is in use. */
  readonly returnIntervalMs: number
  /** Called when another server than before is in use. */
  readonly onChange: (url: string) => void
}

/** The pauses between attempts to reach a server: twice as long each time, between the limits. */
interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
}

/** A directory that was restarted is served again within a second. */
const awayPauses: Pauses = { firstMs: 50, longestMs: 500 }

/** A wrong password does not get right by itself, and many attempts lock the account. */
const refusedPauses: Pauses = { firstMs: 1000, longestMs: 30_000 }

/** Chooses among the servers of a directory. All connections go to one server at a time, so that a read sees the
 *  write before it; another takes over when that one cannot be reached. */
export class DirectoryServers {
  readonly #options: ServersOptions
  readonly #servers: readonly Server[]
  #activeUrl: string | undefined
  #lastAttempt: Promise<unknown> = Promise.resolve()
  #returnAt = 0

  constructor(options: ServersOptions) {
    this.#options = options
    this.#servers = options.urls.map((url) => new Server(url, options.logger))
  }

  /** The server in use; none before the first connection. */
  get activeUrl(): string | undefined {
    return this.#activeUrl
  }

  /** A new connection to the server in use, or to the first other that can be reached. One attempt is made at a
   *  time, and none while the last one has just failed.
   *  @throws {DirectoryError} at once when every server is known to be away. */
  connect(): Promise<Connection> {
    const attempt = this.#lastAttempt.then(() => this.#connectToFirst())
    this.#lastAttempt = attempt.catch(() => {})
    return attempt
  }

  /** A connection to a server that is preferred to the one in use, now and then, when one can be reached; it is not in use
   *  yet. */
  async openPreferred(): Promise<Connection | undefined> {
    const preferred = this.#preferred()
    if (preferred.length === 0 || performance.now() < this.#returnAt) return undefined
    this.#returnAt = performance.now() + this.#options.returnIntervalMs
    return this.#openFirst(preferred).catch(() => undefined)
  }

  /** Makes a server the one in use. */
  use(url: string): void {
    if (this.#activeUrl === url) return
    const isFirst = this.#activeUrl === undefined
    this.#activeUrl = url
    this.#returnAt = performance.now() + this.#options.returnIntervalMs
    if (!isFirst) this.#options.logger.info('directory server changed', { url })
    this.#options.onChange(url)
  }

  #preferred(): readonly Server[] {
    const rank = this.#servers.findIndex(({ url }) => url === this.#activeUrl)
    return this.#servers.slice(0, Math.max(0, rank))
  }

  #inOrder(): readonly Server[] {
    const isActive = ({ url }: Server): boolean => url === this.#activeUrl
    return [...this.#servers].sort((a, b) => Number(isActive(b)) - Number(isActive(a)))
  }

  async #connectToFirst(): Promise<Connection> {
    for (;;) {
      const before = this.#activeUrl
      const connection = await this.#openFirst(this.#inOrder())
      // Meanwhile a preferred server may have come into use, which this one must not take the place of.
      if (this.#activeUrl === before || this.#activeUrl === connection.url) {
        this.use(connection.url)
        return connection
      }
      connection.close()
    }
  }

  async #openFirst(servers: readonly Server[]): Promise<Connection> {
    const failures: DirectoryError[] = []
    for (const server of servers) {
      const last = server.restsAfter
      if (last !== undefined && !(await this.#options.isRenewed(server.url))) {
        failures.push(last)
        continue
      }
      try {
        const connection = await this.#options.open(server.url)
        server.succeed()
        return connection
      } catch (error) {
        failures.push(server.fail(error))
      }
    }
    throw unreachable(failures)
  }
}

/** One server and how the last attempts to reach it went. */
class Server {
  readonly url: string
  readonly #logger: Logger
  #failures = 0
  #lastFailure: DirectoryError | undefined
  #retryAt = 0

  constructor(url: string, logger: Logger) {
    this.url = url
    this.#logger = logger
  }

  /** The failure after which no attempt is to be made for now. */
  get restsAfter(): DirectoryError | undefined {
    return performance.now() < this.#retryAt ? this.#lastFailure : undefined
  }

  succeed(): void {
    if (this.#failures > 0) this.#logger.info('directory server is back', { url: this.url })
    this.#failures = 0
    this.#lastFailure = undefined
    this.#retryAt = 0
  }

  fail(error: unknown): DirectoryError {
    if (!(error instanceof DirectoryError)) throw error
    if (this.#failures === 0 || this.#lastFailure?.failure !== error.failure) {
      this.#logger.warn('directory server cannot be used', { url: this.url, reason: error.message })
      this.#failures = 0
    }
    this.#lastFailure = error
    this.#retryAt = performance.now() + pauseMs(error.failure, this.#failures)
    this.#failures += 1
    return error
  }
}

/** Between half of the pause and all of it, so that bridges side by side do not try in step. */
function pauseMs(failure: DirectoryFailure, failures: number): number {
  const { firstMs, longestMs } = failure === 'refused' ? refusedPauses : awayPauses
  return Math.min(longestMs, firstMs * 2 ** failures) * (0.5 + Math.random() / 2)
}

/** Another attempt helps when one of the servers was only away, so that is what is told. */
function unreachable(failures: readonly DirectoryError[]): DirectoryError {
  const cause = failures.find(({ failure }) => failure === 'unavailable') ?? failures[0]
  return new DirectoryError(cause?.failure ?? 'unavailable', 'no directory server can be used', {
    ...(cause?.resultCode === undefined ? {} : { resultCode: cause.resultCode }),
    cause,
  })
}
