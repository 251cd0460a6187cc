import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closest } from './closest.ts'
import type { Problem } from './decode.ts'

/** What a person is told of a setting. */
export interface SettingDoc {
  /** One sentence, with the unit where there is one. */
  readonly text: string
  /** A value as it would stand in the YAML file. */
  readonly example?: string
  /** The value is never shown. */
  readonly isSecret?: boolean
  /** Nearly everybody gives it, though it is optional. */
  readonly isUsual?: boolean
}

/** A setting that must be given; a section that is left out counts as empty, so only its own required keys are missed. */
export interface RequiredSetting<C extends t.Mixed> {
  readonly presence: 'required'
  readonly codec: C
  readonly doc: SettingDoc
}

/** A setting whose key is absent when it is not given. */
export interface OptionalSetting<C extends t.Mixed> {
  readonly presence: 'optional'
  readonly codec: C
  readonly doc: SettingDoc
}

/** A setting that has a value when it is not given. */
export interface DefaultSetting<C extends t.Mixed> {
  readonly presence: 'default'
  readonly codec: C
  readonly doc: SettingDoc
  readonly defaultValue: t.TypeOf<C>
}

/** One key of a section. */
export type Setting<C extends t.Mixed = t.Mixed> =
  RequiredSetting<C> | OptionalSetting<C> | DefaultSetting<C>

/** The keys of a section, in the order in which they are documented. */
export type Declaration = Readonly<Record<string, Setting>>

type OptionalKey<D extends Declaration> = {
  [K in keyof D]: D[K]['presence'] extends 'optional' ? K : never
}[keyof D]

/** The type of a decoded section. */
export type SettingsOf<D extends Declaration> = {
  readonly [K in Exclude<keyof D, OptionalKey<D>>]: t.TypeOf<D[K]['codec']>
} & { readonly [K in OptionalKey<D>]?: t.TypeOf<D[K]['codec']> }

/** What must hold between the keys of a section: problems with paths relative to the section. */
export type SettingsCheck<D extends Declaration> = (value: SettingsOf<D>) => readonly Problem[]

/** A setting that must be given. */
export function required<C extends t.Mixed>(codec: C, doc: SettingDoc): RequiredSetting<C> {
  return { presence: 'required', codec, doc }
}

/** A setting that may be left out. */
export function optional<C extends t.Mixed>(codec: C, doc: SettingDoc): OptionalSetting<C> {
  return { presence: 'optional', codec, doc }
}

/** A setting that has a value when it is left out. */
export function withDefault<C extends t.Mixed>(
  codec: C,
  defaultValue: t.TypeOf<C>,
  doc: SettingDoc,
): DefaultSetting<C> {
  return { presence: 'default', codec, doc, defaultValue }
}

/** A section of settings, which decodes an object, fills in defaults and refuses keys that it does not know. */
export class SettingsType<D extends Declaration> extends t.Type<SettingsOf<D>, unknown> {
  readonly declaration: D
  readonly checks: readonly SettingsCheck<D>[]

  constructor(name: string, declaration: D, checks: readonly SettingsCheck<D>[]) {
    super(
      name,
      (value): value is SettingsOf<D> => hasEachKey(declaration, value),
      (input, context) => {
        const { errors, value } = readSection({ declaration, checks }, input, context)
        return errors.length > 0 ? t.failures([...errors]) : t.success(value as SettingsOf<D>)
      },
      (value) => encodeSection(declaration, value),
    )
    this.declaration = declaration
    this.checks = checks
  }
}

/** A section of settings as data: decoding, environment variables and documentation come from its declaration.
 *  @param checks what must hold between the keys. A check that reads a key, here or in a section within, that is wrong by
 *  itself is given up: give those that read different keys one by one, so that as many problems as possible are told at once.
 *  @example
 *  const HttpSettings = settings('HttpSettings', {
 *    port: withDefault(Port, 8080, { text: 'The port to listen on.' }),
 *  })
 *  type HttpSettings = t.TypeOf<typeof HttpSettings> */
export function settings<D extends Declaration>(
  name: string,
  declaration: D,
  ...checks: readonly SettingsCheck<D>[]
): SettingsType<D> {
  return new SettingsType(name, declaration, checks)
}

/** The keys of a section, or nothing when the codec is no section: for those who walk settings. */
export function declarationOf(codec: t.Mixed): Declaration | undefined {
  return codec instanceof SettingsType ? (codec.declaration as Declaration) : undefined
}

type Section<D extends Declaration> = {
  readonly declaration: D
  readonly checks: readonly SettingsCheck<D>[]
}

