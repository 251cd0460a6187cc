import type { Logger } from '../logging/logger.ts'
import { NoAnswerError } from './connection-error.ts'
import { postReadEntry } from './controls.ts'
import type { DirectorySchema } from './directory-schema.ts'
import type { Entry } from './entry.ts'
import { DirectoryError, type DirectoryErrorOptions } from './error.ts'
import { attributesToRemember, inverseOf } from './inverse-operation.ts'
import type { LdapReader } from './ldap-reader.ts'
import { toWriteRequest } from './ldap-request.ts'
import type { LdapSettler } from './ldap-settler.ts'
import { runTransaction } from './ldap-transaction.ts'
import { MalformedMessageError } from './message-error.ts'
import { dnAfter, type LdapOperation, type Plan } from './operation.ts'
import type { ConnectionPool } from './pool.ts'
import { RenameAssertions } from './rename-assertions.ts'
import { toDirectoryError } from './result-code.ts'
import { LdapResultError, type LdapResult } from './result.ts'
import type { KnownServers, ServerFacts } from './root-dse.ts'

/** What a writer works with. */
export interface WriterParts {
  readonly pool: ConnectionPool
  readonly servers: KnownServers
  readonly reader: LdapReader
  readonly settler: LdapSettler
  readonly logger: Logger
}

/** Carries out plans on the connections of a pool: one operation by itself, several in a transaction where the server
 *  has them, and otherwise one after the other, taken back when one fails. */
