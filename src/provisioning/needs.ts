import type { Needs } from '../mapping/attributes-behind.ts'
import { attributesIn } from '../scim/filter/attributes-in.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { parseProjection, projectionNeeds } from '../scim/projection.ts'
import type { AttributePath } from '../scim/schema/attribute-path.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import type { ProjectionQuery } from './resource-service.ts'
import type { SortOrder } from './sort-order.ts'

/** What an answer shows. RFC 7644 §3.9 */
export function shownBy(schema: ResourceSchema, query: ProjectionQuery): Needs {
  const projection = parseProjection(schema, query)
  return (path) => projectionNeeds(projection, path)
}

/** What has to be looked at to finish a filter and to keep an order. */
export function decidedBy(residual: ScimFilter | undefined, order: SortOrder | undefined): Needs {
  const wanted = [
    ...(residual === undefined ? [] : attributesIn(residual)),
    ...(order === undefined ? [] : [order.path]),
  ]
  return (path) => wanted.some((each) => isOf(path, each))
}

/** What either looks at. */
export function either(one: Needs, other: Needs): Needs {
  return (path) => one(path) || other(path)
}

/** Whether a path lies within an attribute, or within an extension as a whole. */
function isOf(path: AttributePath, { schema, attribute }: AttributePath): boolean {
  if (schema === undefined && path.schema === attribute.name) return true
  return path.schema === schema && path.attribute.name === attribute.name
}
