import type * as t from 'io-ts'
import { choice, Flag } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import { groupResourceType, userResourceType } from '../scim/schema/resource-types.ts'
import { ManagerSettings, PasswordSettings, StatusSettings } from './account-settings.ts'
import { AttributeMap, entryKeys, references } from './entry-settings.ts'
import { extensionProblems } from './extension-settings.ts'
import { DistinguishedName, LdapName } from './ldap-names.ts'

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
    givesUp: withDefault(listOf(LdapName), [], {
      text: 'LDAP attributes whose values a user whom `onDelete: move` moves gives up, so that others can have what the directory gives once: of one that the object class demands the value becomes one that is made of the id of the entry, one that names the entry gets the id behind its value, and all others go.',
      example: '[userPrincipalName, sAMAccountName]',
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
  readonly protectedEntries?: readonly string[]
}
