import type { Entry } from '../directory/entry.ts'
import type { Plan } from '../directory/operation.ts'
import type { DerivedValues } from '../mapping/derivation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { withGiven, withoutMade } from '../mapping/own-values.ts'
import { isJsonObject, type JsonObject } from '../scim/json.ts'
import { mentions, normalizeResource, requireAttributes } from '../scim/normalize.ts'
import { applyPatch } from '../scim/patch/apply-patch.ts'
import {
  type MemberReference,
  type MembershipDelta,
  splitMembership,
} from '../scim/patch/membership.ts'
import { decodePatch } from '../scim/patch/patch-operation.ts'
import { elementsOf } from '../scim/schema/attribute-path.ts'
import { type BrakeCategory, brakedGroups, isCountedLoss } from './brake-limits.ts'
import type { Derived } from './derived-values.ts'
import type { GroupViews } from './group-views.ts'
import type { IgnoredAttributes } from './ignored-attributes.ts'
import type { NamedMemberChange, NamedMembers } from './membership.ts'
import type { ProvisioningParts } from './parts.ts'
import type { WriteRequest } from './resource-service.ts'
import { refuseTaken } from './uniqueness.ts'
import { versionToAssert } from './versions.ts'

/** What a change makes of a group: its attributes as they are to be, and what becomes of its members. */
interface GroupOutcome {
  readonly after: JsonObject
  readonly delta: MembershipDelta
}

/** A group that is to be changed. */
interface ChangedGroup {
  /** Without its members. */
  readonly before: JsonObject
  /** The group with its members, which are read for it. */
  readonly whole: () => Promise<JsonObject>
  readonly mappings: Mappings
}

/** What a request makes of a group. */
export type GroupChange = (group: ChangedGroup) => GroupOutcome | Promise<GroupOutcome>

/** What a PUT makes of a group; without a list of members it leaves them alone. RFC 7644 §3.5.1 */
export function groupReplacement(body: JsonObject): GroupChange {
  return ({ before, mappings: { groups } }) => {
    const resource = normalizeResource(groups.schema, body)
    requireAttributes(groups.schema, resource)
    const after = withGiven(groups.entries, before, resource)
    const isListGiven = mentions(groups.schema, body, 'members')
    return { after, delta: isListGiven ? replacing(membersOf(after)) : unchanged }
  }
}

/** What a PATCH makes of a group. RFC 7644 §3.5.2
 *  @param unstored takes down what the PATCH names in vain.
 *  @throws {ScimError} when the body is no PATCH. */
export function groupPatch(body: JsonObject, unstored: IgnoredAttributes): GroupChange {
  const operations = decodePatch(body)
  return async ({ before, whole, mappings: { groups } }) => {
    const { storage } = groups
    const { rest, change: members, ignored } = splitMembership(storage, operations)
    const after = applyPatch(storage, before, rest)
    unstored.note([...ignored, ...after.ignored])
    if (members.kind === 'delta') return { after: after.resource, delta: members }
    const patched = applyPatch(storage, await whole(), members.operations)
    return { after: after.resource, delta: replacing(membersOf(patched.resource)) }
  }
}

/** Whether a PATCH changes nothing but members, as far as its paths show that at a glance; one that may change more is taken for
 *  one that does.
 *  @throws {ScimError} when the body is no PATCH. */
export function isPatchOfMembers(body: JsonObject): boolean {
  return decodePatch(body).every(({ path, value }) =>
    path === undefined
      ? isJsonObject(value) && Object.keys(value).every(isMembers)
      : isMembers(path),
  )
}

function isMembers(path: string): boolean {
  return /^(?:urn:.*:)?members(?![\w-])/iu.test(path)
}

/** How closely the members of a group are looked at. */
export interface MemberLook {
  /** Whether those who would be left are counted, for which they are read. */
  readonly isCounted: boolean
  /** Whether the directory has refused to add somebody who is there. */
  readonly isDoubted: boolean
}

/** How a change of a group is worked out. */
export interface GroupChangeOptions {
  readonly request: WriteRequest
  readonly change: GroupChange
  readonly look: MemberLook
  /** The LDAP attributes to read afterwards; none where nothing is shown. */
  readonly read: readonly string[]
}

