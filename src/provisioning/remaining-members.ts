import type { Entry } from '../directory/entry.ts'
import { and } from '../directory/filter.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { EntryReader } from './entry-reader.ts'
import type { MemberPresence } from './member-presence.ts'
import type { ReferenceFinder } from './references.ts'

/** So many members of a group are remembered, of so many groups. */
const knownMembers = 8
const knownGroups = 1000

/** So many people are asked for in a group of which nobody is known. */
const somePeople = 20

/** What those who remain are found with. */
export interface RemainingMembersDependencies {
  readonly reader: EntryReader
  readonly references: ReferenceFinder
  readonly presence: MemberPresence
}

/** Those who are to leave a group. */
export interface LeavingMembers {
  readonly group: Entry
  /** The values that name them. */
  readonly leaving: readonly string[]
  /** Reads the values of all who are there; called only where it cannot be told otherwise. */
  readonly readAll: () => Promise<readonly string[]>
}

/** Tells whether anybody remains in a group when some leave. LDAP has no question for "members other than these", but one for members
 *  who are named. So those are asked for who were there last time, or else just some people, for in a large group one of them may well
 *  be. Only where none of them is there is the list read. A wrong guess costs a read, and never makes the answer wrong. */
export class RemainingMembers {
  readonly #reader: EntryReader
  readonly #references: ReferenceFinder
  readonly #presence: MemberPresence
  /** The values that name members, by the ids of groups, those noted last at the end. */
  readonly #known = new Map<string, readonly string[]>()

  constructor({ reader, references, presence }: RemainingMembersDependencies) {
    this.#reader = reader
    this.#references = references
    this.#presence = presence
  }

  /** Whether anybody remains whom clients could take out, too.
   *  @throws {DirectoryError} `noSuchEntry` when the group is gone. */
  async areAny(mappings: Mappings, leavers: LeavingMembers): Promise<boolean> {
    const { names, entries } = mappings.groups
    const { group, leaving, readAll } = leavers
    const id = idOf(entries.identity, group)
    const gone = new Set(leaving.map(names.key))
    const remaining = (values: readonly string[]): readonly string[] =>
      values.filter((value) => !gone.has(names.key(value)))
    const known = this.#known.get(id)
    const guess = known
      ? await this.#reachable(mappings, remaining(known))
      : remaining(await this.#anyPeople(mappings))
    if (await this.#presence.isAny(mappings, group, guess)) {
      this.#note(id, guess)
      return true
    }
    const found = await this.#foundIn(mappings, remaining(await readAll()))
    this.#note(id, found)
    return found.length > 0
  }

  /** Some whom clients could take out; none only where there are none. */
  async #foundIn(mappings: Mappings, values: readonly string[]): Promise<readonly string[]> {
    const few = await this.#reachable(mappings, spread(values))
    return few.length > 0 ? few : spread(await this.#reachable(mappings, values))
  }

  async #reachable(mappings: Mappings, values: readonly string[]): Promise<readonly string[]> {
    const found = await this.#references.byMember(mappings, values, { areNamed: false })
    return values.filter((value) => found.has(mappings.groups.names.key(value)))
  }

  /** The values that would name some people, whoever they are. */
  async #anyPeople({ users, groups: { names } }: Mappings): Promise<readonly string[]> {
    const attributes = names.type === undefined ? [] : [names.type.name]
    const people = await this.#reader.some(users.entries, and([]), attributes, somePeople)
    return people.flatMap((person) => names.ofUser(person))
  }

  #note(id: string, values: readonly string[]): void {
    this.#known.delete(id)
    if (values.length === 0) return
    this.#known.set(id, values)
    const [oldest] = this.#known.keys()
    if (this.#known.size > knownGroups && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** A few of the values, from the first to the last: in whatever order members are taken out, some of these stay for long. */
function spread(values: readonly string[]): readonly string[] {
  const step = Math.max(1, (values.length - 1) / (knownMembers - 1))
  const places = Array.from({ length: knownMembers }, (_, index) => Math.floor(index * step))
  return places.flatMap((place) => values[place] ?? [])
}
