import type * as t from 'io-ts'
import { joinPath } from '../codec/decode.ts'
import { declarationOf, type Setting } from '../codec/settings.ts'

/** A setting that is no section, with where it stands. */
export interface DeclaredSetting {
  /** The keys that lead to it, the outermost first. */
  readonly keys: readonly string[]
  /** @example directory.bindPassword */
  readonly path: string
  /** The environment variable that sets it.
   *  @example SCIM_DIRECTORY_BIND_PASSWORD */
  readonly variable: string
  readonly setting: Setting
}

/** What all environment variables of the bridge start with. */
export const VARIABLE_PREFIX = 'SCIM_'

/** Every setting below a section, in the order of the declarations; sections themselves are left out. */
export function declaredSettings(
  section: t.Mixed,
  parents: readonly string[] = [],
): readonly DeclaredSetting[] {
  return Object.entries(declarationOf(section) ?? {}).flatMap(([key, setting]) => {
    const keys = [...parents, key]
    if (declarationOf(setting.codec) !== undefined) return declaredSettings(setting.codec, keys)
    const path = keys.reduce<string>(joinPath, '')
    return [{ keys, path, variable: variableOf(keys), setting }]
  })
}

/** The environment variable that sets what the keys lead to. */
export function variableOf(keys: readonly string[]): string {
  const words = keys.map((key) => key.replace(/(?<=[a-z0-9])(?=[A-Z])/gu, '_').toUpperCase())
  return `${VARIABLE_PREFIX}${words.join('_')}`
}
