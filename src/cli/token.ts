import { createToken, hashToken } from '../http/tokens.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage.ts'

/** What is known of a new token. */
export interface TokenRequest {
  readonly name: string | undefined
  /** A date, or a date and time with its offset. */
  readonly expires: string | undefined
}

/** Makes a token, and prints it with the lines that let it in. It is shown this once and kept nowhere. */
export function token({ name = 'onelogin', expires }: TokenRequest, terminal: Terminal): ExitCode {
  if (expires !== undefined && Number.isNaN(Date.parse(expires))) {
    throw new UsageError('--expires must be a date such as 2027-01-31')
  }
  const secret = createToken()
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
      `      sha256: ${hashToken(secret)}`,
      ...(expires === undefined ? [] : [`      expires: ${expires}`]),
    ].join('\n'),
  )
  return exitCodes.ok
}
