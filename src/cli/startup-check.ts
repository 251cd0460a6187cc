import { formatProblem, type Problem } from '../codec/decode.ts'
import type { Settings } from '../config/settings.ts'
import { DirectoryError } from '../directory/error.ts'
import { tlsAdvice } from '../directory/tls.ts'
import { MappingError } from '../mapping/mapping-error.ts'
import { checkOwnEntries } from '../provisioning/own-entries-check.ts'
import { checkBases, checkProtectedBases } from '../provisioning/self-check.ts'
import type { Bridge } from './bridge.ts'

/** How the settings stand to the live directory; where they work, with what is in doubt all the same. */
export type StartupCheck =
  | { readonly state: 'ready'; readonly kind: string; readonly doubts: readonly Problem[] }
  | { readonly state: 'unreachable'; readonly reason: string }
  | { readonly state: 'wrong'; readonly problems: readonly Problem[] }

/** Asks the directory whether the settings can work on it. */
export async function checkStartup(
  { directory, parts }: Bridge,
  settings: Settings,
): Promise<StartupCheck> {
  try {
    const { kind } = await directory.capabilities()
    const problems = [
      ...(await mappingProblems(parts)),
      ...(await checkBases({ directory }, settings)),
      ...(await checkOwnEntries(directory, settings)),
    ]
    if (problems.length > 0) return { state: 'wrong', problems }
    return { state: 'ready', kind, doubts: await checkProtectedBases({ directory }, settings) }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    const reason = reasonOf(error)
    return isAway(error)
      ? { state: 'unreachable', reason }
      : { state: 'wrong', problems: [{ path: 'directory', reason: `cannot be used: ${reason}` }] }
  }
}

async function mappingProblems({ mappings }: Bridge['parts']): Promise<readonly Problem[]> {
  try {
    await mappings.get()
    return []
  } catch (error) {
    if (error instanceof MappingError) return error.problems
    throw error
  }
}

/** Whether the directory may come back by itself. To a server that cannot be trusted the settings have to be changed, or its
 *  certificate. */
function isAway(error: DirectoryError): boolean {
  const isUntrusted = chainOf(error).some((each) => tlsAdvice(each) !== undefined)
  return error.failure === 'unavailable' && !isUntrusted
}

/** The innermost that the directory room says of a failure, which names the server and what to do; of another failure, what it
 *  says itself. */
export function reasonOf(error: Error): string {
  const told = chainOf(error).filter((each) => each instanceof DirectoryError)
  return told.at(-1)?.message ?? error.message
}

function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}

/** The problems as lines for the terminal. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')
}
