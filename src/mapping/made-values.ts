import type * as t from 'io-ts'
import { listOf } from '../codec/structures.ts'
import { Flag, NonEmptyString, PositiveInteger, text } from '../codec/scalars.ts'
import { optional, required, settings, withDefault } from '../codec/settings.ts'

/** How an LDAP attribute is made from the resource. */
export const DerivedAttribute = settings('DerivedAttribute', {
  from: required(listOf(NonEmptyString), {
    text: 'The SCIM attributes to take the value from, the first that has one; several in one entry are joined by blanks. They must be mapped.',
    example: '[displayName, name.givenName name.familyName, userName]',
  }),
  before: optional(NonEmptyString, {
    text: 'Only what stands in front of the first of these characters is taken.',
    example: "'@'",
  }),
  replace: optional(NonEmptyString, {
    text: 'Characters that cannot be in the value; each becomes an underscore, and so do control characters.',
    example: "'\"/\\[]:;|=,+*?<>@'",
  }),
  maxLength: optional(PositiveInteger, { text: 'How many characters the value may have.' }),
  prefix: withDefault(
    text('text', () => true),
    '',
    { text: 'What stands in front of the value.', example: '/home/' },
  ),
  separator: withDefault(
    text('text', () => true),
    '',
    {
      text: 'What stands between the value and the number that makes it differ from those that others have.',
    },
  ),
  follows: withDefault(Flag, true, {
    text: 'Whether the value changes when what it is taken from changes; a value that others set is then replaced, too, unless the attribute has a line in `attributes`.',
  }),
})
/** How an LDAP attribute is made from the resource. */
export type DerivedAttribute = t.TypeOf<typeof DerivedAttribute>

/** The numbers that an LDAP attribute is given. */
export const NumberRange = settings(
  'NumberRange',
  {
    from: required(PositiveInteger, { text: 'The lowest number.', example: '10000' }),
    to: required(PositiveInteger, { text: 'The highest number.', example: '60000' }),
  },
  ({ from, to }) => (from > to ? [{ path: 'to', reason: 'must not be below from' }] : []),
)
