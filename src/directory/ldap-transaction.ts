import { NoAnswerError } from './connection-error.ts'
import type { Connection } from './connection.ts'
import { transactionSpecification } from './controls.ts'
import { toWriteRequest } from './ldap-request.ts'
import {
  endTransaction,
  failedInTransaction,
  startTransaction,
  transactionIdentifier,
} from './message-extended.ts'
import { MalformedMessageError } from './message-error.ts'
import type { LdapOperation } from './operation.ts'
import { toDirectoryError } from './result-code.ts'
import { LdapResultError } from './result.ts'
import type { ServerFacts } from './root-dse.ts'

/** Makes several writes take effect together on a connection of their own. RFC 5805
 *  @throws {DirectoryError} when the server refuses one; none took effect, and the connection can be used again.
 *  @throws {NoAnswerError} when the connection fails: `unknown` only when it does so during the commit. */
export async function runTransaction(
  connection: Connection,
  facts: ServerFacts,
  operations: readonly LdapOperation[],
): Promise<void> {
  const transaction = await beforeCommit(() => Transaction.start(connection, facts))
  for (const [index, operation] of operations.entries()) {
    await beforeCommit(() => transaction.add(operation, index))
  }
  await transaction.commit(operations)
}

/** Until the commit is sent nothing is applied, whatever becomes of the connection. RFC 5805 §2.4 */
async function beforeCommit<A>(work: () => Promise<A>): Promise<A> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error
    throw new NoAnswerError('notSent', error.reason, error)
  }
}

class Transaction {
  readonly #connection: Connection
  readonly #facts: ServerFacts
  readonly #identifier: Buffer
  readonly #messageIds: number[] = []

  private constructor(connection: Connection, facts: ServerFacts, identifier: Buffer) {
    this.#connection = connection
    this.#facts = facts
    this.#identifier = identifier
  }

  static async start(connection: Connection, facts: ServerFacts): Promise<Transaction> {
    try {
      const answer = await connection.request(startTransaction())
      return new Transaction(connection, facts, transactionIdentifier(answer))
    } catch (error) {
      throw error instanceof LdapResultError ? toDirectoryError(error, { kind: 'extended' }) : error
    }
  }

  /** Operations are sent one after the other: sent at once, the server might take them in another order. */
  async add(operation: LdapOperation, operationIndex: number): Promise<void> {
    const controls = [transactionSpecification(this.#identifier)]
    const request = toWriteRequest(operation, { facts: this.#facts, controls })
    try {
      const { messageId } = await this.#connection.request(request)
      this.#messageIds.push(messageId)
    } catch (error) {
      if (error instanceof NoAnswerError) throw error
      await this.#abort()
      throw error instanceof LdapResultError
        ? toDirectoryError(error, operation, { software: this.#facts.software, operationIndex })
        : error
    }
  }

  async commit(operations: readonly LdapOperation[]): Promise<void> {
    try {
      await this.#connection.request(endTransaction(this.#identifier, true))
    } catch (error) {
      if (!(error instanceof LdapResultError)) throw error
      // OpenLDAP names the operation that failed, but its text is lost.
      const operationIndex = this.#messageIds.indexOf(failedMessageId(error) ?? 0)
      const operation = operations[operationIndex]
      throw operation === undefined
        ? toDirectoryError(error, { kind: 'extended' })
        : toDirectoryError(error, operation, { software: this.#facts.software, operationIndex })
    }
  }

  /** A commit would make the operations before a refused one take effect without it. A server may have ended the
   *  transaction by itself, and then refuses to end it again. */
  async #abort(): Promise<void> {
    try {
      await this.#connection.request(endTransaction(this.#identifier, false))
    } catch (error) {
      if (!(error instanceof LdapResultError)) throw error
    }
  }
}

function failedMessageId({ result }: LdapResultError): number | undefined {
  try {
    return failedInTransaction(result)
  } catch (error) {
    // Which operation failed is only worth knowing; that the transaction failed is certain.
    if (error instanceof MalformedMessageError) return undefined
    throw error
  }
}
