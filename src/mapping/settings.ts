import type * as t from 'io-ts'
import { listOf, mapOf, oneOf } from '../codec/structures.ts'
import { Flag, NonEmptyString, PositiveInteger, choice, text } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { InvalidDnError, parseDn } from '../directory/dn.ts'
import { groupResourceType, userResourceType } from '../scim/schema/resource-types.ts'
import { DerivedAttribute, NumberRange } from './made-values.ts'
import { extensionProblems, ExtensionSettings } from './extension-settings.ts'

function isDn(value: string): boolean {
  try {
    return parseDn(value).length > 0
  } catch (error) {
    if (error instanceof InvalidDnError) return false
    throw error
  }
}

/** The name of an entry, kept as it is written. RFC 4514 */
export const DistinguishedName = text(
  'a distinguished name such as ou=people,dc=example,dc=org',
  isDn,
)
/** The name of an attribute or object class. RFC 4512 §1.4 */
export const LdapName = text('the name of an LDAP attribute or object class', (value) =>
  /^[A-Za-z][A-Za-z0-9-]*$/u.test(value),
)

const AttributeMapping = settings('AttributeMapping', {
  attribute: required(LdapName, { text: 'The LDAP attribute.', example: 'mail' }),
  fallback: withDefault(listOf(NonEmptyString), [], {
    text: 'SCIM attributes to take the value from, the first that has one, when this one has none: shown when the entry has none, and written where the object class demands a value.',
    example: '[displayName, userName]',
  }),
  isPrimary: withDefault(Flag, false, {
    text: 'Show the first value with `primary: true`, and write the primary value first.',
  }),
  isReadOnly: withDefault(Flag, false, {
    text: 'Show the attribute and never write it.',
  }),
})

/** One line of an attribute map: an LDAP attribute, or an object that says more about it. */
const MappedAttribute = oneOf({ scalar: LdapName, object: AttributeMapping })

/** Which SCIM attribute is which LDAP attribute: SCIM attribute paths (RFC 7644 figure 7, a value path gives the
 *  `type` of the values) with the LDAP attribute that holds the value.
 *  @example { 'userName': 'uid', 'emails[type eq "work"]': { attribute: 'mail', isPrimary: true } } */
const AttributeMap = mapOf(MappedAttribute)

const StatusSettings = settings(
  'StatusSettings',
  {
    attribute: required(LdapName, {
      text: 'The LDAP attribute that says whether an account is disabled.',
      example: 'pwdAccountLockedTime',
    }),
    inactive: optional(NonEmptyString, {
      text: 'The value that disables the account; any other value, or none, leaves it active. Either this or `bit`.',
      example: "'000001010000Z'",
    }),
    active: optional(NonEmptyString, {
      text: 'The value of an active account; left out, an active account has no value. With `bit`, the number that a new account gets, to which the bit is added when it is disabled.',
    }),
    bit: optional(PositiveInteger, {
      text: 'The bit of a whole number that disables the account; all other bits are left as they are.',
      example: '2',
    }),
  },
  ({ inactive, active, bit }) => {
    if ((inactive === undefined) === (bit === undefined)) {
      return [{ path: 'inactive', reason: 'either this or bit must be given' }]
    }
    const isNumber = active !== undefined && /^\d+$/u.test(active)
    return bit === undefined || isNumber
      ? []
      : [{ path: 'active', reason: 'must be a whole number beside bit, such as 512' }]
  },
)

const references = (names: string) =>
  optional(choice('server', 'bridge'), {
    text: `Who puts these DNs right when an entry that ${names} is renamed or deleted: the server itself, or the bridge, which may do so beside a server that does it, too. Left out: the server with Active Directory, else the bridge.`,
  })

