import { createHash } from 'node:crypto'
import type { Capabilities } from '../../src/directory/directory.ts'
import { childDn } from '../../src/directory/dn.ts'
import type { Attribute, AttributeValue } from '../../src/directory/entry.ts'
import type { DirectoryFailure } from '../../src/directory/error.ts'
import type { AddOperation, LdapOperation } from '../../src/directory/operation.ts'

/** What the contract tries, as far as servers take it differently. */
export type Situation =
  | 'a value breaks its syntax'
  | 'a value is empty'
  | 'a reference is no DN'
  | 'a value is given twice'
  | 'an attribute is not in its object classes'
  | 'an attribute is unknown'
  | 'an object class is unknown'
  | 'an attribute is the server’s'
  | 'a demanded attribute is missing'
  | 'a demanded attribute would go'
  | 'a value to be deleted is not there'
  | 'the value of the RDN would go'
  | 'values without an equality rule are added to others'
  | 'values without an equality rule are deleted one by one'
  | 'the server keeps the attribute'
  | 'the server computes the attribute'
  | 'the DN is taken'
  | 'a rename takes the name of another'
  | 'a not of an attribute that is unknown'
  | 'an attribute by its OID'
  | 'an RDN keeps its old value'
  | 'an RDN has several parts'
  | 'there are entries below'
  | 'a value to be added is there'
  | 'there are two values where one may be'

/** Another failure than on OpenLDAP, with no word on the attribute; or none; or nothing that can be tried. */
export type Difference = DirectoryFailure | 'accepted' | 'notApplicable'

/** What the contract of the port has to know of a kind of server, and in what it is unlike OpenLDAP. */
export interface ServerProfile {
  readonly capabilities: Omit<Capabilities, 'schema'>
  /** The attribute that names people below their base. */
  readonly naming: string
  readonly person: EntryMaker
  /** @param more its members among them, as `member`. */
  readonly group: EntryMaker
  /** An attribute that a person must have, where there is one beyond the name. */
  readonly demanded: string | undefined
  /** What an entry is known by for good. */
  readonly identity: {
    readonly attribute: string
    readonly isWellFormed: (value: Buffer) => boolean
    /** One that no entry has. */
    readonly other: AttributeValue
  }
  /** When an entry was made. */
  readonly created: { readonly attribute: string; readonly form: RegExp }
  /** The attribute that holds the DN of the entry; empty where there is none. */
  readonly ownDn: string
  /** What changes with every change, where there is such an attribute. */
  readonly version: string | undefined
  readonly lock: {
    readonly attribute: string
    readonly value: string
    /** A new password undoes it unless it comes with it. */
    readonly isLostWithPassword: boolean
  }
  /** The attribute that no two people may share, and what a person with such a value is. */
  readonly unique: string
  readonly demandsMember: boolean
  /** What stands in a group whose last member was deleted. */
  readonly leaves: 'placeholder' | 'nothing'
  readonly password: (dn: string, value: string) => LdapOperation
  /** Where a password is written directly, and how. */
  readonly passwordAttribute: string
  readonly passwordValue: (value: string) => AttributeValue
  /** Names that the server does not take, with the failure; and those that it does not let go of. */
  readonly refusesName: (name: string) => DirectoryFailure | undefined
  readonly refusesRenameOf: (name: string) => DirectoryFailure | undefined
  readonly differences: Readonly<Partial<Record<Situation, Difference>>>
}

/** Makes the smallest entry of a kind. */
type EntryMaker = (
  name: string,
  parent: string,
  more?: Readonly<Record<string, readonly AttributeValue[]>>,
) => AddOperation

/** A maker of entries that are named by one attribute and have some more. */
function maker(
  naming: string,
  attributesOf: (name: string) => Readonly<Record<string, readonly string[]>>,
): EntryMaker {
  return (name, parent, more = {}) => {
    const attributes: Attribute[] = Object.entries({
      [naming]: [name],
      ...attributesOf(name),
      ...more,
    })
      .filter(([, values]) => values.length > 0)
      .map(([type, values]) => ({ type, values }))
    return { kind: 'add', dn: childDn(naming, name, parent), attributes }
  }
}

/** slapd with the overlays memberof, refint, unique and ppolicy, which the directory in memory is modelled on. */
export const openldapProfile: ServerProfile = {
  capabilities: {
    kind: 'openldap',
    hasReadEntry: true,
    hasAssertion: true,
    hasTransactions: false,
    hasPasswordModify: true,
  },
  naming: 'uid',
  person: maker('uid', () => ({
    objectClass: ['inetOrgPerson'],
    cn: ['Con Tract'],
    sn: ['Tract'],
  })),
  group: maker('cn', () => ({ objectClass: ['groupOfNames'] })),
  demanded: 'sn',
  identity: {
    attribute: 'entryUUID',
    isWellFormed: (value) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value.toString()),
    other: '00000000-0000-0000-0000-000000000000',
  },
  created: { attribute: 'createTimestamp', form: /^\d{14}Z$/ },
  ownDn: 'entryDN',
  version: 'entryCSN',
  lock: { attribute: 'pwdAccountLockedTime', value: '000001010000Z', isLostWithPassword: true },
  unique: 'uid',
  demandsMember: true,
  leaves: 'placeholder',
  password: (dn, newPassword) => ({ kind: 'passwordModify', dn, newPassword }),
  passwordAttribute: 'userPassword',
  passwordValue: (value) => value,
  refusesName: () => undefined,
  refusesRenameOf: () => undefined,
  differences: {},
}

