import type { JsonObject } from '../json.ts'
import type { ScimFilter } from './filter.ts'

/** The sub-attributes that an element must have to meet the filter of a value path, by their names, where
 *  the filter says just that: equality, or several joined by `and`. Undefined for every other filter.
 *  @example `type eq "work" and primary eq true` gives `{ type: 'work', primary: true }` */
export function equalityTerms(filter: ScimFilter): JsonObject | undefined {
  if (filter.kind === 'and') {
    const parts = filter.filters.map((each) => Object.entries(equalityTerms(each) ?? {}))
    return parts.every((part) => part.length > 0) ? Object.fromEntries(parts.flat()) : undefined
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null)
    return undefined
  const name = filter.path.subAttribute?.name
  return name === undefined ? undefined : { [name]: filter.value }
}
