import { setTimeout as pause } from 'node:timers/promises'
import { NoAnswerError } from './connection-error.ts'
import type { Connection } from './connection.ts'
import { DirectoryError } from './error.ts'
import type { ConnectionGroup } from './pool-group.ts'
import type { DirectoryServers } from './pool-servers.ts'
import { covers, type LastChanges, readReplicationState } from './replication-state.ts'

/** What a return works with. */
export interface ReturnParts {
  readonly servers: DirectoryServers
  /** The connections that writes are made on. */
  readonly shared: ConnectionGroup
  /** How long nothing must have been written to the server in use, where nobody can tell what the other has. */
  readonly quietMs: number
  /** How long a write may be under way. */
  readonly operationTimeoutMs: number
}

/** How a server stood at a time when nothing was being written to it. */
interface Standing {
  readonly url: string
  readonly changes: LastChanges
  readonly at: number
}

/** How long requests may be held up for a return. */
const holdLimitMs = 500
const lookPauseMs = 10

/** How long a preferred server may take to get what was written before, which holds nobody up. */
const catchUpLimitMs = 5000

/** Goes back to a preferred server as soon as that has everything that was written to the one in use, so that no read sees
 *  less than the write before it. */
export class ReturnToPreferred {
  readonly #parts: ReturnParts
  #isUnderWay = false
  #wroteAt = -Infinity
  #seen: Standing | undefined

  constructor(parts: ReturnParts) {
    this.#parts = parts
  }

  /** Takes notice of a write to the server in use. */
  noteWrite(): void {
    this.#wroteAt = performance.now()
  }

  /** Tries, when it is time to. */
  async attempt(): Promise<void> {
    if (this.#isUnderWay) return
    this.#isUnderWay = true
    try {
      const connection = await this.#parts.servers.openPreferred()
      if (connection !== undefined) await this.#handOver(connection)
    } finally {
      this.#isUnderWay = false
    }
  }

  async #handOver(preferred: Connection): Promise<void> {
    try {
      if (await this.#isHandedOver(preferred)) return
    } catch (error) {
      const isAway = error instanceof NoAnswerError || error instanceof DirectoryError
      if (!isAway) throw error
    }
    preferred.close()
  }

  async #isHandedOver(preferred: Connection): Promise<boolean> {
    const { quietMs } = this.#parts
    const inUse = await this.#connectionInUse()
    const at = performance.now()
    const { changes, isExact } = await readReplicationState(inUse)
    if (changes.size === 0) {
      if (performance.now() - this.#wroteAt < quietMs) return false
      this.#use(preferred)
      return true
    }
    return isExact
      ? await this.#handOverLatest(preferred, inUse, changes)
      : await this.#handOverSeen(preferred, { url: inUse.url, changes, at })
  }

  /** Waits for the last word of the server in use. */
  async #handOverLatest(
    preferred: Connection,
    inUse: Connection,
    written: LastChanges,
  ): Promise<boolean> {
    // While others write on, it is always a little behind what is the latest now.
    if (!(await isCovered(preferred, written, performance.now() + catchUpLimitMs))) return false
    return await this.#whileHeld(preferred, async () => {
      const until = performance.now() + holdLimitMs
      // Nothing is written any more: this is the last word of the server in use.
      return await isCovered(preferred, (await readReplicationState(inUse)).changes, until)
    })
  }

  /** What is the latest now may never be covered; what there was when we had written last will be. */
  async #handOverSeen(preferred: Connection, now: Standing): Promise<boolean> {
    if (this.#seen?.url !== now.url || this.#wroteAt >= this.#seen.at) this.#seen = undefined
    // A write may still be under way.
    const isSettled = now.at - this.#wroteAt >= this.#parts.operationTimeoutMs
    if (isSettled) this.#seen ??= now
    const seen = this.#seen
    if (seen === undefined) return false
    if (!covers((await readReplicationState(preferred)).changes, seen.changes)) return false
    return await this.#whileHeld(preferred, async () => this.#wroteAt < seen.at)
  }

  /** Goes back to the preferred server if that is right when nothing is under way. */
  async #whileHeld(preferred: Connection, isRight: () => Promise<boolean>): Promise<boolean> {
    const { shared } = this.#parts
    shared.hold()
    try {
      if (!(await shared.idleWithin(holdLimitMs)) || !(await isRight())) return false
      this.#use(preferred)
      return true
    } finally {
      shared.resume()
    }
  }

  async #connectionInUse(): Promise<Connection> {
    const { connection, release } = await this.#parts.shared.acquire()
    release()
    return connection
  }

  #use(preferred: Connection): void {
    const { servers, shared } = this.#parts
    servers.use(preferred.url)
    shared.adopt(preferred)
  }
}

async function isCovered(
  connection: Connection,
  written: LastChanges,
  until: number,
): Promise<boolean> {
  while (!covers((await readReplicationState(connection)).changes, written)) {
    if (performance.now() >= until) return false
    await pause(lookPauseMs)
  }
  return true
}
