import type { JsonObject } from '../scim/json.ts'
import type { RequestContext } from './context.ts'

/** Which attributes an answer shows, as the query gave them; names are checked by the service. RFC 7644 §3.9 */
export interface ProjectionQuery {
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
}

/** What a list request asks for, as the query gave it. RFC 7644 §3.4.2 */
export interface ListQuery extends ProjectionQuery {
  /** All resource types are asked the same: attributes that only others have count as without a value, in the filter as well as
   *  in the order. RFC 7644 §3.4.2.1 */
  readonly isAcrossTypes?: boolean
  readonly filter?: string
  /** 1-based; below 1 counts as 1. RFC 7644 §3.4.2.4 */
  readonly startIndex?: number
  /** Below 0 counts as 0; left out, everything up to the configured maximum. */
  readonly count?: number
  /** Where a list goes on; empty for its beginning. Wins over startIndex. RFC 9865 §2 */
  readonly cursor?: string
  readonly sortBy?: string
  readonly sortOrder?: 'ascending' | 'descending'
}

/** A page of resources. RFC 7644 §3.4.2 */
export interface ResourceList {
  readonly totalResults: number
  /** Left out where the client goes by cursors. */
  readonly startIndex?: number
  /** How many resources the page has at most; fewer when some went away since the list was begun. */
  readonly itemsPerPage: number
  /** Few are given at once, many are read while they are taken. */
  readonly resources: readonly JsonObject[] | AsyncIterable<JsonObject>
  /** Where the page before, or behind, is found. RFC 9865 §2 */
  readonly previousCursor?: string
  readonly nextCursor?: string
}

/** How a write is to be done. */
export interface WriteRequest extends ProjectionQuery {
  readonly context: RequestContext
  /** The If-Match header as it came, which may be empty. RFC 7644 §3.14 */
  readonly ifMatch?: string
  /** The If-None-Match header likewise. RFC 9110 §13.1.2 */
  readonly ifNoneMatch?: string
  /** Show what would be written and write nothing (`Prefer: dry-run`). */
  readonly isDryRun: boolean
}

/** What came of a write: the resource as the directory now holds it (none for a delete, and for a PATCH of a group
 *  that asked for no attributes, of which the version alone is told), or for a dry run the LDIF that would be sent, empty when nothing would change. */
export type WriteResult =
  | { readonly kind: 'written'; readonly resource?: JsonObject; readonly version?: string }
  | { readonly kind: 'planned'; readonly ldif: string }

/** The operations on the resources of one type. Bodies are any JSON object: their meaning is checked here.
 *  Every method fails with a ScimError for what the client must be told. RFC 7644 §3 */
export interface ResourceService {
  create(body: JsonObject, request: WriteRequest): Promise<WriteResult>
  get(id: string, query: ProjectionQuery, context: RequestContext): Promise<JsonObject>
  list(query: ListQuery, context: RequestContext): Promise<ResourceList>
  replace(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult>
  patch(id: string, body: JsonObject, request: WriteRequest): Promise<WriteResult>
  delete(id: string, request: WriteRequest): Promise<WriteResult>
}
