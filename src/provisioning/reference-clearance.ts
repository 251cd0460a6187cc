import type { WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { and, not } from '../directory/filter.ts'
import { concurrently } from './concurrently.ts'
import { type Course, isNamedBy } from './reference-course.ts'
import type { Referrers, Step } from './referrers.ts'
import { maxAttempts } from './retry.ts'

const parallelWrites = 4

/** Takes the name that an entry is about to get out of those who have it already, and so name somebody who is long gone. */
export class ReferenceClearance {
  readonly #referrers: Referrers
  readonly #course: Course
  readonly #isThere: (name: string) => Promise<boolean>
  /** What gives the name back. */
  #undo: Step[] = []

  /** @param isThere whether an entry has a name. */
  constructor(referrers: Referrers, course: Course, isThere: (name: string) => Promise<boolean>) {
    this.#referrers = referrers
    this.#course = course
    this.#isThere = isThere
  }

  /** Takes the new name out of whoever has it, while nobody has it. Who has come to name it since somebody got it is no longer as he
   *  was read, and is looked at anew.
   *  @throws {DirectoryError} `unavailable` when those who name it are changed as fast as they are looked at. */
  async clear(to: string, reason: WriteReason): Promise<void> {
    const referrers = this.#referrers
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      let isChanged = false
      await concurrently(parallelWrites, await this.stale(to), async (entry) => {
        if (await this.#isThere(to)) return
        const outcome = await referrers.leaveUnchanged(entry, to, reason)
        isChanged ||= outcome === 'gone'
        if (outcome !== 'made') return
        this.#undo.push({ entry, work: async (now) => await referrers.restore(now, to, reason) })
      })
      if (!isChanged) return
    }
    throw new DirectoryError('unavailable', 'those who name an entry to come keep changing')
  }

  /** What gives the name back to those it was taken from; nothing any more when it is asked for again. */
  takeUndo(): readonly Step[] {
    const undo = this.#undo
    this.#undo = []
    return undo
  }

  /** Whether the name was taken from anybody. */
  get isUndoable(): boolean {
    return this.#undo.length > 0
  }

  /** Those who name the new name, and so an entry that is long gone; where the course spares some, only those who name somebody
   *  beside it who is there. */
  async stale(to: string): Promise<Entry[]> {
    const { from, isSparing = false } = this.#course
    const isNaming = this.#referrers.isNaming(to)
    const filter =
      from === undefined ? isNaming : and([isNaming, not(this.#referrers.isNaming(from))])
    const found = await this.#referrers.matching(filter, isSparing)
    const others = found.filter((entry) => !isNamedBy(this.#course, entry, from))
    return isSparing ? await this.#besideSomebody(others, to) : others
  }

  async #besideSomebody(entries: readonly Entry[], to: string): Promise<Entry[]> {
    const { name, names } = this.#course.attribute
    const looks = new Map<string, Promise<boolean>>()
    const isThere = async (value: string): Promise<boolean> => {
      const look = looks.get(names.key(value)) ?? this.#isThere(value)
      looks.set(names.key(value), look)
      return await look
    }
    const areBeside = await Promise.all(
      entries.map(async (entry) => {
        const others = entry.texts(name).filter((value) => names.key(value) !== names.key(to))
        return (await Promise.all(others.map(isThere))).includes(true)
      }),
    )
    return entries.filter((_, index) => areBeside[index] === true)
  }
}
