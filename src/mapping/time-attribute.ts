import type { AttributeType } from '../directory/directory-schema.ts'
import { and, type Filter, greaterOrEqual, lessOrEqual } from '../directory/filter.ts'
import type { Comparison } from '../scim/filter/filter.ts'
import { parseDateTime } from '../scim/scalar.ts'
import type { EntryMapping } from './entry-mapping.ts'
import { toGeneralizedTime } from './generalized-time.ts'
import { ruleName } from './matching-rule.ts'
import type { SpecialAttribute } from './special-attributes.ts'

/** The times of a resource that the directory keeps, by their paths in lower case, as far as it can put them into order: a client
 *  that asks for what has changed since its last visit must not have the whole tree read. */
export function timeAttributes({
  identity,
  directorySchema,
}: EntryMapping): (readonly [string, SpecialAttribute])[] {
  const names = [
    ['meta.created', identity.createdAttribute],
    ['meta.lastmodified', identity.modifiedAttribute],
  ] as const
  return names.flatMap(([path, name]) => {
    const type = directorySchema.attributeType(name)
    return type === undefined || !isOrdered(type) ? [] : [[path, timeAttribute(type)] as const]
  })
}

function isOrdered({ ordering }: AttributeType): boolean {
  return ordering !== undefined && ruleName(ordering) === 'generalizedtimeorderingmatch'
}

/** Servers keep whole seconds: the bounds are widened to these, and what they let in is decided on the resource. */
function timeAttribute({ name }: AttributeType): SpecialAttribute {
  return { isExact: false, translate: (comparison) => timeFilter(name, comparison) }
}

function timeFilter(name: string, { operator, value }: Comparison): Filter | undefined {
  const instant = typeof value === 'string' ? parseDateTime(value) : undefined
  if (instant === undefined) return undefined
  const [from, to] = [Math.floor(instant / secondMs), Math.ceil(instant / secondMs)].map(timeAt)
  if (from === undefined || to === undefined) return undefined
  const bounds = [
    ...(withLowerBound.has(operator) ? [greaterOrEqual(name, from)] : []),
    ...(withUpperBound.has(operator) ? [lessOrEqual(name, to)] : []),
  ]
  return bounds.length === 0 ? undefined : and(bounds)
}

const withLowerBound: ReadonlySet<Comparison['operator']> = new Set(['eq', 'gt', 'ge'])
const withUpperBound: ReadonlySet<Comparison['operator']> = new Set(['eq', 'lt', 'le'])

const secondMs = 1000

function timeAt(seconds: number): string | undefined {
  return toGeneralizedTime(new Date(seconds * secondMs).toISOString())
}
