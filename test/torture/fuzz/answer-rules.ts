import { secret } from './corpus.ts'
import type { RawAnswer, RawRequest } from './raw-http.ts'

const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** RFC 7644 §3.12, RFC 9865 §2.2 */
const scimTypes: ReadonlySet<unknown> = new Set([
  undefined,
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
  'invalidCursor',
  'expiredCursor',
  'invalidCount',
])

/** What must not be read in any answer, beside the passwords. */
export interface Hidden {
  readonly token: string
  /** The name of what everybody is in: a part of every DN, and random, so that nothing else has it. */
  readonly section: string
}

interface Seen {
  readonly request: RawRequest
  readonly answer: RawAnswer
  readonly text: string
  readonly hidden: Hidden
  /** It shows what would be written, as LDIF. */
  readonly isPlan: boolean
}

type Offence = readonly [problem: string, isCommitted: (seen: Seen) => boolean]

const offences: readonly Offence[] = [
  ['it is no HTTP', ({ answer }) => Number.isNaN(answer.status)],
  [
    'a 5xx',
    ({ request, answer }) => answer.status >= 500 && !isNotImplemented(request, answer.status),
  ],
  ['it shows a password', ({ text }) => text.includes(secret)],
  ['it shows the token', ({ text, hidden }) => text.includes(hidden.token)],
  [
    'it shows a DN',
    ({ request, text, hidden, isPlan }) =>
      text.includes(hidden.section) && !isPlan && !named(request, hidden.section),
  ],
  [
    'an error without a body',
    ({ request, answer, text }) => text === '' && answer.status >= 400 && request.method !== 'HEAD',
  ],
  [
    '201 without Location',
    ({ answer }) => answer.status === 201 && !answer.headers.has('location'),
  ],
  [
    '401 without a challenge',
    ({ answer }) => answer.status === 401 && !answer.headers.has('www-authenticate'),
  ],
]

/** What is wrong with an answer; nothing, as a rule. */
export function problemsOfAnswer(request: RawRequest, answer: RawAnswer, hidden: Hidden): string[] {
  const text = utf8(answer.body)
  if (text === undefined) return ['it is not UTF-8']
  const { status, headers } = answer
  const isPlan = status < 300 && headers.get('preference-applied')?.includes('dry-run') === true
  const seen = { request, answer, text, hidden, isPlan }
  const problems = offences
    .filter(([, isCommitted]) => isCommitted(seen))
    .map(([problem]) => problem)
  return text === '' || isPlan ? problems : [...problems, ...problemsOfDocument(text, answer)]
}

/** Whether the client has sent it itself, and so may be shown it. */
function named({ target, headers, body }: RawRequest, text: string): boolean {
  const told = [target, ...headers.flat(), body?.toString('latin1') ?? '']
  return told.some((each) => each.includes(text))
}

/** RFC 7644 §3.11; RFC 9110 §9.1 for methods that nobody knows, RFC 9112 §6.1 for transfer codings. */
function isNotImplemented({ method, target, headers }: RawRequest, status: number): boolean {
  const isKnown = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method)
  const isCoded = headers.some(
    ([name, value]) => /^transfer-encoding$/iu.test(name) && value !== 'chunked',
  )
  return status === 501 && (!isKnown || isCoded || /\/me\/?(?:\?|$)/iu.test(target))
}

function problemsOfDocument(text: string, { status, headers }: RawAnswer): string[] {
  const problems: string[] = []
  const type = headers.get('content-type') ?? ''
  if (!/^application\/(?:scim\+)?json(?:; charset=utf-8)?$/u.test(type)) {
    problems.push(`its Content-Type is "${type}"`)
  }
  const document = parsed(text)
  if (document === undefined) return [...problems, 'it is no JSON object']
  return status >= 400 ? [...problems, ...problemsOfError(document, status)] : problems
}

function problemsOfError(document: Readonly<Record<string, unknown>>, status: number): string[] {
  const { schemas, detail, scimType } = document
  const problems: string[] = []
  if (JSON.stringify(schemas) !== JSON.stringify([errorSchema])) problems.push('it is no Error')
  if (document['status'] !== String(status)) problems.push('its status is not that of HTTP')
  if (typeof detail !== 'string' || detail === '') problems.push('it has no detail')
  if (!scimTypes.has(scimType)) problems.push(`its scimType is ${String(scimType)}`)
  return problems
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text)
    const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
    return isObject ? (document as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
