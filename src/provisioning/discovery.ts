import type { ServiceProviderOptions } from '../scim/message/service-provider-config.ts'
import type { ResourceTypeDefinition } from '../scim/schema/definition.ts'

/** What depends on how resources are stored; the rest of the ServiceProviderConfig is known without asking. */
export type ProviderFeatures = Pick<
  ServiceProviderOptions,
  'changePassword' | 'sort' | 'etag' | 'cursor'
>

/** What the bridge can truly do, for the discovery endpoints. RFC 7644 §4 */
export interface Discovery {
  /** The resource types with the attributes that are stored, and none that are not. */
  resourceTypes(): Promise<readonly ResourceTypeDefinition[]>
  features(): Promise<ProviderFeatures>
  /** The most resources that one list answer holds. */
  readonly maxResults: number
}