/** 389 DS 2.3 and 3.1 with the plug-ins for memberOf, referential integrity, unique uids and 7-bit uids. */
export const profile389: ServerProfile = {
  ...openldapProfile,
  capabilities: {
    kind: '389ds',
    hasReadEntry: true,
    hasAssertion: false,
    hasTransactions: false,
    hasPasswordModify: true,
  },
  identity: {
    attribute: 'nsUniqueId',
    isWellFormed: (value) => /^[\da-f]{8}(-[\da-f]{8}){3}$/.test(value.toString()),
    other: '00000000-00000000-00000000-00000000',
  },
  version: undefined,
  lock: { attribute: 'nsAccountLock', value: 'true', isLostWithPassword: false },
  demandsMember: false,
  leaves: 'nothing',
  // oxlint-disable-next-line no-control-regex -- seven bits are what is asked about.
  refusesName: (name) => (/^[\0-\x7f]*$/.test(name) ? undefined : 'invalidValue'),
  // The plug-in for uniqueness answers 1 "Error checking for attribute uniqueness." where the old name has to be escaped.
  refusesRenameOf: (name) => (/[\\",+;<=>]|^[# ]| $/.test(name) ? 'refused' : undefined),
  differences: {
    'an attribute is the server’s': 'accepted',
    'values without an equality rule are added to others': 'accepted',
    'values without an equality rule are deleted one by one': 'accepted',
    // Alone it is refused with 53; beside others it is left out without a word.
    'the server keeps the attribute': 'accepted',
    // An entry may have it with nsMemberOf, and then it can be written.
    'the server computes the attribute': 'schemaViolation',
    // It looks for the name before its plug-in looks for the value.
    'a rename takes the name of another': 'alreadyExists',
    'a not of an attribute that is unknown': 'accepted',
  },
}

/** Samba's domain controller. */
export const sambaProfile: ServerProfile = {
  capabilities: {
    kind: 'activeDirectory',
    hasReadEntry: false,
    hasAssertion: false,
    hasTransactions: false,
    hasPasswordModify: false,
  },
  naming: 'cn',
  person: maker('cn', (name) => ({ objectClass: ['user'], sAMAccountName: [accountName(name)] })),
  group: maker('cn', (name) => ({ objectClass: ['group'], sAMAccountName: [accountName(name)] })),
  demanded: undefined,
  identity: {
    attribute: 'objectGUID',
    isWellFormed: ({ length }) => length === 16,
    other: Buffer.alloc(16),
  },
  created: { attribute: 'whenCreated', form: /^\d{14}\.0Z$/ },
  ownDn: 'distinguishedName',
  version: 'uSNChanged',
  lock: { attribute: 'userAccountControl', value: '514', isLostWithPassword: false },
  unique: 'sAMAccountName',
  demandsMember: false,
  leaves: 'nothing',
  password: (dn, value) => ({
    kind: 'modify',
    dn,
    modifications: [
      { operation: 'replace', attribute: 'unicodePwd', values: [unicodePassword(value)] },
    ],
  }),
  passwordAttribute: 'unicodePwd',
  passwordValue: unicodePassword,
  // What the schema says of cn.
  refusesName: ({ length }) => (length > 64 ? 'invalidValue' : undefined),
  refusesRenameOf: () => undefined,
  differences: {
    // Of mail any text is taken.
    'a value breaks its syntax': 'accepted',
    'a reference is no DN': 'invalidValue',
    'a value is given twice': 'tooManyValues',
    'an attribute is not in its object classes': 'noSuchReference',
    'an attribute is the server’s': 'accepted',
    // Equal in a search, but not in a write.
    'a value to be added is there': 'accepted',
    'a demanded attribute would go': 'notApplicable',
    'values without an equality rule are added to others': 'tooManyValues',
    'values without an equality rule are deleted one by one': 'accepted',
    'the server computes the attribute': 'noSuchReference',
    'a rename takes the name of another': 'alreadyExists',
    'a not of an attribute that is unknown': 'accepted',
    'an attribute by its OID': 'notApplicable',
    'an RDN keeps its old value': 'refused',
    'an RDN has several parts': 'refused',
    // People have none.
    'there are entries below': 'notApplicable',
  },
}

/** Active Directory, as the double of `domain-controller.ts` plays it. */
export const activeDirectoryProfile: ServerProfile = {
  ...sambaProfile,
  differences: {
    ...sambaProfile.differences,
    // It names no attribute.
    'an attribute is unknown': 'schemaViolation',
    'an object class is unknown': 'schemaViolation',
    // A parent that is missing has the same code as a member.
    'an attribute is not in its object classes': 'noSuchEntry',
  },
}

/** The password in quotes, as UTF-16LE. MS-ADTS 3.1.1.3.1.5.1 */
function unicodePassword(value: string): Buffer {
  return Buffer.from(`"${value}"`, 'utf16le')
}

/** A logon name that is legal whatever the name is, and another one for every name. */
function accountName(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 16)
}
