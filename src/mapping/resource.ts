import { isJsonObject, type JsonObject } from '../scim/json.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { Draft } from './slot-values.ts'

/** The resource that a draft has become, with its location and the URNs of the schemas that have something in it.
 *  RFC 7643 §3 */
export function finish(draft: Draft, schema: ResourceSchema, baseUrl: string): JsonObject {
  const { resourceType } = schema
  const extensions = schema.extensions.map(({ name }) => name).filter((urn) => urn in draft)
  const { id, meta } = draft
  const location = `${baseUrl}${resourceType.endpoint}/${typeof id === 'string' ? id : ''}`
  return {
    schemas: [resourceType.schema.id, ...extensions],
    ...draft,
    meta: { ...(isJsonObject(meta) ? meta : {}), location },
  }
}
