import type { AttributeType } from '../directory/directory-schema.ts'
import type { AttributeValue } from '../directory/entry.ts'
import type { JsonValue } from '../scim/json.ts'
import { isBase64 } from '../scim/scalar.ts'
import type { AttributeDefinition, AttributeType as ScimType } from '../scim/schema/definition.ts'
import { toDateTime, toGeneralizedTime } from './generalized-time.ts'

/** The number by which the syntaxes of LDAP are known; nothing for one of somebody else. RFC 4517 §3.3 */
export function syntaxNumber({ syntax }: Pick<AttributeType, 'syntax'>): number | undefined {
  const arc = /^1\.3\.6\.1\.4\.1\.1466\.115\.121\.1\.(\d+)$/u.exec(syntax ?? '')?.[1]
  return arc === undefined ? undefined : Number(arc)
}

/** The syntaxes by their numbers. RFC 4517 §3.3, RFC 4523 §2 */
export const syntaxes = {
  audio: 4,
  binary: 5,
  boolean: 7,
  certificate: 8,
  certificateList: 9,
  certificatePair: 10,
  country: 11,
  distinguishedName: 12,
  fax: 22,
  generalizedTime: 24,
  ia5String: 26,
  integer: 27,
  jpeg: 28,
  numericString: 36,
  octetString: 40,
  postalAddress: 41,
  printableString: 44,
  supportedAlgorithm: 49,
  telephoneNumber: 50,
} as const

const syntaxesOfBytes: readonly (number | undefined)[] = [
  syntaxes.audio,
  syntaxes.binary,
  syntaxes.certificate,
  syntaxes.certificateList,
  syntaxes.certificatePair,
  syntaxes.jpeg,
]

const syntaxesInBinary: readonly (number | undefined)[] = [
  syntaxes.certificate,
  syntaxes.certificateList,
  syntaxes.certificatePair,
  syntaxes.supportedAlgorithm,
]

/** Whether the values of an attribute are bytes that no text can stand for. */
export function holdsBytes(type: AttributeType): boolean {
  return syntaxesOfBytes.includes(syntaxNumber(type))
}

/** Whether the values of an attribute are known to be text, so that not all bytes are one. */
export function holdsText(type: AttributeType): boolean {
  const number = syntaxNumber(type)
  return number !== undefined && number !== syntaxes.octetString && !holdsBytes(type)
}

/** Whether a reference to a picture stands for the picture itself, which is then in it as a data URI: the attributes of people
 *  hold JPEGs, in the syntax of this name or, on Active Directory, as octets. RFC 2798 §2.6, RFC 2397 */
export function isPicture(definition: AttributeDefinition, type: AttributeType): boolean {
  const number = syntaxNumber(type)
  const isOfBytes = number === syntaxes.jpeg || number === syntaxes.octetString
  return definition.type === 'reference' && isOfBytes
}

/** Whether the LDAP value of a text is the text itself, so that the directory compares what a client gave. */
export function isVerbatim(definition: AttributeDefinition, type: AttributeType): boolean {
  return !isLabeled(definition, type) && !isPicture(definition, type)
}

/** The name by which the values of an attribute are written: a certificate only travels as the bytes it is. RFC 4523 §2.1 */
export function writtenName(type: AttributeType): string {
  return syntaxesInBinary.includes(syntaxNumber(type)) ? `${type.name};binary` : type.name
}

/** The SCIM value of an LDAP value, by the type of the SCIM attribute; nothing when the directory holds
 *  something that is no such value. RFC 7643 §2.3, RFC 4517 §3.3 */
export function toScimValue(
  definition: AttributeDefinition,
  type: AttributeType,
  value: Buffer,
): JsonValue | undefined {
  if (definition.type === 'binary') return value.toString('base64')
  if (isPicture(definition, type)) {
    return isJpeg(value) ? `${jpegUri}${value.toString('base64')}` : undefined
  }
  const text = value.toString('utf8')
  return isLabeled(definition, type) ? text.split(' ', 1)[0] : fromText[definition.type](text, type)
}

/** The LDAP value of a SCIM value that has the type of its attribute. What the directory has no room for is left for
 *  `unmetSyntax` to find. */
export function toLdapValue(
  definition: AttributeDefinition,
  type: AttributeType,
  value: JsonValue,
): AttributeValue {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (definition.type === 'binary') return Buffer.from(text, 'base64')
  if (definition.type === 'boolean') return text.toUpperCase()
  if (isPicture(definition, type)) return fromDataUri(text) ?? text
  const number = syntaxNumber(type)
  if (number === syntaxes.postalAddress) return toPostalAddress(text)
  const isTime = definition.type === 'dateTime' && number === syntaxes.generalizedTime
  return (isTime ? toGeneralizedTime(text) : undefined) ?? text
}

type FromText = (text: string, type: AttributeType) => JsonValue | undefined

const toText: FromText = (text, type) =>
  syntaxNumber(type) === syntaxes.postalAddress ? fromPostalAddress(text) : text

const fromText: Readonly<Record<Exclude<ScimType, 'binary'>, FromText>> = {
  string: toText,
  reference: toText,
  complex: toText,
  boolean: toBoolean,
  integer: toNumber,
  decimal: toNumber,
  dateTime: (text) => toDateTime(text) ?? text,
}

function toBoolean(text: string): boolean | undefined {
  const words: Readonly<Record<string, boolean>> = { TRUE: true, FALSE: false }
  return words[text.toUpperCase()]
}

function toNumber(text: string): number | undefined {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? undefined : number
}

/** The lines of an address, parted by `$`. RFC 4517 §3.3.28 */
function toPostalAddress(text: string): string {
  const lines = text.split(/\r\n|\r|\n/u)
  return lines.map((line) => line.replaceAll('\\', '\\5C').replaceAll('$', '\\24')).join('$')
}

function fromPostalAddress(text: string): string {
  return text
    .replaceAll('$', '\n')
    .replace(/\\(24|5C)/giu, (_, code: string) => (code === '24' ? '$' : '\\'))
}

const jpegUri = 'data:image/jpeg;base64,'

/** Whether bytes begin as a JPEG does. */
export function isJpeg(bytes: Buffer): boolean {
  return bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))
}

/** The bytes in the data URI of a JPEG; nothing for any other text. RFC 2397 §3 */
function fromDataUri(text: string): Buffer | undefined {
  if (text.slice(0, jpegUri.length).toLowerCase() !== jpegUri) return undefined
  const encoded = text.slice(jpegUri.length)
  return isBase64(encoded) ? Buffer.from(encoded, 'base64') : undefined
}

/** The attribute labeledURI holds a URI and, behind a blank, what people read in its place. SCIM knows the URI alone. RFC 2079 */
function isLabeled({ type }: AttributeDefinition, { oid }: AttributeType): boolean {
  return type === 'reference' && oid === '1.3.6.1.4.1.250.1.57'
}
