import { LdapResultError } from '../../../src/directory/result.ts'

/** An answer with a code and a text, and nothing else. */
export function resultError(code: number, diagnosticMessage: string): LdapResultError {
  return new LdapResultError({
    messageId: 1,
    code,
    matchedDn: '',
    diagnosticMessage,
    referrals: [],
    controls: new Map(),
    oid: undefined,
    value: undefined,
  })
}
