import { randomBytes } from 'node:crypto'
import type { IdList } from './id-list.ts'

/** The resources that matched a question at a moment, in their order. */
export interface Snapshot {
  /** Cannot be guessed: whoever has it may read on. */
  readonly key: string
  /** What was asked, and by whom, in a short text; another question cannot go on with it. */
  readonly question: string
  readonly ids: IdList
}

/** How long snapshots are kept and how much memory they may take. */
export interface SnapshotLimits {
  readonly lifetimeMs: number
  /** For the ids. */
  readonly maxBytes: number
  /** Those that hold few ids take memory, too. */
  readonly maxCount: number
}

/** Five minutes are what it takes a client to come back for the next page; 64 MB are almost two million ids; a thousand lists
 *  that are read at the same time are more than clients read. */
export const snapshotLimits: SnapshotLimits = {
  lifetimeMs: 300_000,
  maxBytes: 64 * 1024 * 1024,
  maxCount: 1000,
}

interface Kept {
  readonly snapshot: Snapshot
  /** When it was taken. */
  readonly taken: number
  /** Pushed on when a cursor leads into it. */
  readonly expires: number
}

const keyBytes = 18

/** Keeps what matched for some minutes, so that the pages of a list fit together whatever is created and deleted between them.
 *  A cache and nothing more: a page whose snapshot is gone, or was taken by another bridge, is read from a new
 *  one. Those that would end first give way when there are too many. */
export class Snapshots {
  readonly #limits: SnapshotLimits
  readonly #now: () => number
  /** In the order in which they end. */
  readonly #kept = new Map<string, Kept>()
  /** The key of the latest snapshot of each question. */
  readonly #latest = new Map<string, string>()
  #bytes = 0

  constructor(limits: SnapshotLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Keeps the ids that answer a question. */
  keep(question: string, ids: IdList): Snapshot {
    const snapshot = { key: randomBytes(keyBytes).toString('base64url'), question, ids }
    this.#kept.set(snapshot.key, { snapshot, taken: this.#now(), expires: this.#newEnd() })
    this.#bytes += ids.byteLength
    this.#latest.set(question, snapshot.key)
    this.#trim()
    return snapshot
  }

  /** The snapshot of a key, unless it has gone. Whoever goes on by cursors has one list before him, however long he takes
   *  from page to page: its end is put off. RFC 9865 §2 */
  byKey(key: string): Snapshot | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    if (kept.expires <= this.#now()) {
      this.#drop(kept)
      return undefined
    }
    // The one that ends last stands last.
    this.#kept.delete(key)
    this.#kept.set(key, { ...kept, expires: this.#newEnd() })
    return kept.snapshot
  }

  /** The latest snapshot that answers a question, unless it was taken longer ago than its lifetime: who asks for the same
   *  place of a list again and again is to see what has changed. */
  byQuestion(question: string): Snapshot | undefined {
    const kept = this.#kept.get(this.#latest.get(question) ?? '')
    const isFresh = kept !== undefined && this.#now() < kept.taken + this.#limits.lifetimeMs
    return isFresh ? kept.snapshot : undefined
  }

  #newEnd(): number {
    return this.#now() + this.#limits.lifetimeMs
  }

  #drop({ snapshot }: Kept): void {
    this.#kept.delete(snapshot.key)
    this.#bytes -= snapshot.ids.byteLength
    if (this.#latest.get(snapshot.question) === snapshot.key) {
      this.#latest.delete(snapshot.question)
    }
  }

  /** Never goes further than to the first that stays. */
  #trim(): void {
    const now = this.#now()
    for (const kept of this.#kept.values()) {
      const isTooMuch =
        this.#bytes > this.#limits.maxBytes || this.#kept.size > this.#limits.maxCount
      // The newest is kept in any case: the request that took it is about to use it.
      if (this.#kept.size === 1 || (kept.expires > now && !isTooMuch)) return
      this.#drop(kept)
    }
  }
}
