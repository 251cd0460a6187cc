import type { JsonValue } from '../json.ts'
import { formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { Comparison, ScimFilter } from './filter.ts'

/** Values any of which an attribute is to have. */
export interface EqualitySet {
  readonly path: AttributePath
  /** As they are compared. */
  readonly values: ReadonlySet<JsonValue>
}

/** Filters of which any is to hold, those that ask whether one attribute equals this or that taken together: a value is
 *  looked up once, however many of them there are. */
export interface Alternatives {
  readonly sets: readonly EqualitySet[]
  readonly others: readonly ScimFilter[]
}

/** The filters of an `or` as sets where they can be.
 *  @param wantedBy what a comparison compares with, as it is compared. */
export function alternativesOf(
  filters: readonly ScimFilter[],
  wantedBy: (comparison: Comparison) => JsonValue,
): Alternatives {
  const equalities = filters.filter(isEquality)
  const byPath = Map.groupBy(equalities, ({ path }) => formatAttributePath(path))
  const sets = [...byPath.values()].flatMap(([first, ...more]): EqualitySet[] =>
    first === undefined || more.length === 0
      ? []
      : [{ path: first.path, values: new Set([first, ...more].map(wantedBy)) }],
  )
  const taken = new Set(sets.map(({ path }) => formatAttributePath(path)))
  const isTaken = (each: ScimFilter): boolean =>
    isEquality(each) && taken.has(formatAttributePath(each.path))
  return { sets, others: filters.filter((each) => !isTaken(each)) }
}

/** Whoever asks for null asks for no value at all. */
function isEquality(filter: ScimFilter): filter is Comparison {
  return filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null
}
