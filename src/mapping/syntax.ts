import type { AttributeType } from '../directory/directory-schema.ts'
import type { AttributeValue } from '../directory/entry.ts'
import type { JsonValue } from '../scim/json.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { toDateTime, toGeneralizedTime } from './generalized-time.ts'

const generalizedTimeSyntax = '1.3.6.1.4.1.1466.115.121.1.24'

/** The SCIM value of an LDAP value, by the type of the SCIM attribute; nothing when the directory holds
 *  something that is no such value. RFC 7643 §2.3, RFC 4517 §3.3 */
export function toScimValue(definition: AttributeDefinition, value: Buffer): JsonValue | undefined {
  const text = value.toString('utf8')
  switch (definition.type) {
    case 'string':
    case 'reference':
    case 'complex':
      return text
    case 'boolean':
      return toBoolean(text)
    case 'integer':
    case 'decimal':
      return toNumber(text)
    case 'dateTime':
      return toDateTime(text) ?? text
    case 'binary':
      return value.toString('base64')
  }
}

/** The LDAP value of a SCIM value that has the type of its attribute. */
export function toLdapValue(
  definition: AttributeDefinition,
  type: AttributeType,
  value: JsonValue,
): AttributeValue {
  switch (definition.type) {
    case 'boolean':
      return value === true ? 'TRUE' : 'FALSE'
    case 'dateTime':
      return type.syntax === generalizedTimeSyntax
        ? (toGeneralizedTime(String(value)) ?? String(value))
        : String(value)
    case 'binary':
      return Buffer.from(String(value), 'base64')
    case 'string':
    case 'reference':
    case 'complex':
    case 'integer':
    case 'decimal':
      return String(value)
  }
}

function toBoolean(text: string): boolean | undefined {
  const words: Readonly<Record<string, boolean>> = { TRUE: true, FALSE: false }
  return words[text.toUpperCase()]
}

function toNumber(text: string): number | undefined {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? undefined : number
}
