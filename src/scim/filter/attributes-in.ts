import type { AttributeDefinition } from '../schema/definition.ts'
import type { ScimFilter } from './filter.ts'

/** The attributes that a filter asks about, as a whole: nothing else of a resource is needed to decide it. */
export function attributesIn(filter: ScimFilter): ReadonlySet<AttributeDefinition> {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return new Set(filter.filters.flatMap((each) => [...attributesIn(each)]))
    case 'not':
      return attributesIn(filter.filter)
    case 'present':
    case 'compare':
    case 'valuePath':
      return new Set([filter.path.attribute])
  }
}
