import { addsReference } from './added-reference.ts'
import { type AskedOperation, longName, namedAttributes } from './complained-attribute.ts'
import type { DirectoryFailure } from './error.ts'
import { isPasswordAttribute } from './operation.ts'
import { type LdapResult, resultCodes } from './result.ts'
import type { ServerSoftware } from './server-software.ts'

/** What of an answer tells its meaning. RFC 4511 §4.1.9 */
export type Answer = Pick<LdapResult, 'code' | 'diagnosticMessage'> &
  Partial<Pick<LdapResult, 'matchedDn'>>

/** Everything that is given of a rule must fit. */
export interface Conditions {
  readonly codes?: readonly number[]
  /** Codes of domain controllers: the eight digits that their text begins with, which mean nothing in the text of others. */
  readonly win32?: readonly string[]
  readonly words?: Words
  readonly kinds?: readonly AskedOperation['kind'][]
  readonly holds?: (asked: AskedOperation, answer: Answer) => boolean
}

/** What a text says, and whose text that must be: the names and values that a text quotes may be these words as well. */
interface Words {
  readonly of: readonly ServerSoftware[]
  readonly text: RegExp
}

/** An answer that means something else than its code usually does. */
export interface Rule {
  readonly failure: DirectoryFailure
  readonly when: Conditions
}

const {
  noSuchAttribute,
  constraintViolation,
  attributeOrValueExists,
  invalidAttributeSyntax,
  noSuchObject,
  unwillingToPerform,
  objectClassViolation,
  entryAlreadyExists,
} = resultCodes

// What the bridge does not know may speak as any of these; only Samba's own words are taken of Samba alone.
/** The software whose answers have a Win32 code. */
export const domainControllers: readonly ServerSoftware[] = ['activeDirectory', 'samba', 'other']
const openldap: readonly ServerSoftware[] = ['openldap', 'other']
const port389: readonly ServerSoftware[] = ['389ds', 'other']
const samba: readonly ServerSoftware[] = ['samba']

