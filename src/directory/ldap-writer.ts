import type { Logger } from '../logging/logger.ts'
import { assertReadable } from './answer-size.ts'
import { postReadEntry } from './controls.ts'
import type { DirectorySchema } from './directory-schema.ts'
import { parentDn } from './dn.ts'
import type { Entry } from './entry.ts'
import {
  DirectoryError,
  type DirectoryErrorOptions,
  type DirectoryFailure,
  type TakeBack,
} from './error.ts'
import { attributesToRemember, inversesOf } from './inverse-operation.ts'
import type { LdapReader } from './ldap-reader.ts'
import type { LdapSender } from './ldap-sender.ts'
import { MalformedMessageError } from './message-error.ts'
import { dnAfter, type LdapOperation, type Plan } from './operation.ts'
import { type LdapResult, resultCodes } from './result.ts'
import { assertFits } from './request-size.ts'
import type { ServerFacts } from './root-dse.ts'

/** What a writer works with. */
export interface WriterParts {
  /** What the server in use can do. */
  readonly facts: () => Promise<ServerFacts>
  readonly reader: LdapReader
  readonly sender: LdapSender
  readonly logger: Logger
  /** Of the settings. */
  readonly maxRequestBytes?: number
  /** Of the settings. */
  readonly maxMessageBytes: number
}

/** Carries out plans: one operation by itself, several in a transaction where the server has them, and otherwise one
 *  after the other, taken back when one fails. */
export class LdapWriter {
  readonly #parts: WriterParts

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** As `Directory.execute`. */
  async execute(plan: Plan): Promise<Entry | undefined> {
    try {
      return await this.#execute(plan)
    } catch (error) {
      throw await this.#truerFailure(plan, error)
    }
  }

  /** Some servers answer something else than noSuchObject where an entry is gone. OpenLDAP's overlay unique looks for the new
   *  name before anybody looks for the entry, so that a rename which has been made already by another request seems to
   *  clash with itself. 389 DS tells only those of a missing entry who might write the one above it. */
  async #truerFailure({ operations }: Plan, error: unknown): Promise<unknown> {
    if (!(error instanceof DirectoryError) || error.isMade) return error
    const failed = operations[error.operationIndex ?? 0]
    if (failed === undefined || !mayHideAbsence(error, failed)) return error
    const dn = failed.kind === 'add' ? parentDn(failed.dn) : failed.dn
    if ((await this.#parts.reader.entry(dn, [])) !== undefined) return error
    return withDetails(error, { failure: 'noSuchEntry', cause: error })
  }

  async #execute({ operations, read, before }: Plan): Promise<Entry | undefined> {
    const last = operations.at(-1)
    if (last === undefined) return undefined
    const { facts, maxRequestBytes, maxMessageBytes } = this.#parts
    assertReadable({ operations, ...(before && { before }) }, maxMessageBytes)
    await assertFits({ operations, read }, facts, maxRequestBytes)
    if (operations.length === 1) {
      return this.#entryAfter(last, read, await this.#parts.sender.send(last, 0, read))
    }
    const { capabilities } = await facts()
    // OpenLDAP refuses extended operations within a transaction.
    const isAtomic = operations.every(({ kind }) => kind !== 'passwordModify')
    if (!isAtomic || !capabilities.hasTransactions) {
      const result = await this.#sendInTurn({ operations, read }, capabilities.schema)
      return this.#entryAfter(last, read, result)
    }
    await this.#parts.sender.sendTogether(operations)
    return this.#entryAfter(last, read)
  }

