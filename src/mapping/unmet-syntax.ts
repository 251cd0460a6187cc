import type { AttributeType } from '../directory/directory-schema.ts'
import { InvalidDnError, parseDn } from '../directory/dn.ts'
import { type AttributeValue, toBytes } from '../directory/entry.ts'
import { scimErrors } from '../scim/error.ts'
import type { AttributeDefinition } from '../scim/schema/definition.ts'
import { toDateTime } from './generalized-time.ts'
import { leafOf, type Slot } from './slot.ts'
import { isJpeg, isPicture, syntaxes, syntaxNumber, toLdapValue } from './syntax.ts'

/** What a syntax allows, in words that follow "must be". */
interface Requirement {
  readonly words: string
  readonly isMet: (value: AttributeValue) => boolean
}

/** Makes sure that the directory has room for what is to be written.
 *  @throws {ScimError} invalidValue naming the attribute. */
export function refuseMisfits(slot: Slot, values: readonly AttributeValue[]): void {
  for (const value of values) {
    const words = unmetSyntax(leafOf(slot), slot.type, value)
    if (words !== undefined) throw scimErrors.invalidValue(`${slot.key} must be ${words}.`)
  }
}

/** Keeps NUL out of what names an entry, and of the userName: 389 DS and Samba end a name there, and take what stands before it
 *  for the whole.
 *  @throws {ScimError} invalidValue naming the attribute. */
export function refuseNul(
  { key }: Slot,
  values: readonly AttributeValue[],
  isNaming: boolean,
): void {
  if (!isNaming && key !== 'userName') return
  if (!values.some((value) => toBytes(value).includes(0))) return
  throw scimErrors.invalidValue(`${key} must not hold the character NUL (U+0000).`)
}

/** What a value would have to be to fit into the attribute of the directory; nothing where it fits, or where only the server
 *  knows whether it does. */
export function unmetSyntax(
  definition: AttributeDefinition,
  type: AttributeType,
  value: AttributeValue,
): string | undefined {
  return requirementsOf(definition, type).find(({ isMet }) => !isMet(value))?.words
}

/** Whether an attribute of the directory can hold values of the type at all. */
export function hasRoomFor(definition: AttributeDefinition, type: AttributeType): boolean {
  const example = examples.get(definition.type)
  if (example === undefined) return true
  return unmetSyntax(definition, type, toLdapValue(definition, type, example)) === undefined
}

const examples: ReadonlyMap<string, string | number | boolean> = new Map<
  string,
  string | number | boolean
>([
  ['boolean', true],
  ['integer', 1],
  ['decimal', 1],
  ['dateTime', '2026-01-31T12:00:00Z'],
])

function requirementsOf(
  definition: AttributeDefinition,
  type: AttributeType,
): readonly Requirement[] {
  if (isPicture(definition, type)) return [picture]
  const number = syntaxNumber(type)
  const ofSyntax = number === undefined ? undefined : requirements.get(number)
  // A DN is no URI, and may hold blanks.
  const isUri = definition.type === 'reference' && number !== syntaxes.distinguishedName
  return [...(ofSyntax === undefined ? [] : [ofSyntax]), ...(isUri ? [uri] : [])]
}

const picture: Requirement = {
  words: 'a JPEG image as a data URI (data:image/jpeg;base64,...)',
  isMet: (value) => isJpeg(toBytes(value)),
}

const uri = matching('a URI without blanks', /^\S+$/u)

const printable = /^[A-Za-z0-9'()+,./:? =-]+$/u

/** RFC 4517 §3.3, RFC 4523 §2.1 */
const requirements: ReadonlyMap<number, Requirement> = new Map([
  [syntaxes.boolean, matching('true or false', /^(?:TRUE|FALSE)$/u)],
  [
    syntaxes.certificate,
    {
      words: 'an X.509 certificate (DER in base64)',
      isMet: (value: AttributeValue) => isDerSequence(toBytes(value)),
    },
  ],
  [syntaxes.country, matching('a country code of two letters', /^[A-Za-z]{2}$/u)],
  [syntaxes.distinguishedName, { words: 'a distinguished name', isMet: isDn }],
  [
    syntaxes.fax,
    matching('a fax number in letters, digits and signs of ASCII', /^[A-Za-z0-9'()+,./:? =$-]+$/u),
  ],
  [
    syntaxes.generalizedTime,
    {
      words: 'a date and time',
      isMet: (value: AttributeValue) => toDateTime(toBytes(value).toString('utf8')) !== undefined,
    },
  ],
  [syntaxes.ia5String, matching('text in ASCII', /^\p{ASCII}*$/u)],
  [syntaxes.integer, matching('a whole number', /^(?:0|-?[1-9]\d*)$/u)],
  [syntaxes.jpeg, { ...picture, words: 'a JPEG image' }],
  [syntaxes.numericString, matching('digits and blanks', /^[0-9 ]+$/u)],
  [
    syntaxes.printableString,
    matching("letters, digits, blanks and the signs '()+,-./:?=", printable),
  ],
  [
    syntaxes.telephoneNumber,
    matching('a telephone number in letters, digits and signs of ASCII', printable),
  ],
])

function matching(words: string, form: RegExp): Requirement {
  return { words, isMet: (value) => form.test(toBytes(value).toString('utf8')) }
}

function isDn(value: AttributeValue): boolean {
  try {
    return parseDn(toBytes(value).toString('utf8')).length > 0
  } catch (error) {
    if (error instanceof InvalidDnError) return false
    throw error
  }
}

/** Whether bytes are one ASN.1 sequence and nothing behind it, as a certificate is; the server looks into it. X.690 §8.1 */
function isDerSequence(bytes: Buffer): boolean {
  const [tag, first] = bytes
  if (tag !== 0x30 || first === undefined) return false
  if (first < 0x80) return bytes.length === 2 + first
  const count = first - 0x80
  if (count < 1 || count > 4 || bytes.length < 2 + count) return false
  return bytes.length === 2 + count + bytes.readUIntBE(2, count)
}
