import type { Entry } from '../directory/entry.ts'
import type { Plan } from '../directory/operation.ts'
import type { DerivedValues } from '../mapping/derivation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../scim/json.ts'
import { mentions, normalizeResource, requireAttributes } from '../scim/normalize.ts'
import { applyPatch } from '../scim/patch/apply-patch.ts'
import { type MembershipDelta, splitMembership } from '../scim/patch/membership.ts'
import { decodePatch } from '../scim/patch/patch-operation.ts'
import { brakedGroups } from './brake-limits.ts'
import type { RequestContext } from './context.ts'
import { afterWrite } from './directory-failure.ts'
import { GroupViews } from './group-views.ts'
import { distinctDns, isEmptying, type NamedMemberChange, type NamedMembers } from './membership.ts'
import { shownBy } from './needs.ts'
import type { ProvisioningParts } from './parts.ts'
import { planned, ResourceFrame } from './resource-frame.ts'
import type {
  ListQuery,
  ProjectionQuery,
  ResourceList,
  ResourceService,
  WriteRequest,
  WriteResult,
} from './resource-service.ts'
import { isConflict, maxAttempts } from './retry.ts'
import { refuseTaken } from './uniqueness.ts'
import { checkChangeable, versionToAssert } from './versions.ts'

// A group may have a hundred thousand members.
const groupsAtATime = 25

/** What a change makes of a group: its attributes as they are to be, and what becomes of its members. */
interface GroupOutcome {
  readonly after: JsonObject
  readonly delta: MembershipDelta
}

type Change = (before: JsonObject, entry: Entry, mappings: Mappings) => Promise<GroupOutcome>

/** How a change is carried out. */
interface ChangeOptions {
  readonly request: WriteRequest
  /** The answer shows the group. */
  readonly isShown: boolean
  readonly change: Change
}

/** A group after a write. */
interface WrittenGroup {
  readonly entry: Entry
  readonly named: NamedMembers
  readonly request: WriteRequest
  readonly isShown: boolean
}

/** How often the members are counted anew because a change would leave nobody. */
const mostCounts = 3

/** The operations on groups. RFC 7644 §3 */
export class Groups implements ResourceService {
  readonly #parts: ProvisioningParts
  readonly #views: GroupViews
  readonly #frame: ResourceFrame

