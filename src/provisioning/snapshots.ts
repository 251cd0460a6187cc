import { randomBytes } from 'node:crypto'
import type { IdList } from './id-list.ts'

/** The resources that matched a question at a moment, in their order. */
export interface Snapshot {
  /** Cannot be guessed: whoever has it may read on. */
  readonly key: string
  /** What was asked, and by whom; another question cannot go on with it. */
  readonly question: string
  readonly ids: IdList
}

/** How long snapshots are kept and how much memory they may take. */
export interface SnapshotLimits {
  readonly lifetimeMs: number
  readonly maxBytes: number
}

/** Five minutes are what it takes a client to come back for the next page; 64 MB are almost two million ids. */
export const snapshotLimits: SnapshotLimits = { lifetimeMs: 300_000, maxBytes: 64 * 1024 * 1024 }

interface Kept {
  readonly snapshot: Snapshot
  /** Pushed on with every use. */
  expires: number
}

const keyBytes = 18

/** Keeps what matched for some minutes, so that the pages of a list fit together whatever is created and deleted between them.
 *  A cache and nothing more: a page whose snapshot is gone, or was taken by another bridge, is read from a new
 *  one. The least recently used give way when there are too many. */
export class Snapshots {
  readonly #limits: SnapshotLimits
  readonly #now: () => number
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>()

  constructor(limits: SnapshotLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Keeps the ids that answer a question. */
  keep(question: string, ids: IdList): Snapshot {
    const snapshot = { key: randomBytes(keyBytes).toString('base64url'), question, ids }
    this.#touch(snapshot)
    this.#trim()
    return snapshot
  }

  /** The snapshot of a key, unless it has gone. */
  byKey(key: string): Snapshot | undefined {
    return this.#use(this.#kept.get(key))
  }

  /** The latest snapshot that answers a question. */
  byQuestion(question: string): Snapshot | undefined {
    const kept = [...this.#kept.values()].findLast(({ snapshot }) => snapshot.question === question)
    return this.#use(kept)
  }

  #use(kept: Kept | undefined): Snapshot | undefined {
    if (kept === undefined) return undefined
    if (kept.expires <= this.#now()) {
      this.#kept.delete(kept.snapshot.key)
      return undefined
    }
    this.#touch(kept.snapshot)
    return kept.snapshot
  }

  #touch(snapshot: Snapshot): void {
    this.#kept.delete(snapshot.key)
    this.#kept.set(snapshot.key, { snapshot, expires: this.#now() + this.#limits.lifetimeMs })
  }

  #trim(): void {
    const now = this.#now()
    for (const [key, { expires }] of this.#kept) if (expires <= now) this.#kept.delete(key)
    let bytes = 0
    for (const [key, { snapshot }] of [...this.#kept].toReversed()) {
      bytes += snapshot.ids.byteLength
      // The newest is kept in any case: the request that took it is about to use it.
      if (bytes > this.#limits.maxBytes && bytes > snapshot.ids.byteLength) this.#kept.delete(key)
    }
  }
}