const ManagerSettings = settings(
  'ManagerSettings',
  {
    attribute: withDefault(LdapName, 'manager', { text: 'The attribute that holds the DN.' }),
    references: references('is a manager'),
    lookup: withDefault(
      listOf(NonEmptyString),
      [
        'id',
        'externalId',
        'userName',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
      ],
      { text: 'The SCIM attributes by which the given manager is looked up, in this order.' },
    ),
    unknown: withDefault(choice('defer', 'ignore', 'reject'), 'defer', {
      text: 'What happens when the manager does not exist: remember and set as soon as that user exists, leave out, or refuse the request.',
    }),
    pendingAttribute: optional(LdapName, {
      text: 'The attribute in which a manager who does not exist yet is remembered; `unknown: defer` needs it.',
      example: 'scimPendingManager',
    }),
  },
  ({ unknown, pendingAttribute }) =>
    unknown === 'defer' && pendingAttribute === undefined
      ? [{ path: 'pendingAttribute', reason: 'is required when unknown is "defer"' }]
      : [],
)

const PasswordSettings = settings('PasswordSettings', {
  method: withDefault(
    choice('passwordModify', 'userPassword', 'unicodePwd', 'ignore'),
    'passwordModify',
    {
      text: 'How a password is set: by the Password Modify operation (RFC 3062), by a write of userPassword together with the other attributes (only where the server hashes what it is given, as slapd does with ppolicy_hash_cleartext), by unicodePwd (Active Directory, over TLS alone), or not at all.',
    },
  ),
  whenMissing: withDefault(choice('enable', 'disable', 'random'), 'enable', {
    text: 'What becomes of a new, active user without a password: the account is enabled all the same, created disabled, or gets a long random password that nobody knows.',
  }),
  mustChange: withDefault(Flag, false, {
    text: 'Whether the user has to change a password that a client has set, by pwdLastSet (Active Directory).',
  }),
})

const entryKeys = {
  base: required(DistinguishedName, {
    text: 'The DN below which the entries lie; nothing outside it can be reached.',
    example: 'ou=people,dc=example,dc=org',
  }),
  scope: withDefault(choice('sub', 'one'), 'sub', {
    text: 'Whether entries at any depth below the base are served, or only its children.',
  }),
  createBase: optional(DistinguishedName, {
    text: 'Where new entries are created; the base when left out.',
  }),
  objectClass: required(LdapName, {
    text: 'The object class by which an entry is known; entries of other classes cannot be reached.',
    example: 'inetOrgPerson',
  }),
  excludedClasses: withDefault(listOf(LdapName), [], {
    text: 'Object classes whose entries cannot be reached although they are of `objectClass`, such as the computers that are users in Active Directory.',
    example: '[computer]',
  }),
  protectedValues: withDefault(
    mapOf(NonEmptyString),
    {},
    {
      text: 'LDAP attributes and values by which entries are known that the bridge shows and never changes.',
      example: "{ adminCount: '1' }",
    },
  ),
  protectedBases: withDefault(listOf(DistinguishedName), [], {
    text: 'DNs below which entries are shown and never changed.',
    example: '[OU=Administrators,OU=People,DC=example,DC=org]',
  }),
  createClasses: withDefault(listOf(LdapName), [], {
    text: 'Object classes that a new entry gets beside `objectClass`.',
  }),
  optionalClasses: withDefault(listOf(LdapName), [], {
    text: 'Auxiliary object classes that an entry gets when it needs one of their attributes.',
    example: '[scimResource]',
  }),
  rdn: required(LdapName, {
    text: 'The attribute that names a new entry; it must be mapped or derived.',
    example: 'uid',
  }),
  derived: withDefault(
    mapOf(DerivedAttribute),
    {},
    {
      text: 'LDAP attributes that are made from the resource and must differ from those of all others, by a number at their end where needed.',
      example: "{ sAMAccountName: { from: [userName], before: '@', maxLength: 20 } }",
    },
  ),
  numbers: withDefault(
    mapOf(NumberRange),
    {},
    {
      text: 'LDAP attributes of which a new entry gets a number that no other below the base has: the one behind the highest of the range. Where the server keeps them unique, too, numbers of entries elsewhere are avoided as well.',
      example: '{ gidNumber: { from: 10000, to: 60000 } }',
    },
  ),
  fixed: withDefault(
    mapOf(NonEmptyString),
    {},
    {
      text: 'LDAP attributes that a new entry gets with a value that is always the same.',
      example: "{ groupType: '-2147483646' }",
    },
  ),
  extensions: withDefault(listOf(ExtensionSettings), [], {
    text: 'Extension schemas of your own (RFC 7643, section 3.3), beside those that SCIM defines.',
  }),
}

