import type * as t from 'io-ts'
import { NonEmptyString } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import { tenantEntrance } from '../http/settings.ts'
import { DistinguishedName } from '../mapping/ldap-names.ts'

const base = required(DistinguishedName, {
  text: 'The DN below which the entries of the tenant lie; it must lie apart from those of all others.',
  example: 'ou=people,o=acme,dc=example,dc=org',
})

const createBase = optional(DistinguishedName, {
  text: 'Where new entries of the tenant are created; its base when left out.',
})

const protectedBases = withDefault(listOf(DistinguishedName), [], {
  text: 'DNs below which entries of the tenant are shown and never changed.',
})

const TenantUserSettings = settings('TenantUserSettings', {
  base,
  createBase,
  deletedBase: optional(DistinguishedName, {
    text: 'Where `users.onDelete: move` puts the entries of the tenant.',
  }),
  protectedBases,
})

const TenantGroupSettings = settings('TenantGroupSettings', { base, createBase, protectedBases })

const TenantDirectorySettings = settings('TenantDirectorySettings', {
  bindDn: required(NonEmptyString, {
    text: 'The account the bridge binds as for the tenant.',
    example: 'uid=bridge-acme,ou=services,dc=example,dc=org',
  }),
  bindPassword: optional(NonEmptyString, {
    text: 'The password of the account; better in a file.',
    isSecret: true,
  }),
  bindPasswordFile: optional(NonEmptyString, {
    text: 'The file that holds the password of the account, like `directory.bindPasswordFile`.',
    example: '/etc/scim-directory-bridge/bind-password-acme',
    isUsual: true,
  }),
})

const TenantBrakeSettings = settings('TenantBrakeSettings', {
  entry: optional(DistinguishedName, {
    text: 'The entry in which the brake counts for the tenant; without it the tenant has no brake.',
    example: 'cn=scim-brake-acme,ou=services,dc=example,dc=org',
  }),
})

const TenantUpkeepSettings = settings('TenantUpkeepSettings', {
  entry: optional(DistinguishedName, {
    text: 'The entry in which bridges note for the tenant what they are about to do; that of its brake will do.',
    example: 'cn=scim-brake-acme,ou=services,dc=example,dc=org',
  }),
})

/** What a further tenant has of its own: how it is reached, and its places in the directory. The rest it shares. */
export const TenantSettings = settings('TenantSettings', {
  ...tenantEntrance,
  users: required(TenantUserSettings, { text: 'Where the users of the tenant are stored.' }),
  groups: required(TenantGroupSettings, { text: 'Where the groups of the tenant are stored.' }),
  directory: optional(TenantDirectorySettings, {
    text: 'The account to write with, where it is another than in `directory`, which may do with fewer rights.',
  }),
  brake: required(TenantBrakeSettings, { text: 'The brake of the tenant.' }),
  upkeep: required(TenantUpkeepSettings, { text: 'The notes of the tenant.' }),
})

/** What a further tenant has of its own. */
export type TenantSettings = t.TypeOf<typeof TenantSettings>
