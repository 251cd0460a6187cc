import type { Connection } from './connection.ts'
import { DirectoryError } from './error.ts'
import { PoolMember } from './pool-member.ts'

/** A place on a connection, given back once: by `release`, or by `discard` when the connection must not be used again. */
export interface Lease {
  readonly connection: Connection
  /** Gives the place back. Doing so twice does nothing. */
  readonly release: () => void
  /** Closes the connection, for instance because a transaction may still be open on it. */
  readonly discard: () => void
}

/** How many connections a group has and how they are shared. */
export interface GroupOptions {
  readonly maxConnections: number
  /** How many leases a connection has at a time. */
  readonly places: number
  /** How long to wait for a place. */
  readonly waitMs: number
  readonly idleTimeoutMs: number
  readonly connect: () => Promise<Connection>
}

interface Waiter {
  readonly resolve: (lease: Lease) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

/** Connections of one use, opened as they are needed and shared by a bounded number of leases each. */
export class ConnectionGroup {
  readonly #options: GroupOptions
  readonly #members = new Set<PoolMember>()
  /** Connections that finish what is under way and take nothing new. */
  readonly #retired = new Set<PoolMember>()
  readonly #waiters = new Set<Waiter>()
  #isGrowing = false
  #isHeld = false
  #onIdle: () => void = () => {}
  #isClosed = false

  constructor(options: GroupOptions) {
    this.#options = options
  }

  /** The connections that take leases. */
  get open(): number {
    return this.#members.size
  }

  /** The leases under way. */
  get leased(): number {
    return this.#everyone().reduce((sum, { leases }) => sum + leases, 0)
  }

  /** The calls that wait for a place. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** A place on the connection with the fewest leases.
   *  @throws {DirectoryError} why no connection can be opened, or `unavailable` when no place becomes free in time. */
  acquire(): Promise<Lease> {
    if (this.#isClosed) return Promise.reject(closedError())
    if (this.#isHeld) return this.#wait()
    const member = this.#leastBusy()
    if (member === undefined || member.leases > 0) this.#grow()
    return member === undefined ? this.#wait() : Promise.resolve(this.#lease(member))
  }

  /** Lets whoever wants a place wait until `resume`. */
  hold(): void {
    this.#isHeld = true
  }

  /** Ends `hold`. */
  resume(): void {
    this.#isHeld = false
    this.#serve()
    if (this.#waiters.size > 0) this.#grow()
  }

  /** Waits until no place is taken; whether that is so in time. */
  async idleWithin(limitMs: number): Promise<boolean> {
    if (this.leased === 0) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), limitMs)
    this.#onIdle = () => resolve(true)
    const isIdle = await promise
    clearTimeout(timer)
    this.#onIdle = () => {}
    return isIdle
  }

  /** Takes a connection that was opened elsewhere. */
  adopt(connection: Connection): void {
    if (this.#isClosed) return connection.close()
    const member = new PoolMember(connection, this.#options.idleTimeoutMs)
    this.#members.add(member)
    connection.onResponsive = () => this.#serve()
    void connection.closed.then(() => this.#remove(member))
    this.#serve()
    if (this.#waiters.size > 0) this.#grow()
  }

  /** Lets the connections to other servers finish, and takes nothing new to them. */
  retireOthers(url: string): void {
    for (const member of this.#members) {
      if (member.connection.url !== url) this.#retire(member)
    }
  }

  /** Refuses new leases, and closes each connection when its leases have ended or the time is up. */
  async close(withinMs: number): Promise<void> {
    this.#isClosed = true
    this.#rejectWaiters(closedError())
    for (const member of this.#members) this.#retire(member)
    const timer = setTimeout(() => {
      for (const { connection } of this.#retired) connection.close()
    }, withinMs)
    await Promise.all(this.#everyone().map(({ connection }) => connection.closed))
    clearTimeout(timer)
  }

  #leastBusy(): PoolMember | undefined {
    return [...this.#members]
      .filter(({ leases, connection }) => leases < this.#options.places && connection.isResponsive)
      .reduce<PoolMember | undefined>(
        (best, member) => (best === undefined || member.leases < best.leases ? member : best),
        undefined,
      )
  }

  #lease(member: PoolMember): Lease {
    member.take()
    let isHeld = true
    const giveBack = (): void => {
      if (!isHeld) return
      isHeld = false
      member.giveBack()
      if (this.leased === 0) this.#onIdle()
      this.#serve()
    }
    return {
      connection: member.connection,
      release: giveBack,
      discard: () => {
        member.connection.close()
        giveBack()
      },
    }
  }

  #wait(): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        reject(
          new DirectoryError('unavailable', 'no connection to the directory became free in time'),
        )
      }, this.#options.waitMs)
      const waiter = { resolve, reject, timer }
      this.#waiters.add(waiter)
    })
  }

  #serve(): void {
    if (this.#isHeld) return
    for (const waiter of this.#waiters) {
      const member = this.#leastBusy()
      if (member === undefined) return
      this.#waiters.delete(waiter)
      clearTimeout(waiter.timer)
      waiter.resolve(this.#lease(member))
    }
  }

  #rejectWaiters(error: unknown): void {
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const { timer, reject } of waiters) {
      clearTimeout(timer)
      reject(error)
    }
  }

  /** Opens one more connection, one at a time; whoever waits is served or told why there is none. */
  #grow(): void {
    const isFull = this.#members.size >= this.#options.maxConnections
    if (this.#isGrowing || this.#isHeld || this.#isClosed || isFull) return
    this.#isGrowing = true
    void this.#openOne()
  }

  async #openOne(): Promise<void> {
    const opened = await this.#options.connect().catch((error: unknown) => {
      // While other connections work, a place on them will do.
      if (!this.#canServe()) this.#rejectWaiters(error)
      return undefined
    })
    this.#isGrowing = false
    if (opened !== undefined) this.adopt(opened)
  }

  #canServe(): boolean {
    return [...this.#members].some(({ connection }) => connection.isResponsive)
  }

  #retire(member: PoolMember): void {
    this.#members.delete(member)
    this.#retired.add(member)
    member.retire()
  }

  #remove(member: PoolMember): void {
    this.#members.delete(member)
    this.#retired.delete(member)
    if (this.#waiters.size > 0) this.#grow()
  }

  #everyone(): PoolMember[] {
    return [...this.#members, ...this.#retired]
  }
}

function closedError(): DirectoryError {
  return new DirectoryError('unavailable', 'the connections to the directory are closed')
}
