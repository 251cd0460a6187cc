import type { WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Plan } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { managerReference, memberReference } from '../mapping/reference-attribute.ts'
import type { UpkeepNote } from '../mapping/upkeep-note.ts'
import { afterWrite, UnfinishedError } from './directory-failure.ts'
import { isAway, type Leftovers, untilLate } from './leftovers.ts'
import { coursesOf, type ReferencedWrite, routeOf } from './reference-course.ts'
import type { ReferenceFollower } from './reference-follower.ts'
import { clearRemains } from './reference-remains.ts'
import type { ReferenceFinder } from './references.ts'
import { isAnothers, standingOf } from './reference-standing.ts'
import { ReferenceUpkeeps, type ReferenceUpkeepsDependencies } from './reference-upkeeps.ts'
import { Turns } from './turns.ts'
import type { NamingAttributes } from './unfinished-write.ts'
import { UnfinishedWrites } from './unfinished-writes.ts'
import type { KeepNote, UpkeepNotes } from './upkeep-notes.ts'

/** What references are kept with. */
export interface ReferenceKeeperDependencies extends ReferenceUpkeepsDependencies {
  readonly references: ReferenceFinder
  readonly leftovers: Leftovers
  readonly follower: ReferenceFollower
  readonly notes: UpkeepNotes
}

/** Carries out writes of entries, and keeps right what names them: the groups that they are members of, and the people whose
 *  manager they are, as far as the server does not. docs/decisions/0024-references-by-the-bridge.md */
export class ReferenceKeeper {
  readonly #dependencies: ReferenceKeeperDependencies
  readonly #turns = new Turns()
  readonly #unfinished: UnfinishedWrites

  constructor(dependencies: ReferenceKeeperDependencies) {
    this.#dependencies = dependencies
    this.#unfinished = new UnfinishedWrites(dependencies)
  }

