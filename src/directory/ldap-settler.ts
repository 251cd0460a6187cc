import { setTimeout as pause } from 'node:timers/promises'
import type { NoAnswerError } from './connection-error.ts'
import type { Entry } from './entry.ts'
import { DirectoryError } from './error.ts'
import type { LdapReader } from './ldap-reader.ts'
import type { LdapOperation } from './operation.ts'
import type { ServerFacts } from './root-dse.ts'
import { probeOf, wasApplied } from './settle.ts'

/** What became of writes that nobody answered. */
export type Outcome = 'applied' | 'notApplied' | 'unknown'

const firstPauseMs = 50
const longestPauseMs = 1000

/** A server that lost its connection to us may still be busy with what it had received. */
const lastWritesMs = 500

/** Finds out by reading what became of writes whose answer was lost. */
export class LdapSettler {
  readonly #reader: LdapReader
  readonly #facts: () => Promise<ServerFacts>
  readonly #limitMs: number

  /** @param facts what the server in use can do.
   *  @param limitMs how long to try. */
  constructor(reader: LdapReader, facts: () => Promise<ServerFacts>, limitMs: number) {
    this.#reader = reader
    this.#facts = facts
    this.#limitMs = limitMs
  }

  /** @param operations one, or several that take effect together.
   *  @param lost how the answer was lost. After a time limit the server may still come to the write, so that its absence
   *  proves nothing. */
  async settle(operations: readonly LdapOperation[], lost: NoAnswerError): Promise<Outcome> {
    const isLate = lost.reason === 'timeLimit'
    const startedAt = performance.now()
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const sight = await this.#look(operations)
      const elapsedMs = performance.now() - startedAt
      if (sight === 'applied' || sight === 'unknown') return sight
      if (sight === 'notApplied' && !isLate && elapsedMs >= lastWritesMs) return sight
      if (elapsedMs + pauseMs > this.#limitMs) return 'unknown'
      await pause(pauseMs)
    }
  }

  /** What the entries show now; `unreadable` when the directory cannot be reached. */
  async #look(operations: readonly LdapOperation[]): Promise<Outcome | 'unreadable'> {
    try {
      // Any operation of several tells about all; the last is the one that nothing can have overwritten.
      for (const operation of operations.toReversed()) {
        const isApplied = await this.#isApplied(operation)
        if (isApplied !== undefined) return isApplied ? 'applied' : 'notApplied'
      }
      return 'unknown'
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      return error.failure === 'unavailable' ? 'unreadable' : 'unknown'
    }
  }

  async #isApplied(operation: LdapOperation): Promise<boolean | undefined> {
    const { dns, attributes } = probeOf(operation)
    const entries = new Map<string, Entry | undefined>()
    for (const dn of dns) entries.set(dn, await this.#reader.entry(dn, attributes))
    const { capabilities } = await this.#facts()
    return wasApplied(operation, (dn) => entries.get(dn), capabilities.schema)
  }
}
