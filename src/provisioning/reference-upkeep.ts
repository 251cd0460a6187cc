import type { WriteReason } from '../directory/directory.ts'
import { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { and, type Filter, not } from '../directory/filter.ts'
import type { Plan } from '../directory/operation.ts'
import { scimErrors } from '../scim/error.ts'
import { concurrently } from './concurrently.ts'
import { ReferenceClearance } from './reference-clearance.ts'
import { type Course, isNamedBy } from './reference-course.ts'
import type { Outcome, Referrers, Step } from './referrers.ts'
import { maxAttempts } from './retry.ts'

const parallelWrites = 4

/** Keeps the values of one reference attribute right over one write. docs/decisions/0024-references-by-the-bridge.md */
export class ReferenceUpkeep {
  readonly #referrers: Referrers
  readonly course: Course
  /** Those who name both when the entry changes its name. */
  #prepared: readonly Entry[] = []
  #undo: Step[] = []
  readonly #clearance: ReferenceClearance
  #isItselfChanged = false
  /** Those who were given the new name behind the write. */
  #given: Entry[] = []

  /** @param isThere whether an entry has a name. */
  constructor(referrers: Referrers, course: Course, isThere: (name: string) => Promise<boolean>) {
    this.#referrers = referrers
    this.course = course
    this.#clearance = new ReferenceClearance(referrers, course, isThere)
  }

  /** What comes before the write, which finds nobody who has the new name: whoever names the entry names it by both then.
   *  @throws {ScimError} invalidValue when the entry is named, and could not be any more. */
  async before(reason: WriteReason): Promise<void> {
    const { from, to, isFollowed, isClearing } = this.course
    await this.#refuseNameless()
    if (to === undefined) return
    if (from !== undefined) {
      const work = isFollowed ? this.#follow(from, to, reason) : this.#leave(from, reason)
      await work
    }
    // Also those whom a member has left after he was added there.
    if (isClearing) await this.#clearance.clear(to, reason)
  }

  /** Whether an entry names the old DN in what was read of it. */
  isOutdated(entry: Entry): boolean {
    const { attribute, from } = this.course
    const { key } = attribute.names
    return from !== undefined && entry.texts(attribute.name).some((each) => key(each) === key(from))
  }

  /** Those who were given the new name behind the write. */
  get given(): readonly Entry[] {
    return this.#given
  }

  /** Whether anything was done before the write that could be taken back. */
  get isUndoable(): boolean {
    return this.#undo.length > 0 || this.#clearance.isUndoable
  }

  /** Takes back what came before a write that was not made.
   *  @param isThere the entry has its new DN all the same, by another write.
   *  @param isStill it has its old one.
   *  @param isHidden the new one belongs to somebody who cannot be seen, and is named by it rightly. */
  async takeBack({
    isThere,
    isStill,
    isHidden = false,
  }: {
    readonly isThere: boolean
    readonly isStill: boolean
    readonly isHidden?: boolean
  }): Promise<void> {
    const isLost = this.course.isFollowed ? !isThere : isStill
    const cleared = this.#clearance.takeUndo()
    const undo = [...(isLost ? this.#undo : []), ...(isHidden ? cleared : [])]
    await concurrently(parallelWrites, undo, async (each) => await this.#referrers.wherever(each))
    this.#undo = []
    this.#prepared = []
  }

  /** Takes the entry, which is gone, out of all who name it by either DN.
   *  @param isVacant whether nobody else has a DN. */
  async abandon(reason: WriteReason, isVacant: (dn: string) => Promise<boolean>): Promise<void> {
    const { from, to } = this.course
    for (const dn of [from, to]) {
      if (dn === undefined) continue
      await this.#forEach(await this.#naming(dn), async (entry) => {
        if (await isVacant(dn)) await this.#referrers.leave(entry, dn, reason)
      })
    }
  }

  /** What comes behind the write, until nobody names the old DN any more, or somebody has it anew.
   *  @param isVacant whether nobody has the old DN now, as far as the write has the entry leave it.
   *  @returns whether the entry itself was among them.
   *  @throws {DirectoryError} `unavailable` when it is named anew as fast as it is taken out. */
  async after(reason: WriteReason, isVacant: () => Promise<boolean>): Promise<boolean> {
    const { from } = this.course
    if (from === undefined || !(await isVacant())) return false
    await this.#forEach(this.#prepared, async (entry) => {
      const work = async (now: Entry): Promise<Outcome> =>
        await this.#referrers.leave(now, from, reason)
      // Whoever names the old DN alone by then has lost the member, who must not come back.
      await this.#referrers.wherever({ entry, work })
    })
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (await this.#isSwept(reason, isVacant)) return this.#isItselfChanged
    }
    throw new DirectoryError('unavailable', 'an entry is referred to by its old name anew')
  }

  /** What would be done before and behind the write, as long as nobody else changes anything. */
  async preview(): Promise<{ readonly before: readonly Plan[]; readonly after: readonly Plan[] }> {
    const { from, to, isFollowed, isClearing } = this.course
    await this.#refuseNameless()
    const referrers = this.#referrers
    const naming = from === undefined ? [] : await referrers.matching(referrers.isNaming(from))
    const leave = async (entries: readonly Entry[], dn: string): Promise<Plan[]> =>
      await Promise.all(entries.map((entry) => referrers.previewLeaving(entry, dn)))
    const stale = to === undefined || !isClearing ? [] : await this.#clearance.stale(to)
    const cleared = to === undefined ? [] : await leave(stale, to)
    if (from === undefined) return { before: cleared, after: [] }
    if (to === undefined) return { before: [], after: await leave(naming, from) }
    if (!isFollowed) return { before: [...(await leave(naming, from)), ...cleared], after: [] }
    const others = naming.filter((entry) => !this.#isItself(entry))
    const lacking = await this.#matching(this.#isLacking(from, to))
    return {
      before: [...lacking.map((entry) => referrers.planAdding(entry, to, from)), ...cleared],
      after: [
        ...others.map((entry) => referrers.planLeaving(entry, from)),
        ...naming
          .filter((entry) => this.#isItself(entry))
          .map((entry) => referrers.planMove(movedTo(entry, to), from, to)),
      ],
    }
  }

  /** A user whom nobody could name any more would silently leave his groups. */
  async #refuseNameless(): Promise<void> {
    const { from, refusal } = this.course
    if (refusal === undefined || from === undefined) return
    if ((await this.#naming(from)).length > 0) throw scimErrors.invalidValue(refusal)
  }

  /** Whether nobody was left who named the old DN; who did is put right. */
  async #isSwept(reason: WriteReason, isVacant: () => Promise<boolean>): Promise<boolean> {
    const { from, to, isFollowed } = this.course
    const stale = isFollowed ? [from] : [from, to]
    let isSwept = true
    for (const dn of stale) {
      const naming = dn === undefined ? [] : await this.#naming(dn)
      if (dn === undefined || naming.length === 0) continue
      if (dn === from && !(await isVacant())) return true
      isSwept = false
      this.#isItselfChanged ||= naming.some((entry) => isNamedBy(this.course, entry, to))
      await this.#forEach(naming, async (entry) => {
        if (!isFollowed || to === undefined) await this.#referrers.leave(entry, dn, reason)
        else if ((await this.#referrers.move(entry, dn, to, reason)) === 'made') {
          this.#given.push(entry)
        }
      })
    }
    return isSwept
  }

  async #naming(dn: string): Promise<Entry[]> {
    return await this.#referrers.matching(this.#referrers.isNaming(dn))
  }

  async #follow(from: string, to: string, reason: WriteReason): Promise<void> {
    const referrers = this.#referrers
    await this.#forEach(await this.#matching(this.#isLacking(from, to)), async (entry) => {
      // One value or none: no two DNs can stand side by side.
      const { isSingleValued } = referrers.attribute
      await this.#undoably(
        async () =>
          isSingleValued
            ? await referrers.move(entry, from, to, reason)
            : await referrers.addBeside(entry, from, to, reason),
        {
          entry,
          work: async (now) =>
            isSingleValued
              ? await referrers.move(now, to, from, reason)
              : await referrers.leave(now, to, reason),
        },
      )
    })
    const both = and([referrers.isNaming(from), referrers.isNaming(to)])
    this.#prepared = await this.#matching(both)
  }

  async #leave(dn: string, reason: WriteReason): Promise<void> {
    const referrers = this.#referrers
    await this.#forEach(await this.#matching(referrers.isNaming(dn)), async (entry) => {
      await this.#undoably(async () => await referrers.leave(entry, dn, reason), {
        entry,
        work: async (now) => await referrers.restore(now, dn, reason),
      })
    })
  }

  /** Does something, and remembers how to take it back, also while it is not known whether it was done. */
  async #undoably(work: () => Promise<Outcome>, undo: Step): Promise<void> {
    try {
      if ((await work()) === 'made') this.#undo.push(undo)
    } catch (error) {
      const isOpen = error instanceof DirectoryError && error.failure === 'outcomeUnknown'
      if (isOpen) this.#undo.push(undo)
      throw error
    }
  }

  #isLacking(from: string, to: string): Filter {
    return and([this.#referrers.isNaming(from), not(this.#referrers.isNaming(to))])
  }

  /** Without the entry itself: a change of it would be one that others seem to have made meanwhile. */
  async #matching(filter: Filter): Promise<Entry[]> {
    const found = await this.#referrers.matching(filter)
    return found.filter((entry) => !this.#isItself(entry))
  }

  #isItself(entry: Entry): boolean {
    return isNamedBy(this.course, entry, this.course.from)
  }

  async #forEach(entries: readonly Entry[], work: (entry: Entry) => Promise<void>): Promise<void> {
    await concurrently(parallelWrites, entries, work)
  }
}

/** An entry as it will be called. */
function movedTo(entry: Entry, dn: string): Entry {
  return new Entry(
    dn,
    entry.names.map((name) => [name, entry.bytes(name)]),
  )
}
