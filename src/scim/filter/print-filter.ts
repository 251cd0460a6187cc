import { formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { ScimFilter } from './filter.ts'

/** The text of a filter, with canonical names and as few brackets as it takes; parsed, it is the same filter.
 *  RFC 7644 §3.4.2.2 */
export function printFilter(filter: ScimFilter): string {
  return print(filter, formatAttributePath)
}

/** The text of a filter as it stands between the brackets of a value path: `type eq "work"`. */
export function printInnerFilter(filter: ScimFilter): string {
  return print(filter, ({ subAttribute }) => subAttribute?.name ?? 'value')
}

function print(filter: ScimFilter, printPath: (path: AttributePath) => string): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters
        .map((each) => operand(each, filter.kind, printPath))
        .join(` ${filter.kind} `)
    case 'not':
      return `not (${print(filter.filter, printPath)})`
    case 'present':
      return `${printPath(filter.path)} pr`
    case 'compare':
      return `${printPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`
    case 'valuePath':
      return `${printPath(filter.path)}[${printInnerFilter(filter.filter)}]`
  }
}

/** Of the two, `and` binds closer. */
function operand(
  filter: ScimFilter,
  within: 'and' | 'or',
  printPath: (path: AttributePath) => string,
): string {
  const text = print(filter, printPath)
  return within === 'and' && filter.kind === 'or' ? `(${text})` : text
}
