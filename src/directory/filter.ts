import type { AttributeValue } from './entry.ts'

/** An LDAP search filter as data; values are never escaped because they are never glued into text. RFC 4511 §4.5.1.7 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'equals' | 'greaterOrEqual' | 'lessOrEqual'
      readonly attribute: string
      readonly value: AttributeValue
    }
  | Substrings
  | {
      readonly kind: 'extensible'
      readonly attribute: string
      readonly rule: string
      readonly value: AttributeValue
    }

/** A substring assertion; at least one part is given and no part is empty. RFC 4511 §4.5.1.7.2 */
export interface Substrings {
  readonly kind: 'substrings'
  readonly attribute: string
  readonly initial?: string
  readonly any?: readonly string[]
  readonly final?: string
}

/** All of the filters; a list of one is that filter. An empty list is the absolute True of RFC 4526. */
export function and(filters: readonly Filter[]): Filter {
  return only(filters) ?? { kind: 'and', filters }
}

/** Any of the filters; a list of one is that filter. An empty list is the absolute False of RFC 4526. */
export function or(filters: readonly Filter[]): Filter {
  return only(filters) ?? { kind: 'or', filters }
}

/** Entries for which the filter is False; those for which it is Undefined match neither. RFC 4511 §4.5.1.7 */
export function not(filter: Filter): Filter {
  return { kind: 'not', filter }
}

/** Entries that have the attribute. */
export function present(attribute: string): Filter {
  return { kind: 'present', attribute }
}

/** Entries that have the value, by the equality rule of the attribute. */
export function equals(attribute: string, value: AttributeValue): Filter {
  return { kind: 'equals', attribute, value }
}

/** Entries with a value that contains the parts in this order, by the substring rule of the attribute. */
export function substrings(
  attribute: string,
  parts: Omit<Substrings, 'kind' | 'attribute'>,
): Filter {
  return { kind: 'substrings', attribute, ...parts }
}

/** Entries with a value at or above the given one, by the ordering rule of the attribute. */
export function greaterOrEqual(attribute: string, value: AttributeValue): Filter {
  return { kind: 'greaterOrEqual', attribute, value }
}

/** Entries with a value at or below the given one, by the ordering rule of the attribute. */
export function lessOrEqual(attribute: string, value: AttributeValue): Filter {
  return { kind: 'lessOrEqual', attribute, value }
}

/** Entries that hold a value by a matching rule named by its OID. RFC 4511 §4.5.1.7.7 */
export function extensible(attribute: string, rule: string, value: AttributeValue): Filter {
  return { kind: 'extensible', attribute, rule, value }
}

/** Whether a filter is False for every entry, whatever a server makes of it. */
export function isNever(filter: Filter): boolean {
  if (filter.kind === 'or') return filter.filters.every(isNever)
  return filter.kind === 'and' && filter.filters.some(isNever)
}

function only(filters: readonly Filter[]): Filter | undefined {
  return filters.length === 1 ? filters[0] : undefined
}
