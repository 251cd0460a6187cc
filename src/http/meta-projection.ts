import type { ProjectionQuery } from '../provisioning/resource-service.ts'
import { isJsonObject } from '../scim/json.ts'
import type { JsonObject } from '../scim/json.ts'

/** A projection that shows all of `meta` as well: Location and ETag are made from it, whether the client asked to see it or
 *  not. RFC 7644 §3.3, §3.14 */
export function withMeta({ attributes, excludedAttributes }: ProjectionQuery): ProjectionQuery {
  return {
    ...(attributes === undefined
      ? {}
      : { attributes: [...attributes, 'meta.location', 'meta.version'] }),
    ...(excludedAttributes === undefined
      ? {}
      : {
          excludedAttributes: excludedAttributes.filter((name) => partOfMeta(name) === undefined),
        }),
  }
}

/** A resource that was asked for `withMeta`, with as much of `meta` as the client asked for. RFC 7644 §3.9 */
export function withoutUnaskedMeta(query: ProjectionQuery, resource: JsonObject): JsonObject {
  const { meta, ...rest } = resource
  const isWhole = query.attributes === undefined && query.excludedAttributes === undefined
  if (isWhole || !isJsonObject(meta)) return resource
  const parts = Object.entries(meta).filter(([name]) => isAsked(query, name))
  return parts.length === 0 ? rest : { ...rest, meta: Object.fromEntries(parts) }
}

function isAsked({ attributes, excludedAttributes }: ProjectionQuery, name: string): boolean {
  const isNamed = (names: readonly string[]): boolean =>
    names.some((each) => ['', name.toLowerCase()].includes(partOfMeta(each) ?? '.'))
  if (attributes !== undefined) return isNamed(attributes)
  return excludedAttributes === undefined || !isNamed(excludedAttributes)
}

/** Which part of `meta` a path names: empty for all of it, nothing for another attribute. Names are case-insensitive. */
function partOfMeta(path: string): string | undefined {
  const [name, part = '', ...more] = path.trim().toLowerCase().split('.')
  return name === 'meta' && more.length === 0 ? part : undefined
}
