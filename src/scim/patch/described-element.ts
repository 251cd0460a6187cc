import { equalityTerms } from '../filter/equality-terms.ts'
import type { ScimFilter } from '../filter/filter.ts'
import type { JsonObject } from '../json.ts'
import type { AttributeDefinition } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'

/** What an element is for by the terms of a filter; undefined where it has others, by which one that is there would be
 *  found. */
export function describedElement(
  attribute: AttributeDefinition,
  filter: ScimFilter,
): JsonObject | undefined {
  const terms = equalityTerms(filter)
  const isDescribing = (name: string): boolean =>
    ['type', 'primary'].includes(name) &&
    subAttributeOf(attribute, name)?.mutability === 'readWrite'
  return terms && Object.keys(terms).every(isDescribing) ? terms : undefined
}
