import type { Directory, WriteReason } from '../directory/directory.ts'
import { dnAfter } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import { dnKey } from '../mapping/reference.ts'
import type { EntryReader } from './entry-reader.ts'
import { type LeftoverEnding, type Leftovers, untilLate } from './leftovers.ts'
import type { ReferencedWrite } from './reference-course.ts'
import { type Finisher, type NamingAttributes, UnfinishedWrite } from './unfinished-write.ts'

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
  /** Those that nothing has been written after, by the key of their entry. */
  readonly #last = new Map<string, ReadonlySet<UnfinishedWrite>>()
  /** How many writes are under way, by the keys of their entries. */
  readonly #underWay = new Map<string, number>()
  /** The work on what is left, which comes between no two operations of another write, by the key of the entry. */
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
    const key = idIn(write) ?? dnKey(unfinished.dn)
    this.#last.set(key, new Set(this.#last.get(key)).add(unfinished))
    const finish = untilLate(async () => await this.#finish(key, unfinished, reason))
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
    this.#leftovers.leave(reason, work, () => this.#drop(key, unfinished))
  }

  #drop(key: string, unfinished: UnfinishedWrite): void {
    const others = new Set(this.#last.get(key))
    others.delete(unfinished)
    if (others.size > 0) this.#last.set(key, others)
    else this.#last.delete(key)
  }

  /** Carries out a write while nothing is done that is left of others at the same entry: the operations of a plan belong together,
   *  and a password between two of them would take away the lock that the last one has set. Writes do not take turns for that:
   *  many change the members of one group at the same time. */
  async around<T>(write: ReferencedWrite, work: () => Promise<T>): Promise<T> {
    const keys = keysOf(write)
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

  /** Takes notice of a write that was made, or that had nothing to do: whoever asked for it has seen how the entry stood, and nothing
   *  is done behind it. */
  forget(write: ReferencedWrite): void {
    for (const key of keysOf(write)) this.#last.delete(key)
  }

  /** @returns whether there is nothing to be done any more, or others were faster. */
  async #finish(
    key: string,
    unfinished: UnfinishedWrite,
    reason: WriteReason,
  ): Promise<boolean | 'overtaken'> {
    const isLast = (): boolean => this.#last.get(key)?.has(unfinished) === true
    if (!isLast()) return true
    const now = await this.#reader.at(unfinished.dn, unfinished.attributes)
    if (now === undefined) return false
    if (!unfinished.advance(now)) return true
    const finisher: Finisher = {
      send: async (operation) => {
        if (isLast()) await this.#directory.execute({ operations: [operation], read: [] }, reason)
      },
      has: async (attribute, value) => await this.#directory.compare(now.dn, attribute, value),
    }
    if (!(await unfinished.isLeft(now, finisher))) return false
    return (await unfinished.finish(now, finisher)) || 'overtaken'
  }
}

/** What a write has in common with others of its entry: the id, and, for those that create it, where it is found and left. */
function keysOf(write: ReferencedWrite): ReadonlySet<string> {
  const dns = [write.entry?.dn, ...write.plan.operations.map(dnAfter)]
  const places = dns.flatMap((dn) => (dn === undefined ? [] : [dnKey(dn)]))
  return new Set([idIn(write) ?? [], places].flat())
}

function idIn({ entry, entries }: ReferencedWrite): string | undefined {
  return entry && idOf(entries.identity, entry)
}

function ignore(): void {}
