import type { RequestContext } from '../provisioning/context.ts'
import type { ListQuery, ResourceList, ResourceService } from '../provisioning/resource-service.ts'
import { ScimError } from '../scim/error.ts'

/** What is searched, and how much one answer may hold. */
export interface Everything {
  readonly services: readonly ResourceService[]
  readonly maxResults: number
}

/** A page of the resources of several types as one list, each type behind the one before it; a sort order holds
 *  within each type. A type whose schema does not know an attribute of the filter has no matches. RFC 7644 §3.4.2.1
 *  @throws {ScimError} invalidFilter when no type understands the filter. */
export async function searchEverything(
  { services, maxResults }: Everything,
  query: ListQuery,
  context: RequestContext,
): Promise<ResourceList> {
  const startIndex = Math.max(1, query.startIndex ?? 1)
  const count = Math.min(Math.max(0, query.count ?? maxResults), maxResults)
  const refusals: ScimError[] = []
  let page: ResourceList = { totalResults: 0, startIndex, resources: [] }
  for (const service of services) {
    const rest = {
      ...query,
      startIndex: Math.max(1, startIndex - page.totalResults),
      count: count - page.resources.length,
    }
    const part = await service.list(rest, context).catch((error: unknown) => {
      if (!(error instanceof ScimError) || error.scimType !== 'invalidFilter') throw error
      refusals.push(error)
    })
    page = part === undefined ? page : append(page, part)
  }
  if (refusals.length === services.length && refusals[0] !== undefined) throw refusals[0]
  return page
}

function append(page: ResourceList, part: ResourceList): ResourceList {
  return {
    ...page,
    totalResults: page.totalResults + part.totalResults,
    resources: [...page.resources, ...part.resources],
  }
}
