import type { ResourceTypeDefinition } from '../scim/schema/definition.ts'

/** What the bridge can truly do, for the discovery endpoints. RFC 7644 §4 */
export interface Discovery {
  /** The resource types with the attributes that are stored, and none that are not. */
  resourceTypes(): Promise<readonly ResourceTypeDefinition[]>
  /** The most resources that one list answer holds. */
  readonly maxResults: number
}
