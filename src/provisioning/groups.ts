import type { Entry } from '../directory/entry.ts'
import type { DerivedValues } from '../mapping/derivation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { memberReference } from '../mapping/reference-attribute.ts'
import type { JsonObject } from '../scim/json.ts'
import { normalizeResource, requireAttributes } from '../scim/normalize.ts'
import { brakedGroups } from './brake-limits.ts'
import type { RequestContext } from './context.ts'
import { afterWrite } from './directory-failure.ts'
import { GroupAttempts } from './group-attempts.ts'
import {
  type GroupChange,
  GroupChanges,
  groupPatch,
  groupReplacement,
  isPatchOfMembers,
  membersOf,
} from './group-changes.ts'
import { GroupViews } from './group-views.ts'
import { IgnoredAttributes } from './ignored-attributes.ts'
import { distinctValues, type NamedMembers } from './membership.ts'
import { shownBy } from './needs.ts'
import type { ProvisioningParts } from './parts.ts'
import type { NamedReference, ReferencedWrite } from './reference-course.ts'
import { planned, ResourceFrame } from './resource-frame.ts'
import type {
  ListQuery,
  ProjectionQuery,
  ResourceList,
  ResourceService,
  WriteRequest,
  WriteResult,
} from './resource-service.ts'
import { isNamingAnew } from './retry.ts'
import { refuseTaken } from './uniqueness.ts'
import { checkChangeable, isVersioned, versionToAssert } from './versions.ts'

// A group may have a hundred thousand members.
const groupsAtATime = 25

/** How a change is carried out. */
interface ChangeOptions {
  readonly request: WriteRequest
  /** The answer shows the group. */
  readonly isShown: boolean
  readonly change: GroupChange
  /** It changes nothing but members. */
  readonly isOfMembers: boolean
}

/** A group after a write. */
interface WrittenGroup {
  readonly entry: Entry
  readonly named: NamedMembers
  readonly request: WriteRequest
  readonly isShown: boolean
  /** What was read of it, and is read of it again. */
  readonly read: readonly string[]
}

/** The operations on groups. RFC 7644 §3 */
export class Groups implements ResourceService {
  readonly #parts: ProvisioningParts
  readonly #views: GroupViews
  readonly #changes: GroupChanges
  readonly #frame: ResourceFrame

