import type { AttributeType } from '../directory/directory-schema.ts'
import type { AttributeValue } from '../directory/entry.ts'
import type { JsonValue } from '../scim/json.ts'
import type { AttributeDefinition, AttributeType as ScimType } from '../scim/schema/definition.ts'
import { toDateTime, toGeneralizedTime } from './generalized-time.ts'

const syntaxes = {
  generalizedTime: '1.3.6.1.4.1.1466.115.121.1.24',
  postalAddress: '1.3.6.1.4.1.1466.115.121.1.41',
} as const

/** Binary, Audio, Certificate, Certificate List and Pair, JPEG. RFC 4517 §3.3, RFC 4523 §2 */
const syntaxesOfBytes: readonly (string | undefined)[] = [4, 5, 8, 9, 10, 28].map(
  (arc) => `1.3.6.1.4.1.1466.115.121.1.${arc}`,
)

/** Whether the values of an attribute are bytes that no text can stand for. */
export function holdsBytes({ syntax }: AttributeType): boolean {
  return syntaxesOfBytes.includes(syntax)
}

/** The SCIM value of an LDAP value, by the type of the SCIM attribute; nothing when the directory holds
 *  something that is no such value. RFC 7643 §2.3, RFC 4517 §3.3 */
export function toScimValue(
  definition: AttributeDefinition,
  type: AttributeType,
  value: Buffer,
): JsonValue | undefined {
  return definition.type === 'binary'
    ? value.toString('base64')
    : fromText[definition.type](value.toString('utf8'), type)
}

/** The LDAP value of a SCIM value that has the type of its attribute. */
export function toLdapValue(
  definition: AttributeDefinition,
  type: AttributeType,
  value: JsonValue,
): AttributeValue {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (definition.type === 'binary') return Buffer.from(text, 'base64')
  if (definition.type === 'boolean') return text.toUpperCase()
  if (type.syntax === syntaxes.postalAddress) return toPostalAddress(text)
  const isTime = definition.type === 'dateTime' && type.syntax === syntaxes.generalizedTime
  return (isTime ? toGeneralizedTime(text) : undefined) ?? text
}

type FromText = (text: string, type: AttributeType) => JsonValue | undefined

const toText: FromText = (text, { syntax }) =>
  syntax === syntaxes.postalAddress ? fromPostalAddress(text) : text

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
