import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Plan } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnNames } from '../mapping/member-names.ts'
import {
  managerReference,
  memberReference,
  type ReferenceAttribute,
} from '../mapping/reference-attribute.ts'
import { afterWrite, UnfinishedError } from './directory-failure.ts'
import type { EntryReader } from './entry-reader.ts'
import { isAway, type Leftovers } from './leftovers.ts'
import { coursesOf, type ReferencedWrite, routeOf } from './reference-course.ts'
import { type Standing, standingOf } from './reference-standing.ts'
import { ReferenceUpkeep } from './reference-upkeep.ts'
import { Referrers } from './referrers.ts'
import { Turns } from './turns.ts'
import type { NamingAttributes } from './unfinished-write.ts'
import { lateMs, UnfinishedWrites } from './unfinished-writes.ts'

/** What references are kept with. */
export interface ReferenceKeeperDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly leftovers: Leftovers
}

/** Carries out writes of entries, and keeps right what names them: the groups that they are members of, and the people whose
 *  manager they are, as far as the server does not. docs/decisions/0024-references-by-the-bridge.md */
export class ReferenceKeeper {
  readonly #directory: Directory
  readonly #reader: EntryReader
  readonly #leftovers: Leftovers
  readonly #turns = new Turns()
  readonly #unfinished: UnfinishedWrites

  constructor({ directory, reader, leftovers }: ReferenceKeeperDependencies) {
    this.#directory = directory
    this.#reader = reader
    this.#leftovers = leftovers
    this.#unfinished = new UnfinishedWrites({ directory, leftovers })
  }

  /** Carries out a plan with what belongs before and behind it. What came before is taken back when the plan fails.
   *  @throws {DirectoryError} as `Directory.execute`.
   *  @throws {UnfinishedError} when the plan was carried out, and what belongs behind it failed. */
  async execute(
    mappings: Mappings,
    write: ReferencedWrite,
    reason: WriteReason,
  ): Promise<Entry | undefined> {
    const turns = turnsOf(mappings, write)
    return await this.#inTurn(turns, async () => await this.#execute(mappings, write, reason))
  }

