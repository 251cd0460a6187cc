import * as fc from 'fast-check'
import { idOf, oddText } from './corpus.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const attribute = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'userName',
      'USERNAME',
      'id',
      'externalId',
      'name.familyName',
      'displayName',
      'title',
      'active',
      'emails',
      'emails.value',
      'emails.type',
      'phoneNumbers',
      'addresses.locality',
      'members',
      'members.value',
      'groups.value',
      'meta.lastModified',
      'meta.created',
      'meta.version',
      'photos',
      'x509Certificates',
      'password',
      'schemas',
      `${enterprise}:manager`,
      `${enterprise}:manager.value`,
      `${enterprise}:employeeNumber`,
      'urn:ietf:params:scim:schemas:core:2.0:User:userName',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'uid',
      'userPassword',
      'objectClass',
      'entryDN',
      '*',
      '1.1',
      'cn;binary',
      '__proto__',
      'constructor',
      'name.__proto__',
      'emails.constructor',
      '2.5.4.3',
      'uid:dn:caseExactMatch:=x',
    ),
  },
  { weight: 1, arbitrary: oddText },
)

const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'xx')

const literal = fc.oneof(
  { weight: 4, arbitrary: oddText.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: oddText.map((value) => `"${value}"`) },
  { weight: 3, arbitrary: fc.nat(40).map((number) => `"fuzz${number}"`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'true',
      'null',
      '5',
      '-1e999',
      '"2026-01-01T00:00:00Z"',
      '""',
      "'x'",
    ),
  },
  { weight: 1, arbitrary: fc.nat(7).map((index) => `"${idOf('user', index)}"`) },
)

const comparison = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(attribute, operator, literal).map((all) => all.join(' ')) },
  { weight: 1, arbitrary: attribute.map((name) => `${name} pr`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(attribute, attribute, operator, literal)
      .map(([list, name, comparator, value]) => `${list}[${name} ${comparator} ${value}]`),
  },
)

const tokens = [
  '(',
  ')',
  '[',
  ']',
  'not',
  'and',
  'or',
  'eq',
  '"',
  '\\',
  '.',
  ':',
  'userName',
  ' ',
  '\0',
]

/** A filter of RFC 7644 §3.4.2.2, mostly. */
export const filter: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: comparison },
  {
    weight: 2,
    arbitrary: fc
      .tuple(comparison, fc.constantFrom('and', 'or', 'OR', 'xor'), comparison)
      .map((all) => all.join(' ')),
  },
  { weight: 1, arbitrary: comparison.map((inner) => `not (${inner})`) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...tokens), { maxLength: 20 }).map((all) => all.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(comparison, fc.constantFrom(3, 30, 300))
      .map(([inner, count]) => Array.from({ length: count }, () => inner).join(' or ')),
  },
  { weight: 1, arbitrary: oddText },
)

/** A path of a PATCH operation or of a list of attributes, mostly. */
export const path: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: attribute },
  {
    weight: 2,
    arbitrary: fc
      .tuple(attribute, comparison, fc.constantFrom('', '.value', '.display', '.__proto__'))
      .map(([list, inner, rest]) => `${list}[${inner}]${rest}`),
  },
  {
    weight: 2,
    arbitrary: fc.nat(7).map((index) => `members[value eq "${idOf('user', index)}"]`),
  },
  { weight: 1, arbitrary: oddText },
)
