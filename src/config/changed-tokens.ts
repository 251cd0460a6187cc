import { HttpSettings } from '../http/settings.ts'
import { SettingsError, type SettingsProblem } from './settings-error.ts'
import type { Settings } from './settings.ts'
import { tenantProblems } from './tenants.ts'

/** The settings by which a bridge runs, with the tokens of others in place of its own; all else stays.
 *  @throws {SettingsError} when such tokens cannot be let in as the bridge runs, or when the others know other tenants. */
export function withTokensOf(running: Settings, others: Settings): Settings {
  const names = [running, others].map(({ tenants }) => Object.keys(tenants).toSorted().join())
  if (names[0] !== names[1]) {
    const reason = 'are not those with which the bridge was started: restart it'
    throw new SettingsError([{ path: 'tenants', reason }])
  }
  const tenants = Object.entries(running.tenants).map(([name, own]) => {
    const tokens = others.tenants[name]?.tokens ?? []
    return [name, { ...own, tokens }] as const
  })
  const settings = {
    ...running,
    http: { ...running.http, tokens: others.http.tokens },
    tenants: Object.fromEntries(tenants),
  }
  const problems = problemsOf(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

/** The others were sound by themselves; what holds between tokens and other keys must hold of what the bridge runs by. */
function problemsOf(settings: Settings): readonly SettingsProblem[] {
  const own = HttpSettings.checks.flatMap((check) => check(settings.http))
  return [
    ...own.map(({ path, reason }) => ({ path: `http.${path}`, reason })),
    ...tenantProblems(settings),
  ]
}
