import type { WriteReason } from '../directory/directory.ts'

/** What an operation knows of the request it serves, beside the resource. */
export interface RequestContext {
  /** Who asked, for the journal. */
  readonly reason: WriteReason
  /** The userName of the user for whom the token stands; absent where it stands for none. */
  readonly userName?: string
  /** The absolute URL of the SCIM root, without a trailing slash: `https://bridge.example.org/scim/v2`. */
  readonly baseUrl: string
}
