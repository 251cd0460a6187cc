import type { Directory, WriteReason } from '../directory/directory.ts'
import { dnAfter } from '../directory/operation.ts'
import { dnKey } from '../mapping/reference.ts'
import type { EntryReader } from './entry-reader.ts'
import { type LeftoverEnding, type Leftovers, untilLate } from './leftovers.ts'
import type { ReferencedWrite } from './reference-course.ts'
import { type NamingAttributes, UnfinishedWrite } from './unfinished-write.ts'

/** What unfinished writes are finished with. */
export interface UnfinishedWritesDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly leftovers: Leftovers
}

/** Finishes the plans that a directory which went away has cut off, once it is back: nobody shall be changed in part, and nobody who
 *  was created locked shall be left open. */
export class UnfinishedWrites {
  readonly #directory: Directory
  readonly #reader: EntryReader
  readonly #leftovers: Leftovers
  /** Those that nothing has been written after, by where their entry stands. */
  readonly #last = new Map<string, UnfinishedWrite>()
  /** How many writes are under way, by where they find and leave their entries. */
  readonly #underWay = new Map<string, number>()
  /** The work on what is left, which comes between no two operations of another write, by where the entry stands. */
  readonly #finishing = new Map<string, Promise<unknown>>()

  constructor({ directory, reader, leftovers }: UnfinishedWritesDependencies) {
    this.#directory = directory
    this.#reader = reader
    this.#leftovers = leftovers
  }

  /** Leaves what a failure has cut off of a plan, if anything. */
  leave(
    write: ReferencedWrite,
    error: unknown,
    naming: NamingAttributes,
    reason: WriteReason,
  ): void {
    const unfinished = UnfinishedWrite.of(write, error, naming)
    if (unfinished === undefined) return
    const key = dnKey(unfinished.dn)
    this.#last.set(key, unfinished)
    const finish = untilLate(async () => await this.#finish(unfinished, reason))
    const work = async (): Promise<LeftoverEnding> => {
      if (this.#underWay.has(key)) return true
      const finishing = finish()
      this.#finishing.set(key, finishing)
      try {
        return await finishing
      } finally {
        this.#finishing.delete(key)
      }
    }
    this.#leftovers.leave(reason, work, () => {
      if (this.#last.get(key) === unfinished) this.#last.delete(key)
    })
  }

  /** Carries out a write while nothing is done that is left of others at the same entry: the operations of a plan belong together,
   *  and a password between two of them would take away the lock that the last one has set. Writes do not take turns for that:
   *  many change the members of one group at the same time. */
  async around<T>(write: ReferencedWrite, work: () => Promise<T>): Promise<T> {
    const keys = placesOf(write)
    for (const key of keys) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1)
    try {
      for (const key of keys) await this.#finishing.get(key)?.catch(ignore)
      return await work()
    } finally {
      for (const key of keys) {
        const left = (this.#underWay.get(key) ?? 1) - 1
        if (left === 0) this.#underWay.delete(key)
        else this.#underWay.set(key, left)
      }
    }
  }

  /** Takes notice of a write that was made: whoever asked for it has seen how the entry stood, and nothing is done behind it. */
  forget(write: ReferencedWrite): void {
    for (const key of placesOf(write)) this.#last.delete(key)
  }

  /** @returns whether there is nothing to be done any more. */
  async #finish(unfinished: UnfinishedWrite, reason: WriteReason): Promise<boolean> {
    const isLast = (): boolean => this.#last.get(dnKey(unfinished.dn)) === unfinished
    if (!isLast()) return true
    const now = await this.#reader.at(unfinished.dn, unfinished.attributes)
    if (now === undefined) return false
    if (!unfinished.advance(now)) return true
    if (!unfinished.isLeft(now)) return false
    return await unfinished.finish(now, {
      send: async (operation) => {
        if (isLast()) await this.#directory.execute({ operations: [operation], read: [] }, reason)
      },
      has: async (attribute, value) => await this.#directory.compare(now.dn, attribute, value),
    })
  }
}

/** Where a write finds its entry, and where its operations leave it. */
function placesOf({ entry, plan }: ReferencedWrite): ReadonlySet<string> {
  const dns = [entry?.dn, ...plan.operations.map(dnAfter)]
  return new Set(dns.flatMap((dn) => (dn === undefined ? [] : [dnKey(dn)])))
}

function ignore(): void {}
