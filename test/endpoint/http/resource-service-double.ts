import type { RequestContext } from '../../../src/provisioning/context.ts'
import type {
  ListQuery,
  ProjectionQuery,
  ResourceList,
  ResourceService,
  WriteRequest,
  WriteResult,
} from '../../../src/provisioning/resource-service.ts'
import { scimErrors } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'

/** A resource service that keeps resources as they come, and remembers how it was asked last. */
export class ResourceServiceDouble implements ResourceService {
  /** The arguments of the last call. */
  asked: readonly unknown[] = []
  /** The arguments of every call. */
  readonly calls: (readonly unknown[])[] = []
  /** What the next call fails with. */
  failure: unknown = undefined
  /** Whether writes answer no resource. */
  isSilent = false
  /** What every call waits for. */
  gate: Promise<void> = Promise.resolve()
  readonly resources = new Map<string, JsonObject>()
  readonly #endpoint: string

  constructor(endpoint: string) {
    this.#endpoint = endpoint
  }

  async create(body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    await this.#called('create', body, request)
    return this.#store(`id-${this.resources.size + 1}`, body, request)
  }

  async get(id: string, query: ProjectionQuery, context: RequestContext): Promise<JsonObject> {
    await this.#called('get', id, query, context)
    return this.#existing(id)
  }

  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    await this.#called('list', query, context)
    const { startIndex = 1, count = 100 } = query
    const all = [...this.resources.values()]
    const resources = all.slice(startIndex - 1, startIndex - 1 + count)
    return {
      totalResults: all.length,
      startIndex,
      itemsPerPage: resources.length,
      resources,
    }
  }

  async replace(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    await this.#called('replace', id, body, request)
    this.#existing(id)
    return this.#store(id, body, request)
  }

  async patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    await this.#called('patch', id, body, request)
    return this.#store(id, this.#existing(id), request)
  }

  async delete(id: string, request: WriteRequest): Promise<WriteResult> {
    await this.#called('delete', id, request)
    this.#existing(id)
    if (request.isDryRun) return { kind: 'planned', ldif: `dn: uid=${id}\nchangetype: delete\n` }
    this.resources.delete(id)
    return { kind: 'written' }
  }

  async #called(...asked: readonly unknown[]): Promise<void> {
    this.asked = asked
    this.calls.push(asked)
    await this.gate
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) throw failure
  }

  #store(id: string, body: JsonObject, { context, isDryRun }: WriteRequest): WriteResult {
    if (isDryRun) return { kind: 'planned', ldif: `dn: uid=${id}\nchangetype: add\n` }
    const location = `${context.baseUrl}${this.#endpoint}/${id}`
    const resource = { ...body, id, meta: { location, version: 'W/"1"' } }
    this.resources.set(id, resource)
    return this.isSilent ? { kind: 'written' } : { kind: 'written', resource }
  }

  #existing(id: string): JsonObject {
    const resource = this.resources.get(id)
    if (resource === undefined) throw scimErrors.notFound(`${JSON.stringify(id)} not found.`)
    return resource
  }
}
