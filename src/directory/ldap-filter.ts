import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter as LdaptsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SearchFilter,
  SubstringFilter,
  type BerWriter,
} from 'ldapts'
import { type AttributeValue, toBytes } from './entry.ts'
import { type Filter, type Substrings, not, present } from './filter.ts'

/** A filter as ldapts sends it. Values go as the bytes they are, and nothing passes through the filter text of
 *  ldapts, which garbles bytes above 7f and knows neither options nor OIDs.
 *  @param hasAbsoluteFilters whether the server knows `(&)` and `(|)` (RFC 4526); the others are asked for
 *  every entry, or for none, in other words. */
export function toLdaptsFilter(filter: Filter, hasAbsoluteFilters: boolean): LdaptsFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return toListFilter(filter, hasAbsoluteFilters)
    case 'not':
      return new NotFilter({ filter: toLdaptsFilter(filter.filter, hasAbsoluteFilters) })
    case 'present':
      return new PresenceFilter({ attribute: filter.attribute })
    case 'equals':
    case 'greaterOrEqual':
    case 'lessOrEqual':
      return toAssertion(filter.kind, filter.attribute, filter.value)
    case 'substrings':
      return toSubstrings(filter)
    case 'extensible':
      return new RuleFilter(filter.attribute, filter.rule, filter.value)
  }
}

function toListFilter(
  { kind, filters }: Extract<Filter, { kind: 'and' | 'or' }>,
  hasAbsoluteFilters: boolean,
): LdaptsFilter {
  if (filters.length === 0 && !hasAbsoluteFilters) {
    const everything = present('objectClass')
    return toLdaptsFilter(kind === 'and' ? everything : not(everything), hasAbsoluteFilters)
  }
  const list = filters.map((filter) => toLdaptsFilter(filter, hasAbsoluteFilters))
  return kind === 'and' ? new AndFilter({ filters: list }) : new OrFilter({ filters: list })
}

function toSubstrings({ attribute, initial = '', any = [], final = '' }: Substrings): LdaptsFilter {
  return new SubstringFilter({ attribute, initial, any: [...any], final })
}

const assertionTypes = {
  equals: SearchFilter.equalityMatch,
  greaterOrEqual: SearchFilter.greaterOrEqual,
  lessOrEqual: SearchFilter.lessOrEqual,
} as const

/** The three assertions differ in their tag alone (RFC 4511 §4.5.1), and only the equality of ldapts takes bytes. */
function toAssertion(
  kind: keyof typeof assertionTypes,
  attribute: string,
  value: AttributeValue,
): LdaptsFilter {
  const filter = new EqualityFilter({ attribute, value: toBytes(value) })
  filter.type = assertionTypes[kind]
  return filter
}

/** A matching rule assertion whose value may be any bytes. RFC 4511 §4.5.1.7.7 */
class RuleFilter extends ExtensibleFilter {
  readonly #bytes: Buffer

  constructor(attribute: string, rule: string, value: AttributeValue) {
    super({ matchType: attribute, rule })
    this.#bytes = toBytes(value)
  }

  override writeFilter(writer: BerWriter): void {
    writer.writeString(this.rule, 0x81)
    writer.writeString(this.matchType, 0x82)
    writer.writeBuffer(this.#bytes, 0x83)
  }
}
