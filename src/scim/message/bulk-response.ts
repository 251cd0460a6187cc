import type { JsonObject } from '../json.ts'
import { messageUrns } from '../urn.ts'

/** What came of one operation of a bulk request. RFC 7644 §3.7.3 */
export interface BulkResult {
  readonly method?: string
  readonly bulkId?: string
  readonly version?: string
  /** Absent where there is no resource: a POST that failed has none. */
  readonly location?: string
  readonly status: number
  /** The body of an answer that is an error; of others it may be left out, and is. */
  readonly response?: JsonObject
}

/** The body that answers a bulk request; statuses are texts. RFC 7644 §3.7.3 */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  return {
    schemas: [messageUrns.bulkResponse],
    Operations: results.map((result): JsonObject => ({ ...result, status: String(result.status) })),
  }
}
