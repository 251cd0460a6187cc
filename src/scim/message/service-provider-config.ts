import type { JsonObject } from '../json.ts'
import { schemaUrns } from '../urn.ts'

/** What the service provider can do; what is left out it cannot. */
export interface ServiceProviderOptions {
  readonly documentationUri?: string
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number }
  /** How many resources one answer holds at most. */
  readonly filter?: { readonly maxResults: number }
  readonly changePassword: boolean
  readonly sort: boolean
  readonly etag: boolean
  /** Page by page with cursors. RFC 9865 §4 */
  readonly cursor?: { readonly maxPageSize: number; readonly timeoutSeconds: number }
  readonly authenticationSchemes: readonly AuthenticationScheme[]
}

/** A way to authenticate. RFC 7643 §5 */
export interface AuthenticationScheme {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest'
  readonly name: string
  readonly description: string
  readonly specUri?: string
  readonly documentationUri?: string
  readonly primary?: boolean
}

/** The document of /ServiceProviderConfig. RFC 7643 §5
 *  @param baseUrl the URL of the SCIM root, without a trailing slash. */
export function serviceProviderConfig(
  options: ServiceProviderOptions,
  baseUrl: string,
): JsonObject {
  const { bulk, filter, cursor, documentationUri } = options
  return {
    schemas: [schemaUrns.serviceProviderConfig],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: true },
    bulk: { supported: bulk !== undefined, ...(bulk ?? { maxOperations: 0, maxPayloadSize: 0 }) },
    filter: { supported: filter !== undefined, maxResults: filter?.maxResults ?? 0 },
    changePassword: { supported: options.changePassword },
    sort: { supported: options.sort },
    etag: { supported: options.etag },
    ...(cursor === undefined ? {} : { pagination: paginationOf(cursor) }),
    authenticationSchemes: options.authenticationSchemes.map((scheme) => ({ ...scheme })),
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${baseUrl}/ServiceProviderConfig`,
    },
  }
}

function paginationOf(cursor: NonNullable<ServiceProviderOptions['cursor']>): JsonObject {
  return {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: cursor.maxPageSize,
    maxPageSize: cursor.maxPageSize,
    cursorTimeout: cursor.timeoutSeconds,
  }
}
