import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError, type DirectoryFailure } from '../directory/error.ts'
import { equals, type Filter } from '../directory/filter.ts'
import type { Plan } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import {
  attributesToRefer,
  planReference,
  type ReferenceAttribute,
  type ReferenceChange,
} from '../mapping/reference-attribute.ts'
import type { EntryReader } from './entry-reader.ts'
import { maxAttempts } from './retry.ts'

/** How often the last value that leaves, and the placeholder that comes for it, are tried in turn. */
const mostTurns = 3

/** What referrers are found and changed with. */
export interface ReferrersDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
}

/** What came of a change: it was made, there was nothing to be done, or the entry is no longer where it was. */
export type Outcome = 'made' | 'unneeded' | 'gone'

/** A change of one of those who name others. */
export interface Step {
  readonly entry: Entry
  readonly work: (entry: Entry) => Promise<Outcome>
}

/** The entries that name others in one of their attributes: groups their members, people their manager. Their values are never
 *  read, and changed one by one. */
export class Referrers {
  readonly attribute: ReferenceAttribute
  readonly #directory: Directory
  readonly #reader: EntryReader

  constructor({ directory, reader }: ReferrersDependencies, attribute: ReferenceAttribute) {
    this.attribute = attribute
    this.#directory = directory
    this.#reader = reader
  }

  /** Those of the entries that match that may be changed.
   *  @param isRead whether the values are read as well: of managers there are few. */
  async matching(filter: Filter, isRead = false): Promise<Entry[]> {
    const { entries, name } = this.attribute
    const attributes = [...attributesToRefer(this.attribute), ...(isRead ? [name] : [])]
    const found = await this.#reader.all(entries, filter, attributes)
    return found.filter((entry) => !entries.isProtected(entry))
  }

  /** One of them as it is now; nothing when it is gone. */
  async again(entry: Entry): Promise<Entry | undefined> {
    return await this.find(idOf(this.attribute.entries.identity, entry))
  }

  /** The one with an id; nothing when there is none. */
  async find(id: string): Promise<Entry | undefined> {
    return await this.#reader.find(this.attribute.entries, id, attributesToRefer(this.attribute))
  }

  /** Takes a step, also where the entry has been renamed meanwhile. */
  async wherever({ entry, work }: Step): Promise<void> {
    let found: Entry | undefined = entry
    for (let attempt = 1; found !== undefined && attempt <= maxAttempts; attempt += 1) {
      if ((await work(found)) !== 'gone') return
      found = await this.again(entry)
    }
  }

  /** What those match who name a DN. */
  isNaming(dn: string): Filter {
    return equals(this.attribute.name, dn)
  }

  /** Has an entry that names one DN name another beside it. One that does not name the first any more counts as gone, and a server
   *  that takes no DN where no entry stands yet is left alone. */
  async addBeside(entry: Entry, from: string, to: string, reason: WriteReason): Promise<Outcome> {
    const refusal = await this.#refusalOf(this.planAdding(entry, to, from), reason)
    if (refusal === undefined) return 'made'
    if (isGone(refusal)) return 'gone'
    // OpenLDAP's overlay memberof, set to refuse members who are not there, calls that a constraint.
    const isUntaken = ['valueExists', 'noSuchReference', 'invalidValue'].includes(refusal.failure)
    if (isUntaken) return 'unneeded'
    throw refusal
  }

  /** Has an entry name a DN no more, also when it is the last. */
  async leave(entry: Entry, dn: string, reason: WriteReason): Promise<Outcome> {
    return await this.#leave(reason, (isEmptied) => this.planLeaving(entry, dn, isEmptied))
  }

