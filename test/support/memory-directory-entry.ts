import { foldCase, foldText, InvalidDnError, normalizeDn } from '../../src/directory/dn.ts'
import type { AttributeType } from '../../src/directory/directory-schema.ts'
import { DirectoryError, type DirectoryFailure } from '../../src/directory/error.ts'
import { memorySchema } from './memory-directory-schema.ts'

/** An attribute as the memory directory keeps it. */
export interface StoredAttribute {
  readonly type: AttributeType
  readonly values: readonly Buffer[]
}

/** An entry as the memory directory keeps it; changed by replacing it. */
export interface StoredEntry {
  readonly dn: string
  /** By the first name of the attribute, in lower case. */
  readonly attributes: ReadonlyMap<string, StoredAttribute>
}

/** Every entry by its normalized DN. */
export type Tree = Map<string, StoredEntry>

/** The failures of the memory directory, with the result codes that OpenLDAP has for them. */
export function failed(
  failure: DirectoryFailure,
  resultCode: number,
  attribute?: string,
): DirectoryError {
  return new DirectoryError(failure, `memory directory: LDAP result ${resultCode}`, {
    resultCode,
    ...(attribute === undefined ? {} : { attribute }),
  })
}

/** The key of a DN in the tree. */
export function keyOfDn(dn: string): string {
  try {
    return normalizeDn(dn)
  } catch (error) {
    throw error instanceof InvalidDnError ? failed('invalidValue', 34) : error
  }
}

/** The values of an attribute by any of its names. */
export function valuesOf(entry: StoredEntry, name: string): readonly Buffer[] {
  const type = memorySchema.attributeType(name)
  return type === undefined ? [] : (entry.attributes.get(type.name.toLowerCase())?.values ?? [])
}

/** What is the same for two values that a matching rule takes as equal; nothing without a rule. RFC 4517 §4.2 */
export function matchKey(rule: string | undefined, value: Buffer): string | undefined {
  if (rule === undefined) return undefined
  const toKey = keys.get(rule.toLowerCase()) ?? ((text: string) => text.toLowerCase())
  return toKey(value.toString('utf8'), value)
}

const keys = new Map<string, (text: string, value: Buffer) => string | undefined>([
  ['caseignorematch', foldText],
  ['caseignoreia5match', foldText],
  ['caseignorelistmatch', foldText],
  ['caseexactmatch', (text: string) => text.normalize('NFKC').trim().replace(/ +/g, ' ')],
  ['distinguishednamematch', (text: string) => (isDn(text) ? normalizeDn(text) : undefined)],
  ['telephonenumbermatch', (text: string) => text.replace(/[ -]/g, '').toLowerCase()],
  ['octetstringmatch', (_: string, value: Buffer) => value.toString('latin1')],
])

/** Text as a substring rule compares it, with one blank for several. RFC 4517 §4.2, RFC 4518 §2.6.1 */
export function substringKey(rule: string, text: string): string {
  const isExact = rule.toLowerCase().startsWith('caseexact')
  return (isExact ? text.normalize('NFKC') : foldCase(text)).replace(/ {2,}/g, ' ')
}

/** Whether a value keeps to its syntax. RFC 4517 §3.3 */
export function isWellFormed(type: AttributeType, value: Buffer): boolean {
  const text = value.toString('utf8')
  switch (type.syntax?.split('.').at(-1)) {
    case '15':
      return text !== '' && !text.includes('\uFFFD')
    case '26':
      return text !== '' && [...value].every((byte) => byte < 0x80)
    case '12':
      return isDn(text)
    case '50':
    case '22':
      return /^[\w '()+,./:?=-]+$/.test(text)
    case '24':
      return /^\d{10,14}(\.\d+)?(Z|[+-]\d{4})$/.test(text)
    default:
      return true
  }
}

function isDn(text: string): boolean {
  try {
    normalizeDn(text)
    return true
  } catch {
    return false
  }
}