/** What could be made of an input. */
interface Reading {
  readonly errors: t.Errors
  /** Left out when nothing is known. Of a section with errors, the keys that are not known throw when they are read. */
  readonly value?: unknown
}

/** A check has read a key that is not known. */
class UnknownKeyError extends Error {}

function readSection<D extends Declaration>(
  { declaration, checks }: Section<D>,
  input: unknown,
  context: t.Context,
): Reading {
  if (!t.UnknownRecord.is(input)) {
    return { errors: [{ value: input, context, message: 'must be an object' }] }
  }
  const strangers = unknownKeys(declaration, input)
  const errors = strangers.map((stranger) => unknownKeyError(stranger, input, context))
  const value: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(declaration)) {
    const given = Object.hasOwn(input, key) ? input[key] : undefined
    const reading = readSetting(setting, given, t.appendContext(context, key, setting.codec, given))
    errors.push(...reading.errors)
    // What was meant by a misspelled key is not known, and its default would be taken for it.
    const isMeant = strangers.some(({ meant }) => meant === key)
    if (isMeant || (reading.errors.length > 0 && reading.value === undefined)) hide(value, key)
    else if (reading.value !== undefined) value[key] = reading.value
  }
  const problems = checks.flatMap((check) => asFarAsKnown(check, value as SettingsOf<D>))
  return { errors: [...errors, ...broken(problems, context)], value }
}

function readSetting(setting: Setting, input: unknown, context: t.Context): Reading {
  const { codec, presence } = setting
  const isEmpty = input === undefined || input === null
  if (codec instanceof SettingsType && !(isEmpty && presence !== 'required')) {
    return readSection(codec as Section<Declaration>, input ?? {}, context)
  }
  const result = validateSetting(setting, input, context)
  return isLeft(result) ? { errors: result.left } : { errors: [], value: result.right }
}

function hide(value: Record<string, unknown>, key: string): void {
  const get = (): never => {
    throw new UnknownKeyError(key)
  }
  Object.defineProperty(value, key, { get, enumerable: true })
}

function asFarAsKnown<D extends Declaration>(
  check: SettingsCheck<D>,
  value: SettingsOf<D>,
): readonly Problem[] {
  try {
    return check(value)
  } catch (error) {
    if (error instanceof UnknownKeyError) return []
    throw error
  }
}

function validateSetting(
  setting: Setting,
  input: unknown,
  context: t.Context,
): t.Validation<unknown> {
  const isSection = setting.codec instanceof SettingsType
  if (input === null && !isSection) {
    return t.failure(input, context, 'has no value: give one, or leave the key out')
  }
  // A section whose keys are all commented out is null in YAML.
  if (input !== undefined && input !== null) return setting.codec.validate(input, context)
  switch (setting.presence) {
    case 'required':
      return t.failure(input, context, 'is required')
    case 'optional':
      return t.success(undefined)
    case 'default':
      return t.success(setting.defaultValue)
  }
}

/** A key that was given and is none, with the one it may be a misspelling of. */
interface Stranger {
  readonly key: string
  readonly meant: string | undefined
}

function unknownKeys(
  declaration: Declaration,
  given: Readonly<Record<string, unknown>>,
): readonly Stranger[] {
  const known = Object.keys(declaration)
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => ({ key, meant: closest(key, known) }))
}

function unknownKeyError(
  { key, meant }: Stranger,
  given: Readonly<Record<string, unknown>>,
  context: t.Context,
): t.ValidationError {
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return {
    value: given[key],
    context: [...context, { key, type: t.never }],
    message: `is not a setting${hint}`,
  }
}

function broken(problems: readonly Problem[], context: t.Context): t.Errors {
  return problems.map(({ path, reason }) => ({
    value: undefined,
    context: [...context, ...keysOf(path).map((key) => ({ key, type: t.unknown, actual: path }))],
    message: reason,
  }))
}

function hasEachKey(declaration: Declaration, value: unknown): boolean {
  if (!t.UnknownRecord.is(value)) return false
  const isEachRight = Object.entries(declaration).every(([key, { codec, presence }]) =>
    Object.hasOwn(value, key) ? codec.is(value[key]) : presence === 'optional',
  )
  return isEachRight && Object.keys(value).every((key) => Object.hasOwn(declaration, key))
}

function keysOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('.')
}

function encodeSection<D extends Declaration>(
  declaration: D,
  value: SettingsOf<D>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, declaration[key]?.codec.encode(each)]),
  )
}
