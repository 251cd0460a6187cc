import type * as t from 'io-ts'
import { DecodeError, decode, type Problem } from '../codec/decode.ts'
import {
  type Declaration,
  required,
  settings,
  type SettingsOf,
  type SettingsType,
} from '../codec/settings.ts'
import { variableOf } from './declared-setting.ts'
import { type Environment, type GivenSetting, readEnvironment } from './environment-source.ts'
import { SettingsError, type SettingsProblem } from './settings-error.ts'
import { readYaml, type YamlSource } from './yaml-source.ts'

/** Where settings come from; the later ones win over the earlier ones. */
export interface SettingsSources {
  /** A YAML file. */
  readonly file?: string
  readonly environment: Environment
  /** What was given on the command line. */
  readonly overrides?: readonly Override[]
}

/** A setting that was given on the command line. */
export interface Override {
  /** The keys that lead to the setting. */
  readonly keys: readonly string[]
  readonly value: string
  /** The argument, to be named in a problem: `--port`. */
  readonly source: string
}

/** The settings that a file, the environment and the command line give together.
 *  @throws {SettingsError} with every problem of every source. */
export async function loadSettings<D extends Declaration>(
  { file, environment, overrides = [] }: SettingsSources,
  codec: SettingsType<D>,
): Promise<SettingsOf<D>> {
  const [yaml, variables] = await Promise.all([
    file === undefined ? noFile : readYaml(file),
    readEnvironment(environment, codec),
  ])
  const given = [...variables.given, ...overrides.map(toGiven)]
  return decodeGiven(codec, { file, yaml, given }, variables.problems)
}

/** One section of the settings, for who needs no other: of the others nothing is checked, and no secret is read.
 *  @throws {SettingsError} with every problem of the section. */
export async function loadSection<C extends t.Mixed>(
  { file, environment }: Pick<SettingsSources, 'file' | 'environment'>,
  key: string,
  codec: C,
): Promise<t.TypeOf<C>> {
  const alone = settings(key, { [key]: required(codec, { text: key }) })
  const prefix = `${variableOf([key])}_`
  const ours = Object.entries(environment).filter(([name]) => name.startsWith(prefix))
  const [yaml, variables] = await Promise.all([
    file === undefined ? noFile : readYaml(file),
    readEnvironment(Object.fromEntries(ours), alone),
  ])
  const value = Object.hasOwn(yaml.value, key) ? { [key]: yaml.value[key] } : {}
  const places = { file, yaml: { ...yaml, value }, given: variables.given }
  return decodeGiven(alone, places, variables.problems)[key]
}

/** @param problems what is known to be wrong already. */
function decodeGiven<D extends Declaration>(
  codec: SettingsType<D>,
  { file, yaml, given }: Places,
  problems: readonly SettingsProblem[],
): SettingsOf<D> {
  const unusable = [...yaml.problems, ...problems]
  // What a broken file says cannot be known, so nothing can be said of what it misses.
  if (yaml.problems.length > 0) throw new SettingsError(unusable)
  try {
    const input = given.reduce<unknown>((all, { keys, value }) => put(all, keys, value), yaml.value)
    const decoded = decode<SettingsOf<D>>(codec, input)
    if (unusable.length === 0) return decoded
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const isKnown = (path: string): boolean => unusable.some((problem) => problem.path === path)
    const others = error.problems.filter(({ path }) => path === '' || !isKnown(path))
    unusable.push(...others.map((problem) => locate(problem, { file, yaml, given })))
  }
  throw new SettingsError(unusable)
}

const noFile: YamlSource = { value: {}, lines: new Map(), problems: [] }

function toGiven({ keys, value, source }: Override): GivenSetting {
  return { keys, path: keys.join('.'), value, source }
}

/** The input with a value at a place. Where something else than a section stands in the way, it stays, and is
 *  reported as what it is. */
function put(input: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (input === undefined || input === null) return { [key]: put(undefined, rest, value) }
  if (typeof input !== 'object' || Array.isArray(input)) return input
  const inner = Object.hasOwn(input, key) ? (input as Record<string, unknown>)[key] : undefined
  return { ...input, [key]: put(inner, rest, value) }
}

interface Places {
  readonly file: string | undefined
  readonly yaml: YamlSource
  readonly given: readonly GivenSetting[]
}

function locate(problem: Problem, { file, yaml, given }: Places): SettingsProblem {
  const source = given.findLast(({ path }) => isWithin(problem.path, path))?.source
  if (source !== undefined) return { ...problem, source }
  if (file === undefined) return problem
  const [, line] = [...yaml.lines]
    .filter(([path]) => isWithin(problem.path, path))
    .reduce<readonly [string, number | undefined]>(
      (nearest, place) => (place[0].length > nearest[0].length ? place : nearest),
      ['', undefined],
    )
  return { ...problem, source: line === undefined ? file : `${file}:${line}` }
}

function isWithin(path: string, ancestor: string): boolean {
  return (
    path === ancestor || (path.startsWith(ancestor) && /^[.[]/u.test(path.slice(ancestor.length)))
  )
}
