import { isOf } from '../schema/attribute-path.ts'
import type { ResourceSchema } from '../schema/resource-schema.ts'
import { junction } from './filter.ts'
import type { Comparison, ScimFilter } from './filter.ts'

/** What is left of a filter for resources of one type once the attributes that only other types have count as without a value:
 *  a filter on attributes of this type alone, or whether all of its resources meet it. RFC 7644 §3.4.2.1 */
export function decideAbsent(filter: ScimFilter, schema: ResourceSchema): ScimFilter | boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return decideJunction(filter.kind, filter.filters, schema)
    case 'not': {
      const inner = decideAbsent(filter.filter, schema)
      return typeof inner === 'boolean' ? !inner : { kind: 'not', filter: inner }
    }
    case 'present':
    case 'valuePath':
      return isOf(schema, filter.path) ? filter : false
    case 'compare':
      return isOf(schema, filter.path) ? filter : isMetByNothing(filter)
  }
}

function decideJunction(
  kind: 'and' | 'or',
  filters: readonly ScimFilter[],
  schema: ResourceSchema,
): ScimFilter | boolean {
  // The one value that decides a junction, and the other, which changes nothing.
  const decisive = kind === 'or'
  const parts = filters.map((each) => decideAbsent(each, schema))
  if (parts.includes(decisive)) return decisive
  const open = parts.filter((each) => typeof each !== 'boolean')
  return open.length === 0 ? !decisive : junction(kind, open)
}

/** An attribute without a value is null, and unequal to all else. RFC 7643 §2.5 */
function isMetByNothing({ operator, value }: Comparison): boolean {
  return operator === (value === null ? 'eq' : 'ne')
}
