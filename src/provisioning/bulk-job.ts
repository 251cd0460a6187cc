import type { JsonObject, JsonValue } from '../scim/json.ts'
import type {
  BulkOperation,
  BulkRequest,
  MalformedOperation,
} from '../scim/message/bulk-request.ts'
import type { RequestContext } from './context.ts'

/** A bulk request and how it is to be carried out. */
export interface BulkJob {
  readonly request: BulkRequest
  /** Who asks; its path is that of the SCIM root, its request id is that of the whole request. */
  readonly context: RequestContext
  /** Show what would be written and write nothing. */
  readonly isDryRun: boolean
  /** Takes the passwords out of what is recorded. */
  readonly redact: (data: JsonObject) => JsonValue
  /** Whether nobody waits for the answer any longer, so that what has not begun is left. */
  readonly isAbandoned: () => boolean
}

/** What came of an operation. */
export type BulkOperationResult =
  | { readonly kind: 'written'; readonly status: 200 | 201 | 204; readonly version?: string }
  /** `unresolved` are the bulkIds whose resources do not exist yet, so that what refers to them is not in the LDIF. */
  | { readonly kind: 'planned'; readonly ldif: string; readonly unresolved: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: unknown }

/** An operation that was carried out, and what came of it. */
export interface BulkOutcome {
  readonly operation: BulkOperation | MalformedOperation
  /** Its place in the request, from 1. */
  readonly number: number
  /** Names the operation in the log and the journal. */
  readonly requestId: string
  /** Where the resource is, also where a change of it failed; absent where there is none. RFC 7644 §3.7.3 */
  readonly location?: string
  readonly result: BulkOperationResult
}
