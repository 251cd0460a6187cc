import { setTimeout as pause } from 'node:timers/promises'
import { NoAnswerError } from './connection-error.ts'
import type { Connection } from './connection.ts'
import { DirectoryError } from './error.ts'
import type { ConnectionGroup } from './pool-group.ts'
import type { DirectoryServers } from './pool-servers.ts'
import { covers, readReplicationState, type ReplicationState } from './replication-state.ts'

/** What a return works with. */
export interface ReturnParts {
  readonly servers: DirectoryServers
  /** The connections that writes are made on. */
  readonly shared: ConnectionGroup
  /** How long nothing must have been written to the server in use, where nobody can tell what the other has. */
  readonly quietMs: number
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
    const { shared, quietMs } = this.#parts
    const inUse = await this.#connectionInUse()
    const written = await readReplicationState(inUse)
    if (written.size === 0) {
      if (performance.now() - this.#wroteAt < quietMs) return false
      this.#use(preferred)
      return true
    }
    // While others write on, it is always a little behind what is the latest now.
    if (!(await isCovered(preferred, written, performance.now() + catchUpLimitMs))) return false
    shared.hold()
    try {
      const until = performance.now() + holdLimitMs
      if (!(await shared.idleWithin(holdLimitMs))) return false
      // Nothing is written any more: this is the last word of the server in use.
      if (!(await isCovered(preferred, await readReplicationState(inUse), until))) return false
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
  written: ReplicationState,
  until: number,
): Promise<boolean> {
  while (!covers(await readReplicationState(connection), written)) {
    if (performance.now() >= until) return false
    await pause(lookPauseMs)
  }
  return true
}
