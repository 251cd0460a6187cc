import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** One thing that is wrong with foreign data. */
export interface Problem {
  /** Where: `users.attributes.userName`, `tokens[0].name`; empty for the input as a whole. */
  readonly path: string
  /** What, as the rest of a sentence that starts with the path: `must be a string`. It holds no value of the input. */
  readonly reason: string
}

const MOST_IN_MESSAGE = 10

/** Foreign data of the wrong shape, with every problem of it. The message tells the first ten. */
export class DecodeError extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const more = problems.length - MOST_IN_MESSAGE
    const told = problems.slice(0, MOST_IN_MESSAGE).map(formatProblem)
    super((more > 0 ? [...told, `and ${more} more`] : told).join('; '))
    this.name = 'DecodeError'
    this.problems = problems
  }
}

/** A problem as a sentence. */
export function formatProblem({ path, reason }: Problem): string {
  return `${path === '' ? 'the input' : path} ${reason}`
}

/** The value that foreign data stands for.
 *  @throws {DecodeError} with every problem, none of which quotes a value. */
export function decode<A>(codec: t.Type<A, unknown>, input: unknown): A {
  const result = codec.decode(input)
  if (isLeft(result)) throw new DecodeError(problemsOf(result.left, 0))
  return result.right
}

/** The path of a key below another path, written so that odd keys stay unmistakable.
 *  @example joinPath('users', 'base') // users.base
 *  @example joinPath('tokens', 0) // tokens[0] */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[\w$-]+$/u.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** @param depth how much of each context is known to lead to the same place. */
function problemsOf(errors: readonly t.ValidationError[], depth: number): readonly Problem[] {
  const groups = Map.groupBy(errors, (error) => {
    const union = unionIn(error.context, depth)
    const problem = union === undefined ? plainProblem(error) : unionProblem(error.context, union)
    return JSON.stringify([union ?? -1, problem])
  })
  return [...groups.values()].flatMap((group) => problemsOfGroup(group, depth))
}

function problemsOfGroup(group: readonly t.ValidationError[], depth: number): readonly Problem[] {
  return group.slice(0, 1).flatMap((first) => {
    const union = unionIn(first.context, depth)
    if (union === undefined) return [plainProblem(first)]
    const promising = promisingMember(group, union)
    return promising === undefined
      ? [unionProblem(first.context, union)]
      : problemsOf(promising, union + 1)
  })
}

/** The errors of the only member of a union whose outer shape fits: a person wants to hear of these, and
 *  not that the input is none of the other members. */
function promisingMember(
  errors: readonly t.ValidationError[],
  union: number,
): readonly t.ValidationError[] | undefined {
  const members = Map.groupBy(errors, ({ context }) => context[union + 1]?.key)
  const promising = [...members.values()].filter((member) =>
    member.every(({ context }) => context.length > union + 2),
  )
  return promising.length === 1 ? promising[0] : undefined
}

function unionIn(context: t.Context, from: number): number | undefined {
  const index = context.findIndex(
    ({ type }, i) => i >= from && i < context.length - 1 && type instanceof t.UnionType,
  )
  return index === -1 ? undefined : index
}

function unionProblem(context: t.Context, union: number): Problem {
  const upToUnion = context.slice(0, union + 1)
  return { path: pathOf(upToUnion), reason: reasonFor(upToUnion.at(-1)) }
}

function plainProblem({ context, message }: t.ValidationError): Problem {
  return { path: pathOf(context), reason: message ?? reasonFor(context.at(-1)) }
}

function pathOf(context: t.Context): string {
  return context.reduce((path, { key }, index) => {
    const parent = context[index - 1]?.type
    // io-ts also enters members of unions and intersections, by their place: that is no place in the input.
    const isMember = parent instanceof t.UnionType || parent instanceof t.IntersectionType
    if (parent === undefined || isMember) return path
    return joinPath(path, isList(parent) ? Number(key) : key)
  }, '')
}

function reasonFor(entry: t.ContextEntry | undefined): string {
  if (entry === undefined || entry.actual === undefined) return 'is required'
  return `must be ${phrases.get(entry.type.name) ?? kindOf(entry.type) ?? entry.type.name}`
}

const phrases: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['Array', 'a list'],
  ['UnknownArray', 'a list'],
  ['UnknownRecord', 'an object'],
])

function kindOf(type: t.ContextEntry['type']): string | undefined {
  if (isList(type)) return 'a list'
  const isObject =
    type instanceof t.InterfaceType ||
    type instanceof t.PartialType ||
    type instanceof t.StrictType ||
    type instanceof t.ExactType ||
    type instanceof t.DictionaryType
  return isObject ? 'an object' : undefined
}

function isList(type: t.ContextEntry['type']): boolean {
  return (
    type instanceof t.ArrayType ||
    type instanceof t.ReadonlyArrayType ||
    type instanceof t.TupleType ||
    type instanceof t.AnyArrayType
  )
}
