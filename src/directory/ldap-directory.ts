import { DecodeError } from '../codec/decode.ts'
import type { Logger } from '../logging/logger.ts'
import { NoAnswerError } from './connection-error.ts'
import type { Capabilities, Directory, SearchRequest } from './directory.ts'
import type { AttributeValue, Entry } from './entry.ts'
import { DirectoryError } from './error.ts'
import { present } from './filter.ts'
import { LdapReader } from './ldap-reader.ts'
import { toSearchRequest } from './ldap-request.ts'
import { LdapSender } from './ldap-sender.ts'
import { LdapSettler } from './ldap-settler.ts'
import { LdapWriter } from './ldap-writer.ts'
import type { Plan } from './operation.ts'
import { type ConnectionPool, createPool } from './pool.ts'
import { LdapResultError } from './result.ts'
import { KnownServers, type ServerFacts } from './root-dse.ts'
import type { DirectorySettings } from './settings.ts'

/** The directory that the settings name. Nothing is connected before the first call.
 *  @throws {DecodeError} naming each certificate, key or password file that cannot be used. */
export async function createLdapDirectory(
  settings: DirectorySettings,
  logger: Logger,
): Promise<LdapDirectory> {
  try {
    const pool = await createPool(settings, { logger })
    return new LdapDirectory(pool, settings, logger)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const problems = cause.problems.map(({ path, reason }) => ({
      path: `directory.${path}`,
      reason,
    }))
    throw Object.assign(new DecodeError(problems), { cause })
  }
}

/** A directory behind the connections of a pool. */
export class LdapDirectory implements Directory {
  readonly #pool: ConnectionPool
  readonly #servers: KnownServers
  readonly #reader: LdapReader
  readonly #writer: LdapWriter
  readonly #probeLimitMs: number

  /** @param pool closed together with the directory. */
  constructor(
    pool: ConnectionPool,
    settings: Pick<
      DirectorySettings,
      'kind' | 'operationTimeoutMs' | 'connectTimeoutMs' | 'maxRequestBytes' | 'maxMessageBytes'
    >,
    logger: Logger,
  ) {
    const servers = new KnownServers(settings.kind)
    const reader = new LdapReader(pool, servers)
    const facts = (): Promise<ServerFacts> => this.#facts()
    const settler = new LdapSettler(reader, facts, settings.operationTimeoutMs)
    const sender = new LdapSender({ pool, servers, settler, logger })
    this.#pool = pool
    this.#servers = servers
    this.#reader = reader
    const { maxRequestBytes, maxMessageBytes } = settings
    this.#writer = new LdapWriter({
      facts,
      reader,
      sender,
      logger,
      maxMessageBytes,
      ...(maxRequestBytes === undefined ? {} : { maxRequestBytes }),
    })
    this.#probeLimitMs = settings.connectTimeoutMs
  }

  async capabilities(): Promise<Capabilities> {
    return (await this.#facts()).capabilities
  }

  search(request: SearchRequest): AsyncIterable<Entry> {
    return this.#reader.search(request)
  }

  compare(dn: string, attribute: string, value: AttributeValue): Promise<boolean> {
    return this.#reader.compare(dn, attribute, value)
  }

  execute(plan: Plan): Promise<Entry | undefined> {
    return this.#writer.execute(plan)
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.#pool.request(rootDseProbe, { timeoutMs: this.#probeLimitMs })
      return true
    } catch (error) {
      const isAnswer = error instanceof DirectoryError || error instanceof LdapResultError
      if (isAnswer || error instanceof NoAnswerError) return false
      throw error
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #facts(): Promise<ServerFacts> {
    return this.#pool.withConnection((connection) => this.#servers.of(connection))
  }
}

const rootDseProbe = toSearchRequest(
  { base: '', scope: 'base', filter: present('objectClass'), attributes: [] },
  { hasAbsoluteFilters: false },
  1,
)
