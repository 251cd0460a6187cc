import { randomUUID } from 'node:crypto'
import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError, type TakeBack } from '../directory/error.ts'
import { toLdif } from '../directory/ldif.ts'
import type { Plan } from '../directory/operation.ts'
import type { Logger } from '../logging/logger.ts'
import type { JournalWriter, OutcomeRecord, TakeBackRecord } from './record.ts'
import { redactBody } from './redact-body.ts'

/** What a journaling directory needs. */
export interface JournalingOptions {
  /** Closed by who opened it, after the directory. */
  readonly journal: JournalWriter
  readonly logger: Logger
  /** The name of the tenant to whom the directory belongs; absent for the first. */
  readonly tenant?: string
  readonly now?: () => Date
}

/** The directory with a journal in front of its writes. Each is recorded before it is sent and again when its
 *  outcome is known. A bridge that cannot record must not write: when the first record fails, the write fails
 *  as `notRecorded` and nothing is sent. When the second fails, the write stands and the log says so. */
export function journaling(directory: Directory, options: JournalingOptions): Directory {
  return {
    capabilities: () => directory.capabilities(),
    search: (request) => directory.search(request),
    compare: (dn, attribute, value) => directory.compare(dn, attribute, value),
    isReachable: () => directory.isReachable(),
    close: () => directory.close(),
    execute: (plan, reason) =>
      plan.operations.length === 0
        ? directory.execute(plan, reason)
        : new JournaledWrite(options, reason).execute(directory, plan),
  }
}

type Outcome = Omit<OutcomeRecord, 'kind' | 'writeId' | 'time' | 'requestId'>

/** What is told of every failure. */
type Ending = Pick<OutcomeRecord, 'outcome' | 'failure' | 'resultCode'>

class JournaledWrite {
  readonly #writeId = randomUUID()
  readonly #options: JournalingOptions
  readonly #reason: WriteReason

  constructor(options: JournalingOptions, reason: WriteReason) {
    this.#options = options
    this.#reason = reason
  }

  async execute(directory: Directory, plan: Plan): Promise<Entry | undefined> {
    await this.#recordIntent(toLdif(plan.operations))
    try {
      const entry = await directory.execute(plan, this.#reason)
      await this.#recordOutcome({ outcome: 'succeeded' })
      return entry
    } catch (error) {
      await this.#recordOutcome(outcomeOf(error))
      throw error
    }
  }

  async #recordIntent(ldif: string): Promise<void> {
    const { requestId, actor, clientAddress, method, path, body } = this.#reason
    const about = { requestId, actor, clientAddress, method, path }
    const request = body === undefined ? about : { ...about, body: redactBody(body) }
    try {
      const head = { kind: 'intent', writeId: this.#writeId, time: this.#time() } as const
      const { journal, tenant } = this.#options
      const owner = tenant === undefined ? {} : { tenant }
      await journal.append({ ...head, ...owner, ...request, ldif })
    } catch (cause) {
      const message = 'the write was not sent, because the journal cannot record it'
      throw new DirectoryError('notRecorded', message, { cause })
    }
  }

  /** Never fails: what the directory answered is what the client must hear. */
  async #recordOutcome(outcome: Outcome): Promise<void> {
    const { requestId } = this.#reason
    const writeId = this.#writeId
    const record = { kind: 'outcome', writeId, time: this.#time(), requestId, ...outcome } as const
    try {
      await this.#options.journal.append(record)
    } catch (error) {
      // The LDIF is for the journal alone.
      const { takeBacks, ...facts } = outcome
      const count = takeBacks === undefined ? {} : { takeBacks: takeBacks.length }
      const fields = { requestId, writeId, ...facts, ...count }
      this.#options.logger.error('the journal misses the outcome of a write', fields, error)
    }
  }

  #time(): string {
    return (this.#options.now?.() ?? new Date()).toISOString()
  }
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof DirectoryError)) return { outcome: 'unknown' }
  const { operationIndex, isPartial, isMade, takeBacks } = error
  if (isMade) return { outcome: 'succeeded' }
  return {
    ...ending(error),
    ...(operationIndex === undefined ? {} : { operationIndex }),
    ...(isPartial ? { isPartial } : {}),
    ...(takeBacks.length === 0 ? {} : { takeBacks: takeBacks.map(toRecord) }),
  }
}

function toRecord({ operation, error }: TakeBack): TakeBackRecord {
  const ldif = toLdif([operation])
  return error === undefined ? { ldif, outcome: 'succeeded' } : { ldif, ...ending(error) }
}

function ending({ failure, resultCode }: DirectoryError): Ending {
  return {
    outcome: failure === 'outcomeUnknown' ? 'unknown' : 'failed',
    failure,
    ...(resultCode === undefined ? {} : { resultCode }),
  }
}
