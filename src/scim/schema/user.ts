import { schemaUrns } from '../urn.ts'
import { attribute } from './definition.ts'
import type { AttributeDefinition, SchemaDefinition } from './definition.ts'

const addressTypes = ['work', 'home', 'other']

const text = (name: string, description: string): AttributeDefinition =>
  attribute(name, description)

/** A multi-valued attribute with the sub-attributes that RFC 7643 §2.4 names. */
function listOf(
  name: string,
  description: string,
  value: Partial<AttributeDefinition>,
  types: readonly string[] = [],
): AttributeDefinition {
  return attribute(name, description, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value itself.', value),
      text('display', 'The value as people read it.'),
      attribute(
        'type',
        'What the value is for.',
        types.length > 0 ? { canonicalValues: types } : {},
      ),
      attribute('primary', 'Whether this is the preferred value; at most one is.', {
        type: 'boolean',
      }),
    ],
  })
}

const name = attribute('name', 'The parts of the name of the user.', {
  type: 'complex',
  subAttributes: [
    text('formatted', 'The full name, as it is displayed.'),
    text('familyName', 'The family name, or last name.'),
    text('givenName', 'The given name, or first name.'),
    text('middleName', 'The middle names.'),
    text('honorificPrefix', 'What stands before the name, such as a title.'),
    text('honorificSuffix', 'What stands behind the name, such as III.'),
  ],
})

const addresses = attribute('addresses', 'Where the user lives and works.', {
  type: 'complex',
  multiValued: true,
  subAttributes: [
    text('formatted', 'The whole address as on a label; may have several lines.'),
    text('streetAddress', 'Street, house number, apartment; may have several lines.'),
    text('locality', 'The city.'),
    text('region', 'The state or region.'),
    text('postalCode', 'The postal code.'),
    text('country', 'The country, as a code of ISO 3166-1 alpha-2.'),
    attribute('type', 'What the address is for.', { canonicalValues: addressTypes }),
    // Section 8.7.1 leaves it out, the examples of section 8.2 have it.
    attribute('primary', 'Whether this is the preferred address; at most one is.', {
      type: 'boolean',
    }),
  ],
})

const groups = attribute('groups', 'The groups the user belongs to; changed through the groups.', {
  type: 'complex',
  multiValued: true,
  mutability: 'readOnly',
  subAttributes: [
    attribute('value', 'The id of the group.', { mutability: 'readOnly' }),
    attribute('$ref', 'The URL of the group.', {
      type: 'reference',
      caseExact: true,
      mutability: 'readOnly',
      referenceTypes: ['User', 'Group'],
    }),
    attribute('display', 'The name of the group.', { mutability: 'readOnly' }),
    attribute('type', 'Whether the user is a member himself or through another group.', {
      mutability: 'readOnly',
      canonicalValues: ['direct', 'indirect'],
    }),
  ],
})

/** The core schema of people. RFC 7643 §4.1, §8.7.1 */
export const userSchema: SchemaDefinition = {
  id: schemaUrns.user,
  name: 'User',
  description: 'User Account',
  attributes: [
    attribute('userName', 'The name the user logs in with; unique among all users.', {
      required: true,
      uniqueness: 'server',
    }),
    name,
    text('displayName', 'The name of the user, fit for display.'),
    text('nickName', 'What the user is called in daily life.'),
    attribute('profileUrl', 'The URL of a page about the user.', {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    text('title', 'The job title, such as Vice President.'),
    text('userType', 'How the user relates to the organization, such as Contractor.'),
    text('preferredLanguage', 'The languages the user prefers, as in Accept-Language.'),
    text('locale', 'The locale for dates, numbers and currency, such as en-US.'),
    text('timezone', 'The time zone by its IANA name, such as Europe/Berlin.'),
    attribute('active', 'Whether the user may log in.', { type: 'boolean' }),
    attribute('password', 'The password in clear text; set or replaced, never read.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    listOf('emails', 'The e-mail addresses of the user.', {}, addressTypes),
    listOf('phoneNumbers', 'The telephone numbers of the user.', {}, [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    listOf('ims', 'The instant messaging addresses of the user.', {}, [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    listOf(
      'photos',
      'The URLs of pictures of the user.',
      { type: 'reference', caseExact: true, referenceTypes: ['external'] },
      ['photo', 'thumbnail'],
    ),
    addresses,
    groups,
    listOf('entitlements', 'What the user is entitled to.', {}),
    listOf('roles', 'The roles the user plays, such as Student.', {}),
    listOf('x509Certificates', 'The certificates of the user, DER in base64.', {
      type: 'binary',
      caseExact: true,
    }),
  ],
}
