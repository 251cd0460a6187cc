import type { RequestContext } from '../provisioning/context.ts'
import type { ListQuery, ResourceList, ResourceService } from '../provisioning/resource-service.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject } from '../scim/json.ts'

/** What is searched, and how much one answer may hold. */
export interface Everything {
  readonly services: readonly ResourceService[]
  readonly maxResults: number
}

/** A page of the resources of several types as one list, each type behind the one before it; a sort order holds
 *  within each type. RFC 7644 §3.4.2.1
 *  @throws {ScimError} invalidCursor when a cursor is given. */
export async function searchEverything(
  { services, maxResults }: Everything,
  query: ListQuery,
  context: RequestContext,
): Promise<ResourceList> {
  if (query.cursor !== undefined) {
    throw scimErrors.invalidCursor(
      'Cursors lead through the resources of one type, not through all.',
    )
  }
  const startIndex = Math.max(1, query.startIndex ?? 1)
  const count = Math.min(Math.max(0, query.count ?? maxResults), maxResults)
  const parts: ResourceList[] = []
  for (const service of services) {
    const rest = {
      ...query,
      isAcrossTypes: true,
      startIndex: Math.max(1, startIndex - sum(parts, 'totalResults')),
      count: count - sum(parts, 'itemsPerPage'),
    }
    parts.push(await service.list(rest, context))
  }
  return {
    totalResults: sum(parts, 'totalResults'),
    startIndex,
    itemsPerPage: sum(parts, 'itemsPerPage'),
    resources: oneAfterTheOther(parts),
  }
}

function sum(parts: readonly ResourceList[], name: 'totalResults' | 'itemsPerPage'): number {
  return parts.reduce((total, part) => total + part[name], 0)
}

async function* oneAfterTheOther(
  parts: readonly ResourceList[],
): AsyncGenerator<JsonObject, void, void> {
  for (const { resources } of parts) yield* resources
}
