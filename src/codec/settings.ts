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

  constructor(name: string, declaration: D, check: SettingsCheck<D>) {
    super(
      name,
      (value): value is SettingsOf<D> => hasEachKey(declaration, value),
      (input, context) => validateSection({ declaration, check }, input, context),
      (value) => encodeSection(declaration, value),
    )
    this.declaration = declaration
  }
}

/** A section of settings as data: decoding, environment variables and documentation come from its declaration.
 *  @param check what must hold between the keys; asked only when every key is right by itself.
 *  @example
 *  const HttpSettings = settings('HttpSettings', {
 *    port: withDefault(Port, 8080, { text: 'The port to listen on.' }),
 *  })
 *  type HttpSettings = t.TypeOf<typeof HttpSettings> */
export function settings<D extends Declaration>(
  name: string,
  declaration: D,
  check: SettingsCheck<D> = () => [],
): SettingsType<D> {
  return new SettingsType(name, declaration, check)
}

/** The keys of a section, or nothing when the codec is no section: for those who walk settings. */
export function declarationOf(codec: t.Mixed): Declaration | undefined {
  return codec instanceof SettingsType ? (codec.declaration as Declaration) : undefined
}

type Section<D extends Declaration> = {
  readonly declaration: D
  readonly check: SettingsCheck<D>
}

function validateSection<D extends Declaration>(
  { declaration, check }: Section<D>,
  input: unknown,
  context: t.Context,
): t.Validation<SettingsOf<D>> {
  if (!t.UnknownRecord.is(input)) return t.failure(input, context, 'must be an object')
  const errors = unknownKeys(declaration, input, context)
  const value: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(declaration)) {
    const given = Object.hasOwn(input, key) ? input[key] : undefined
    const place = t.appendContext(context, key, setting.codec, given)
    const result = validateSetting(setting, given, place)
    if (isLeft(result)) errors.push(...result.left)
    else if (result.right !== undefined) value[key] = result.right
  }
  if (errors.length === 0) errors.push(...broken(check(value as SettingsOf<D>), context))
  return errors.length > 0 ? t.failures(errors) : t.success(value as SettingsOf<D>)
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
      return isSection
        ? setting.codec.validate({}, context)
        : t.failure(input, context, 'is required')
    case 'optional':
      return t.success(undefined)
    case 'default':
      return t.success(setting.defaultValue)
  }
}

function unknownKeys(
  declaration: Declaration,
  given: Readonly<Record<string, unknown>>,
  context: t.Context,
): t.Errors {
  const known = Object.keys(declaration)
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const suggestion = closest(key, known)
      const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
      return {
        value: given[key],
        context: [...context, { key, type: t.never }],
        message: `is not a setting${hint}`,
      }
    })
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
