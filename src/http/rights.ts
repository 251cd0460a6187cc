import type { RequestContext } from '../provisioning/context.ts'
import type {
  ListQuery,
  ProjectionQuery,
  ResourceList,
  ResourceService,
  WriteRequest,
  WriteResult,
} from '../provisioning/resource-service.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'

/** The types of resources that are written by a right of their own. */
export type WritableType = 'users' | 'groups'

/** What a token may: `read` all resources, or read and write those of one type, so that who writes can see what came of it. */
export type Right = 'read' | WritableType

/** Every right. */
export const allRights = ['read', 'users', 'groups'] as const satisfies readonly Right[]

/** Whose rights count, and for resources of which type. */
export interface Permission {
  readonly type: WritableType
  readonly rights: readonly Right[]
}

/** The resources of one type as far as the rights of a token go. What they do not allow fails with `forbidden` before anything
 *  is done. RFC 7644 §3.12 */
export class PermittedService implements ResourceService {
  readonly #service: ResourceService
  readonly #permission: Permission

  constructor(service: ResourceService, permission: Permission) {
    this.#service = service
    this.#permission = permission
  }

  async create(body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    this.#demandWrite()
    return await this.#service.create(body, request)
  }

  async get(id: string, query: ProjectionQuery, context: RequestContext): Promise<JsonObject> {
    this.#demandRead()
    return await this.#service.get(id, query, context)
  }

  async list(query: ListQuery, context: RequestContext): Promise<ResourceList> {
    this.#demandRead()
    return await this.#service.list(query, context)
  }

  async replace(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    this.#demandWrite()
    return await this.#service.replace(id, body, request)
  }

  async patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult> {
    this.#demandWrite()
    return await this.#service.patch(id, body, request)
  }

  async delete(id: string, request: WriteRequest): Promise<WriteResult> {
    this.#demandWrite()
    return await this.#service.delete(id, request)
  }

  #demandRead(): void {
    const { type, rights } = this.#permission
    if (rights.includes('read') || rights.includes(type)) return
    throw scimErrors.forbidden(
      `The token may not read ${type}: it lacks the right read (or ${type}).`,
    )
  }

  #demandWrite(): void {
    const { type, rights } = this.#permission
    if (rights.includes(type)) return
    throw scimErrors.forbidden(`The token may not write ${type}: it lacks the right ${type}.`)
  }
}