/** How users are stored. */
export const UserSettings = settings(
  'UserSettings',
  {
    ...entryKeys,
    attributes: required(AttributeMap, {
      text: 'Which SCIM attribute is which LDAP attribute.',
      example: '{ userName: uid }',
    }),
    active: optional(StatusSettings, { text: 'How an account is disabled.' }),
    manager: optional(ManagerSettings, { text: 'How the manager is stored.' }),
    password: optional(PasswordSettings, { text: 'How passwords are set.' }),
    memberOf: optional(LdapName, {
      text: 'The attribute in which the server keeps the groups of a user; left out, they are searched for.',
      example: 'memberOf',
    }),
    indirectGroups: withDefault(Flag, false, {
      text: 'Whether `groups` of a user also has the groups that he belongs to through other groups, with `type: indirect`. Each group in question costs a search, and a filter on `groups` reads all users.',
    }),
    onDelete: withDefault(choice('delete', 'disable', 'move'), 'delete', {
      text: 'Whether a DELETE removes the entry, disables the account, or disables it and moves it below `deletedBase`.',
    }),
    deletedBase: optional(DistinguishedName, {
      text: 'Where `onDelete: move` puts the entries; outside the base, so that they are gone for clients. One whose name is taken there gets its id behind its name.',
      example: 'ou=former,dc=example,dc=org',
    }),
    leavesGroups: withDefault(Flag, true, {
      text: 'Whether a user whom a DELETE disables or moves is taken out of all groups.',
    }),
  },
  ({ extensions }) => extensionProblems(userResourceType, extensions),
  ({ onDelete, active }) =>
    onDelete === 'disable' && active === undefined
      ? [{ path: 'onDelete', reason: '"disable" needs the section active' }]
      : [],
  ({ onDelete, deletedBase }) =>
    onDelete === 'move' && deletedBase === undefined
      ? [{ path: 'deletedBase', reason: 'is required when onDelete is "move"' }]
      : [],
)
/** How users are stored. */
export type UserSettings = t.TypeOf<typeof UserSettings>

const MemberSettings = settings('MemberSettings', {
  attribute: withDefault(LdapName, 'member', {
    text: 'The attribute that holds the members.',
  }),
  holds: withDefault(LdapName, 'dn', {
    text: 'By what it names them: `dn`, or an attribute of users, as memberUid of posixGroup does by `uid`. Only users can be members then, and the bridge keeps the values right.',
    example: 'uid',
  }),
  references: references('is a member'),
  placeholder: optional(DistinguishedName, {
    text: 'The DN that stands in a group without members, because its object class demands one; never shown. Where the refint overlay runs, the same as its refint_nothing.',
    example: 'cn=empty-membership,dc=example,dc=org',
  }),
})

/** How groups are stored. */
export const GroupSettings = settings(
  'GroupSettings',
  {
    ...entryKeys,
    attributes: required(AttributeMap, {
      text: 'Which SCIM attribute is which LDAP attribute.',
      example: '{ displayName: cn }',
    }),
    members: required(MemberSettings, { text: 'How members are stored.' }),
  },
  ({ extensions }) => extensionProblems(groupResourceType, extensions),
)
/** How groups are stored. */
export type GroupSettings = t.TypeOf<typeof GroupSettings>

/** What both kinds of entries have in common. */
export type EntrySettings = Pick<
  UserSettings,
  | 'base'
  | 'scope'
  | 'createBase'
  | 'objectClass'
  | 'excludedClasses'
  | 'protectedValues'
  | 'protectedBases'
  | 'createClasses'
  | 'optionalClasses'
  | 'rdn'
  | 'derived'
  | 'numbers'
  | 'fixed'
  | 'attributes'
  | 'extensions'
> &
  ProtectedEntry

/** What no setting of the entries says. */
export interface ProtectedEntry {
  /** The DN of an entry that the bridge keeps for itself, and changes for no client. */
  readonly protectedEntry?: string
}
/** One line of an attribute map. */
export type MappedAttribute = t.TypeOf<typeof MappedAttribute>
