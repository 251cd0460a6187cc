import { decode, DecodeError, formatProblem } from '../codec/decode.ts'
import { allRights } from '../http/rights.ts'
import { TokenSettings } from '../http/token-settings.ts'
import { createToken, hashToken } from '../http/tokens.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** What is known of a new token. */
export interface TokenRequest {
  readonly name: string | undefined
  /** A date, or a date and time with its offset. */
  readonly expires: string | undefined
  /** What the token may, with commas between; left out, everything. */
  readonly rights: string | undefined
}

/** Makes a token, and prints it with the lines that let it in. It is shown this once and kept nowhere.
 *  @throws {UsageError} when the settings would refuse the lines, or the token. */
export function token(
  { name = 'onelogin', expires, rights = allRights.join() }: TokenRequest,
  terminal: Terminal,
): ExitCode {
  const secret = createToken()
  const sha256 = hashToken(secret)
  const lines = {
    name,
    sha256,
    rights: rights.split(','),
    ...(expires === undefined ? {} : { expires }),
  }
  const settings = decodeToken(lines)
  if (settings.expires !== undefined && settings.expires <= new Date()) {
    throw new UsageError('--expires lies in the past.')
  }
  terminal.print(
    [
      'The token, for the SCIM client. It is shown this once:',
      '',
      `  ${secret}`,
      '',
      'Its hash, for the settings:',
      '',
      'http:',
      '  tokens:',
      `    - name: ${JSON.stringify(name)}`,
      `      sha256: ${sha256}`,
      ...(expires === undefined ? [] : [`      expires: ${expires}`]),
      `      rights: [${settings.rights.join(', ')}]`,
    ].join('\n'),
  )
  return exitCodes.ok
}

function decodeToken(lines: object): TokenSettings {
  try {
    return decode(TokenSettings, lines)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const problems = cause.problems.map((problem) => `--${formatProblem(problem)}.`)
    throw new UsageError(problems.join('\n'), { cause })
  }
}
