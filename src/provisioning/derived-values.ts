import type { WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { and, equals, not, or } from '../directory/filter.ts'
import { candidate, type Derivation, type DerivedValues } from '../mapping/derivation.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import { isGiven } from '../mapping/own-values.ts'
import type { JsonObject } from '../scim/json.ts'
import { foldText } from '../scim/scalar.ts'
import { afterWrite, UnfinishedError } from './directory-failure.ts'
import type { EntryReader } from './entry-reader.ts'
import type { FreeNumbers } from './free-numbers.ts'

const candidatesAtATime = 20
const maxAttempts = 20

/** What values are derived for: a new resource, or one that changes. */
export interface Derived {
  readonly after: JsonObject
  readonly before?: JsonObject
  /** The entry that changes. */
  readonly entry?: Entry
}

/** Values that were refused because others have them, by the names of the attributes. */
type Taken = Map<string, Set<string>>

/** What values are found with. */
export interface DerivedValuesDependencies {
  readonly reader: EntryReader
  readonly numbers: FreeNumbers
}

/** Finds values for derived and numbered attributes that nobody else has. What others have within reach is looked up; what they
 *  have elsewhere in the directory only a refusal tells, and then the next value is tried. */
export class DerivedValueFinder {
  readonly #reader: EntryReader
  readonly #numbers: FreeNumbers

  constructor({ reader, numbers }: DerivedValuesDependencies) {
    this.#reader = reader
    this.#numbers = numbers
  }

  /** The values to write, as far as can be told by looking; empty when none changes. */
  async find(entries: EntryMapping, what: Derived): Promise<DerivedValues> {
    const numbers = what.before === undefined ? await this.#numbers.preview(entries) : []
    return new Map([...(await this.#derive(entries, what, new Map())), ...numbers])
  }

  async #derive(entries: EntryMapping, what: Derived, taken: Taken): Promise<DerivedValues> {
    const values = new Map<string, string>()
    for (const derivation of entries.derivations) {
      const source = sourceToFollow(entries, derivation, what)
      if (source === undefined) continue
      const value = await this.#free(entries, { derivation, source, entry: what.entry }, taken)
      if (value !== undefined) values.set(derivation.type.name, value)
    }
    return values
  }

  /** Writes with values that nobody has, with others as long as the directory refuses them for that.
   *  @param work what is written with the values, and its entry as it was read afterwards, if any.
   *  @throws {UnfinishedError} when the entry was written, and its numbers could not be made sure of. */
  async write(
    entries: EntryMapping,
    what: Derived,
    reason: WriteReason,
    work: (values: DerivedValues) => Promise<Entry | undefined>,
  ): Promise<Entry | undefined> {
    const taken: Taken = new Map()
    const isNew = what.before === undefined
    for (let attempt = 1; ; attempt += 1) {
      const numbers = isNew ? await this.#numbers.take(entries) : []
      const values = new Map([...(await this.#derive(entries, what, taken)), ...numbers])
      try {
        const entry = await work(values)
        return entry && isNew ? await this.#settled(entries, entry, values, reason) : entry
      } catch (error) {
        const names = refusedNames(entries, values, error)
        if (names.length === 0 || attempt === maxAttempts) {
          if (isNew && !isPerhapsMade(error)) this.#numbers.giveBack(entries, values)
          throw error
        }
        takeDown(taken, names, values)
      }
    }
  }

  async #settled(
    entries: EntryMapping,
    entry: Entry,
    values: DerivedValues,
    reason: WriteReason,
  ): Promise<Entry> {
    return await afterWrite(async () => {
      const isChanged = await this.#numbers.settle(entries, entry, values, reason)
      if (!isChanged) return entry
      const id = idOf(entries.identity, entry)
      return (await this.#reader.find(entries, id, entry.names)) ?? entry
    }, 'its numbers were to be made different from those of others')
  }

  async #free(
    entries: EntryMapping,
    { derivation, source, entry }: Wish,
    taken: Taken,
  ): Promise<string | undefined> {
    const { name } = derivation.type
    for (let from = 1; ; from += candidatesAtATime) {
      const candidates = Array.from({ length: candidatesAtATime }, (_, index) =>
        candidate(derivation, source, from + index),
      ).filter((value) => value !== undefined)
      if (candidates.length === 0) return undefined
      const known = taken.get(name) ?? new Set()
      const isCandidate = or(candidates.map((value) => equals(name, value)))
      const isSelf = entry && idFilter(entries.identity, idOf(entries.identity, entry))
      const filter = isSelf === undefined ? isCandidate : and([isCandidate, not(isSelf)])
      const others = await this.#reader.all(entries, filter, [name])
      const used = new Set(others.flatMap((other) => other.texts(name)).map(keyOf))
      const free = candidates.find((value) => !known.has(keyOf(value)) && !used.has(keyOf(value)))
      if (free !== undefined) return free
    }
  }
}

interface Wish {
  readonly derivation: Derivation
  readonly source: string
  readonly entry: Entry | undefined
}

/** What a value is to be made from; nothing when it stays as it is. */
function sourceToFollow(
  entries: EntryMapping,
  derivation: Derivation,
  { after, before }: Derived,
): string | undefined {
  if (isGiven(entries, derivation, after)) return undefined
  const source = entries.sourceOf(derivation, after)
  if (before === undefined || source === undefined) return source
  if (isGiven(entries, derivation, before)) return source
  const was = entries.sourceOf(derivation, before)
  const isSame =
    was !== undefined && candidate(derivation, was, 1) === candidate(derivation, source, 1)
  return derivation.settings.follows && !isSame ? source : undefined
}

/** The derived attributes whose values the directory refused because others have them. Active Directory does not say which
 *  it is where several must be unique. */
function refusedNames(entries: EntryMapping, values: DerivedValues, error: unknown): string[] {
  if (!(error instanceof DirectoryError) || error.isPartial) return []
  const names = [...values.keys()]
  const { rdn } = entries.settings
  const isNaming = (name: string): boolean => name.toLowerCase() === rdn.toLowerCase()
  if (error.failure === 'alreadyExists') return names.filter(isNaming)
  if (error.failure !== 'notUnique') return []
  const { attribute } = error
  if (attribute === undefined) return names.filter((name) => !isNaming(name))
  return names.filter((name) => name.toLowerCase() === attribute.toLowerCase())
}

/** Whether an entry may be there although its write failed. */
function isPerhapsMade(error: unknown): boolean {
  if (error instanceof UnfinishedError) return true
  if (!(error instanceof DirectoryError)) return false
  return error.isMade || error.isPartial || error.failure === 'outcomeUnknown'
}

function takeDown(taken: Taken, names: readonly string[], values: DerivedValues): void {
  for (const name of names) {
    const known = taken.get(name) ?? new Set()
    taken.set(name, known.add(keyOf(values.get(name) ?? '')))
  }
}

function keyOf(value: string): string {
  return foldText(value, false)
}
