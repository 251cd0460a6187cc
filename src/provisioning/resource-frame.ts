import type { Entry } from '../directory/entry.ts'
import { and, or } from '../directory/filter.ts'
import { toLdif } from '../directory/ldif.ts'
import type { Plan } from '../directory/operation.ts'
import type { Needs } from '../mapping/attributes-behind.ts'
import type { Translation } from '../mapping/filter-translation.ts'
import type { GroupMapping } from '../mapping/group-mapping.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { UserMapping } from '../mapping/user-mapping.ts'
import { decideAbsent } from '../scim/filter/decide-absent.ts'
import { parseFilter } from '../scim/filter/parse-filter.ts'
import type { JsonObject } from '../scim/json.ts'
import { parseProjection, project } from '../scim/projection.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { RequestContext } from './context.ts'
import { toScimError } from './directory-failure.ts'
import { withReferencesInVersion } from './entity-tag.ts'
import { referencesIn } from './filter-references.ts'
import { type ListSource, questionOf, type View } from './list-source.ts'
import { notFound } from './not-found.ts'
import { decidedBy, either, shownBy } from './needs.ts'
import type { ProvisioningParts } from './parts.ts'
import type { ListQuery, ProjectionQuery, ResourceList, WriteResult } from './resource-service.ts'
import { parseSortOrder } from './sort-order.ts'
import { Turns } from './turns.ts'

/** What tells the operations on one resource type from those on another. */
export interface FramedType {
  readonly name: 'User' | 'Group'
  /** How many entries a list reads at a time; few where one may be large. */
  readonly portion: number
  readonly mappingIn: (mappings: Mappings) => UserMapping | GroupMapping
  /** How entries are read and shown as far as they are looked at. */
  readonly view: (mappings: Mappings, needs: Needs, baseUrl: string) => View
}

/** What the operations on every resource type have in common: the mappings they work with, finding an entry, showing it,
 *  and the failures that a client is told. */
export class ResourceFrame {
  readonly #parts: ProvisioningParts
  readonly #type: FramedType
  readonly #turns = new Turns()

  constructor(parts: ProvisioningParts, type: FramedType) {
    this.#parts = parts
    this.#type = type
  }

  /** Does the work of an operation.
   *  @throws {ScimError} for what the client must be told. */
  async answer<T>(work: (mappings: Mappings) => Promise<T>): Promise<T> {
    let mappings: Mappings | undefined
    try {
      mappings = await this.#parts.mappings.get()
      return await work(mappings)
    } catch (error) {
      throw this.#told(error, mappings)
    }
  }