export class LdapWriter {
  readonly #parts: WriterParts
  readonly #renameAssertions: RenameAssertions

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.#renameAssertions = new RenameAssertions(parts.reader)
  }

  /** As `Directory.execute`. */
  async execute(plan: Plan): Promise<Entry | undefined> {
    const prepared = await this.#renameAssertions.prepare(plan)
    try {
      return await this.#execute(prepared)
    } catch (error) {
      const replacement = await this.#renameAssertions.replacementFor(prepared, error)
      if (replacement === undefined) throw error
      return await this.#execute(replacement)
    }
  }

  async #execute({ operations, read }: Plan): Promise<Entry | undefined> {
    const [only] = operations
    if (only === undefined) return undefined
    if (operations.length === 1) {
      return this.#entryAfter(only, read, await this.#apply(only, 0, read))
    }
    const facts = await this.#facts()
    if (canBeTransaction(operations, facts)) await this.#applyTogether(operations)
    else await this.#applyInTurn(operations, facts.capabilities.schema)
    return this.#entryAfter(operations.at(-1) ?? only, read, undefined)
  }

  #facts(): Promise<ServerFacts> {
    const { pool, servers } = this.#parts
    return pool.withConnection((connection) => servers.of(connection))
  }

  /** @returns nothing when the answer was lost and reading has shown that the operation was applied. */
  async #apply(
    operation: LdapOperation,
    operationIndex: number,
    read: readonly string[],
  ): Promise<LdapResult | undefined> {
    try {
      return await unlessSent(() => this.#send(operation, read))
    } catch (error) {
      if (error instanceof LdapResultError) {
        throw toDirectoryError(error, operation, { operationIndex })
      }
      if (!(error instanceof NoAnswerError)) throw error
      await this.#settle([operation], error, operationIndex)
      return undefined
    }
  }

  #send(operation: LdapOperation, read: readonly string[]): Promise<LdapResult> {
    const { pool, servers } = this.#parts
    return pool.withConnection(async (connection) => {
      const facts = await servers.of(connection)
      const request = toWriteRequest(operation, {
        facts,
        read: postReadable(operation, read, facts),
      })
      return connection.request(request)
    })
  }

  async #applyTogether(operations: readonly LdapOperation[]): Promise<void> {
    try {
      await unlessSent(() => this.#runTransaction(operations))
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      await this.#settle(operations, error)
    }
  }

  async #runTransaction(operations: readonly LdapOperation[]): Promise<void> {
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

  async #applyInTurn(operations: readonly LdapOperation[], schema: DirectorySchema): Promise<void> {
    const inverses: (LdapOperation | undefined)[] = []
    for (const [index, operation] of operations.entries()) {
      try {
        const before = await this.#remember(operation, schema)
        await this.#apply(operation, index, [])
        inverses.unshift(inverseOf(operation, before, schema))
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
        const isPartial = index > 0 && !(await this.#takeBack(inverses, error))
        throw withDetails(error, { operationIndex: index, isPartial })
      }
    }
  }

  async #remember(operation: LdapOperation, schema: DirectorySchema): Promise<Entry | undefined> {
    const attributes = attributesToRemember(operation, schema)
    return attributes.length === 0 ? undefined : this.#parts.reader.entry(operation.dn, attributes)
  }

  /** Whether everything that was made could be taken back. Nothing is tried while it is not known whether the operation
   *  behind it was applied. */
  async #takeBack(
    inverses: readonly (LdapOperation | undefined)[],
    failure: DirectoryError,
  ): Promise<boolean> {
    if (failure.failure === 'outcomeUnknown') return false
    for (const [index, inverse] of inverses.entries()) {
      if (inverse === undefined) return false
      try {
        await this.#apply(inverse, index, [])
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
        this.#parts.logger.error(
          'write could not be taken back',
          { operation: inverse.kind },
          error,
        )
        return false
      }
    }
    return true
  }

  /** Returns when the operations turn out to have been applied.
   *  @throws {DirectoryError} `unavailable` when they were not, `outcomeUnknown` when that cannot be told. */
  async #settle(
    operations: readonly LdapOperation[],
    lost: NoAnswerError,
    operationIndex?: number,
  ): Promise<void> {
    const outcome =
      lost.outcome === 'notSent' ? 'notApplied' : await this.#parts.settler.settle(operations, lost)
    const kind = operations.map((operation) => operation.kind).join('+')
    this.#parts.logger.warn('write was not answered', { operation: kind, outcome })
    if (outcome === 'applied') return
    throw new DirectoryError(
      outcome === 'notApplied' ? 'unavailable' : 'outcomeUnknown',
      `${kind}: ${lost.message}`,
      { cause: lost, ...(operationIndex === undefined ? {} : { operationIndex }) },
    )
  }

  async #entryAfter(
    last: LdapOperation,
    read: readonly string[],
    result: LdapResult | undefined,
  ): Promise<Entry | undefined> {
    const dn = dnAfter(last)
    if (read.length === 0 || dn === undefined) return undefined
    const answered = result === undefined ? undefined : answeredEntry(result)
    return answered ?? this.#readAfterwards(dn, read)
  }

  async #readAfterwards(dn: string, read: readonly string[]): Promise<Entry> {
    const entry = await this.#parts.reader.entry(dn, read).catch((cause: unknown) => {
      if (!(cause instanceof DirectoryError)) throw cause
      throw new DirectoryError('outcomeUnknown', 'the entry could not be read after the write', {
        cause,
      })
    })
    if (entry === undefined) {
      throw new DirectoryError('noSuchEntry', 'the entry was gone when it was read after the write')
    }
    return entry
  }
}

/** The write was made, so an answer that cannot be read only means that the entry has to be. */
function answeredEntry(result: LdapResult): Entry | undefined {
  try {
    return postReadEntry(result)
  } catch (error) {
    if (error instanceof MalformedMessageError) return undefined
    throw error
  }
}

/** OpenLDAP refuses extended operations within a transaction. */
function canBeTransaction(
  operations: readonly LdapOperation[],
  { capabilities }: ServerFacts,
): boolean {
  return capabilities.hasTransactions && operations.every(({ kind }) => kind !== 'passwordModify')
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

function withDetails(
  error: DirectoryError,
  details: Pick<DirectoryErrorOptions, 'operationIndex' | 'isPartial'>,
): DirectoryError {
  return new DirectoryError(error.failure, error.message, {
    ...(error.resultCode === undefined ? {} : { resultCode: error.resultCode }),
    ...(error.attribute === undefined ? {} : { attribute: error.attribute }),
    ...details,
    cause: error.cause,
  })
}