/** The first that fits an answer says what it means. */
export const rules: readonly Rule[] = [
  // Uniqueness: the unique overlay of OpenLDAP, the attribute uniqueness plug-in of 389 DS, Active Directory's
  // logon names and group names, Samba's.
  {
    failure: 'notUnique',
    when: {
      codes: [constraintViolation],
      words: { of: openldap, text: /^non-unique attributes found/i },
    },
  },
  {
    failure: 'notUnique',
    when: {
      codes: [constraintViolation],
      words: { of: port389, text: /^another entry with the same attribute value/i },
    },
  },
  { failure: 'notUnique', when: { win32: ['00000524', '00000526', '000021C8'] } },
  {
    failure: 'notUnique',
    when: {
      win32: ['00002071', '0000202F'],
      words: { of: samba, text: /^\w{8}: samldb: \w+ '.*' (?:is )?already in use/is },
    },
  },
  // Inside a transaction the unique overlay loses its words, and nothing else constrains a new name by 19.
  {
    failure: 'notUnique',
    when: {
      codes: [constraintViolation],
      words: { of: openldap, text: /^$/ },
      kinds: ['modifyDn'],
    },
  },
  // 389 DS quotes the value, whatever words are in it.
  {
    failure: 'invalidValue',
    when: { codes: [constraintViolation], words: { of: port389, text: /not 7-bit clean: /i } },
  },
  // A password. OpenLDAP and 389 DS say so in words; the Win32 code is 19 on Samba and 53 on Active Directory.
  {
    failure: 'passwordRefused',
    when: {
      codes: [constraintViolation, unwillingToPerform],
      words: { of: ['openldap', '389ds', 'other'], text: /password/i },
      holds: setsPassword,
    },
  },
  { failure: 'passwordRefused', when: { codes: [constraintViolation], holds: setsPasswordAlone } },
  { failure: 'passwordRefused', when: { win32: ['0000052D'] } },
  { failure: 'passwordRefused', when: { win32: ['00002035'], holds: setsPassword } },
  // The databases of OpenLDAP and 389 DS have room for names of some 240 bytes, and no words for more.
  { failure: 'invalidValue', when: { codes: [resultCodes.other], holds: hasLongName } },
  {
    failure: 'invalidValue',
    when: {
      codes: [resultCodes.operationsError],
      words: { of: port389, text: /^$/ },
      holds: hasLongName,
    },
  },
  // Members: Active Directory and Samba have other codes for a value that is there or is not.
  { failure: 'valueExists', when: { codes: [entryAlreadyExists], kinds: ['modify'] } },
  {
    failure: 'valueAbsent',
    when: { codes: [unwillingToPerform], win32: ['00000561'], kinds: ['modify'] },
  },
  {
    failure: 'valueAbsent',
    when: {
      codes: [unwillingToPerform],
      // Samba keeps a value that was deleted before for a while.
      words: {
        of: samba,
        text: /^Attribute member (?:doesn't exist|already deleted) for target GUID/,
      },
      kinds: ['modify'],
    },
  },
  // A member whose entry is gone.
  {
    failure: 'valueAbsent',
    when: {
      codes: [unwillingToPerform],
      words: { of: samba, text: /^00002035: Unable to find GUID for DN/i },
      kinds: ['modify'],
    },
  },
  { failure: 'noSuchReference', when: { win32: ['00000525', '000020B5'] } },
  {
    failure: 'noSuchReference',
    when: { codes: [noSuchObject], win32: ['0000208D'], holds: addsReference },
  },
  // Groups of Active Directory that may not hold each other: a mixed domain, a global group with a local or universal one, a
  // universal group with a local one. MS-ERREF §2.2
  {
    failure: 'unfitGroup',
    when: {
      codes: [unwillingToPerform],
      win32: ['00002142', '00002143', '00002144', '00002145', '00002146'],
      kinds: ['add', 'modify'],
    },
  },
  // Number of values: 19 in OpenLDAP, 65 in 389 DS, 20 in Samba, 19 in Active Directory.
  {
    failure: 'tooManyValues',
    when: { codes: [constraintViolation], words: { of: openldap, text: /multiple values/i } },
  },
  {
    failure: 'tooManyValues',
    when: {
      codes: [objectClassViolation],
      words: { of: port389, text: /^single-valued attribute/i },
    },
  },
  { failure: 'tooManyValues', when: { codes: [attributeOrValueExists], win32: ['0000200D'] } },
  {
    failure: 'tooManyValues',
    when: { words: { of: samba, text: /^0000202F: SINGLE-VALUE attribute/i } },
  },
  { failure: 'tooManyValues', when: { codes: [constraintViolation], win32: ['00002081'] } },
  // A value given twice in one request is no value that was there already.
  {
    failure: 'invalidValue',
    when: {
      codes: [attributeOrValueExists],
      words: { of: openldap, text: /provided more than once/i },
    },
  },
  { failure: 'invalidValue', when: { codes: [attributeOrValueExists], kinds: ['add'] } },
  {
    failure: 'readOnly',
    when: {
      codes: [constraintViolation],
      words: { of: openldap, text: /no user modification allowed/i },
    },
  },
  {
    failure: 'readOnly',
    when: { codes: [unwillingToPerform], win32: ['00002035'], kinds: ['add', 'modify'] },
  },
  // What is the server's, or of its Security Accounts Manager. MS-ERREF §2.2
  { failure: 'readOnly', when: { win32: ['0000209A', '000020A6', '000020B1'] } },
  {
    failure: 'readOnly',
    when: {
      win32: ['0000202F'],
      words: { of: samba, text: /^\w{8}: objectclass_attrs: .* can only be modified as system/is },
    },
  },
  // Active Directory and Samba have no such attribute, or no such class, in their schema; or cannot do without it.
  { failure: 'schemaViolation', when: { win32: ['00000057', '0000200A', '00002077'] } },
  { failure: 'schemaViolation', when: { codes: [noSuchAttribute], holds: deletesNothing } },
  // The new parent of an entry. Samba answers it for a name of several parts as well.
  { failure: 'noSuchEntry', when: { win32: ['00002095'], kinds: ['modifyDn'], holds: isMove } },
  // OpenLDAP takes an object class it does not know for a syntax error.
  {
    failure: 'schemaViolation',
    when: {
      codes: [invalidAttributeSyntax],
      words: { of: openldap, text: /^(modify\/\w+: )?objectClass: /i },
    },
  },
  { failure: 'invalidValue', when: { win32: ['00000523', '0000202F', '00002082', '0000200B'] } },
]

/** What a result code means where no rule fits. */
export const usualMeaning: ReadonlyMap<number, DirectoryFailure> = new Map([
  [resultCodes.protocolError, 'protocol'],
  [resultCodes.timeLimitExceeded, 'unavailable'],
  [resultCodes.sizeLimitExceeded, 'limitExceeded'],
  [resultCodes.adminLimitExceeded, 'limitExceeded'],
  [noSuchAttribute, 'valueAbsent'],
  [resultCodes.undefinedAttributeType, 'schemaViolation'],
  [constraintViolation, 'invalidValue'],
  [attributeOrValueExists, 'valueExists'],
  [invalidAttributeSyntax, 'invalidValue'],
  [noSuchObject, 'noSuchEntry'],
  [resultCodes.invalidDnSyntax, 'invalidValue'],
  [resultCodes.busy, 'unavailable'],
  [resultCodes.unavailable, 'unavailable'],
  [resultCodes.namingViolation, 'schemaViolation'],
  [objectClassViolation, 'schemaViolation'],
  [resultCodes.notAllowedOnNonLeaf, 'notLeaf'],
  [resultCodes.notAllowedOnRdn, 'schemaViolation'],
  [entryAlreadyExists, 'alreadyExists'],
  [resultCodes.objectClassModsProhibited, 'readOnly'],
  [resultCodes.assertionFailed, 'assertionFailed'],
])

function hasLongName(asked: AskedOperation): boolean {
  return longName(asked) !== undefined
}

function deletesNothing(asked: AskedOperation): boolean {
  if (asked.kind === 'add') return true
  return (
    asked.kind === 'modify' && asked.modifications.every(({ operation }) => operation !== 'delete')
  )
}

function isMove(asked: AskedOperation): boolean {
  return asked.kind === 'modifyDn' && asked.newSuperior !== undefined
}

function setsPassword(asked: AskedOperation): boolean {
  if (asked.kind === 'passwordModify') return true
  return namedAttributes(asked).some(isPasswordAttribute)
}

function setsPasswordAlone(asked: AskedOperation): boolean {
  const names = namedAttributes(asked)
  return asked.kind === 'passwordModify' || (names.length > 0 && names.every(isPasswordAttribute))
}