  #told(error: unknown, mappings: Mappings | undefined): unknown {
    const mapping = mappings && this.#type.mappingIn(mappings)
    return toScimError(error, (attribute) => mapping?.scimName(attribute))
  }

  /** The same, again and again as long as a failure says that it is to be decided anew.
   *  @param isAgain is asked of each failure, with the number of the attempt from 1. */
  async answerRepeatedly<T>(
    work: (mappings: Mappings) => Promise<T>,
    isAgain: (error: unknown, attempt: number, mappings: Mappings) => boolean,
  ): Promise<T> {
    return await this.answer(async (mappings) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work(mappings)
        } catch (error) {
          if (!isAgain(error, attempt, mappings)) throw error
        }
      }
    })
  }

  /** Does work on the resource with an id when nobody else of this process works on it so. Not every server checks an If-Match
   *  in the write itself, and an attribute without value has none that two writers could both want to delete. */
  async inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    return await this.#turns.take(id.toLowerCase(), work)
  }

  /** The entry with an id.
   *  @throws {ScimError} notFound */
  async find(mappings: Mappings, id: string, attributes: readonly string[]): Promise<Entry> {
    const { entries } = this.#type.mappingIn(mappings)
    const entry = await this.#parts.reader.find(entries, id, attributes)
    if (entry === undefined) throw notFound(this.#type.name, id)
    return entry
  }

  /** The resource with an id as the client asked to see it.
   *  @throws {ScimError} notFound */
  async read(
    mappings: Mappings,
    id: string,
    query: ProjectionQuery,
    { baseUrl }: RequestContext,
  ): Promise<JsonObject> {
    const { schema } = this.#type.mappingIn(mappings)
    const { attributes, render } = this.#type.view(mappings, shownBy(schema, query), baseUrl)
    const [resource = {}] = await render([await this.find(mappings, id, attributes)])
    return this.shown(mappings, resource, query)
  }

  /** A page of resources. RFC 7644 §3.4.2 */
  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    return await this.answer(async (mappings) => {
      const source = await this.#source(mappings, query, context)
      const page = await this.#parts.pages.read(source, query)
      const { resources } = page
      const isRead = !(Symbol.asyncIterator in resources)
      return isRead ? page : { ...page, resources: this.#streamed(mappings, resources) }
    })
  }

  /** What is read while it is taken fails in the same words. */
  async *#streamed(
    mappings: Mappings,
    resources: AsyncIterable<JsonObject>,
  ): AsyncGenerator<JsonObject, void, void> {
    try {
      yield* resources
    } catch (error) {
      throw this.#told(error, mappings)
    }
  }

  /** What the client asked to see of a resource, with the version of just that. RFC 7644 §3.9, §3.14 */
  shown(mappings: Mappings, resource: JsonObject, query: ProjectionQuery): JsonObject {
    return this.#showing(mappings, query)(resource)
  }

  /** Tells what the client gets to see of any resource. What it asked for is read once for all of them. */
  #showing(mappings: Mappings, query: ProjectionQuery): (resource: JsonObject) => JsonObject {
    const { schema } = this.#type.mappingIn(mappings)
    const projection = parseProjection(schema, query)
    return (resource) => withReferencesInVersion(project(schema, resource, projection))
  }

  async #source(
    mappings: Mappings,
    query: ListQuery,
    context: RequestContext,
  ): Promise<ListSource> {
    const { name, portion, mappingIn, view } = this.#type
    const mapping = mappingIn(mappings)
    const { schema } = mapping
    const others = query.isAcrossTypes === true ? schemasBeside(schema, mappings) : []
    const translation = await this.#translation(mappings, query, others)
    const order = parseSortOrder(query, schema, others)
    // Entra ID looks groups up by their name and excludes the members, which must not be read then.
    const isShown = shownBy(schema, query)
    const isDecisive = decidedBy(translation.residual, order)
    const viewOf = (needs: Needs): View => view(mappings, needs, context.baseUrl)
    return {
      mapping: mapping.entries,
      filter: translation.filter,
      residual: translation.residual,
      order,
      shown: viewOf(isShown),
      decisive: viewOf(isDecisive),
      whole: viewOf(either(isShown, isDecisive)),
      portion,
      question: questionOf(`${name}s`, query, context),
      show: this.#showing(mappings, query),
    }
  }

  async #translation(
    mappings: Mappings,
    { filter: text }: ListQuery,
    others: readonly ResourceSchema[],
  ): Promise<Translation> {
    const mapping = this.#type.mappingIn(mappings)
    if (text === undefined) return { filter: and([]) }
    const filter = decideAbsent(parseFilter(text, mapping.schema, others), mapping.schema)
    if (typeof filter === 'boolean') return { filter: filter ? and([]) : or([]) }
    return mapping.translate(filter, await referencesIn(this.#parts, mappings, filter))
  }
}

function schemasBeside(schema: ResourceSchema, { users, groups }: Mappings): ResourceSchema[] {
  return [users.schema, groups.schema].filter((each) => each !== schema)
}

/** The result of a dry run: what would be sent. */
export function planned(plans: readonly Plan[]): WriteResult {
  return { kind: 'planned', ldif: toLdif(plans.flatMap(({ operations }) => operations)) }
}
