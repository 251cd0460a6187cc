import { Entry } from '../directory/entry.ts'
import { dnAfter, type Plan } from '../directory/operation.ts'
import { idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { JsonObject } from '../scim/json.ts'
import { afterWrite, UnfinishedError } from './directory-failure.ts'
import { type FoundManager, namedAs } from './managers.ts'
import { shownBy } from './needs.ts'
import type { ProvisioningParts } from './parts.ts'
import { planned, type ResourceFrame } from './resource-frame.ts'
import type { WriteRequest, WriteResult } from './resource-service.ts'
import type { UserViews } from './user-views.ts'

/** The operations of a write, and the entry that they change, where it is there already. */
interface PlannedWrite {
  readonly entry?: Entry
  readonly plan: Plan
  /** Left out where no manager is written. */
  readonly manager?: FoundManager
}

const nobody = new Entry('', [])

/** Carries out what was planned for users, with what is due because of it: the references to them, and the managers whom others
 *  wait for. */
export class UserWriter {
  readonly #parts: ProvisioningParts
  readonly #views: UserViews
  readonly #frame: ResourceFrame

  constructor(parts: ProvisioningParts, views: UserViews, frame: ResourceFrame) {
    this.#parts = parts
    this.#views = views
    this.#frame = frame
  }

  /** What a write would send, together with what is due because of it. */
  async preview(
    mappings: Mappings,
    { entry, plan }: PlannedWrite,
    user: JsonObject,
  ): Promise<WriteResult> {
    const { keeper, managers } = this.#parts
    const write = { entries: mappings.users.entries, ...(entry && { entry }), plan }
    const plans = await keeper.preview(mappings, write)
    const dn = plan.operations.map(dnAfter).at(-1) ?? entry?.dn
    const due = dn === undefined ? [] : await managers.due(mappings, user, dn)
    return planned([...plans, ...due.map((each) => each.plan)])
  }

  /** The answer to a write, once what is due because of it is done.
   *  @param manager as he was written; left out when nothing was. */
  async written(
    mappings: Mappings,
    entry: Entry | undefined,
    manager: FoundManager | undefined,
    request: WriteRequest,
  ): Promise<WriteResult> {
    const { users } = mappings
    const { context } = request
    if (entry === undefined) throw new Error('a write of a user read no entry')
    const id = idOf(users.entries.identity, entry)
    try {
      return await afterWrite(async () => {
        const look = { needs: shownBy(users.schema, request), baseUrl: context.baseUrl }
        const [user = {}] = await this.#views.render(mappings, [entry], look)
        const { managers } = this.#parts
        const settled = await managers.settle(mappings, { entry, user, manager }, context.reason)
        if (settled === 'unneeded') {
          return { kind: 'written', resource: this.#frame.shown(mappings, user, request) }
        }
        if (settled === 'left') this.#leave(mappings, { entry, manager }, request)
        const resource = await this.#frame.read(mappings, id, request, context)
        return { kind: 'written', resource }
      })
    } catch (error) {
      if (error instanceof UnfinishedError) this.#leave(mappings, { entry, manager }, request)
      throw error
    }
  }

  /** Leaves what is due because of a write until the directory is back.
   *  @param written as the write has left it: who waits for a name that the user had then gets him, also where he has another one
   *    by now. */
  #leave(
    mappings: Mappings,
    written: { readonly entry: Entry; readonly manager: FoundManager | undefined },
    { context: { reason, baseUrl } }: WriteRequest,
  ): void {
    const { users } = mappings
    const { managers, reader, leftovers } = this.#parts
    const id = idOf(users.entries.identity, written.entry)
    leftovers.leave(reason, async () => {
      const entry = await reader.find(users.entries, id, users.attributes)
      if (entry === undefined) return false
      const look = { needs: () => true, baseUrl }
      const [user = {}] = await this.#views.render(mappings, [written.entry], look)
      const settled = await managers.settle(mappings, { ...written, entry, user }, reason)
      return settled === 'left'
    })
  }

  /** Carries a plan out; where it reads the entry behind, no more than what the answer, and what else is due, is made from. */
  async execute(
    mappings: Mappings,
    { entry, plan: { operations }, manager }: PlannedWrite,
    request: WriteRequest,
  ): Promise<Entry | undefined> {
    const { users } = mappings
    // Whoever is changed was read as a whole.
    const read = users.attributesAfterWrite(shownBy(users.schema, request))
    const named = namedAs(manager)
    const write = {
      entries: users.entries,
      ...(entry && { entry }),
      plan: { operations, read, before: entry ?? nobody },
      named,
    }
    return await this.#parts.keeper.execute(mappings, write, request.context.reason)
  }
}