  /** As `leave`, of an entry that is as it was read: one that has changed counts as gone. */
  async leaveUnchanged(entry: Entry, dn: string, reason: WriteReason): Promise<Outcome> {
    return await this.#leave(reason, (isEmptied) =>
      this.#planLeaving(entry, { removed: dn, isUnchanged: true }, isEmptied),
    )
  }

  async #leave(reason: WriteReason, planFor: (isEmptied: boolean) => Plan): Promise<Outcome> {
    for (let turn = 1; ; turn += 1) {
      const isEmptied = turn % 2 === 0
      const refusal = await this.#refusalOf(planFor(isEmptied), reason)
      if (refusal === undefined) return 'made'
      if (isGone(refusal)) return 'gone'
      if (refusal.failure === 'valueAbsent') return 'unneeded'
      // The placeholder may be there by now: OpenLDAP's overlay refint puts it in, too.
      const isTurned = isEmptied ? refusal.failure === 'valueExists' : this.#isEmptying(refusal)
      if (!isTurned || turn === mostTurns) throw refusal
    }
  }

  /** Has an entry name one DN in place of another. One that does not name the other any more is left alone: the server has
   *  followed, or somebody took it out. */
  async move(entry: Entry, from: string, to: string, reason: WriteReason): Promise<Outcome> {
    const refusal = await this.#refusalOf(this.planMove(entry, from, to), reason)
    if (refusal === undefined) return 'made'
    if (isGone(refusal) || refusal.failure === 'noSuchReference') return 'gone'
    if (refusal.failure === 'valueExists') return await this.leave(entry, from, reason)
    if (refusal.failure === 'valueAbsent') return 'unneeded'
    throw refusal
  }

  /** Has an entry name a DN again that it named before, in place of the placeholder if that came for it. */
  async restore(entry: Entry, dn: string, reason: WriteReason): Promise<Outcome> {
    const { placeholder } = this.attribute
    if (placeholder !== undefined) {
      const change = { added: dn, removed: placeholder }
      const refusal = await this.#refusalOf(planReference(this.attribute, entry, change), reason)
      if (refusal === undefined) return 'made'
      if (refusal.failure !== 'valueAbsent') return this.#outcomeOf(refusal)
    }
    const refusal = await this.#refusalOf(this.planAdding(entry, dn), reason)
    return refusal === undefined ? 'made' : this.#outcomeOf(refusal)
  }

  /** @param beside what the entry must name still. */
  planAdding(entry: Entry, dn: string, beside?: string): Plan {
    const condition = beside === undefined ? {} : { beside }
    return planReference(this.attribute, entry, { added: dn, ...condition })
  }

  planMove(entry: Entry, from: string, to: string): Plan {
    return planReference(this.attribute, entry, { added: to, removed: from })
  }

  /** @param isEmptied nobody else is left, so that the placeholder has to stand in. */
  planLeaving(entry: Entry, dn: string, isEmptied = false): Plan {
    return this.#planLeaving(entry, { removed: dn }, isEmptied)
  }

  /** The change for a preview: whether nobody else is left is found out by reading the values, which nothing else does. */
  async previewLeaving(entry: Entry, dn: string): Promise<Plan> {
    const { entries, name, placeholder } = this.attribute
    if (placeholder === undefined) return this.planLeaving(entry, dn)
    const id = idOf(entries.identity, entry)
    const whole = await this.#reader.find(entries, id, [name])
    return this.planLeaving(entry, dn, whole?.texts(name).length === 1)
  }

  #planLeaving(entry: Entry, change: ReferenceChange, isEmptied: boolean): Plan {
    const { placeholder } = this.attribute
    const filler = isEmptied && placeholder !== undefined ? { added: placeholder } : {}
    return planReference(this.attribute, entry, { ...filler, ...change })
  }

  #outcomeOf(refusal: DirectoryError): Outcome {
    if (isGone(refusal)) return 'gone'
    if (refusal.failure === 'valueExists') return 'unneeded'
    throw refusal
  }

  #isEmptying(refusal: DirectoryError): boolean {
    return this.attribute.placeholder !== undefined && misses(refusal, this.attribute.name)
  }

  async #refusalOf(plan: Plan, reason: WriteReason): Promise<DirectoryError | undefined> {
    try {
      await this.#directory.execute(plan, reason)
      return undefined
    } catch (error) {
      if (error instanceof DirectoryError) return error
      throw error
    }
  }
}

/** Whether an entry was refused because it would have been left without an attribute. A server that does not say what it
 *  misses may mean that. */
export function misses(
  { failure, attribute }: Pick<DirectoryError, 'failure' | 'attribute'>,
  name: string,
): boolean {
  if (failure !== 'schemaViolation') return false
  return attribute === undefined || attribute.toLowerCase() === name.toLowerCase()
}

function isGone({ failure }: DirectoryError): boolean {
  const failures: readonly DirectoryFailure[] = ['noSuchEntry', 'assertionFailed']
  return failures.includes(failure)
}
