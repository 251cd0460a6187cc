import type { Entry } from '../directory/entry.ts'
import type { Plan } from '../directory/operation.ts'
import type { Needs } from '../mapping/attributes-behind.ts'
import type { DerivedValues } from '../mapping/derivation.ts'
import { managerValueOf } from '../mapping/manager-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { withGiven } from '../mapping/own-values.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'
import { normalizeResource, requireAttributes } from '../scim/normalize.ts'
import { applyPatch } from '../scim/patch/apply-patch.ts'
import { decodePatch } from '../scim/patch/patch-operation.ts'
import { foldText } from '../scim/scalar.ts'
import { brakedUsers } from './brake-limits.ts'
import type { RequestContext } from './context.ts'
import { IgnoredAttributes } from './ignored-attributes.ts'
import { LockAttempts } from './lock-attempts.ts'
import type { ProvisioningParts } from './parts.ts'
import { initialPassword, passwordOf, withoutPassword } from './password.ts'
import { planned, ResourceFrame } from './resource-frame.ts'
import type {
  ListQuery,
  ProjectionQuery,
  ResourceList,
  ResourceService,
  WriteRequest,
  WriteResult,
} from './resource-service.ts'
import { isNamingAnew, isPasswordMissed, isToBeRepeated } from './retry.ts'
import { refuseTaken } from './uniqueness.ts'
import { UserViews } from './user-views.ts'
import { UserWriter } from './user-writer.ts'
import { checkChangeable, isVersioned, versionToAssert } from './versions.ts'

const usersAtATime = 200

/** What a change makes of a user: the resource as it is to be. */
type Change = (before: JsonObject, mappings: Mappings) => JsonObject

/** The operations on users. RFC 7644 §3 */
export class Users implements ResourceService {
  readonly #parts: ProvisioningParts
  readonly #views: UserViews
  readonly #frame: ResourceFrame
  readonly #writer: UserWriter

