import { readFile } from 'node:fs/promises'
import type * as t from 'io-ts'
import { closest } from '../codec/closest.ts'
import { partsOf } from '../codec/structures.ts'
import { declaredSettings, type DeclaredSetting, VARIABLE_PREFIX } from './declared-setting.ts'
import type { SettingsProblem } from './settings-error.ts'
import { codeOf, parseFlow } from './yaml-source.ts'

/** Environment variables with their values. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A setting that was given outside the file. */
export interface GivenSetting {
  readonly keys: readonly string[]
  readonly path: string
  readonly value: unknown
  /** What to name in a problem: the variable or the argument. */
  readonly source: string
}

/** What the environment says. */
export interface EnvironmentSource {
  readonly given: readonly GivenSetting[]
  /** A problem with the path of a setting means that it was given and cannot be had. */
  readonly problems: readonly SettingsProblem[]
}

/** The settings in the environment: `SCIM_` and the path in capitals (`SCIM_DIRECTORY_BIND_PASSWORD`), or the
 *  same with `_FILE` for a file that holds the value, whose line ends at the end do not count. An empty variable counts
 *  as unset. Lists and maps are written as YAML in one line. A variable that starts so and names no setting is a
 *  problem: it is a misspelling, and the setting it meant would silently keep its default. */
export async function readEnvironment(
  environment: Environment,
  section: t.Mixed,
): Promise<EnvironmentSource> {
  const declared = new Map(declaredSettings(section).map((each) => [each.variable, each]))
  const variables = Object.entries(environment)
    .map(([variable, text = '']) => ({ variable, text }))
    .filter((each) => each.text !== '' && isOurs(each))
  const readings = await Promise.all(variables.map((each) => readVariable(each, declared)))
  const all = readings.flat()
  const given = all.filter((each) => 'value' in each)
  return { given, problems: [...all.filter((each) => 'reason' in each), ...givenTwice(given)] }
}

interface Variable {
  readonly variable: string
  readonly text: string
}

type Reading = GivenSetting | SettingsProblem

async function readVariable(
  { variable, text }: Variable,
  declared: ReadonlyMap<string, DeclaredSetting>,
): Promise<readonly Reading[]> {
  const setting = declared.get(variable)
  if (setting !== undefined) return [toGiven(setting, text, variable)]
  const setByFile = declared.get(variable.replace(/_FILE$/u, ''))
  if (setByFile === undefined) return [unknownVariable(variable, [...declared.keys()])]
  try {
    const content = await readFile(text, 'utf8')
    return [toGiven(setByFile, content.replace(/[\r\n]+$/u, ''), variable)]
  } catch (error) {
    const reason = `is in a file that cannot be read${codeOf(error)}`
    return [{ path: setByFile.path, reason, source: variable }]
  }
}

function toGiven({ keys, path, setting }: DeclaredSetting, text: string, source: string): Reading {
  const isFlow = partsOf(setting.codec).length > 0 && /^\s*[[{]/u.test(text)
  if (!isFlow) return { keys, path, value: text, source }
  const value = parseFlow(text)
  return value === undefined
    ? { path, reason: 'must be a list or map in YAML', source }
    : { keys, path, value, source }
}

function unknownVariable(variable: string, known: readonly string[]): SettingsProblem {
  const meant = closest(variable, [...known, ...known.map((name) => `${name}_FILE`)])
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return { path: '', reason: `is not a setting${hint}`, source: variable }
}

function givenTwice(given: readonly GivenSetting[]): readonly SettingsProblem[] {
  return given
    .filter(({ path }, index) => given.findIndex((other) => other.path === path) < index)
    .map(({ path, source }) => ({ path, reason: 'is given by two variables', source }))
}

/** Kubernetes describes each service in variables that start with its name, and one may be called `scim-...`. */
function isOurs({ variable, text }: Variable): boolean {
  const isOfKubernetes =
    /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/u.test(variable) ||
    /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/u.test(variable) ||
    (variable.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//u.test(text))
  return variable.startsWith(VARIABLE_PREFIX) && !isOfKubernetes
}