  constructor(parts: ProvisioningParts) {
    this.#parts = parts
    this.#views = new GroupViews(parts)
    this.#frame = new ResourceFrame(parts, {
      name: 'Group',
      portion: groupsAtATime,
      mappingIn: ({ groups }) => groups,
      view: (mappings, needs, baseUrl) => this.#views.view(mappings, needs, baseUrl),
    })
  }

  async create(body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    return await this.#frame.answer(async (mappings) => {
      const { groups } = mappings
      const resource = normalizeResource(groups.schema, body)
      requireAttributes(groups.schema, resource)
      await refuseTaken(this.#parts.reader, groups.entries, 'displayName', { resource })
      const coming = await this.#parts.membership.dnsOf(mappings, memberIds(resource))
      const memberDns = distinctDns(coming.values())
      const isRead = needsMembers(mappings, request)
      const wish = { after: resource }
      const planFor = (derived: DerivedValues): Plan =>
        groups.planCreate({ resource, memberDns, derived }, isRead).plan
      if (request.isDryRun) {
        const plan = planFor(await this.#parts.derived.find(groups.entries, wish))
        return planned(
          await this.#parts.keeper.preview(mappings, { entries: groups.entries, plan }),
        )
      }
      const entry = await this.#parts.derived.write(
        groups.entries,
        wish,
        async (derived) => await this.#execute(mappings, { plan: planFor(derived) }, request),
      )
      if (entry === undefined) throw new Error('a write of a group read no entry')
      const named = { coming, leaving: new Map<string, string>() }
      return await this.#settled(mappings, { entry, named, request, isShown: true })
    })
  }

  async get(id: string, query: ProjectionQuery, context: RequestContext): Promise<JsonObject> {
    return await this.#frame.answer(
      async (mappings) => await this.#frame.read(mappings, id, query, context),
    )
  }

  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    return await this.#frame.list(query, context)
  }

  async replace(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    const change: Change = async (_before, _entry, { groups }) => {
      const after = normalizeResource(groups.schema, body)
      requireAttributes(groups.schema, after)
      const isListGiven = mentions(groups.schema, body, 'members')
      return { after, delta: isListGiven ? replacing(memberIds(after)) : unchanged }
    }
    return await this.#change(id, { request, isShown: true, change })
  }

  async patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    const operations = decodePatch(body)
    const isShown = request.attributes !== undefined || request.excludedAttributes !== undefined
    const change: Change = async (before, entry, mappings) => {
      const { schema } = mappings.groups
      const { rest, change: members } = splitMembership(schema, operations)
      const after = applyPatch(schema, before, rest)
      if (members.kind === 'delta') return { after, delta: members }
      const whole = await this.#whole(mappings, entry, request.context.baseUrl)
      return { after, delta: replacing(memberIds(applyPatch(schema, whole, members.operations))) }
    }
    return await this.#change(id, { request, isShown, change })
  }

  async delete(id: string, request: WriteRequest): Promise<WriteResult> {
    return await this.#inTurn(id, request, async () => await this.#delete(id, request))
  }

  async #delete(id: string, request: WriteRequest): Promise<WriteResult> {
    return await this.#frame.answer(async (mappings) => {
      const { groups } = mappings
      const entry = await this.#frame.find(mappings, id, groups.attributes(false))
      checkChangeable(groups.entries, entry, request)
      const plan = groups.planDelete(entry, versionToAssert(groups.entries, entry, request))
      const write = { entries: groups.entries, entry, plan }
      const { brake, keeper } = this.#parts
      const { reason } = request.context
      const category = brakedGroups(mappings)
      if (request.isDryRun) {
        await brake.look(category)
        return planned(await keeper.preview(mappings, write))
      }
      await brake.pass(category, reason, async () => await keeper.execute(mappings, write, reason))
      return { kind: 'written' }
    })
  }

  async #change(id: string, options: ChangeOptions): Promise<WriteResult> {
    const work = async (): Promise<WriteResult> => await this.#changeRepeatedly(id, options)
    return await this.#inTurn(id, options.request, work)
  }

  /** Changes of a version wait for each other. All others go side by side: many members may come at the same time. */
  async #inTurn<T>(id: string, { ifMatch }: WriteRequest, work: () => Promise<T>): Promise<T> {
    return ifMatch === undefined ? await work() : await this.#frame.inTurn(id, work)
  }

  async #changeRepeatedly(id: string, options: ChangeOptions): Promise<WriteResult> {
    let isCounted = options.request.isDryRun
    return await this.#frame.answerRepeatedly(
      async (mappings) => await this.#tryChange(mappings, id, options, isCounted),
      (error, attempt, mappings) => {
        // The last member cannot leave a groupOfNames without another in his place.
        const isLast = isEmptying(error, mappings) && attempt <= mostCounts
        const isAgain = isLast || isConflict(error, options.request)
        isCounted ||= isLast
        return isAgain && attempt < maxAttempts
      },
    )
  }

  /** @param isCounted whether the members that would be left are counted, for which they are read. */
  async #tryChange(
    mappings: Mappings,
    id: string,
    options: ChangeOptions,
    isCounted: boolean,
  ): Promise<WriteResult> {
    const { request, isShown } = options
    const entry = await this.#frame.find(mappings, id, mappings.groups.attributes(false))
    checkChangeable(mappings.groups.entries, entry, request)
    const { plan, named } = await this.#planChange(mappings, entry, options, isCounted)
    const write = { entries: mappings.groups.entries, entry, plan }
    if (request.isDryRun) return planned(await this.#parts.keeper.preview(mappings, write))
    const written =
      plan.operations.length === 0
        ? undefined
        : await this.#execute(
            mappings,
            { entry, plan: isShown ? plan : { ...plan, read: [] } },
            request,
          )
    const isUnread = written === undefined && isShown && needsMembers(mappings, request)
    const read = attributesShown(mappings, request)
    const after = isUnread ? await this.#frame.find(mappings, id, read) : (written ?? entry)
    return await this.#settled(mappings, { entry: after, named, request, isShown })
  }

  async #planChange(
    mappings: Mappings,
    entry: Entry,
    { request, isShown, change }: ChangeOptions,
    isCounted: boolean,
  ): Promise<{ readonly plan: Plan; readonly named: NamedMembers }> {
    const { groups } = mappings
    const [group = {}] = await this.#views.render(mappings, [entry], request.context.baseUrl)
    const before = groups.entries.withoutRepeated(entry, group)
    const { after: wanted, delta } = await change(before, entry, mappings)
    const after = groups.entries.withoutRepeated(entry, wanted)
    if (after['displayName'] !== before['displayName']) {
      const ownId = idOf(groups.entries.identity, entry)
      const renamed = { resource: after, ownId }
      await refuseTaken(this.#parts.reader, groups.entries, 'displayName', renamed)
    }
    const isRead = isShown && needsMembers(mappings, request)
    const wish = { after, before, entry }
    const derived = await this.#parts.derived.find(groups.entries, wish)
    const planFor = (members: NamedMemberChange): { plan: Plan; named: NamedMembers } => {
      // Who comes after the count would find the placeholder beside him.
      const version = members.isEmptied
        ? entry.text(groups.entries.identity.versionAttribute)
        : versionToAssert(groups.entries, entry, request)
      const plan = groups.planChange({ entry, before, after, members, version, derived }, isRead)
      return { plan, named: members.named }
    }
    const { membership } = this.#parts
    if (!isCounted) {
      const members = await membership.changeFor(mappings, entry, delta)
      const uncounted = planFor(members)
      // The refusal of the last of several operations would have the others taken back.
      if (uncounted.plan.operations.length <= 1 || members.removed.length === 0) return uncounted
    }
    return planFor(await membership.countedChangeFor(mappings, entry, delta))
  }

  /** The answer to a write, once its members are known to be where it says. */
  async #settled(
    mappings: Mappings,
    { entry, named, request, isShown }: WrittenGroup,
  ): Promise<WriteResult> {
    const { reason, baseUrl } = request.context
    return await afterWrite(async () => {
      const id = idOf(mappings.groups.entries.identity, entry)
      const isStale = await this.#parts.staleMembers.settle(mappings, id, named, reason)
      if (!isShown) return { kind: 'written' }
      const read = attributesShown(mappings, request)
      const after = isStale ? await this.#frame.find(mappings, id, read) : entry
      const [group = {}] = await this.#views.render(mappings, [after], baseUrl)
      return { kind: 'written', resource: this.#frame.shown(mappings, group, request) }
    })
  }

  async #whole(mappings: Mappings, entry: Entry, baseUrl: string): Promise<JsonObject> {
    const id = idOf(mappings.groups.entries.identity, entry)
    const [group = {}] = await this.#views.render(
      mappings,
      [await this.#frame.find(mappings, id, mappings.groups.attributes(true))],
      baseUrl,
    )
    return group
  }

  /** Carries a plan out; where it reads the entry behind, no more than what the answer is made from. */
  async #execute(
    mappings: Mappings,
    { entry, plan }: { readonly entry?: Entry; readonly plan: Plan },
    request: WriteRequest,
  ): Promise<Entry | undefined> {
    const { entries } = mappings.groups
    const read = plan.read.length === 0 ? [] : attributesShown(mappings, request)
    const write = { entries, ...(entry && { entry }), plan: { ...plan, read } }
    return await this.#parts.keeper.execute(mappings, write, request.context.reason)
  }
}

const unchanged: MembershipDelta = { kind: 'delta', base: 'keep', add: [], remove: [] }

function replacing(ids: readonly string[]): MembershipDelta {
  return { kind: 'delta', base: 'none', add: ids.map((value) => ({ value })), remove: [] }
}

function memberIds({ members }: JsonObject): string[] {
  const list = Array.isArray(members) ? (members as readonly JsonValue[]) : []
  return list.flatMap((member) => {
    const value = isJsonObject(member) ? member['value'] : undefined
    return typeof value === 'string' ? [value] : []
  })
}

function needsMembers({ groups }: Mappings, query: ProjectionQuery): boolean {
  return groups.needsMembers(shownBy(groups.schema, query))
}

function attributesShown({ groups }: Mappings, query: ProjectionQuery): readonly string[] {
  return groups.attributesBehind(shownBy(groups.schema, query))
}
