import type { AttributePath } from '../schema/attribute-path.ts'

/** The comparison operators that take a value. RFC 7644 §3.4.2.2, table 3 */
export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** What an attribute is compared with; null stands for "unassigned". */
export type FilterValue = string | number | boolean | null

/** A filter as data, its attributes found in the schema and its values of their types. RFC 7644 §3.4.2.2 */
export type ScimFilter = Junction | Negation | Presence | Comparison | ValuePath

/** All, or any, of the filters hold; at least two, none of them a junction of the same kind. */
export interface Junction {
  readonly kind: 'and' | 'or'
  readonly filters: readonly ScimFilter[]
}

/** The filter does not hold. */
export interface Negation {
  readonly kind: 'not'
  readonly filter: ScimFilter
}

/** The attribute has a value. */
export interface Presence {
  readonly kind: 'present'
  readonly path: AttributePath
}

/** A value of the attribute compares as asked. The path never ends at a complex attribute: `emails eq "x"`
 *  is read as `emails.value eq "x"`. */
export interface Comparison {
  readonly kind: 'compare'
  readonly operator: ComparisonOperator
  readonly path: AttributePath
  readonly value: FilterValue
}

/** One and the same element of the attribute meets the whole filter. Paths in the filter are whole as well:
 *  in `emails[type eq "work"]` the inner one is `emails.type`. */
export interface ValuePath {
  readonly kind: 'valuePath'
  readonly path: AttributePath
  readonly filter: ScimFilter
}

/** The filters joined; those of the same kind are taken in, and a single one stands for itself.
 *  @param filters at least one. */
export function junction(kind: 'and' | 'or', filters: readonly ScimFilter[]): ScimFilter {
  const flat = filters.flatMap((each) => (each.kind === kind ? each.filters : [each]))
  const [first] = flat
  return flat.length === 1 && first ? first : { kind, filters: flat }
}