  /** Has writes that take an entry from or to the same name, and what is left over of them, come one after the other: between the
   *  look whether a name is vacant and the change of who names it nobody shall get it. */
  async #inTurn<T>([turn, ...others]: readonly string[], work: () => Promise<T>): Promise<T> {
    if (turn === undefined) return await work()
    return await this.#turns.take(turn, async () => await this.#inTurn(others, work))
  }

  async #execute(
    mappings: Mappings,
    write: ReferencedWrite,
    reason: WriteReason,
  ): Promise<Entry | undefined> {
    const { upkeeps, isTaken } = await this.#prepare(mappings, write)
    const members = memberReference(mappings).name
    const naming = { members, manager: managerReference(mappings)?.name }
    const turns = turnsOf(mappings, write)
    const writing = { write, upkeeps: isTaken ? [] : upkeeps, naming, turns }
    const { entry, failure } = await this.#write(writing, reason)
    this.#unfinished.forget(write)
    let isChanged = false
    try {
      await afterWrite(async () => {
        isChanged = await this.#after({ ...writing, upkeeps }, reason)
      }, 'the groups and people that name it were to be put right: some may have its former name')
    } catch (error) {
      if (error instanceof UnfinishedError) this.#leave({ ...writing, upkeeps }, reason)
      throw error
    }
    if (failure !== undefined) throw failure
    if (entry === undefined) return undefined
    isChanged ||= upkeeps.some((upkeep) => upkeep.isOutdated(entry))
    return isChanged ? await this.#again(write, entry) : entry
  }

  /** The plan with what would be done before and behind it, in this order. */
  async preview(mappings: Mappings, write: ReferencedWrite): Promise<readonly Plan[]> {
    const { upkeeps, isTaken } = await this.#prepare(mappings, write)
    if (isTaken) return [write.plan]
    const previews = await Promise.all(upkeeps.map((upkeep) => upkeep.preview()))
    return [
      ...previews.flatMap(({ before }) => before),
      write.plan,
      ...previews.flatMap(({ after }) => after),
    ]
  }

  /** Whether another entry stands where a write takes its entry. */
  async isTaken(write: ReferencedWrite): Promise<boolean> {
    const { to } = routeOf(write)
    return to !== undefined && (await this.#standing(write, to, { names: dnNames })) === 'other'
  }

  async #write(writing: Writing, reason: WriteReason): Promise<Written> {
    const { write, upkeeps } = writing
    try {
      for (const upkeep of upkeeps) await upkeep.before(reason)
      return await this.#carryOut(write, reason)
    } catch (error) {
      await this.#takeBack(writing, error, reason)
      if (upkeeps.length === 0 || !isServersOwn(error, write.plan)) throw error
    }
    return await this.#carryOut(write, reason)
  }

  async #carryOut({ plan }: ReferencedWrite, reason: WriteReason): Promise<Written> {
    try {
      return { entry: await this.#directory.execute(plan, reason) }
    } catch (error) {
      if (error instanceof DirectoryError && error.isMade) return { failure: error }
      throw error
    }
  }

  /** What comes behind a write that was made.
   *  @returns whether the entry itself was changed. */
  async #after({ write, upkeeps }: Writing, reason: WriteReason): Promise<boolean> {
    let isChanged = false
    for (const upkeep of upkeeps) {
      isChanged = (await this.#sweep(write, upkeep, reason)) || isChanged
    }
    return isChanged
  }

  async #sweep(
    write: ReferencedWrite,
    upkeep: ReferenceUpkeep,
    reason: WriteReason,
  ): Promise<boolean> {
    const { isMoving, from, attribute } = upkeep.course
    // Who has the name by now, the entry itself after another rename among them, is named by it rightly.
    return await upkeep.after(
      reason,
      async () =>
        !isMoving || from === undefined || !(await this.#standing(write, from, attribute)),
    )
  }

  async #takeBack(writing: Writing, error: unknown, reason: WriteReason): Promise<void> {
    // It may have its new name: those who name both are right until that is known.
    const { write, naming } = writing
    this.#unfinished.leave(write, error, naming, reason)
    if (isOpen(error)) return this.#leave(writing, reason)
    const upkeeps = writing.upkeeps.filter(({ isUndoable }) => isUndoable)
    try {
      for (const upkeep of upkeeps) {
        const { from, to, attribute } = upkeep.course
        // Another request may have made the same change.
        const isThere = await this.#isAt(write, to, attribute)
        const isStill = await this.#isAt(write, from, attribute)
        const isHidden =
          isAlreadyThere(error) &&
          to !== undefined &&
          (await this.#standing(write, to, attribute)) === undefined
        await upkeep.takeBack({ isThere, isStill, isHidden })
      }
    } catch (cause) {
      if (isAway(cause)) this.#leave(writing, reason)
      if (!(error instanceof DirectoryError)) throw error
      const { failure, message } = error
      throw new DirectoryError(failure, message, { isPartial: true, cause })
    }
  }

  /** Leaves what belongs around a write until the directory is back. */
  #leave(writing: Writing, reason: WriteReason): void {
    const { upkeeps, write, turns } = writing
    if (write.entry === undefined || upkeeps.length === 0) return
    let lookedAt: number | undefined
    this.#leftovers.leave(reason, async () => {
      await this.#inTurn(turns, async () => await this.#settle(writing, reason))
      lookedAt ??= performance.now()
      return performance.now() - lookedAt < lateMs
    })
  }

  /** Puts right whoever names the entry, wherever it is now. */
  async #settle(writing: Writing, reason: WriteReason): Promise<void> {
    const { write, upkeeps } = writing
    for (const upkeep of upkeeps) {
      const { from, to, isMoving, attribute } = upkeep.course
      if (!isMoving || (await this.#isAt(write, to, attribute))) {
        await this.#sweep(write, upkeep, reason)
      } else if (await this.#isAt(write, from, attribute)) {
        // Groups that a disabled user has left stay left: that is what was asked for.
        await upkeep.takeBack({ isThere: false, isStill: false })
      } else {
        await upkeep.abandon(
          reason,
          async (value) => !(await this.#standing(write, value, attribute)),
        )
      }
    }
  }

  async #prepare(mappings: Mappings, write: ReferencedWrite): Promise<Preparation> {
    const courses = coursesOf(mappings, write)
    const { to } = routeOf(write)
    const isAddressed = courses.length > 0 && to !== undefined
    const standing = isAddressed ? await this.#standing(write, to, { names: dnNames }) : undefined
    const dependencies = { directory: this.#directory, reader: this.#reader }
    const upkeeps: ReferenceUpkeep[] = []
    for (const course of courses) {
      const { attribute } = course
      const isTakenBy =
        attribute.names.type === undefined || course.to === undefined
          ? standing
          : await this.#standing(write, course.to, attribute)
      // To the server both names are one.
      if (isTakenBy === 'itself' && course.to !== undefined) continue
      // Others whose name it is, too, stay where it names them.
      const isClearing = course.isClearing && isTakenBy === undefined
      const referrers = new Referrers(dependencies, attribute)
      const isThere = async (name: string): Promise<boolean> =>
        (await this.#standing(write, name, attribute)) !== undefined
      upkeeps.push(new ReferenceUpkeep(referrers, { ...course, isClearing }, isThere))
    }
    return { upkeeps, isTaken: standing === 'other' }
  }

  async #isAt(
    write: ReferencedWrite,
    value: string | undefined,
    attribute: Pick<ReferenceAttribute, 'names'>,
  ): Promise<boolean> {
    return value !== undefined && (await this.#standing(write, value, attribute)) === 'itself'
  }

  async #standing(
    write: ReferencedWrite,
    value: string,
    { names }: Pick<ReferenceAttribute, 'names'>,
  ): Promise<Standing> {
    const dependencies = { directory: this.#directory, reader: this.#reader }
    return await standingOf(dependencies, write, value, names)
  }

  /** An entry that names itself has changed behind its own write. */
  async #again({ entries, plan }: ReferencedWrite, entry: Entry): Promise<Entry> {
    const id = idOf(entries.identity, entry)
    return (await this.#reader.find(entries, id, plan.read)) ?? entry
  }
}

interface Preparation {
  readonly upkeeps: readonly ReferenceUpkeep[]
  /** Another entry stands where the entry is to go, so that the write will be refused. */
  readonly isTaken: boolean
}

interface Writing {
  readonly write: ReferencedWrite
  readonly upkeeps: readonly ReferenceUpkeep[]
  readonly naming: NamingAttributes
  readonly turns: readonly string[]
}

interface Written {
  readonly entry?: Entry | undefined
  /** The plan was carried out, and its entry could not be read. */
  readonly failure?: DirectoryError
}

/** The names that a write takes its entry from and to, in one order for all, or two writes could wait for each other. */
function turnsOf(mappings: Mappings, write: ReferencedWrite): readonly string[] {
  const names = [routeOf(write), ...coursesOf(mappings, write)]
    .filter(({ isMoving }) => isMoving)
    .flatMap(({ from, to }) => [from, to])
    .flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]))
  return [...new Set(names)].toSorted()
}

/** Whether it is not known where a write has left its entry. */
function isOpen(error: unknown): boolean {
  return error instanceof DirectoryError && (error.isPartial || error.failure === 'outcomeUnknown')
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof DirectoryError && error.failure === 'alreadyExists'
}

/** Whether a server refuses a rename because those who name the entry name its new DN already: it puts them right itself in the
 *  same operation, as the referential integrity of 389 DS does. */
function isServersOwn(error: unknown, { operations }: Plan): boolean {
  if (!(error instanceof DirectoryError) || error.failure !== 'valueExists') return false
  return operations[error.operationIndex ?? 0]?.kind === 'modifyDn'
}
