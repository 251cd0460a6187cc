import * as t from 'io-ts'
import { decode, DecodeError, formatProblem } from '../codec/decode.ts'
import { scalar } from '../codec/scalar.ts'
import { text } from '../codec/scalars.ts'
import type { ListQuery, ProjectionQuery } from '../provisioning/resource-service.ts'
import { scimErrors } from '../scim/error.ts'

/** The parameters of a query string, or the members of a SearchRequest. RFC 7644 §3.4.3 */
export type Parameters = Readonly<Record<string, unknown>>

const Once = text('text, given once', () => true)

const WholeNumber = scalar<number>({
  name: 'a whole number',
  is: (value): value is number => Number.isSafeInteger(value),
  parse: (value) => {
    const number = /^[+-]?\d+$/u.test(value.trim()) ? Number(value) : NaN
    if (!Number.isSafeInteger(number)) throw new Error('must be a whole number')
    return number
  },
  print: String,
})

type SortOrder = NonNullable<ListQuery['sortOrder']>

const sortOrders: readonly SortOrder[] = ['ascending', 'descending']

const SortOrder = scalar<SortOrder>({
  name: '"ascending" or "descending"',
  is: (value): value is SortOrder => sortOrders.some((order) => order === value),
  parse: (value) => {
    const found = sortOrders.find((order) => order === value.toLowerCase())
    if (found === undefined) throw new Error('must be "ascending" or "descending"')
    return found
  },
  print: String,
})

/** How many attributes a request may name, each counted once: several times what any schema has. */
const maxNames = 1000

/** Names separated by commas, also as a list: repeated parameters add up, and a SearchRequest has lists. */
const AttributeNames = new t.Type<readonly string[], readonly string[]>(
  'attribute names',
  (value): value is readonly string[] => t.readonlyArray(t.string).is(value),
  (input, context) => {
    const texts = Array.isArray(input) ? input : [input]
    if (!t.array(t.string).is(texts)) return t.failure(input, context)
    return t.success(namesIn(texts))
  },
  (value) => value,
)

const projectionParameters = { attributes: AttributeNames, excludedAttributes: AttributeNames }

const listParameters = {
  ...projectionParameters,
  filter: Once,
  startIndex: WholeNumber,
  count: WholeNumber,
  cursor: Once,
  sortBy: Once,
  sortOrder: SortOrder,
}

const ProjectionParameters = t.exact(t.partial(projectionParameters))

const ListParameters = t.exact(t.partial(listParameters))

const nameByLowerName: ReadonlyMap<string, string> = new Map(
  Object.keys(listParameters).map((name) => [name.toLowerCase(), name]),
)

/** Whether parameters name one, with a value or without.
 *  @param wanted the name as this file has it. */
export function hasParameter(parameters: Parameters, wanted: keyof typeof listParameters): boolean {
  return Object.keys(parameters).some((name) => parameterName(name) === wanted)
}

/** What a request asks to see of a resource. Other parameters are ignored.
 *  @throws {ScimError} invalidValue that names the parameter. RFC 7644 §3.9 */
export function toProjectionQuery(parameters: Parameters): ProjectionQuery {
  const query = decodeParameters(ProjectionParameters, parameters) as ProjectionQuery
  return withOneProjection(query)
}

/** What a request asks of a list. Other parameters are ignored, and so are blank ones, but for the filter: a blank
 *  filter must not become a question for everything, and a blank cursor asks for the first page (RFC 9865 §2).
 *  @throws {ScimError} invalidValue that names the parameter. RFC 7644 §3.4.2 */
export function toListQuery(parameters: Parameters): ListQuery {
  const query = decodeParameters(ListParameters, parameters) as ListQuery
  return withOneProjection(query)
}

/** RFC 7644 §3.9 calls the two mutually exclusive; to follow one of them in silence would show what the client asked
 *  not to see, or hide what it asked for. */
function withOneProjection<Q extends ProjectionQuery>(query: Q): Q {
  if (query.attributes !== undefined && query.excludedAttributes !== undefined) {
    throw scimErrors.invalidValue('attributes and excludedAttributes cannot be given together.')
  }
  const [name, names = []] =
    query.attributes === undefined
      ? ['excludedAttributes', query.excludedAttributes]
      : ['attributes', query.attributes]
  if (names.length <= maxNames) return query
  throw scimErrors.invalidValue(`${name} may name at most ${maxNames} attributes.`)
}

function decodeParameters<A>(codec: t.Type<A, unknown>, parameters: Parameters): A {
  try {
    return decode(codec, canonical(parameters))
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const detail = `${cause.problems.map(formatProblem).join('; ')}.`
    throw scimErrors.invalidValue(detail, { cause })
  }
}

/** The parameters by the names of RFC 7644. A name in another letter case must not be ignored: without its filter, a question
 *  for somebody would be one for everybody. One that is given several times has all its values in a list. */
function canonical(parameters: Parameters): Parameters {
  const values = new Map<string, unknown[]>()
  for (const [given, value] of Object.entries(parameters)) {
    const name = parameterName(given)
    if (!isGiven([name, value])) continue
    const present = values.get(name)
    if (present) present.push(value)
    else values.set(name, [value])
  }
  const each = values.entries().map(([name, given]) => [name, onlyOne(given)] as const)
  return Object.fromEntries(each)
}

/** One value for itself; of several, those of the lists among them. */
function onlyOne(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values.flat()
}

/** Axios writes `attributes[]=userName` for a list, others number its elements. */
function parameterName(given: string): string {
  const name = given.replace(/\[\d*\]$/u, '')
  return nameByLowerName.get(name.toLowerCase()) ?? given
}

function isGiven([name, value]: readonly [string, unknown]): boolean {
  if (value === null || value === undefined) return false
  if (name === 'attributes' || name === 'excludedAttributes') return !isWithoutNames(value)
  return name === 'filter' || name === 'cursor' || typeof value !== 'string' || value.trim() !== ''
}

function isWithoutNames(value: unknown): boolean {
  const texts = Array.isArray(value) ? value : [value]
  return t.array(t.string).is(texts) && texts.every((each) => /^[\s,]*$/u.test(each))
}

/** Each once, as it is written first. */
function namesIn(texts: readonly string[]): readonly string[] {
  const names = new Set<string>()
  for (const each of texts) {
    for (const name of each.split(',')) {
      if (name.trim() !== '') names.add(name.trim())
    }
  }
  return [...names]
}