/** A change of a group that waits for the values of its derived attributes. */
export interface PlannedGroupChange {
  /** What values are to be derived for. */
  readonly wish: Derived
  /** The operations, with these values. */
  readonly planFor: (derived: DerivedValues) => Plan
  /** Whom the change names. */
  readonly named: NamedMembers
  /** How many members it adds and removes. */
  readonly memberCount: number
  /** What it is to the brake; nothing where the group goes on. */
  readonly braked: BrakeCategory | undefined
}

/** Works out the operations that change groups. */
export class GroupChanges {
  readonly #parts: ProvisioningParts
  readonly #views: GroupViews

  constructor(parts: ProvisioningParts, views: GroupViews) {
    this.#parts = parts
    this.#views = views
  }

  /** What a change of a group is, as far as can be told by looking.
   *  @param entry without its members. */
  async plan(
    mappings: Mappings,
    entry: Entry,
    { request, change, look, read }: GroupChangeOptions,
  ): Promise<PlannedGroupChange> {
    const { entries } = mappings.groups
    const shown = await this.#shown(mappings, entry, request)
    const before = withoutMade(entries, entries.withoutRepeated(entry, shown))
    const whole = async (): Promise<JsonObject> => {
      const members = await this.#parts.membership.withMembers(mappings, entry)
      return await this.#shown(mappings, members, request)
    }
    const { after: wanted, delta } = await change({ before, whole, mappings })
    const after = entries.withoutRepeated(entry, wanted)
    const named = { after, before, ownId: idOf(entries.identity, entry) }
    await refuseTaken(this.#parts.reader, entries, 'displayName', named)
    const members = await this.#members(mappings, entry, delta, look)
    // Who comes after the count would find the placeholder beside him.
    const version = members.isEmptied
      ? entry.text(entries.identity.versionAttribute)
      : versionToAssert(entries, entry, request)
    const write = { entry, before, after, members, version }
    const planFor = (derived: DerivedValues): Plan => {
      const { operations } = mappings.groups.planChange({ ...write, derived }, false)
      return { operations, read }
    }
    const braked = await this.#braked(mappings, entry, members)
    const memberCount = members.added.length + members.removed.length
    const wish = { after, before, entry }
    return { wish, planFor, named: members.named, memberCount, braked }
  }

  async #members(
    mappings: Mappings,
    entry: Entry,
    delta: MembershipDelta,
    { isCounted, isDoubted }: MemberLook,
  ): Promise<NamedMemberChange> {
    const { membership } = this.#parts
    return isCounted
      ? await membership.countedChangeFor(mappings, entry, delta)
      : await membership.changeFor(mappings, entry, delta, isDoubted)
  }

  /** What a change of members is to the brake: the loss of the group, where nobody stays of those who were in it, whoever comes. */
  async #braked(
    mappings: Mappings,
    entry: Entry,
    { removed, isAnybodyKept }: NamedMemberChange,
  ): Promise<BrakeCategory | undefined> {
    const { brake, membership } = this.#parts
    if (!brake.isOn || !isCountedLoss(removed.length)) return undefined
    const isKept = isAnybodyKept ?? (await membership.keepsAnybody(mappings, entry, removed))
    return isKept ? undefined : brakedGroups(mappings, 'emptied')
  }

  async #shown(mappings: Mappings, entry: Entry, { context }: WriteRequest): Promise<JsonObject> {
    const [group = {}] = await this.#views.render(mappings, [entry], context.baseUrl)
    return group
  }
}

/** The members that a group has in SCIM. */
export function membersOf({ members }: JsonObject): MemberReference[] {
  return elementsOf(members).flatMap((member) => {
    const { value, type } = isJsonObject(member) ? member : {}
    if (typeof value !== 'string') return []
    return [{ value, ...(typeof type === 'string' && { type }) }]
  })
}

const unchanged: MembershipDelta = { kind: 'delta', base: 'keep', add: [], remove: [] }

function replacing(add: readonly MemberReference[]): MembershipDelta {
  return { kind: 'delta', base: 'none', add, remove: [] }
}
