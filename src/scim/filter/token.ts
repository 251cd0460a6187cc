import { scimErrors } from '../error.ts'
import type { ScimError } from '../error.ts'

/** A piece of a filter's text. */
export interface Token {
  /** `word` is an attribute, an operator, a literal or an unquoted value; `end` closes every list of tokens. */
  readonly kind: 'word' | 'text' | '(' | ')' | '[' | ']' | 'end'
  /** As written; of a text what the JSON string means. */
  readonly text: string
  /** Where it begins in the filter, from 0. */
  readonly position: number
  /** Where it ends in the filter: the place behind its last character. */
  readonly end: number
}

const piece = /(?<bracket>[()[\]])|(?<text>"(?:[^"\\]|\\.)*")|(?<word>[^\s()[\]"]+)/suy

/** The pieces of a filter, the last of them the `end`.
 *  @throws {ScimError} invalidFilter when a quotation mark is left open or a text is no JSON string. */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = []
  let position = skipSpace(filter, 0)
  while (position < filter.length) {
    const token = tokenAt(filter, position)
    tokens.push(token)
    position = skipSpace(filter, token.end)
  }
  return [...tokens, { kind: 'end', text: '', position, end: position }]
}

/** The error for a filter that cannot be read.
 *  @param position from 0; people count from 1. */
export function filterError(problem: string, position: number, cause?: unknown): ScimError {
  return scimErrors.invalidFilter(`${problem}, at character ${position + 1} of the filter.`, {
    cause,
  })
}

function tokenAt(filter: string, position: number): Token {
  piece.lastIndex = position
  const match = piece.exec(filter)
  if (match === null) throw filterError('A quotation mark is left open', position)
  const written = match[0]
  const end = position + written.length
  if (match.groups?.['text'] !== undefined) {
    return { kind: 'text', text: parseText(written, position), position, end }
  }
  const kind = match.groups?.['bracket'] === undefined ? 'word' : (written as '(' | ')' | '[' | ']')
  return { kind, text: written, position, end }
}

function parseText(written: string, position: number): string {
  try {
    return JSON.parse(written) as string
  } catch (cause) {
    throw filterError('A text is not a JSON string', position, cause)
  }
}

function skipSpace(filter: string, from: number): number {
  let position = from
  while (position < filter.length && filter.charAt(position).trim() === '') position += 1
  return position
}
