import { formatProblem, type Problem } from '../codec/decode.ts'

/** One thing that is wrong with the settings, and where it was written. */
export interface SettingsProblem extends Problem {
  /** The file with its line, the environment variable or the argument; nothing when a setting is missing everywhere.
   *  @example bridge.yaml:12 */
  readonly source?: string
}

/** Settings that cannot be used. The message is for the terminal, holds every problem on a line of its own,
 *  and no value. */
export class SettingsError extends Error {
  readonly problems: readonly SettingsProblem[]

  constructor(problems: readonly SettingsProblem[]) {
    super(
      [headline(problems.length), ...problems.map((each) => `  ${problemLine(each)}`)].join('\n'),
    )
    this.name = 'SettingsError'
    this.problems = problems
  }
}

function headline(count: number): string {
  return count === 1 ? 'The settings have a problem:' : `The settings have ${count} problems:`
}

/** A problem as a person reads it, with where it was written.
 *  @example bridge.yaml:12: http.port must be a port from 0 to 65535 */
export function problemLine(problem: SettingsProblem): string {
  const { path, reason, source } = problem
  if (source === undefined) return formatProblem(problem)
  return path === '' ? `${source} ${reason}` : `${source}: ${formatProblem(problem)}`
}
