import type { JsonObject } from '../../../../src/scim/json.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** A user with a value for everything that the preset writes, but for references and the password. */
export const kelly: JsonObject = {
  userName: 'kelly@example.com',
  externalId: 'Ext-Kelly',
  name: { formatted: 'Kelly J. Slater', familyName: 'Slater', givenName: 'Kelly' },
  displayName: 'Kelly S.',
  title: 'Surfer',
  userType: 'Employee',
  preferredLanguage: 'en-US',
  profileUrl: 'https://example.com/~Kelly',
  active: true,
  emails: [{ value: 'kelly@mail.example.com', type: 'work', primary: true }],
  phoneNumbers: [
    { value: '+1 555 0100', type: 'work' },
    { value: '+1 555 0101', type: 'mobile' },
    { value: '+1 555 0102', type: 'home' },
    { value: '+1 555 0103', type: 'fax' },
    { value: '+1 555 0104', type: 'pager' },
  ],
  addresses: [
    {
      formatted: '1 Beach Road\nCocoa Beach, FL 32931',
      streetAddress: '1 Beach Road',
      locality: 'Cocoa Beach',
      region: 'FL',
      postalCode: '32931',
      type: 'work',
    },
    { formatted: 'The van', type: 'home' },
  ],
  [enterprise]: { employeeNumber: 'E-7', department: 'Waves', organization: 'Pipeline' },
}

/** Somebody else, in everything. */
export const rob: JsonObject = {
  userName: 'rob',
  externalId: 'Ext-Rob',
  name: { formatted: 'Rob M.', familyName: 'Machado', givenName: 'Robert' },
  displayName: 'Rob',
  title: 'Shaper',
  userType: 'Contractor',
  preferredLanguage: 'de',
  profileUrl: 'https://example.com/~Rob',
  active: false,
  emails: [{ value: 'rob@mail.example.com', type: 'work', primary: true }],
  phoneNumbers: [{ value: '+1 555 0200', type: 'work' }],
  addresses: [{ locality: 'Cardiff', type: 'work' }],
  [enterprise]: { employeeNumber: 'E-8', department: 'Boards', organization: 'Hollow' },
}

/** Filters that find Kelly and nobody else. */
export const kellysFilters: readonly string[] = [
  'userName eq "kelly@example.com"',
  'userName eq "KELLY@Example.com"',
  'username Eq "kelly@example.com"',
  'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "kelly@example.com"',
  'userName eq kelly@example.com',
  'externalId eq "Ext-Kelly"',
  'externalId eq Ext-Kelly',
  'name.formatted eq "Kelly J. Slater"',
  'name.familyName eq "slater"',
  'name.givenName eq "Kelly"',
  'displayName eq "Kelly S."',
  'title eq "Surfer"',
  'userType eq "Employee"',
  'preferredLanguage eq "en-US"',
  'active eq true',
  'active eq "True"',
  'emails eq "kelly@mail.example.com"',
  'emails.value eq "kelly@mail.example.com"',
  'emails[type eq "work"].value eq "kelly@mail.example.com"',
  'emails[type eq "work" and value eq "kelly@mail.example.com"]',
  'phoneNumbers eq "+1 555 0101"',
  'phoneNumbers[type eq "mobile"].value eq "+1 555 0101"',
  'phoneNumbers[type eq "fax"].value eq "+1 555 0103"',
  'profileUrl eq "https://example.com/~Kelly"',
  'addresses.locality eq "Cocoa Beach"',
  'addresses.formatted co "\\nCocoa Beach"',
  'addresses[type eq "home"].formatted eq "the van"',
  'addresses[type eq "work"].postalCode eq "32931"',
  'addresses.region eq "FL" and addresses.streetAddress eq "1 Beach Road"',
  `${enterprise}:employeeNumber eq "E-7"`,
  `${enterprise}:department eq "Waves" and title eq "Surfer"`,
  `${enterprise}:organization eq "Pipeline"`,
  'userName eq "kelly@example.com" AND active EQ true and title eq "surfer"',
  'meta.resourceType eq "User" and userName eq "kelly@example.com"',
]

/** Filters that hold of neither. */
export const nobodysFilters: readonly string[] = [
  'userName eq "kelly"',
  'userName eq "*"',
  'userName eq "kelly*"',
  'userName eq "kelly@example.com)(uid=*"',
  // externalId is caseExact. RFC 7643 §3.1
  'externalId eq "ext-kelly"',
  'id eq "kelly"',
  'id eq "*"',
  'title eq "Surfer" and title eq "Shaper"',
  'userName eq "rob" and active eq true',
  // References are caseExact. RFC 7643 §2.3.7
  'profileUrl eq "https://example.com/~kelly"',
  'photos pr',
  'phoneNumbers[type eq "home"].value eq "+1 555 0101"',
  'emails[type eq "home"].value eq "kelly@mail.example.com"',
  'addresses.locality eq "Cocoa"',
  'meta.resourceType eq "Group"',
]
