import type { Directory } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { equals, or } from '../directory/filter.ts'
import type { MemberChange } from '../mapping/member-change.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { MemberNames } from '../mapping/member-names.ts'
import type { Reference } from '../mapping/reference.ts'
import { scimErrors } from '../scim/error.ts'
import { excerpt } from '../scim/excerpt.ts'
import type { MemberReference, MembershipDelta } from '../scim/patch/membership.ts'
import type { EntryReader } from './entry-reader.ts'
import { MemberPresence } from './member-presence.ts'
import { notFound } from './not-found.ts'
import type { ReferenceFinder } from './references.ts'
import { RemainingMembers } from './remaining-members.ts'
import { misses } from './referrers.ts'

const namedInErrors = 5

/** What memberships are worked out with. */
export interface MembershipDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
  readonly references: ReferenceFinder
}

/** The members whom a change names, by their ids, with the values that named them when it was worked out. */
export interface NamedMembers {
  /** Those it writes into the group. */
  readonly coming: ReadonlyMap<string, string>
  /** Those who are no members afterwards. */
  readonly leaving: ReadonlyMap<string, string>
}

/** What a write does to the members of a group, and whom that means. */
export interface NamedMemberChange extends MemberChange {
  readonly named: NamedMembers
  /** Whether anybody stays of those who were there and whom clients could take out; left open where the members were not read. */
  readonly isAnybodyKept?: boolean
}

/** Works out what a change of members is in the directory. It costs the same in a group of ten members and in one of a
 *  hundred thousand: the server is asked who is there, and the list is read only when all of it is replaced, or all of it may be
 *  about to go. */
export class Membership {
  readonly #reader: EntryReader
  readonly #references: ReferenceFinder
  readonly #presence: MemberPresence
  readonly #remaining: RemainingMembers

  constructor({ directory, reader, references }: MembershipDependencies) {
    this.#reader = reader
    this.#references = references
    this.#presence = new MemberPresence({ directory, references })
    this.#remaining = new RemainingMembers({ reader, references, presence: this.#presence })
  }

  /** The values that name members to add, by their ids.
   *  @throws {ScimError} invalidValue naming the ids that are no user or group, or one that is of another type than is said, or
   *    whom groups cannot name. */
  async valuesOf(
    mappings: Mappings,
    members: readonly MemberReference[],
  ): Promise<ReadonlyMap<string, string>> {
    const ids = members.map(({ value }) => value)
    const found = await this.#references.byId(mappings, ids)
    const unknown = ids.filter((id) => !found.has(id))
    if (unknown.length > 0) {
      const named = unknown
        .slice(0, namedInErrors)
        .map((id) => JSON.stringify(id))
        .join(', ')
      const more =
        unknown.length > namedInErrors ? ` and ${unknown.length - namedInErrors} more` : ''
      throw scimErrors.invalidValue(`members.value names no user or group: ${named}${more}.`)
    }
    for (const { value, type } of members) checkType(value, type, found.get(value))
    for (const reference of found.values()) checkNameable(mappings, reference)
    return valuesIn(found)
  }

  /** What is left to be done of a change, given how the group stands: members to add who are not there, members to remove
   *  who are. Ids to remove that name nothing are no members. Whether anybody is left is not asked: the directory refuses
   *  to be left with nobody.
   *  @param isDoubted as of `NamedValues`. */
  async changeFor(
    mappings: Mappings,
    group: Entry,
    wish: MembershipDelta,
    isDoubted: boolean,
  ): Promise<NamedMemberChange> {
    const delta = await this.#withoutForeign(mappings, group, wish)
    const wanted = await this.valuesOf(mappings, delta.add)
    if (delta.base === 'none') return await this.#replacement(mappings, group, wanted)
    const leaving = await this.#references.byId(mappings, delta.remove)
    const removed = [...leaving.values()].flatMap(({ memberValues }) => memberValues)
    const { names, settings } = mappings.groups
    const values = distinctValues(names, wanted.values())
    const { placeholder } = settings.members
    const fillers = placeholder === undefined ? [] : [placeholder]
    const leavers = [...removed, ...fillers]
    const asked = { coming: values, leaving: leavers, isDoubted }
    const present = await this.#presence.among(mappings, group, asked)
    const added = values.filter((value) => !present.has(value))
    return {
      added,
      removed: removed.filter((value) => present.has(value)),
      hasPlaceholder: fillers.some((value) => present.has(value)),
      isEmptied: false,
      named: { coming: only(names, wanted, added), leaving: valuesIn(leaving) },
    }
  }

  /** The same with whether the group would be left without members, which is found out by reading them where any leave. */
  async countedChangeFor(
    mappings: Mappings,
    group: Entry,
    delta: MembershipDelta,
  ): Promise<NamedMemberChange> {
    const change = await this.changeFor(mappings, group, delta, true)
    if (change.removed.length === 0 || delta.base === 'none') return change
    const members = mappings.groups.memberValues(await this.withMembers(mappings, group))
    return {
      ...change,
      isEmptied: change.added.length === 0 && members.length === change.removed.length,
    }
  }

  /** Whether anybody stays in a group that some leave, of those who were there and whom clients could take out, too.
   *  @param leaving the values that name those who leave.
   *  @throws {ScimError} notFound when the group is gone. */
  async keepsAnybody(
    mappings: Mappings,
    group: Entry,
    leaving: readonly string[],
  ): Promise<boolean> {
    const readAll = async (): Promise<readonly string[]> =>
      mappings.groups.memberValues(await this.withMembers(mappings, group))
    return await this.#remaining.areAny(mappings, { group, leaving, readAll })
  }