  constructor(parts: ProvisioningParts) {
    this.#parts = parts
    this.#views = new UserViews(parts)
    this.#frame = new ResourceFrame(parts, {
      name: 'User',
      portion: usersAtATime,
      mappingIn: ({ users }) => users,
      view: (mappings, needs, baseUrl) => this.#views.view(mappings, needs, baseUrl),
    })
    this.#writer = new UserWriter(parts, this.#views, this.#frame)
  }

  async create(body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    return await this.#frame.answerRepeatedly(async (mappings) => {
      const { users } = mappings
      const resource = normalizeResource(users.schema, body)
      requireAttributes(users.schema, resource)
      await refuseTaken(this.#parts.reader, users.entries, 'userName', { after: resource })
      const manager = await this.#parts.managers.link(mappings, managerValueOf(resource))
      const password = passwordOf(resource) ?? initialPassword(users.settings)
      const planFor = (derived: DerivedValues): ReturnType<typeof users.planCreate> =>
        users.planCreate({ resource, manager, password, derived })
      const wish = { after: resource }
      if (request.isDryRun) {
        const { plan } = planFor(await this.#parts.derived.find(users.entries, wish))
        return await this.#writer.preview(mappings, { plan }, resource)
      }
      const entry = await this.#parts.derived.write(
        users.entries,
        wish,
        request.context.reason,
        async (derived) =>
          await this.#writer.execute(mappings, { plan: planFor(derived).plan, manager }, request),
      )
      return await this.#writer.written(mappings, entry, manager, request)
    }, isNamingAnew)
  }

  async get(id: string, query: ProjectionQuery, context: RequestContext): Promise<JsonObject> {
    return await this.#frame.answer(async (mappings) => {
      return await this.#frame.read(mappings, id, query, context)
    })
  }

  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    return await this.#frame.list(query, context)
  }

  async replace(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    return await this.#change(id, request, (before, { users }) => {
      const resource = normalizeResource(users.schema, body)
      requireAttributes(users.schema, resource)
      // OneLogin's default template has no `active`: a PUT without it must neither disable nor enable.
      const kept = { active: before['active'] ?? true, ...resource }
      return withGiven(users.entries, before, kept)
    })
  }

  async patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    const operations = decodePatch(body)
    const unstored = new IgnoredAttributes()
    const result = await this.#change(id, request, (before, { users }) => {
      const { resource, ignored } = applyPatch(users.storage, before, operations)
      unstored.note(ignored)
      return resource
    })
    unstored.report(this.#parts.logger, request.context.reason)
    return result
  }

  async delete(id: string, request: WriteRequest): Promise<WriteResult> {
    return await this.#repeatedly(
      id,
      request,
      async (mappings) => await this.#tryDelete(mappings, id, request),
    )
  }

  async #change(id: string, request: WriteRequest, change: Change): Promise<WriteResult> {
    const attempts = new LockAttempts()
    const noted: Change = (before, mappings) => {
      const after = change(before, mappings)
      attempts.note(before, after)
      return after
    }
    return await this.#repeatedly(id, request, async (mappings) => {
      try {
        return await this.#changeOrLeave(mappings, id, request, noted)
      } catch (error) {
        throw attempts.failureOf(error, mappings.users.settings.active?.attribute)
      }
    })
  }

  async #repeatedly(
    id: string,
    request: WriteRequest,
    work: (mappings: Mappings) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    // Where somebody else changed the same values between reading and writing, look again and decide anew.
    return await this.#frame.inTurn(
      id,
      async () =>
        await this.#frame.answerRepeatedly(work, (error, attempt) =>
          isToBeRepeated(error, request, attempt),
        ),
    )
  }

  async #tryDelete(mappings: Mappings, id: string, request: WriteRequest): Promise<WriteResult> {
    const { users } = mappings
    const attributes = users.attributesToDelete(isVersioned(request))
    const entry = await this.#changeable(mappings, { id, attributes }, request)
    const plan = await this.#planDelete(mappings, entry, request)
    const { brake, keeper } = this.#parts
    // A user who is disabled already loses nothing.
    const state = users.settings.onDelete === 'disable' ? 'deactivated' : 'deleted'
    const braked = plan.operations.length === 0 ? undefined : brakedUsers(mappings, state)
    const isLeaving = users.settings.onDelete !== 'delete' && users.settings.leavesGroups
    const write = { entries: users.entries, entry, plan, isLeaving }
    if (request.isDryRun) {
      await brake.look(braked)
      return planned(await keeper.preview(mappings, write))
    }
    const { reason } = request.context
    await brake.pass(braked, reason, async () => await keeper.execute(mappings, write, reason))
    return { kind: 'written' }
  }

  /** Where a user is moved to, another one of his name may have been moved before. */
  async #planDelete({ users }: Mappings, entry: Entry, request: WriteRequest): Promise<Plan> {
    const version = versionToAssert(users.entries, entry, request)
    const plan = users.planDelete(entry, version)
    const isTaken = await this.#parts.keeper.isTaken({ entries: users.entries, entry, plan })
    return isTaken ? users.planDelete(entry, version, true) : plan
  }

  /** Active Directory alone knows who has a password, and refuses to enable who has none. */
  async #changeOrLeave(
    mappings: Mappings,
    id: string,
    request: WriteRequest,
    change: Change,
  ): Promise<WriteResult> {
    try {
      return await this.#tryChange(mappings, id, request, change)
    } catch (error) {
      if (!isPasswordMissed(error)) throw error
      return await this.#tryChange(mappings, id, request, (before, { users }) => {
        const resource = withoutPassword(before, change(before, mappings), users.settings)
        if (resource === undefined) throw error
        return resource
      })
    }
  }

  async #tryChange(
    mappings: Mappings,
    id: string,
    request: WriteRequest,
    change: Change,
  ): Promise<WriteResult> {
    const { users } = mappings
    const { baseUrl, reason } = request.context
    const entry = await this.#changeable(mappings, { id, attributes: users.attributes }, request)
    const look = { needs: isWritable, baseUrl }
    const before = users.toWriteModel(entry, await this.#views.contextFor(mappings, [entry], look))
    const resource = users.entries.withoutRepeated(entry, change(before, mappings))
    if (resource['userName'] !== before['userName']) refuseOwn(before, request)
    const named = { after: resource, before, ownId: id }
    await refuseTaken(this.#parts.reader, users.entries, 'userName', named)
    const manager = await this.#parts.managers.linkAfter(mappings, entry, {
      before,
      after: resource,
    })
    const write = { entry, before, resource, manager, password: passwordOf(resource) }
    const version = versionToAssert(users.entries, entry, request)
    const wish = { after: resource, before, entry }
    const isDeactivated = before['active'] === true && resource['active'] === false
    const braked = isDeactivated ? brakedUsers(mappings, 'deactivated') : undefined
    const { brake } = this.#parts
    if (request.isDryRun) {
      await brake.look(braked)
      const derived = await this.#parts.derived.find(users.entries, wish)
      const plan = users.planChange({ ...write, version, derived })
      return await this.#writer.preview(mappings, { entry, plan }, { ...resource, id })
    }
    const work = async (derived: DerivedValues): Promise<Entry | undefined> => {
      const plan = users.planChange({ ...write, version, derived })
      if (plan.operations.length === 0) return undefined
      return await this.#writer.execute(mappings, { entry, plan, manager }, request)
    }
    const written = await brake.pass(
      braked,
      reason,
      async () => await this.#parts.derived.write(users.entries, wish, reason, work),
    )
    if (written !== undefined) {
      return await this.#writer.written(mappings, written, manager, request)
    }
    const unwritten = await this.#writer.written(mappings, entry, undefined, request)
    await this.#parts.keeper.confirm(users.entries, entry)
    return unwritten
  }

  /** Somebody who is about to be changed. */
  async #changeable(
    mappings: Mappings,
    { id, attributes }: { readonly id: string; readonly attributes: readonly string[] },
    request: WriteRequest,
  ): Promise<Entry> {
    const { entries } = mappings.users
    const read = async (): Promise<Entry> => await this.#frame.find(mappings, id, attributes)
    const entry = await this.#parts.keeper.caughtUp(entries, read)
    checkChangeable(entries, entry, request)
    return entry
  }
}

/** What a write may change: the groups of a user are changed through the groups. */
const isWritable: Needs = ({ attribute }) => attribute.name !== 'groups'

/** Keeps the userName of a user for whom the token stands by it: the token would stand for nobody then, or for the next one of
 *  this name. */
function refuseOwn({ userName }: JsonObject, { context }: WriteRequest): void {
  if (context.userName === undefined || typeof userName !== 'string') return
  if (foldText(context.userName, false) !== foldText(userName, false)) return
  throw scimErrors.mutability(
    'userName cannot be changed with a token that stands for this user by the userName. Use another token.',
  )
}
