import type { DirectorySchema } from './directory-schema.ts'
import type { AttributeValue, Entry } from './entry.ts'
import type { Filter } from './filter.ts'
import type { Plan } from './operation.ts'

/** The kinds of directory the bridge knows by their rootDSE. RFC 4512 §5.1 */
export type DirectoryKind = 'openldap' | 'activeDirectory' | '389ds' | 'other'

/** What the connected server can do, as its rootDSE and schema say. */
export interface Capabilities {
  readonly kind: DirectoryKind
  /** Pre-Read and Post-Read controls. RFC 4527 */
  readonly hasReadEntry: boolean
  /** Assertion control. RFC 4528 */
  readonly hasAssertion: boolean
  /** Several writes that take effect together. RFC 5805 */
  readonly hasTransactions: boolean
  /** Password Modify extended operation. RFC 3062 */
  readonly hasPasswordModify: boolean
  readonly schema: DirectorySchema
}

/** What to search for. RFC 4511 §4.5.1 */
export interface SearchRequest {
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: Filter
  /** The attributes to return; empty returns entries with a DN alone. Operational attributes are named one by one. */
  readonly attributes: readonly string[]
  /** More entries than this fail with `limitExceeded`; none: no limit, read in pages. */
  readonly limit?: number
}

/** Who asked for a write and how, for the journal; nothing of it is sent to the directory. */
export interface WriteReason {
  readonly requestId: string
  /** The name of the token, or of the person at the command line. */
  readonly actor: string
  readonly clientAddress: string
  readonly method: string
  readonly path: string
  /** The SCIM request body without secrets. */
  readonly body?: unknown
}

/** The port to a directory server: everything the bridge reads and writes goes through it.
 *  Every method fails with a DirectoryError and nothing else. */
export interface Directory {
  /** What the server can do; read once per server, after the first connection. */
  capabilities(): Promise<Capabilities>
  /** The matching entries as they arrive. A `noSuchEntry` base is an error; leaving the loop ends the search. */
  search(request: SearchRequest): AsyncIterable<Entry>
  /** Whether the entry has the value, by the equality rule of the attribute. RFC 4511 §4.10 */
  compare(dn: string, attribute: string, value: AttributeValue): Promise<boolean>
  /** Carries out a plan, and answers the entry after it, or nothing when the plan reads none or ends in a delete.
   *  A write whose outcome was unknown has been settled by reading when this returns or fails. A write that was made, and whose
   *  entry then could not be read, fails with `isMade`. */
  execute(plan: Plan, reason: WriteReason): Promise<Entry | undefined>
  /** Whether the directory answers now, on a bound connection. */
  isReachable(): Promise<boolean>
  /** Finishes what is under way and closes every connection; later calls fail as unavailable. */
  close(): Promise<void>
}
