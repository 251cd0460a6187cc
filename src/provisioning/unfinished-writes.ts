import type { Directory, WriteReason } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import { dnAfter } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import { dnKey } from '../mapping/reference.ts'
import type { EntryReader } from './entry-reader.ts'
import { isAway, type LeftoverEnding, type Leftovers, untilLate } from './leftovers.ts'
import type { ReferencedWrite } from './reference-course.ts'
import { maxAttempts } from './retry.ts'
import { type Finisher, type NamingAttributes, UnfinishedWrite } from './unfinished-write.ts'

/** What unfinished writes are finished with. */
export interface UnfinishedWritesDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly leftovers: Leftovers
}

interface Pending {
  readonly unfinished: UnfinishedWrite
  readonly reason: WriteReason
}

/** Finishes the plans that a directory which went away has cut off, once it is back: nobody shall be changed in part, and nobody who
 *  was created locked shall be left open. */
export class UnfinishedWrites {
  readonly #directory: Directory
  readonly #reader: EntryReader
  readonly #leftovers: Leftovers
  /** Those that nothing has been written after, in their order, by the key of their entry. */
  readonly #pending = new Map<string, readonly Pending[]>()
  /** How many writes are under way, by the keys of their entries. */
  readonly #underWay = new Map<string, number>()
  /** The work on what is left, which comes between no two operations of another write, by the key of the entry. */
  readonly #finishing = new Map<string, Promise<boolean | 'overtaken'>>()

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
    const pending = { unfinished, reason }
    // Of others than changes of members the last one counts.
    const beside = (this.#pending.get(key) ?? []).filter(
      (each) => each.unfinished.isOfMembersAlone && unfinished.isOfMembersAlone,
    )
    for (const each of keysOf(write)) this.#pending.delete(each)
    this.#pending.set(key, [...beside, pending])
    const finish = untilLate(async () => await this.#attempt(key, pending))
    const work = async (): Promise<LeftoverEnding> =>
      this.#underWay.has(key) ? true : await finish()
    this.#leftovers.leave(reason, work, () => this.#drop(key, pending))
  }

  /** Tries what is left of an entry before something that builds on it. What the directory refuses is left to be told later.
   *  @returns whether anything was tried, so that the entry may have changed.
   *  @throws {DirectoryError} `unavailable` when it is begun and cannot be done now. */
  async catchUp(write: ReferencedWrite): Promise<boolean> {
    let isTried = false
    for (const key of keysOf(write)) {
      for (const pending of this.#pending.get(key) ?? []) {
        if (this.#underWay.has(key)) continue
        isTried = true
        if (await this.#isDoneNow(key, pending)) this.#drop(key, pending)
      }
    }
    return isTried
  }

  async #isDoneNow(key: string, pending: Pending): Promise<boolean> {
    try {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const isDone = await this.#attempt(key, pending)
        if (isDone !== 'overtaken') return isDone
      }
    } catch (error) {
      if (!isAway(error)) return false
      throw new DirectoryError('unavailable', 'what is left over could not be done', {
        cause: error,
      })
    }
    throw new DirectoryError(
      'unavailable',
      'what is left over could not be done: others were faster',
    )
  }

  /** Carries out a write while nothing is done that is left of others at the same entry: the operations of a plan belong together,
   *  and a password between two of them would take away the lock that the last one has set. Writes do not take turns for that:
   *  many change the members of one group at the same time. */
  async around<T>(write: ReferencedWrite, work: () => Promise<T>): Promise<T> {
    const keys = keysOf(write)
    for (const key of keys) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1)
    try {
      for (const key of keys) await this.#idle(key)
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
    for (const key of keysOf(write)) this.#pending.delete(key)
  }

  /** Takes notice that somebody is told that an entry is as he wants it, which is as good as a write.
   *  @throws {DirectoryError} `assertionFailed` when something was being done that was left of it: it has to be read again. */
  async confirm(write: ReferencedWrite): Promise<void> {
    const busy = [...keysOf(write)].flatMap((key) => this.#finishing.get(key) ?? [])
    const endings = await Promise.allSettled(busy)
    // A look that found nothing to do has changed nothing.
    const isIdle = endings.every((each) => each.status === 'fulfilled' && each.value === false)
    if (!isIdle) throw new DirectoryError('assertionFailed', 'what was left over was being done')
    this.forget(write)
  }

  /** Comes after what is being done of the same entry.
   *  @returns whether there is nothing to be done any more, or others were faster. */
  async #attempt(key: string, pending: Pending): Promise<boolean | 'overtaken'> {
    // Whoever waits as well finds the next one there: nothing else is waited for in between.
    while (this.#finishing.has(key)) await this.#finishing.get(key)?.catch(ignore)
    if (this.#underWay.has(key)) return 'overtaken'
    const finishing = this.#finish(key, pending)
    this.#finishing.set(key, finishing)
    try {
      return await finishing
    } finally {
      this.#finishing.delete(key)
    }
  }

  async #idle(key: string): Promise<void> {
    while (this.#finishing.has(key)) await this.#finishing.get(key)?.catch(ignore)
  }

  async #finish(key: string, pending: Pending): Promise<boolean | 'overtaken'> {
    if (this.#pending.get(key)?.includes(pending) !== true) return true
    const { unfinished, reason } = pending
    const now = await this.#reader.at(unfinished.dn, unfinished.attributes)
    if (now === undefined) return false
    if (!unfinished.advance(now)) return true
    const finisher: Finisher = {
      send: async (operation) =>
        await this.#directory.execute({ operations: [operation], read: [] }, reason),
      has: async (attribute, value) => await this.#directory.compare(now.dn, attribute, value),
    }
    if (!(await unfinished.isLeft(now, finisher))) return false
    return (await unfinished.finish(now, finisher)) || 'overtaken'
  }

  #drop(key: string, pending: Pending): void {
    const others = (this.#pending.get(key) ?? []).filter((each) => each !== pending)
    if (others.length > 0) this.#pending.set(key, others)
    else this.#pending.delete(key)
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
