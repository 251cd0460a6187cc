import { normalForm } from '../codec/normal-form.ts'
import { withoutEnd } from '../codec/text-end.ts'

/** One attribute with its value within an RDN; the value is plain text, never escaped. RFC 4514 §2.3 */
export interface AttributeTypeAndValue {
  readonly type: string
  readonly value: string
}

/** A relative distinguished name: one attribute and value, rarely more; never empty. RFC 4514 §2.2 */
export type Rdn = readonly AttributeTypeAndValue[]

/** A text that is no distinguished name. Its message says why and where, without the text. */
export class InvalidDnError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'InvalidDnError'
  }
}

/** The RDNs of a DN from the entry up to the root; none for the empty DN of the root. RFC 4514 §3
 *  Also reads what RFC 2253 §4 asks to be read: quoted values, `;`, blanks around separators and `OID.`.
 *  @throws {InvalidDnError} */
export function parseDn(text: string): readonly Rdn[] {
  if (/^ *$/.test(text)) return []
  const rdns: AttributeTypeAndValue[][] = [[]]
  let position = 0
  for (;;) {
    const { pair, separator, end } = readPair(text, position)
    rdns.at(-1)?.push(pair)
    if (separator === '') return rdns
    if (separator !== '+') rdns.push([])
    position = end
  }
}

/** An RDN as text: every character that could be misread is escaped by a backslash. RFC 4514 §2.4 */
export function formatRdn(rdn: Rdn): string {
  return rdn.map(({ type, value }) => `${type}=${escapeValue(value)}`).join('+')
}

/** A DN as text, from its RDNs in the order of `parseDn`. */
export function formatDn(rdns: readonly Rdn[]): string {
  return rdns.map(formatRdn).join(',')
}

/** The DN of an entry directly below another.
 *  @example childDn('uid', 'a,b', 'ou=people,dc=example') // uid=a\,b,ou=people,dc=example */
export function childDn(type: string, value: string, parent: string): string {
  const rdn = formatRdn([{ type, value }])
  return parent === '' ? rdn : `${rdn},${parent}`
}

/** The DN of the entry above; empty for an entry below the root, and for the root itself.
 *  @throws {InvalidDnError} */
export function parentDn(dn: string): string {
  return formatDn(parseDn(dn).slice(1))
}

/** The first RDN of a DN.
 *  @throws {InvalidDnError} also for the empty DN, which has none. */
export function rdnOf(dn: string): Rdn {
  const [rdn] = parseDn(dn)
  if (rdn === undefined) throw new InvalidDnError('the empty DN has no RDN')
  return rdn
}

/** A key that is the same for every spelling of a DN: names and values without case, blanks folded as
 *  directories compare them (RFC 4518 §2.6.1), the parts of a multi-valued RDN in one order.
 *  It is for comparison; what is sent to the directory is the DN as it was.
 *  @throws {InvalidDnError} */
export function normalizeDn(dn: string): string {
  return plainKey(dn) ?? parseDn(dn).map(normalizeRdn).join(',')
}

/** Whether two DNs name the same entry.
 *  @throws {InvalidDnError} */
export function isSameDn(one: string, other: string): boolean {
  return one === other || normalizeDn(one) === normalizeDn(other)
}

/** Whether an entry is the base or lies below it. Everything lies below the empty DN.
 *  @throws {InvalidDnError} */
export function isWithin(dn: string, base: string): boolean {
  const [key, baseKey] = [plainKey(dn), plainKey(base)]
  if (key !== undefined && baseKey !== undefined) return `,${key}`.endsWith(`,${baseKey}`)
  const [path, top] = [parseDn(dn), parseDn(base)]
  const suffix = path.slice(Math.max(0, path.length - top.length))
  return suffix.map(normalizeRdn).join(',') === top.map(normalizeRdn).join(',')
}

/** Upper and lower case made one, character by character: a capital Σ becomes σ at the end of a word, too. */
export function foldCase(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase()
  const folded = Array.from(normalForm(text, 'NFKC'), (character) => character.toLowerCase())
  return normalForm(folded.join(''), 'NFKC')
}

/** Text as a rule without case compares it: case folded, outer blanks gone, inner blanks one. RFC 4518 §2 */
export function foldText(text: string): string {
  return foldCase(text).replace(/ {2,}/g, ' ').replace(/^ | $/g, '')
}

// oxlint-disable-next-line no-control-regex -- NUL is where ASCII begins.
const isAscii = /^[\0-\x7f]*$/
// Every name of the types that RFC 4514 §3 lists, by RFC 4519: servers take them as one.
const shortNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['commonname', 'cn'],
  ['2.5.4.7', 'l'],
  ['localityname', 'l'],
  ['2.5.4.8', 'st'],
  ['stateorprovincename', 'st'],
  ['2.5.4.9', 'street'],
  ['streetaddress', 'street'],
  ['2.5.4.10', 'o'],
  ['organizationname', 'o'],
  ['2.5.4.11', 'ou'],
  ['organizationalunitname', 'ou'],
  ['2.5.4.6', 'c'],
  ['countryname', 'c'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
  ['domaincomponent', 'dc'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['userid', 'uid'],
])

