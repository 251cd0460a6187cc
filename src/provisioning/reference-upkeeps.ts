import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import type { Plan } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { ReferenceAttribute } from '../mapping/reference-attribute.ts'
import type { NotedName } from '../mapping/upkeep-note.ts'
import type { EntryReader } from './entry-reader.ts'
import { type Course, coursesOf, type ReferencedWrite, routeOf } from './reference-course.ts'
import type { WrittenReference } from './reference-follower.ts'
import { type Standing, standingOf } from './reference-standing.ts'
import { ReferenceUpkeep } from './reference-upkeep.ts'
import { Referrers } from './referrers.ts'

/** What references are kept right with. */
export interface ReferenceUpkeepsDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
}

/** References to an entry by a name that it had for a moment. */
interface Outrun {
  readonly attribute: ReferenceAttribute
  readonly written: readonly WrittenReference[]
}

/** What belongs before and behind one write, in each of the attributes that may name its entry. */
export class ReferenceUpkeeps {
  readonly #write: ReferencedWrite
  readonly #upkeeps: readonly ReferenceUpkeep[]
  readonly #reader: EntryReader
  /** Another entry stands where the entry is to go, so that the write will be refused: nothing is done before it. */
  readonly isTaken: boolean

  private constructor(
    write: ReferencedWrite,
    parts: {
      readonly upkeeps: readonly ReferenceUpkeep[]
      readonly reader: EntryReader
      readonly isTaken: boolean
    },
  ) {
    this.#write = write
    this.#upkeeps = parts.upkeeps
    this.#reader = parts.reader
    this.isTaken = parts.isTaken
  }

  /** What belongs to a write, as the names stand now.
   *  @throws {DirectoryError} `invalidValue` for a name that the directory does not take. */
  static async of(
    dependencies: ReferenceUpkeepsDependencies,
    mappings: Mappings,
    write: ReferencedWrite,
  ): Promise<ReferenceUpkeeps> {
    const { reader } = dependencies
    const courses = coursesOf(mappings, write)
    const { to } = routeOf(write)
    const isAddressed = courses.length > 0 && to !== undefined
    const standing = isAddressed ? await standingOf(reader, write, to) : undefined
    const upkeeps: ReferenceUpkeep[] = []
    for (const course of courses) {
      const { attribute } = course
      const isTakenBy =
        attribute.names.type === undefined || course.to === undefined
          ? standing
          : await standingOf(reader, write, course.to, attribute.names)
      // To the server both names are one.
      if (isTakenBy === 'itself' && course.to !== undefined) continue
      // Others whose name it is, too, stay where it names them.
      const isClearing = course.isClearing && isTakenBy === undefined
      const referrers = new Referrers(dependencies, attribute)
      const isThere = async (name: string): Promise<boolean> =>
        (await standingOf(reader, write, name, attribute.names)) !== undefined
      upkeeps.push(new ReferenceUpkeep(referrers, { ...course, isClearing }, isThere))
    }
    return new ReferenceUpkeeps(write, { upkeeps, reader, isTaken: standing === 'other' })
  }

  /** Whether nothing is to be done, before the write or behind it. */
  get areNone(): boolean {
    return this.#upkeeps.length === 0
  }

  /** The names that the write takes from the entry, for whoever has to go on with it. */
  namesToNote({ users }: Mappings): readonly NotedName[] {
    return this.#upkeeps.flatMap(({ course: { attribute, isMoving, from, to } }) => {
      if (this.isTaken || !isMoving || from === undefined) return []
      const which = attribute.entries === users.entries ? 'manager' : 'members'
      return [{ attribute: which, from, ...(to === undefined ? {} : { to }) }]
    })
  }

  /** Whether the entry names itself by its former name in what was read of it. */
  isOutdated(entry: Entry): boolean {
    return this.#upkeeps.some((upkeep) => upkeep.isOutdated(entry))
  }

  async before(reason: WriteReason): Promise<void> {
    if (this.isTaken) return
    for (const upkeep of this.#upkeeps) await upkeep.before(reason)
  }

  /** Takes back what came before a write that was not made.
   *  @param isRefusedByOther somebody else has the new name: what was taken from him comes back. */
  async takeBack(isRefusedByOther: boolean): Promise<void> {
    for (const upkeep of this.#upkeeps.filter(({ isUndoable }) => isUndoable)) {
      const { course } = upkeep
      // Another request may have made the same change.
      const isThere = await this.#isAt(course, course.to)
      const isStill = await this.#isAt(course, course.from)
      const isHidden =
        isRefusedByOther &&
        course.to !== undefined &&
        (await this.#standing(course, course.to)) === undefined
      await upkeep.takeBack({ isThere, isStill, isHidden })
    }
  }

  /** What comes behind a write that was made.
   *  @returns whether the entry itself was changed. */
  async after(reason: WriteReason): Promise<boolean> {
    let isChanged = false
    for (const upkeep of this.#upkeeps) {
      isChanged = (await this.#sweep(upkeep, reason)) || isChanged
    }
    return isChanged
  }

  /** Those who were given the new name behind the write, where the entry does not have it any more, by the attributes in which they
   *  name it. */
  async outrun(): Promise<readonly Outrun[]> {
    const { entries, entry } = this.#write
    const found: Outrun[] = []
    for (const { course, given } of this.#upkeeps) {
      const { attribute, to } = course
      if (given.length === 0 || entry === undefined || to === undefined) continue
      if (await this.#isAt(course, to)) continue
      const id = idOf(entries.identity, entry)
      const written = given.map((referrer) => {
        const referrerId = idOf(attribute.entries.identity, referrer)
        return { referrerId, id, value: to, isComing: true }
      })
      found.push({ attribute, written })
    }
    return found
  }

  /** Puts right whoever names the entry, wherever it is now: nobody knows whether the write was made. */
  async settle(reason: WriteReason): Promise<void> {
    for (const upkeep of this.#upkeeps) {
      const { course } = upkeep
      if (!course.isMoving || (await this.#isAt(course, course.to))) {
        await this.#sweep(upkeep, reason)
      } else if (await this.#isAt(course, course.from)) {
        // Groups that a disabled user has left stay left: that is what was asked for.
        await upkeep.takeBack({ isThere: false, isStill: false })
      } else {
        const isVacant = async (name: string): Promise<boolean> =>
          (await this.#standing(course, name)) === undefined
        await upkeep.abandon(reason, isVacant)
      }
    }
  }

  /** What would be sent before and behind the plan, in this order. */
  async preview(): Promise<{ readonly before: readonly Plan[]; readonly after: readonly Plan[] }> {
    const previews = await Promise.all(this.#upkeeps.map((upkeep) => upkeep.preview()))
    return {
      before: previews.flatMap(({ before }) => before),
      after: previews.flatMap(({ after }) => after),
    }
  }

  async #sweep(upkeep: ReferenceUpkeep, reason: WriteReason): Promise<boolean> {
    const { course } = upkeep
    const { isMoving, from } = course
    // Who has the name by now, the entry itself after another rename among them, is named by it rightly.
    return await upkeep.after(
      reason,
      async () =>
        !isMoving || from === undefined || (await this.#standing(course, from)) === undefined,
    )
  }

  async #isAt(course: Course, name: string | undefined): Promise<boolean> {
    return name !== undefined && (await this.#standing(course, name)) === 'itself'
  }

  async #standing({ attribute }: Course, name: string): Promise<Standing> {
    return await standingOf(this.#reader, this.#write, name, attribute.names)
  }
}
