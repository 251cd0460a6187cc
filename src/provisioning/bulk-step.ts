import { ScimError, scimErrors } from '../scim/error.ts'
import { excerpt } from '../scim/excerpt.ts'
import type { JsonObject } from '../scim/json.ts'
import { bulkIdIn, bulkIdsIn } from '../scim/message/bulk-reference.ts'
import type { BulkOperation, MalformedOperation } from '../scim/message/bulk-request.ts'
import { normalizeResource } from '../scim/normalize.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { BulkLinks } from './bulk-schedule.ts'
import type { ResourceService } from './resource-service.ts'

/** A resource type as bulk operations reach it. */
export interface BulkEndpoint {
  readonly service: ResourceService
  readonly schema: ResourceSchema
}

/** An operation that can be carried out when its turn comes. */
export interface BulkStep {
  readonly operation: BulkOperation
  readonly endpoint: BulkEndpoint
  /** What is to be written: of a POST the canonical resource, so that nothing is waited for that is not stored. */
  readonly data: JsonObject
  /** The new resources that the operation refers to. */
  readonly bulkIds: ReadonlySet<string>
}

/** An operation that cannot be carried out, whatever the others do. */
export interface HopelessStep {
  readonly operation: BulkOperation | MalformedOperation
  /** Absent where the path leads to none. */
  readonly endpoint?: BulkEndpoint
  readonly error: ScimError
}

/** The operations that create resources, by their bulkIds. */
export type Creators = ReadonlyMap<string, number>

/** Where the resource of each bulkId is created. */
export function creatorsOf(operations: readonly (BulkOperation | MalformedOperation)[]): Creators {
  return new Map(
    operations.flatMap(({ method, bulkId }, place) =>
      method === 'POST' && bulkId !== undefined ? [[bulkId, place] as const] : [],
    ),
  )
}

/** What an operation comes down to.
 *  @param endpoints by their paths in small letters. */
export function toStep(
  operation: BulkOperation | MalformedOperation,
  endpoints: ReadonlyMap<string, BulkEndpoint>,
  creators: Creators,
): BulkStep | HopelessStep {
  if ('error' in operation) return { operation, error: operation.error }
  const endpoint = endpoints.get(operation.endpoint.toLowerCase())
  if (endpoint === undefined) {
    const known = [...endpoints.values()].map(pathOf).join(' or ')
    const detail = `The path of an operation must begin with ${known}; ${excerpt(operation.endpoint)} is not possible.`
    return { operation, error: scimErrors.invalidValue(detail) }
  }
  try {
    return checkedStep(operation, endpoint, creators)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return { operation, endpoint, error }
  }
}

/** What each operation waits for: the operations that create what it refers to, and the one before it that was given for the
 *  same resource. */
export function linksOf(
  steps: readonly (BulkStep | HopelessStep)[],
  creators: Creators,
): readonly BulkLinks[] {
  const lastOf = new Map<string, number>()
  return steps.map((step, place) => {
    if ('error' in step) return { needs: new Set(), after: new Set() }
    const needs = new Set([...step.bulkIds].flatMap((bulkId) => creators.get(bulkId) ?? []))
    const { id } = step.operation
    if (id === undefined) return { needs, after: new Set() }
    const target = `${pathOf(step.endpoint)}/${id.toLowerCase()}`
    const before = lastOf.get(target)
    lastOf.set(target, place)
    return { needs, after: new Set(before === undefined ? [] : [before]) }
  })
}

/** The path of an endpoint as it is written in URLs. */
export function pathOf({ schema }: BulkEndpoint): string {
  return schema.resourceType.endpoint
}

/** @throws {ScimError} invalidValue when a reference leads nowhere. RFC 7644 §3.7.2 */
function checkedStep(
  operation: BulkOperation,
  endpoint: BulkEndpoint,
  creators: Creators,
): BulkStep {
  const { method, id = '' } = operation
  const data =
    method === 'POST' ? normalizeResource(endpoint.schema, operation.data) : operation.data
  const target = bulkIdIn(id)
  const bulkIds = new Set([...(target === undefined ? [] : [target]), ...bulkIdsIn(data)])
  const unknown = [...bulkIds].find((bulkId) => !creators.has(bulkId))
  if (unknown === undefined) return { operation, endpoint, data, bulkIds }
  throw scimErrors.invalidValue(
    `No operation of this request creates the bulkId ${excerpt(unknown)}.`,
  )
}
