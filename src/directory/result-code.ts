import { referringAttribute } from './added-reference.ts'
import { type AskedOperation, complainedAttribute } from './complained-attribute.ts'
import { DirectoryError, type DirectoryErrorOptions, type DirectoryFailure } from './error.ts'
import { type LdapResultError, win32CodeOf } from './result.ts'
import {
  type Answer,
  type Conditions,
  domainControllers,
  rules,
  usualMeaning,
} from './result-rules.ts'
import type { ServerSoftware } from './server-software.ts'

/** What is known of an answer beside itself. */
interface Circumstances extends Pick<DirectoryErrorOptions, 'operationIndex' | 'isPartial'> {
  /** Whose answer it is. Without it the code alone counts, which says enough of reads. */
  readonly software?: ServerSoftware
}

/** The failure behind an answer of the server, told from its result code, from the Win32 code that Active Directory and
 *  Samba put in front of their text, and where one code means several things, from words of the text that this software is
 *  known for. The text itself, which may hold names and values, stays out of the message. RFC 4511 §4.1.9 */
export function toDirectoryError(
  error: LdapResultError,
  asked: AskedOperation,
  { software, ...details }: Circumstances = {},
): DirectoryError {
  const failure = failureOf(error.result, asked, software)
  const attribute = aboutNames.includes(failure)
    ? undefined
    : (complainedAttribute(error.result, asked) ??
      (failure === 'noSuchReference' ? referringAttribute(asked) : undefined))
  return new DirectoryError(failure, `${asked.kind}: ${error.message}`, {
    ...details,
    ...(attribute === undefined ? {} : { attribute }),
    resultCode: error.result.code,
    matchedDn: error.result.matchedDn,
    cause: error,
  })
}

// The text then tells a DN, and the attribute in its RDN is not at fault.
const aboutNames: readonly DirectoryFailure[] = ['alreadyExists', 'noSuchEntry', 'notLeaf']

/** The failure that an answer means: the first rule that fits, else the usual meaning of its code. */
export function failureOf(
  answer: Answer,
  asked: AskedOperation,
  software?: ServerSoftware,
): DirectoryFailure {
  const rule = rules.find(
    ({ when }) => fitsAnswer(when, answer, software) && fitsOperation(when, asked, answer),
  )
  return rule?.failure ?? usualMeaning.get(answer.code) ?? 'refused'
}

function fitsAnswer(
  { codes, win32, words }: Conditions,
  answer: Answer,
  software: ServerSoftware | undefined,
): boolean {
  if (codes?.includes(answer.code) === false) return false
  if (words !== undefined && !isOneOf(words.of, software)) return false
  if (words?.text.test(answer.diagnosticMessage) === false) return false
  if (win32 === undefined) return true
  return isOneOf(domainControllers, software) && win32.includes(win32CodeOf(answer) ?? '')
}

function isOneOf(names: readonly ServerSoftware[], name: ServerSoftware | undefined): boolean {
  return name !== undefined && names.includes(name)
}

function fitsOperation(
  { kinds, holds }: Conditions,
  asked: AskedOperation,
  answer: Answer,
): boolean {
  return (kinds?.includes(asked.kind) ?? true) && (holds?.(asked, answer) ?? true)
}
