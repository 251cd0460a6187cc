import type { BulkOutcome } from '../provisioning/bulk-job.ts'
import { excerpt } from '../scim/excerpt.ts'
import { toScimError } from './middleware/error.ts'

/** What a bulk request would send, as one LDIF text: behind a comment that names it, the change records of each operation.
 *  As nothing is created, what refers to new resources cannot be shown; a comment says so. RFC 2849
 *  @example
 *  version: 1
 *
 *  # Operation 2: POST /Groups, bulkId "ytrewq"
 *  # Not shown, because it does not exist yet: what refers to bulkId "qwerty".
 *  dn: cn=Tour Guides,ou=groups,dc=example,dc=org
 *  changetype: add */
export function bulkPlan(outcomes: readonly BulkOutcome[]): string {
  return ['version: 1\n', ...outcomes.map(planOf)].join('\n')
}

function planOf(outcome: BulkOutcome): string {
  const { number, operation, result } = outcome
  const { method = 'without a method', bulkId } = operation
  const path = 'endpoint' in operation ? ` ${operation.endpoint}` : ''
  const id = 'id' in operation && operation.id !== undefined ? `/${operation.id}` : ''
  const name = bulkId === undefined ? '' : `, bulkId ${excerpt(bulkId)}`
  const head = comment(`Operation ${number}: ${method}${path}${id}${name}`)
  switch (result.kind) {
    case 'failed': {
      const { status, scimType = '', message } = toScimError(result.failure, outcome.requestId)
      return head + comment(`${status} ${scimType}`.trim() + `: ${message}`)
    }
    case 'planned':
      return head + unresolvedIn(result.unresolved) + recordsOf(result.ldif)
    case 'written':
      throw new TypeError('a dry run has written')
  }
}

function unresolvedIn(bulkIds: readonly string[]): string {
  if (bulkIds.length === 0) return ''
  const names = bulkIds.map((bulkId) => `bulkId ${excerpt(bulkId)}`).join(', ')
  return comment(`Not shown, because it does not exist yet: what refers to ${names}.`)
}

function recordsOf(ldif: string): string {
  return ldif === '' ? comment('Nothing would be changed.') : ldif.replace(/^version: 1\n+/u, '')
}

/** On one line, whatever a client has written into its names. */
function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`
}