  /** The groups that name an entry as a member by one of the values, without their members. */
  async groupsNaming({ groups }: Mappings, values: readonly string[]): Promise<Entry[]> {
    if (values.length === 0) return []
    const { attribute } = groups.settings.members
    const filter = or(values.map((value) => equals(attribute, value)))
    return await this.#reader.all(groups.entries, filter, groups.attributes(false))
  }

  /** A change without the principals of other forests that it names: those who are members can be named, as a GET shows them, and
   *  stay members, whatever becomes of the others.
   *  @throws {ScimError} mutability when one is to go. */
  async #withoutForeign(
    mappings: Mappings,
    group: Entry,
    delta: MembershipDelta,
  ): Promise<MembershipDelta> {
    const { foreignPrincipals } = mappings.groups
    const dnsOf = (ids: readonly string[]): string[] =>
      ids.flatMap((id) => foreignPrincipals.dnOf(id) ?? [])
    const leaving = dnsOf(delta.remove)
    const named = [...dnsOf(delta.add.map(({ value }) => value)), ...leaving]
    if (named.length === 0) return delta
    const asked = { coming: [], leaving: named, isDoubted: false }
    const present = await this.#presence.among(mappings, group, asked)
    if (leaving.some((dn) => present.has(dn))) {
      throw scimErrors.mutability(
        'members that are named by a security identifier belong to another forest; remove them in the directory itself.',
      )
    }
    const isThere = (id: string): boolean => present.has(foreignPrincipals.dnOf(id) ?? '')
    return { ...delta, add: delta.add.filter(({ value }) => !isThere(value)) }
  }

  /** The whole list is replaced: the only change for which it is read. Members that no client can see are left alone. */
  async #replacement(
    mappings: Mappings,
    group: Entry,
    wanted: ReadonlyMap<string, string>,
  ): Promise<NamedMemberChange> {
    const { groups } = mappings
    const entry = await this.withMembers(mappings, group)
    const { names } = groups
    const current = groups.memberValues(entry)
    const visible = await this.#references.byMember(mappings, current)
    const has = new Set(current.map(names.key))
    const wants = new Set([...wanted.values()].map(names.key))
    const shown = current.filter((value) => visible.has(names.key(value)))
    const removed = shown.filter((value) => !wants.has(names.key(value)))
    const added = distinctValues(names, wanted.values()).filter(
      (value) => !has.has(names.key(value)),
    )
    const leaving = removed.flatMap((value) =>
      (visible.get(names.key(value)) ?? []).map(({ id }) => [id, value] as const),
    )
    return {
      added,
      removed,
      hasPlaceholder: entry
        .texts(groups.settings.members.attribute)
        .some((value) => groups.isPlaceholder(value)),
      isEmptied: removed.length > 0 && removed.length === current.length && added.length === 0,
      named: { coming: only(names, wanted, added), leaving: new Map(leaving) },
      isAnybodyKept: removed.length < shown.length,
    }
  }

  /** A group that was read without its members, with them.
   *  @throws {ScimError} notFound when it is gone. */
  async withMembers({ groups }: Mappings, group: Entry): Promise<Entry> {
    const { identity } = groups.entries
    const id = idOf(identity, group)
    const entry = await this.#reader.find(groups.entries, id, groups.attributes(true))
    if (entry === undefined) throw notFound('Group', id)
    return entry
  }
}

/** Whether a group was refused because its last member would have left. */
export function isEmptying(error: unknown, { groups }: Mappings): boolean {
  if (!(error instanceof DirectoryError) || error.isPartial) return false
  return misses(error, groups.settings.members.attribute)
}

/** What a client says of the type of a member is not stored; it must be right. */
function checkType(id: string, type: string | undefined, found: Reference | undefined): void {
  if (type === undefined || found === undefined) return
  if (type.toLowerCase() === found.type.toLowerCase()) return
  throw scimErrors.invalidValue(
    `members.type is ${found.type} for ${id}, and not ${excerpt(type)}; leave it out.`,
  )
}

/** Groups that name users by an attribute cannot name groups, nor users without a value that they can hold. */
function checkNameable(
  { users, groups: { names } }: Mappings,
  { id, type, memberValues }: Reference,
): void {
  if (memberValues.length > 0 || names.type === undefined) return
  if (type === 'Group') {
    throw scimErrors.invalidValue(
      `members.value names a group: ${id}. The groups of this directory hold users only.`,
    )
  }
  const name = users.scimName(names.type.name) ?? names.type.name
  throw scimErrors.invalidValue(
    `members.value names a user whom groups cannot name: ${id}. They name users by ${name}: it must be there, and in ASCII.`,
  )
}

function valuesIn(references: ReadonlyMap<string, Reference>): ReadonlyMap<string, string> {
  const values = [...references].map(([id, { memberValues }]) => [id, memberValues[0]] as const)
  return new Map(values.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])))
}

/** Values without those that name the same once more. */
export function distinctValues({ key }: MemberNames, values: Iterable<string>): string[] {
  return [...new Map([...values].map((value) => [key(value), value])).values()]
}

/** Those of the members who are named by one of the values. */
function only(
  { key }: MemberNames,
  members: ReadonlyMap<string, string>,
  values: readonly string[],
): ReadonlyMap<string, string> {
  const wanted = new Set(values.map(key))
  return new Map([...members].filter(([, value]) => wanted.has(key(value))))
}
