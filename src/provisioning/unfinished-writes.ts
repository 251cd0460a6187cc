import type { Directory, WriteReason } from '../directory/directory.ts'
import { dnAfter } from '../directory/operation.ts'
import { dnKey } from '../mapping/reference.ts'
import type { EntryReader } from './entry-reader.ts'
import { type Leftovers, untilLate } from './leftovers.ts'
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
    this.#leftovers.leave(reason, async () => {
      const isAgain = await finish()
      if (!isAgain && this.#last.get(key) === unfinished) this.#last.delete(key)
      return isAgain
    })
  }

  /** Takes notice of a write that was made: whoever asked for it has seen how the entry stood, and nothing is done behind it. */
  forget({ entry, plan }: ReferencedWrite): void {
    const dns = [entry?.dn, ...plan.operations.map(dnAfter)]
    for (const dn of dns) if (dn !== undefined) this.#last.delete(dnKey(dn))
  }

  /** @returns whether there is nothing to be done any more. */
  async #finish(unfinished: UnfinishedWrite, reason: WriteReason): Promise<boolean> {
    const isLast = (): boolean => this.#last.get(dnKey(unfinished.dn)) === unfinished
    if (!isLast()) return true
    const now = await this.#reader.at(unfinished.dn, unfinished.attributes)
    if (now === undefined) return false
    if (!unfinished.advance(now)) return true
    if (!unfinished.isLeft(now)) return false
    await unfinished.finish(now, async (operation) => {
      if (isLast()) await this.#directory.execute({ operations: [operation], read: [] }, reason)
    })
    return true
  }
}
