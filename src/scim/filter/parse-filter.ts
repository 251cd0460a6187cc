import type { ResourceSchema } from '../schema/resource-schema.ts'
import { FilterParser } from './filter-parser.ts'
import type { ScimFilter } from './filter.ts'

/** The filter that a text means. Attributes and operators are read in any letter case, texts also without
 *  their quotation marks. RFC 7644 §3.4.2.2
 *
 *  @param others further resource types that are asked the same: their attributes may be named, too, where the schema knows
 *    none of that name.
 *  @example `userName eq "kelly@example.com" and not (emails[type eq "work"] or title pr)`
 *  @throws {ScimError} invalidFilter saying what is wrong and where: no such attribute or operator, a value
 *    or operator that does not fit the attribute, not the grammar, longer than 16384 characters, nested
 *    deeper than 32. */
export function parseFilter(
  text: string,
  schema: ResourceSchema,
  others: readonly ResourceSchema[] = [],
): ScimFilter {
  const parser = new FilterParser(text, schema, others)
  const filter = parser.filter()
  parser.end()
  return filter
}
