import type * as t from 'io-ts'
import { Flag, Milliseconds, Percent, PositiveInteger } from '../codec/scalars.ts'
import { optional, settings, withDefault } from '../codec/settings.ts'
import { DistinguishedName, LdapName } from '../mapping/ldap-names.ts'

/** How many resources are answered at once. */
export const ListSettings = settings('ListSettings', {
  maxResults: withDefault(PositiveInteger, 10_000, {
    text: 'The most resources that one list answer holds, also when the client names no count; OneLogin matches groups over the whole list.',
  }),
})
/** How many resources are answered at once. */
export type ListSettings = t.TypeOf<typeof ListSettings>

/** An entry holds some thousand values of one attribute in Active Directory, and all of them travel with each that is counted. */
const mostCounted = 1000

/** How many deletions and deactivations are let through. */
export const BrakeSettings = settings(
  'BrakeSettings',
  {
    enabled: withDefault(Flag, true, {
      text: 'Whether the brake is there; `false` for the time of a great removal that is meant.',
    }),
    entry: optional(DistinguishedName, {
      text: 'An entry that the account of the bridge may write, in which the brake counts; the same for all bridges of a directory. Without it there is no brake.',
      example: 'cn=scim-brake,ou=services,dc=example,dc=org',
    }),
    attribute: withDefault(LdapName, 'description', {
      text: 'The attribute of that entry, which can have many values of text. Values that others keep there stay.',
    }),
    periodMs: withDefault(Milliseconds, 3_600_000, {
      text: 'For how long a deletion or deactivation counts.',
    }),
    maxCount: withDefault(PositiveInteger, 50, {
      text: `How many users may be deleted or deactivated within the period, at most ${mostCounted}; as many groups may be deleted or emptied. One more, and an administrator has to release the brake.`,
    }),
    maxShare: withDefault(Percent, 10, {
      text: 'How many percent of all users, and of all groups, where that comes to fewer than `maxCount`; five in any case, unless `maxCount` is less.',
    }),
  },
  ({ maxCount }) =>
    maxCount > mostCounted
      ? [{ path: 'maxCount', reason: `must be ${mostCounted} at most; or set enabled to false` }]
      : [],
)
/** How many deletions and deactivations are let through. */
export type BrakeSettings = t.TypeOf<typeof BrakeSettings>

/** How what one bridge has begun is finished by another one. */
export const UpkeepSettings = settings('UpkeepSettings', {
  entry: optional(DistinguishedName, {
    text: 'An entry that the account of the bridge may read and write, the same for all bridges of a directory; that of the brake will do. In it each bridge notes the names that it is about to take from people and groups, until those who named them do so no more: what a bridge that is lost leaves undone another one finishes. Without it that stays undone until the names are used again.',
    example: 'cn=scim-brake,ou=services,dc=example,dc=org',
  }),
  attribute: withDefault(LdapName, 'description', {
    text: 'The attribute of that entry, which can have many values of text. Values that others keep there stay.',
  }),
  afterMs: withDefault(Milliseconds, 600_000, {
    text: 'For how long a note must have stood there, at the least, before the bridge that wrote it counts as lost: longer than any write, and than the servers of a directory need to replicate.',
  }),
})
/** How what one bridge has begun is finished by another one. */
export type UpkeepSettings = t.TypeOf<typeof UpkeepSettings>