  /** Carries out a plan with what belongs before and behind it. What came before is taken back when the plan fails.
   *  @throws {DirectoryError} as `Directory.execute`.
   *  @throws {UnfinishedError} when the plan was carried out, and what belongs behind it failed. */
  async execute(
    mappings: Mappings,
    write: ReferencedWrite,
    reason: WriteReason,
  ): Promise<Entry | undefined> {
    const names = namesOf(mappings, write)
    const work = async (): Promise<Entry | undefined> => {
      const { name: members, placeholder, names: memberNames } = memberReference(mappings)
      const naming = {
        members,
        placeholder,
        manager: managerReference(mappings)?.name,
        valuesOf: async (ids: readonly string[]) => await this.#valuesOf(mappings, ids),
        isTaken: async (value: string, id: string) =>
          await isAnothers(this.#dependencies.reader, mappings, value, { names: memberNames, id }),
      }
      const upkeeps = await this.#upkeepsOf(mappings, write)
      const noted = { base: mappings.users.settings.base, names: upkeeps.namesToNote(mappings) }
      return await this.#dependencies.notes.around(
        noted,
        reason,
        async (keepNote) =>
          await this.#execute({ mappings, write, upkeeps, naming, names, keepNote }, reason),
      )
    }
    try {
      return await this.#turns.takeAll(
        names,
        async () => await this.#unfinished.around(write, work),
      )
    } catch (error) {
      // Whoever asked for it follows whom it names only where he is told that it was made.
      const { follower } = this.#dependencies
      if (isMade(error) || isOpen(error)) follower.leave(mappings, write, isMade(error), reason)
      throw error
    }
  }

  /** An entry that is about to be changed, read once more where something was left over of it, and tried before. */
  async caughtUp(entries: EntryMapping, read: () => Promise<Entry>): Promise<Entry> {
    const entry = await read()
    const isTried = await this.#unfinished.catchUp({ entries, entry, plan: nothing })
    return isTried ? await read() : entry
  }

  /** Takes notice that somebody is told that an entry is as he wants it: what is left over of an earlier write shall not change it
   *  behind him.
   *  @throws {DirectoryError} `assertionFailed` when something of it was being done, so that it has to be read again. */
  async confirm(entries: EntryMapping, entry: Entry): Promise<void> {
    await this.#unfinished.confirm({ entries, entry, plan: nothing })
  }

  async #execute(writing: Writing, reason: WriteReason): Promise<Entry | undefined> {
    const { write, upkeeps } = writing
    const { entry, failure } = await this.#write(writing, reason)
    if (write.plan.operations.length > 0) this.#unfinished.forget(write)
    else await this.#unfinished.confirm(write)
    let isChanged = false
    try {
      await afterWrite(async () => {
        isChanged = await upkeeps.after(reason)
        await this.#followItself(writing, reason)
      }, 'the groups and people that name it were to be put right: some may have its former name')
    } catch (error) {
      if (error instanceof UnfinishedError) this.#leave(writing, reason)
      throw error
    }
    if (failure !== undefined) throw failure
    if (entry === undefined) return undefined
    return isChanged || upkeeps.isOutdated(entry) ? await this.#again(write, entry) : entry
  }

  /** Does what a bridge that is lost has noted and not done.
   *  @throws {DirectoryError} when it cannot be done, or not now. */
  async finish(mappings: Mappings, { names }: UpkeepNote, reason: WriteReason): Promise<void> {
    const turns = names.flatMap(({ from, to = from }) => [from.toLowerCase(), to.toLowerCase()])
    await this.#turns.takeAll(turns, async () => {
      for (const name of names) await clearRemains(this.#dependencies, mappings, name, reason)
    })
  }

  /** The plan with what would be done before and behind it, in this order. */
  async preview(mappings: Mappings, write: ReferencedWrite): Promise<readonly Plan[]> {
    const upkeeps = await this.#upkeepsOf(mappings, write)
    if (upkeeps.isTaken) return [write.plan]
    const { before, after } = await upkeeps.preview()
    return [...before, write.plan, ...after]
  }

  /** Whether another entry stands where a write takes its entry. */
  async isTaken(write: ReferencedWrite): Promise<boolean> {
    const { to } = routeOf(write)
    return to !== undefined && (await standingOf(this.#dependencies.reader, write, to)) === 'other'
  }

  /** What groups name the members with these ids by. */
  async #valuesOf(
    mappings: Mappings,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = await this.#dependencies.references.byId(mappings, ids)
    return new Map(Array.from(found, ([id, { memberValues }]) => [id, memberValues]))
  }

  async #upkeepsOf(mappings: Mappings, write: ReferencedWrite): Promise<ReferenceUpkeeps> {
    return await ReferenceUpkeeps.of(this.#dependencies, mappings, write)
  }

  async #write(writing: Writing, reason: WriteReason): Promise<Written> {
    const { write, upkeeps } = writing
    try {
      await upkeeps.before(reason)
      return await this.#carryOut(write, reason)
    } catch (error) {
      await this.#takeBack(writing, error, reason)
      const isPrepared = !upkeeps.areNone && !upkeeps.isTaken
      if (!isPrepared || !isServersOwn(error, write.plan)) throw error
    }
    return await this.#carryOut(write, reason)
  }

  async #carryOut({ plan }: ReferencedWrite, reason: WriteReason): Promise<Written> {
    try {
      return { entry: await this.#dependencies.directory.execute(plan, reason) }
    } catch (error) {
      if (error instanceof DirectoryError && error.isMade) return { failure: error }
      throw error
    }
  }

  async #takeBack(writing: Writing, error: unknown, reason: WriteReason): Promise<void> {
    const { write, upkeeps, naming } = writing
    this.#unfinished.leave(write, error, naming, reason)
    // It may have its new name: those who name both are right until that is known.
    if (isOpen(error)) return this.#leave(writing, reason)
    try {
      await upkeeps.takeBack(isAlreadyThere(error))
    } catch (cause) {
      writing.keepNote()
      if (isAway(cause)) this.#leave(writing, reason)
      if (!(error instanceof DirectoryError)) throw error
      const { failure, message } = error
      throw new DirectoryError(failure, message, { isPartial: true, cause })
    }
  }

  /** Leaves what belongs around a write until the directory is back. */
  #leave({ write, upkeeps, names, keepNote }: Writing, reason: WriteReason): void {
    const removeNote = keepNote()
    if (write.entry === undefined || upkeeps.areNone) return
    const settle = async (): Promise<boolean> => {
      await this.#turns.takeAll(names, async () => await upkeeps.settle(reason))
      return false
    }
    const work = untilLate(settle)
    this.#dependencies.leftovers.leave(reason, async () => {
      const ending = await work()
      if (ending === false) await removeNote()
      return ending
    })
  }

  /** Follows the entry where another bridge has given it one more name while those who name it got the new one. */
  async #followItself({ mappings, upkeeps }: Writing, reason: WriteReason): Promise<void> {
    const { follower } = this.#dependencies
    for (const { attribute, written } of await upkeeps.outrun()) {
      await follower.settle(mappings, attribute, written, reason)
    }
  }

  /** An entry that names itself has changed behind its own write. */
  async #again({ entries, plan }: ReferencedWrite, entry: Entry): Promise<Entry> {
    const id = idOf(entries.identity, entry)
    return (await this.#dependencies.reader.find(entries, id, plan.read)) ?? entry
  }
}

const nothing: Plan = { operations: [], read: [] }

interface Writing {
  readonly mappings: Mappings
  readonly write: ReferencedWrite
  readonly upkeeps: ReferenceUpkeeps
  readonly naming: NamingAttributes
  /** Writes that take an entry from or to the same name, and what is left over of them, come one after the other: between the look
   *  whether a name is vacant and the change of who names it nobody shall get it. */
  readonly names: readonly string[]
  /** Has the note stay until it is removed, or somebody finds what is left to be done. */
  readonly keepNote: KeepNote
}

interface Written {
  readonly entry?: Entry | undefined
  /** The plan was carried out, and its entry could not be read. */
  readonly failure?: DirectoryError
}

/** The names that a write takes its entry from and to. */
function namesOf(mappings: Mappings, write: ReferencedWrite): readonly string[] {
  return [routeOf(write), ...coursesOf(mappings, write)]
    .filter(({ isMoving }) => isMoving)
    .flatMap(({ from, to }) => [from, to])
    .flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]))
}

/** Whether a write was made, although something behind it failed. */
function isMade(error: unknown): boolean {
  return error instanceof UnfinishedError || (error instanceof DirectoryError && error.isMade)
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
