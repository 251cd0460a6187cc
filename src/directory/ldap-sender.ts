import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logging/logger.ts'
import { NoAnswerError } from './connection-error.ts'
import { DirectoryError } from './error.ts'
import { toWriteRequest } from './ldap-request.ts'
import type { LdapSettler } from './ldap-settler.ts'
import { runTransaction } from './ldap-transaction.ts'
import type { LdapOperation } from './operation.ts'
import type { ConnectionPool } from './pool.ts'
import { toDirectoryError } from './result-code.ts'
import { LdapResultError, type LdapResult, resultCodes } from './result.ts'
import type { KnownServers, ServerFacts } from './root-dse.ts'

/** What a sender works with. */
export interface SenderParts {
  readonly pool: ConnectionPool
  readonly servers: KnownServers
  readonly settler: LdapSettler
  readonly logger: Logger
}

/** Sends writes, and knows of each what became of it, whatever happens to its connection. */
export class LdapSender {
  readonly #parts: SenderParts

  constructor(parts: SenderParts) {
    this.#parts = parts
  }

  /** Makes one write.
   *  @param operationIndex its place in the plan, for the failure.
   *  @param read the attributes that the answer shall hold where the server can do so.
   *  @returns nothing when the answer was lost and reading has shown that the write was applied.
   *  @throws {DirectoryError} */
  async send(
    operation: LdapOperation,
    operationIndex: number,
    read: readonly string[] = [],
  ): Promise<LdapResult | undefined> {
    try {
      return await unlessBusy(() =>
        unlessSent(() => this.#request(operation, operationIndex, read)),
      )
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      await this.#settle([operation], error, operationIndex)
      return undefined
    }
  }

  /** Makes several writes that take effect together or not at all. RFC 5805
   *  @throws {DirectoryError} */
  async sendTogether(operations: readonly LdapOperation[]): Promise<void> {
    try {
      await unlessSent(() => this.#transact(operations))
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      await this.#settle(operations, error)
    }
  }

  #request(
    operation: LdapOperation,
    operationIndex: number,
    read: readonly string[],
  ): Promise<LdapResult> {
    const { pool, servers } = this.#parts
    return pool.withConnection(async (connection) => {
      const facts = await servers.of(connection)
      const readable = postReadable(operation, read, facts)
      try {
        return await connection.request(toWriteRequest(operation, { facts, read: readable }))
      } catch (error) {
        if (!(error instanceof LdapResultError)) throw error
        throw toDirectoryError(error, operation, { software: facts.software, operationIndex })
      }
    })
  }

  async #transact(operations: readonly LdapOperation[]): Promise<void> {
    const { pool, servers } = this.#parts
    const { connection, release, discard } = await pool.acquireExclusive()
    let isClean = false
    try {
      await runTransaction(connection, await servers.of(connection), operations)
      isClean = true
    } catch (error) {
      isClean = error instanceof DirectoryError
      throw error
    } finally {
      if (isClean) release()
      else discard()
    }
  }

  /** Returns when the operations turn out to have been applied.
   *  @throws {DirectoryError} `unavailable` when they were not, `outcomeUnknown` when that cannot be told. */
  async #settle(
    operations: readonly LdapOperation[],
    lost: NoAnswerError,
    operationIndex?: number,
  ): Promise<void> {
    const { settler, logger } = this.#parts
    const outcome =
      lost.outcome === 'notSent' ? 'notApplied' : await settler.settle(operations, lost)
    const kind = operations.map((operation) => operation.kind).join('+')
    logger.warn('write was not answered', { operation: kind, outcome })
    if (outcome === 'applied') return
    throw new DirectoryError(
      outcome === 'notApplied' ? 'unavailable' : 'outcomeUnknown',
      `${kind}: ${lost.message}`,
      { cause: lost, ...(operationIndex === undefined ? {} : { operationIndex }) },
    )
  }
}

/** The attributes to ask Post-Read for, which OpenLDAP refuses for attributes that it does not know. */
function postReadable(
  { kind }: LdapOperation,
  read: readonly string[],
  { capabilities }: ServerFacts,
): readonly string[] {
  if (!capabilities.hasReadEntry || kind === 'delete' || kind === 'passwordModify') return []
  return read.filter(
    (name) =>
      ['*', '+'].includes(name) ||
      capabilities.schema.attributeType(name.split(';')[0] ?? '') !== undefined,
  )
}

/** A connection may have ended unnoticed while it was idle: what was certainly not sent is sent once more. */
async function unlessSent<A>(send: () => Promise<A>): Promise<A> {
  try {
    return await send()
  } catch (error) {
    const isUnsent =
      error instanceof NoAnswerError && error.outcome === 'notSent' && error.reason === 'lost'
    if (!isUnsent) throw error
    return send()
  }
}

/** How long the pauses are before a busy server is asked again, in milliseconds. */
const busyPausesMs = [25, 50, 100, 200, 400]

/** What a server was too busy for was not applied and may be asked for again. 389 DS 3.1 says so of an entry for a moment after
 *  it has refused to rename it. RFC 4511 §A.2 */
async function unlessBusy<A>(send: () => Promise<A>): Promise<A> {
  for (const pauseMs of busyPausesMs) {
    try {
      return await send()
    } catch (error) {
      const isBusy = error instanceof DirectoryError && error.resultCode === resultCodes.busy
      if (!isBusy) throw error
      await delay(pauseMs)
    }
  }
  return await send()
}