  constructor(parts: ProvisioningParts) {
    this.#parts = parts
    this.#views = new GroupViews(parts)
    this.#changes = new GroupChanges(parts, this.#views)
    this.#frame = new ResourceFrame(parts, {
      name: 'Group',
      portion: groupsAtATime,
      mappingIn: ({ groups }) => groups,
      view: (mappings, needs, baseUrl) => this.#views.view(mappings, needs, baseUrl),
    })
  }

  async create(body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    return await this.#frame.answerRepeatedly(async (mappings) => {
      const { groups } = mappings
      const resource = normalizeResource(groups.schema, body)
      requireAttributes(groups.schema, resource)
      await refuseTaken(this.#parts.reader, groups.entries, 'displayName', { after: resource })
      const coming = await this.#parts.membership.valuesOf(mappings, membersOf(resource))
      const memberValues = distinctValues(groups.names, coming.values())
      const read = attributesShown(mappings, request)
      const wish = { after: resource }
      const named = { coming, leaving: new Map<string, string>() }
      const writeFor = (derived: DerivedValues): ReferencedWrite => {
        const { plan } = groups.planCreate({ resource, memberValues, derived }, false)
        return { entries: groups.entries, plan: { ...plan, read }, named: namedIn(named) }
      }
      const { keeper } = this.#parts
      if (request.isDryRun) {
        const write = writeFor(await this.#parts.derived.find(groups.entries, wish))
        return planned(await keeper.preview(mappings, write))
      }
      const entry = await this.#parts.derived.write(
        groups.entries,
        wish,
        request.context.reason,
        async (derived) =>
          await keeper.execute(mappings, writeFor(derived), request.context.reason),
      )
      if (entry === undefined) throw new Error('a write of a group read no entry')
      return await this.#settled(mappings, { entry, named, request, isShown: true, read })
    }, isNamingAnew)
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
    const change = groupReplacement(body)
    return await this.#change(id, { request, isShown: true, change, isOfMembers: false })
  }

  async patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    const isShown = request.attributes !== undefined || request.excludedAttributes !== undefined
    const unstored = new IgnoredAttributes()
    const change = groupPatch(body, unstored)
    const isOfMembers = isPatchOfMembers(body)
    const result = await this.#change(id, { request, isShown, change, isOfMembers })
    unstored.report(this.#parts.logger, request.context.reason)
    return result
  }

  async delete(id: string, request: WriteRequest): Promise<WriteResult> {
    const work = async (): Promise<WriteResult> => await this.#delete(id, request)
    return request.ifMatch === undefined ? await work() : await this.#frame.inTurn(id, work)
  }

  async #delete(id: string, request: WriteRequest): Promise<WriteResult> {
    return await this.#frame.answer(async (mappings) => {
      const { groups } = mappings
      const attributes = groups.attributesToDelete(isVersioned(request))
      const entry = await this.#frame.find(mappings, id, attributes)
      checkChangeable(groups.entries, entry, request)
      const plan = groups.planDelete(entry, versionToAssert(groups.entries, entry, request))
      const write = { entries: groups.entries, entry, plan }
      const { brake, keeper } = this.#parts
      const { reason } = request.context
      const category = brakedGroups(mappings, 'deleted')
      if (request.isDryRun) {
        await brake.look(category)
        return planned(await keeper.preview(mappings, write))
      }
      await brake.pass(category, reason, async () => await keeper.execute(mappings, write, reason))
      return { kind: 'written' }
    })
  }

  async #change(id: string, options: ChangeOptions): Promise<WriteResult> {
    // A member whose rename is not followed yet would go by one name, and come back by the other.
    await this.#parts.leftovers.tryNow()
    const work = async (): Promise<WriteResult> => await this.#changeRepeatedly(id, options)
    // Members go side by side: many may come at the same time.
    const isAside = options.isOfMembers && options.request.ifMatch === undefined
    return isAside ? await work() : await this.#frame.inTurn(id, work)
  }

  async #changeRepeatedly(id: string, options: ChangeOptions): Promise<WriteResult> {
    const attempts = new GroupAttempts(options.request)
    return await this.#frame.answerRepeatedly(
      async (mappings) => {
        try {
          return await this.#tryChange(mappings, id, options, attempts)
        } catch (error) {
          throw attempts.failureOf(error)
        }
      },
      (error, _, mappings) => attempts.isAgain(error, mappings),
    )
  }

  async #tryChange(
    mappings: Mappings,
    id: string,
    options: ChangeOptions,
    attempts: GroupAttempts,
  ): Promise<WriteResult> {
    const { request, isShown, change } = options
    const { entries } = mappings.groups
    const { brake, derived, keeper } = this.#parts
    const attributes = mappings.groups.attributes(false)
    const entry = await keeper.caughtUp(
      entries,
      async () => await this.#frame.find(mappings, id, attributes),
    )
    checkChangeable(entries, entry, request)
    const read = isShown ? attributesShown(mappings, request) : versionAttributes(mappings)
    const how = { request, change, look: attempts.look, read }
    const worked = await this.#changes.plan(mappings, entry, how)
    const { wish, planFor, named, braked } = worked
    attempts.note(worked.memberCount)
    const { reason } = request.context
    if (request.isDryRun) {
      await brake.look(braked)
      const plan = planFor(await derived.find(entries, wish))
      return planned(await keeper.preview(mappings, { entries, entry, plan }))
    }
    const work = async (values: DerivedValues): Promise<Entry | undefined> => {
      const plan = planFor(values)
      if (plan.operations.length === 0) {
        const unwritten = await this.#unwritten(mappings, entry, { isShown, read })
        await keeper.confirm(entries, entry)
        return unwritten
      }
      const write = { entries, entry, plan, named: namedIn(named) }
      return await keeper.execute(mappings, write, reason)
    }
    const written = await brake.pass(
      braked,
      reason,
      async () => await derived.write(entries, wish, reason, work),
    )
    if (written === undefined) throw new Error('a write of a group read no entry')
    return await this.#settled(mappings, { entry: written, named, request, isShown, read })
  }

  /** A group that is as it was to become; its members are read only where they are shown. */
  async #unwritten(
    mappings: Mappings,
    entry: Entry,
    { isShown, read }: Pick<WrittenGroup, 'isShown' | 'read'>,
  ): Promise<Entry> {
    const { groups } = mappings
    const isWhole = !isShown || !read.includes(groups.settings.members.attribute)
    if (isWhole) return entry
    return await this.#frame.find(mappings, idOf(groups.entries.identity, entry), read)
  }

  /** The answer to a write, once its members are known to be where it says. */
  async #settled(
    mappings: Mappings,
    { entry, named, request, isShown, read }: WrittenGroup,
  ): Promise<WriteResult> {
    const { reason, baseUrl } = request.context
    return await afterWrite(async () => {
      const id = idOf(mappings.groups.entries.identity, entry)
      const written = namedIn(named).map((each) => ({ ...each, referrerId: id }))
      const isStale = await this.#parts.follower.settle(
        mappings,
        memberReference(mappings),
        written,
        reason,
      )
      const after = isStale ? await this.#frame.find(mappings, id, read) : entry
      if (!isShown) return { kind: 'written', version: mappings.groups.entries.versionOf(after) }
      const [group = {}] = await this.#views.render(mappings, [after], baseUrl)
      return { kind: 'written', resource: this.#frame.shown(mappings, group, request) }
    })
  }
}

/** Whom a change of members named, for whoever follows them. */
function namedIn({ coming, leaving }: NamedMembers): NamedReference[] {
  return [coming, leaving].flatMap((members) =>
    Array.from(members, ([id, value]) => ({ id, value, isComing: members === coming })),
  )
}

/** What the version of a group is made from: never its members. */
function versionAttributes({ groups }: Mappings): readonly string[] {
  const { idAttribute, versionAttribute, isVersionKept } = groups.entries.identity
  return isVersionKept ? [idAttribute, versionAttribute] : groups.attributes(false)
}

function attributesShown({ groups }: Mappings, query: ProjectionQuery): readonly string[] {
  return groups.attributesBehind(shownBy(groups.schema, query))
}