  /** @returns the answer to the last operation, unless it was lost. */
  async #sendInTurn(
    { operations, read }: Plan,
    schema: DirectorySchema,
  ): Promise<LdapResult | undefined> {
    const inverses: Inverse[] = []
    let result: LdapResult | undefined
    for (const [index, operation] of operations.entries()) {
      const isLast = index === operations.length - 1
      try {
        const before = isLast ? undefined : await this.#remember(operation, schema)
        result = await this.#parts.sender.send(operation, index, isLast ? read : [])
        if (isLast) break
        const undoing = inversesOf(operation, before, schema) ?? [undefined]
        inverses.unshift(...undoing.map((inverse) => ({ index, inverse })))
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
        throw withDetails(error, {
          operationIndex: index,
          ...(await this.#takeBack(operations, inverses, error)),
        })
      }
    }
    return result
  }

  async #remember(operation: LdapOperation, schema: DirectorySchema): Promise<Entry | undefined> {
    const attributes = attributesToRemember(operation, schema)
    return attributes.length === 0 ? undefined : this.#parts.reader.entry(operation.dn, attributes)
  }

  /** Takes back what was made, as far as that can be done. Nothing is tried while it is not known whether the operation
   *  behind it was applied. */
  async #takeBack(
    operations: readonly LdapOperation[],
    inverses: readonly Inverse[],
    failure: DirectoryError,
  ): Promise<Pick<DirectoryErrorOptions, 'isPartial' | 'parts' | 'takeBacks'>> {
    const takeBacks: TakeBack[] = []
    for (const { inverse, index } of inverses) {
      const [made, missing] = [operations.slice(0, index + 1), operations.slice(index + 1)]
      const partial = { isPartial: true, parts: { made, missing }, takeBacks }
      if (inverse === undefined || failure.failure === 'outcomeUnknown') return partial
      const takeBack = await this.#sendInverse(inverse, takeBacks.length)
      takeBacks.push(takeBack)
      // Somebody else has removed or renamed the entry between two of the writes: whoever reads it again decides anew.
      if (isGone(failure) && isGone(takeBack.error)) return { isPartial: false, takeBacks }
      if (takeBack.error !== undefined) {
        const fields = { operation: inverse.kind }
        this.#parts.logger.error('write could not be taken back', fields, takeBack.error)
        return partial
      }
    }
    return { isPartial: false, takeBacks }
  }

  async #sendInverse(operation: LdapOperation, index: number): Promise<TakeBack> {
    try {
      await this.#parts.sender.send(operation, index)
      return { operation }
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      return { operation, error }
    }
  }

  async #entryAfter(
    last: LdapOperation,
    read: readonly string[],
    result?: LdapResult,
  ): Promise<Entry | undefined> {
    const dn = dnAfter(last)
    if (read.length === 0 || dn === undefined) return undefined
    const answered = result === undefined ? undefined : answeredEntry(result)
    return answered ?? this.#readAfterwards(dn, read)
  }

  /** @throws {DirectoryError} with `isMade`; `noSuchEntry` when somebody has renamed or removed the entry meanwhile. */
  async #readAfterwards(dn: string, read: readonly string[]): Promise<Entry> {
    const entry = await this.#parts.reader.entry(dn, read).catch((cause: unknown) => {
      if (!(cause instanceof DirectoryError)) throw cause
      const message = 'the write was made, but the entry could not be read after it'
      throw new DirectoryError(cause.failure, message, { isMade: true, cause })
    })
    if (entry === undefined) {
      const message = 'the write was made, but the entry was gone when it was read after it'
      throw new DirectoryError('noSuchEntry', message, { isMade: true })
    }
    return entry
  }
}

/** What takes an operation back, or that nothing does. */
interface Inverse {
  readonly inverse: LdapOperation | undefined
  /** The place of the operation in its plan. */
  readonly index: number
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

function mayHideAbsence(error: DirectoryError, { kind }: LdapOperation): boolean {
  if (error.resultCode === resultCodes.insufficientAccessRights) return true
  return error.failure === 'notUnique' && kind === 'modifyDn'
}

function isGone(error: DirectoryError | undefined): boolean {
  return error?.failure === 'noSuchEntry'
}

function withDetails(
  error: DirectoryError,
  {
    failure = error.failure,
    ...details
  }: DirectoryErrorOptions & { readonly failure?: DirectoryFailure },
): DirectoryError {
  return new DirectoryError(failure, error.message, {
    ...(error.resultCode === undefined ? {} : { resultCode: error.resultCode }),
    ...(error.attribute === undefined ? {} : { attribute: error.attribute }),
    ...(error.operationIndex === undefined ? {} : { operationIndex: error.operationIndex }),
    isPartial: error.isPartial,
    ...(error.parts === undefined ? {} : { parts: error.parts }),
    isMade: error.isMade,
    takeBacks: error.takeBacks,
    cause: error.cause,
    ...details,
  })
}
