import { formatProblem, type Problem } from '../codec/decode.ts'
import { DirectoryError } from '../directory/error.ts'
import { MappingError } from '../mapping/mapping-error.ts'
import { checkBases } from '../provisioning/self-check.ts'
import type { Bridge } from './bridge.ts'

/** How the settings stand to the live directory. */
export type StartupCheck =
  | { readonly state: 'ready'; readonly kind: string }
  | { readonly state: 'unreachable'; readonly error: DirectoryError }
  | { readonly state: 'wrong'; readonly problems: readonly Problem[] }

/** Asks the directory whether the settings can work on it. */
export async function checkStartup(bridge: Bridge): Promise<StartupCheck> {
  try {
    const { kind } = await bridge.directory.capabilities()
    const mappings = await bridge.parts.mappings.get()
    const problems = await checkBases(bridge.parts, mappings)
    return problems.length > 0 ? { state: 'wrong', problems } : { state: 'ready', kind }
  } catch (error) {
    if (error instanceof MappingError) return { state: 'wrong', problems: error.problems }
    if (!(error instanceof DirectoryError)) throw error
    if (error.failure === 'unavailable') return { state: 'unreachable', error }
    return { state: 'wrong', problems: [{ path: 'directory', reason: error.message }] }
  }
}

/** The problems as lines for the terminal. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')
}
