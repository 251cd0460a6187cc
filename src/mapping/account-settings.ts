import { choice, Flag, NonEmptyString, PositiveInteger } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'
import { listOf } from '../codec/structures.ts'
import { references } from './entry-settings.ts'
import { LdapName } from './ldap-names.ts'

/** How an account is disabled. */
export const StatusSettings = settings(
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

/** How the manager is stored. */
export const ManagerSettings = settings(
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

/** How passwords are set. */
export const PasswordSettings = settings('PasswordSettings', {
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
