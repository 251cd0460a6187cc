import { type AttributeValue, toBytes } from './entry.ts'
import type { Filter, Substrings } from './filter.ts'

/** The string form of a filter, for people and for logs. Bytes that are not printable UTF-8 are escaped too, so
 *  it is always one line. RFC 4515
 *  @example formatFilter(and([equals('uid', 'a*b'), present('mail')])) // (&(uid=a\2ab)(mail=*)) */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return `(&${filter.filters.map(formatFilter).join('')})`
    case 'or':
      return `(|${filter.filters.map(formatFilter).join('')})`
    case 'not':
      return `(!${formatFilter(filter.filter)})`
    case 'present':
      return `(${filter.attribute}=*)`
    case 'equals':
      return `(${filter.attribute}=${formatValue(filter.value)})`
    case 'greaterOrEqual':
      return `(${filter.attribute}>=${formatValue(filter.value)})`
    case 'lessOrEqual':
      return `(${filter.attribute}<=${formatValue(filter.value)})`
    case 'substrings':
      return `(${filter.attribute}=${formatSubstrings(filter)})`
    case 'extensible':
      return `(${filter.attribute}:${filter.rule}:=${formatValue(filter.value)})`
  }
}

function formatSubstrings({ initial = '', any = [], final = '' }: Substrings): string {
  return [initial, ...any, final].map(formatValue).join('*')
}

function formatValue(value: AttributeValue): string {
  const bytes = toBytes(value)
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return [...bytes].map(formatByte).join('')
  // The five that RFC 4515 §3 wants escaped, and what would not print.
  return text.replace(/[()*\\\p{C}\u2028\u2029]/gu, (character) => escapeBytes(character))
}

function formatByte(byte: number): string {
  const character = String.fromCharCode(byte)
  return /[!-'+-[\]-~ ]/u.test(character) && !/[()*]/u.test(character)
    ? character
    : escapeBytes(Buffer.of(byte))
}

function escapeBytes(bytes: string | Buffer): string {
  return toBytes(bytes)
    .toString('hex')
    .replace(/../gu, String.raw`\$&`)
}
