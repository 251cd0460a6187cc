import { costOf } from '../../codec/normal-form.ts'
import { excerpt } from '../excerpt.ts'
import { parseDateTime, toBoolean } from '../scalar.ts'
import { formatAttributePath } from '../schema/attribute-path.ts'
import type { AttributePath } from '../schema/attribute-path.ts'
import type { AttributeType } from '../schema/definition.ts'
import { subAttributeOf } from '../schema/resource-schema.ts'
import type { Comparison, ComparisonOperator, FilterValue } from './filter.ts'
import { filterError } from './token.ts'
import type { Token } from './token.ts'

type OperatorKind = 'equality' | 'substring' | 'order'

const kindOfOperator: Readonly<Record<ComparisonOperator, OperatorKind>> = {
  eq: 'equality',
  ne: 'equality',
  co: 'substring',
  sw: 'substring',
  ew: 'substring',
  gt: 'order',
  ge: 'order',
  lt: 'order',
  le: 'order',
}

/** Booleans and binary values have no order; only texts have parts. RFC 7644 §3.4.2.2, table 3 */
const allowedOn: Readonly<Record<AttributeType, readonly OperatorKind[]>> = {
  string: ['equality', 'substring', 'order'],
  reference: ['equality', 'substring', 'order'],
  dateTime: ['equality', 'order'],
  decimal: ['equality', 'order'],
  integer: ['equality', 'order'],
  boolean: ['equality'],
  binary: ['equality'],
  complex: [],
}

/** The operator of this name in any letter case; undefined when there is none. */
export function comparisonOperator(name: string): ComparisonOperator | undefined {
  const lower = name.toLowerCase()
  return Object.hasOwn(kindOfOperator, lower) ? (lower as ComparisonOperator) : undefined
}

/** A comparison whose operator and value fit the type of the attribute. A complex attribute is compared by
 *  its `value`. A text between single quotes is none: with them as a part of it, it would find nobody.
 *  @throws {ScimError} invalidFilter when they do not fit. */
export function toComparison(
  path: AttributePath,
  operator: ComparisonOperator,
  token: Token,
): Comparison {
  const target = comparedPath(path)
  const { type } = target.subAttribute ?? target.attribute
  const name = formatAttributePath(target)
  if (type === 'complex') {
    throw filterError(`${name} cannot be compared as a whole`, token.position)
  }
  if (!allowedOn[type].includes(kindOfOperator[operator])) {
    throw filterError(`"${operator}" does not apply to ${name}`, token.position)
  }
  if (token.kind === 'word' && token.text.startsWith("'")) {
    throw filterError(`A text stands between double quotes ("), not single ones`, token.position)
  }
  const cost = costOf(token.text)
  if (cost !== undefined) throw filterError(`A text must not have ${cost}`, token.position)
  const value = valueOf(token, type)
  if (value === undefined || (value === null && kindOfOperator[operator] !== 'equality')) {
    throw filterError(`${name} is not compared with ${excerpt(token.text)}`, token.position)
  }
  return { kind: 'compare', operator, path: target, value }
}

function comparedPath(path: AttributePath): AttributePath {
  const value = path.subAttribute ? undefined : subAttributeOf(path.attribute, 'value')
  return value ? { ...path, subAttribute: value } : path
}

/** The value in the attribute's type; undefined when it is of another one. Texts may lack their quotation
 *  marks: authentik sends `userName eq akadmin`, the documentation of Entra ID has `externalId eq jyoung`. */
function valueOf(token: Token, type: AttributeType): FilterValue | undefined {
  return token.kind === 'word' && token.text === 'null' ? null : readers[type](token)
}

const asText = ({ text }: Token): string => text

const readers: Readonly<Record<AttributeType, (token: Token) => FilterValue | undefined>> = {
  string: asText,
  reference: asText,
  binary: asText,
  boolean: ({ text }) => toBoolean(text),
  dateTime: ({ text }) => {
    const whole = withSeconds(text)
    return parseDateTime(whole) === undefined ? undefined : whole
  },
  decimal: (token) => toNumber(token, Number.isFinite),
  integer: (token) => toNumber(token, Number.isInteger),
  complex: () => undefined,
}

/** ISO 8601 lets the seconds be left out, xsd:dateTime does not: a client that asks so is understood. */
function withSeconds(text: string): string {
  return text.replace(/(?<=T\d\d:\d\d)(?=$|Z|[+-])/u, ':00')
}

function toNumber({ kind, text }: Token, fits: (value: number) => boolean): number | undefined {
  const isNumber = kind === 'word' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
  const value = Number(text)
  return isNumber && fits(value) ? value : undefined
}
