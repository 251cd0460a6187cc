import type * as t from 'io-ts'
import { choice, Flag, NonEmptyString } from '../codec/scalars.ts'
import { optional, required, withDefault, settings } from '../codec/settings.ts'
import { listOf, mapOf, oneOf } from '../codec/structures.ts'
import { ExtensionSettings } from './extension-settings.ts'
import { DistinguishedName, LdapName } from './ldap-names.ts'
import { DerivedAttribute, NumberRange } from './made-values.ts'

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
/** One line of an attribute map. */
export type MappedAttribute = t.TypeOf<typeof MappedAttribute>

/** Which SCIM attribute is which LDAP attribute: SCIM attribute paths (RFC 7644 figure 7, a value path gives the
 *  `type` of the values) with the LDAP attribute that holds the value.
 *  @example { 'userName': 'uid', 'emails[type eq "work"]': { attribute: 'mail', isPrimary: true } } */
export const AttributeMap = mapOf(MappedAttribute)

/** Who keeps references right.
 *  @param names what an entry is of those who name it: "is a member". */
export const references = (names: string) =>
  optional(choice('server', 'bridge'), {
    text: `Who puts these DNs right when an entry that ${names} is renamed or deleted: the server itself, or the bridge, which may do so beside a server that does it, too. Left out: the server with Active Directory, else the bridge.`,
  })

/** The settings that users and groups have in common. */
export const entryKeys = {
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
      text: 'LDAP attributes that are made from the resource and must differ from those of all others, by a number at their end where needed. One that has a line in `attributes` as well is made where no client gives it.',
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
