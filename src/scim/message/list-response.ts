import type { JsonObject } from '../json.ts'
import { messageUrns } from '../urn.ts'

/** One page of a result. */
export interface Page {
  readonly resources: readonly JsonObject[]
  /** How many resources match, on this page or not. */
  readonly totalResults: number
  /** The place of the first resource of the page, from 1; absent where the client goes by cursors. */
  readonly startIndex?: number
  /** Where the page before or behind this one is found. RFC 9865 §2 */
  readonly previousCursor?: string
  readonly nextCursor?: string
}

/** The body that answers a query; an empty result is one as well. RFC 7644 §3.4.2 */
export function listResponse({ resources, totalResults, ...place }: Page): JsonObject {
  return {
    schemas: [messageUrns.listResponse],
    totalResults,
    itemsPerPage: resources.length,
    ...place,
    Resources: resources,
  }
}
