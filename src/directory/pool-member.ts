import type { Connection } from './connection.ts'

/** A connection of a pool, which closes when nobody has used it for long. */
export class PoolMember {
  readonly connection: Connection
  readonly #idleTimer: NodeJS.Timeout
  #leases = 0
  #isRetired = false

  constructor(connection: Connection, idleTimeoutMs: number) {
    this.connection = connection
    this.#idleTimer = setTimeout(() => this.#closeWhenIdle(), idleTimeoutMs)
    // An idle connection does not keep the process alive any longer than its socket does.
    this.#idleTimer.unref()
    void connection.closed.then(() => clearTimeout(this.#idleTimer))
  }

  /** How often it is lent at the moment. */
  get leases(): number {
    return this.#leases
  }

  /** Lends it once more. */
  take(): void {
    this.#leases += 1
  }

  /** Ends one lease. */
  giveBack(): void {
    this.#leases -= 1
    if (this.connection.isOpen) this.#idleTimer.refresh()
    if (this.#isRetired) this.#closeWhenIdle()
  }

  /** Closes it as soon as nobody uses it. */
  retire(): void {
    this.#isRetired = true
    this.#closeWhenIdle()
  }

  #closeWhenIdle(): void {
    if (this.#leases === 0) this.connection.close()
  }
}