const longNames = new RegExp(`(?:^|,)(?:${[...shortNames.keys()].join('|')})=`)

/** One value in each RDN, of letters and digits of ASCII, a few signs and single blanks: there is nothing to escape or to fold but
 *  letter case. Most DNs are such, and large groups have tens of thousands of them. */
const plainRdn = String.raw`[a-z][a-z0-9-]*=[\w.@'()/:&!*-]+(?: [\w.@'()/:&!*-]+)*`
const plainForm = new RegExp(`^${plainRdn}(?:,${plainRdn})*$`, 'i')

/** The key of a plain DN; nothing for others. */
function plainKey(dn: string): string | undefined {
  if (!plainForm.test(dn)) return undefined
  const key = dn.toLowerCase()
  return longNames.test(key) ? undefined : key
}

function normalizeRdn(rdn: Rdn): string {
  const pairs = rdn.map(({ type, value }) => {
    const name = type.toLowerCase()
    return formatRdn([{ type: shortNames.get(name) ?? name, value: foldText(value) }])
  })
  return pairs.sort().join('+')
}

/** NUL, controls and outer blanks are written in hexadecimal: they survive any trimming and any log. */
function escapeValue(value: string): string {
  return (
    value
      .replace(/[\\",+;<=>]|^#/g, String.raw`\$&`)
      // oxlint-disable-next-line no-control-regex -- control characters are what is escaped here.
      .replace(/[\0-\x1f\x7f]|^ | $/g, (character) => `\\${toHex(character)}`)
  )
}

function toHex(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase()
}

interface Reading {
  readonly pair: AttributeTypeAndValue
  /** What follows the value: `+` within the RDN, `,` or `;` between two, nothing at the end. */
  readonly separator: string
  /** Where the next pair begins. */
  readonly end: number
}

const typeForm = / *(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)*) *= */iy
const hexForm = /#((?:[0-9a-f]{2})+)/iy
const quotedForm = /"((?:[^"\\]|\\(?:[0-9a-f]{2}|[ "#+,;<=>\\]))*)"/iy
const unquotedForm = /(?:[^\\",+;\0]|\\(?:[0-9a-f]{2}|[ "#+,;<=>\\]))*/iy
const separatorForm = / *([,;+]|$)/y

function readPair(text: string, start: number): Reading {
  const type = matchAt(typeForm, text, start)
  if (type === undefined) throw new InvalidDnError(`no attribute type at position ${start}`)
  const value = readValue(text, start + type[0].length)
  const separator = matchAt(separatorForm, text, value.end)
  if (separator === undefined) throw new InvalidDnError(`unexpected character at ${value.end}`)
  return {
    pair: { type: type[1] ?? '', value: value.value },
    separator: separator[1] ?? '',
    end: value.end + separator[0].length,
  }
}

function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  const hex = matchAt(hexForm, text, start)
  if (hex !== undefined) return { value: decodeBer(hex[1] ?? ''), end: start + hex[0].length }
  const quoted = matchAt(quotedForm, text, start)
  if (quoted !== undefined)
    return { value: unescape(quoted[1] ?? ''), end: start + quoted[0].length }
  if (text[start] === '#') throw new InvalidDnError(`odd hexadecimal value at position ${start}`)
  const [plain] = matchAt(unquotedForm, text, start) ?? ['']
  return { value: unescape(withoutTrailingBlanks(plain)), end: start + plain.length }
}

function matchAt(form: RegExp, text: string, start: number): RegExpExecArray | undefined {
  form.lastIndex = start
  return form.exec(text) ?? undefined
}

/** Trailing blanks belong to the separator, unless the first of them is escaped. */
function withoutTrailingBlanks(raw: string): string {
  const kept = withoutEnd(raw, (character) => character === ' ')
  const backslashes = kept.length - withoutEnd(kept, (character) => character === '\\').length
  return backslashes % 2 === 1 ? `${kept} ` : kept
}

/** Escaped bytes are read in runs, since a character may take several. RFC 4514 §3 */
function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw
  return raw.replace(/((?:\\[0-9a-f]{2})+)|\\(.)/gi, (_, bytes?: string, character?: string) =>
    bytes === undefined
      ? (character ?? '')
      : decodeText(Buffer.from(bytes.replaceAll('\\', ''), 'hex')),
  )
}

// OCTET STRING, UTF8String, PrintableString, IA5String: the types whose content is the text itself.
const textTags: readonly number[] = [0x04, 0x0c, 0x13, 0x16]

/** The text of a value in hexadecimal BER. RFC 4514 §2.4 */
function decodeBer(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  const [tag = 0, first = 0] = bytes
  const lengthBytes = first > 0x80 && first <= 0x84 ? first - 0x80 : 0
  const start = 2 + lengthBytes
  if (!textTags.includes(tag) || bytes.length < start) throw new InvalidDnError('no text in BER')
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  if (bytes.length !== start + length) throw new InvalidDnError('wrong length in BER')
  return decodeText(bytes.subarray(start))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new InvalidDnError('a value is not UTF-8', { cause })
  }
}
