import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { declarationOf } from './settings.ts'

/** A list of values. */
export function listOf<C extends t.Mixed>(item: C): t.ReadonlyArrayC<C> {
  return t.readonlyArray(item, `a list, each ${nounOf(item)}`)
}

/** An object with free keys and values of one kind. */
export class MapType<C extends t.Mixed> extends t.Type<
  Readonly<Record<string, t.TypeOf<C>>>,
  unknown
> {
  readonly item: C

  constructor(item: C) {
    super(
      `a map, each value ${nounOf(item)}`,
      (value): value is Readonly<Record<string, t.TypeOf<C>>> =>
        t.UnknownRecord.is(value) && Object.values(value).every((each) => item.is(each)),
      (input, context) => validateMap(item, input, context),
      (value) =>
        Object.fromEntries(Object.entries(value).map(([key, each]) => [key, item.encode(each)])),
    )
    this.item = item
  }
}

/** An object with free keys and values of one kind. */
export function mapOf<C extends t.Mixed>(item: C): MapType<C> {
  return new MapType(item)
}

/** The members of a choice by the shape of the input. */
export interface Shapes {
  /** For text, numbers and booleans. */
  readonly scalar?: t.Mixed
  readonly list?: t.Mixed
  readonly object?: t.Mixed
}

type ShapeOf<S extends Shapes> = t.TypeOf<Extract<S[keyof S], t.Mixed>>

/** A value that is written in one of several shapes; the shape decides which member decodes it, so that
 *  the problems are those of the member that was meant. */
export class OneOfType<S extends Shapes> extends t.Type<ShapeOf<S>, unknown> {
  readonly members: readonly t.Mixed[]

  constructor(shapes: S) {
    const members = [shapes.scalar, shapes.list, shapes.object].filter(
      (member) => member !== undefined,
    )
    const name = members.map(nounOf).join(', or ')
    const memberOf = (value: unknown): t.Mixed | undefined => members.find(({ is }) => is(value))
    super(
      name,
      (value): value is ShapeOf<S> => memberOf(value) !== undefined,
      (input, context) => validateShape(shapes, input, context),
      (value): unknown => (memberOf(value) ?? t.unknown).encode(value),
    )
    this.members = members
  }
}

/** A value that is written in one of several shapes.
 *  @example oneOf({ scalar: NonEmptyString, object: AttributeSettings }) */
export function oneOf<const S extends Shapes>(shapes: S): OneOfType<S> {
  return new OneOfType(shapes)
}

/** A codec within a structure. */
export interface Part {
  /** What stands between the path of the structure and that of the part: `[]`, `.*` or nothing. */
  readonly suffix: string
  readonly codec: t.Mixed
}

/** The codecs that a list, map or choice is made of, none for any other codec: for those who walk settings. */
export function partsOf(codec: t.Mixed): readonly Part[] {
  if (codec instanceof t.ReadonlyArrayType) return [{ suffix: '[]', codec: codec.type as t.Mixed }]
  if (codec instanceof MapType) return [{ suffix: '.*', codec: codec.item as t.Mixed }]
  if (codec instanceof OneOfType)
    return codec.members.map((member) => ({ suffix: '', codec: member }))
  return []
}

function nounOf(codec: t.Mixed): string {
  return declarationOf(codec) === undefined ? codec.name : 'an object'
}

function validateShape<S extends Shapes>(
  shapes: S,
  input: unknown,
  context: t.Context,
): t.Validation<ShapeOf<S>> {
  const member = memberFor(shapes, input)
  if (member === undefined) return t.failure(input, context)
  const last = { key: context.at(-1)?.key ?? '', type: member, actual: input }
  return member.validate(input, [...context.slice(0, -1), last]) as t.Validation<ShapeOf<S>>
}

function memberFor(shapes: Shapes, input: unknown): t.Mixed | undefined {
  if (Array.isArray(input)) return shapes.list
  return t.UnknownRecord.is(input) ? shapes.object : shapes.scalar
}

function validateMap<C extends t.Mixed>(
  item: C,
  input: unknown,
  context: t.Context,
): t.Validation<Readonly<Record<string, t.TypeOf<C>>>> {
  if (!t.UnknownRecord.is(input)) return t.failure(input, context, 'must be an object')
  const errors: t.Errors = []
  const entries: [string, t.TypeOf<C>][] = []
  for (const [key, value] of Object.entries(input)) {
    const result: t.Validation<t.TypeOf<C>> = item.validate(
      value,
      t.appendContext(context, key, item, value),
    )
    if (isLeft(result)) errors.push(...result.left)
    else entries.push([key, result.right])
  }
  // fromEntries defines each key, also one named __proto__.
  return errors.length > 0 ? t.failures(errors) : t.success(Object.fromEntries(entries))
}
