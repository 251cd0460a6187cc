import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { normalizeResource } from '../../../../src/scim/normalize.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import { ScimError } from '../../../../src/scim/error.ts'
import {
  badgedUsers,
  badgeUrn,
  enterpriseUrn,
  groups,
  groupUrn,
  keepsAll,
  scimError,
  userUrn,
} from '../example.ts'

const work = { value: 'k@work.example', type: 'work', primary: true }
const home = { value: 'k@home.example', type: 'home' }

const kelly: JsonObject = {
  schemas: [userUrn, enterpriseUrn, badgeUrn],
  id: 'u1',
  meta: { resourceType: 'User', version: 'W/"1"' },
  userName: 'kelly',
  name: { familyName: 'Slater', givenName: 'Kelly' },
  title: 'Surfer',
  active: true,
  emails: [work, home],
  groups: [{ value: 'g1', display: 'Pros' }],
  [enterpriseUrn]: {
    department: 'Sea',
    manager: { value: 'm1', $ref: 'https://x/Users/m1', displayName: 'Ada' },
  },
  [badgeUrn]: {
    serial: 7,
    doors: ['north', 'south'],
    chip: 'c1',
    owner: { value: 'o1', note: 'n' },
  },
}

type Operations = readonly JsonObject[]

function patched(operations: Operations, resource = kelly): JsonObject {
  return applyPatch(keepsAll(badgedUsers), resource, decodePatch({ Operations: operations }))
    .resource
}

/** What is different afterwards; undefined for what is gone. */
function changes(operations: Operations): Record<string, JsonValue | undefined> {
  const after = patched(operations)
  const names = new Set([...Object.keys(kelly), ...Object.keys(after)])
  const isOther = (name: string): boolean =>
    JSON.stringify(after[name]) !== JSON.stringify(kelly[name])
  return Object.fromEntries([...names].filter(isOther).map((name) => [name, after[name]]))
}

type Case = [rule: string, operations: Operations, changes: Record<string, JsonValue | undefined>]

function check(cases: readonly Case[]): void {
  for (const [rule, operations, expected] of cases) {
    it(rule, () => {
      assert.deepEqual(changes(operations), expected)
    })
  }
}

const badge = kelly[badgeUrn] as JsonObject
const enterprise = kelly[enterpriseUrn] as JsonObject

describe('applyPatch, add (RFC 7644 §3.5.2.1)', () => {
  check([
    ['sets a single value', [{ op: 'add', path: 'nickName', value: 'K' }], { nickName: 'K' }],
    ['replaces a single value', [{ op: 'add', path: 'title', value: 'x' }], { title: 'x' }],
    [
      'sets a sub-attribute and keeps the others',
      [{ op: 'add', path: 'name.middleName', value: 'R' }],
      { name: { familyName: 'Slater', givenName: 'Kelly', middleName: 'R' } },
    ],
    [
      'adds to a complex value',
      [{ op: 'add', path: 'name', value: { familyName: 'x' } }],
      { name: { familyName: 'x', givenName: 'Kelly' } },
    ],
    [
      'makes a complex value',
      [{ op: 'add', path: `${badgeUrn}:owner`, value: { note: 'm' } }],
      { [badgeUrn]: { ...badge, owner: { value: 'o1', note: 'm' } } },
    ],
    [
      'appends to a multi-valued attribute',
      [{ op: 'add', path: 'emails', value: [{ value: 'x' }] }],
      { emails: [work, home, { value: 'x' }] },
    ],
    [
      'appends one that is not in a list',
      [{ op: 'add', path: 'emails', value: { value: 'x' } }],
      { emails: [work, home, { value: 'x' }] },
    ],
    [
      'makes a multi-valued attribute',
      [{ op: 'add', path: 'roles', value: ['a', 'b', 'a'] }],
      { roles: [{ value: 'a' }, { value: 'b' }] },
    ],
    [
      'appends to a simple multi-valued attribute',
      [{ op: 'add', path: `${badgeUrn}:doors`, value: ['NORTH', 'west'] }],
      { [badgeUrn]: { ...badge, doors: ['north', 'south', 'west'] } },
    ],
    [
      'changes nothing when the value is there',
      [{ op: 'add', path: 'emails', value: [{ value: 'K@home.example' }, work] }],
      {},
    ],
    [
      'tells a value that is there more of itself',
      [{ op: 'add', path: 'emails', value: [{ value: 'k@home.example', display: 'Home' }] }],
      { emails: [work, { ...home, value: 'k@home.example', display: 'Home' }] },
    ],
    [
      'takes the same value of another type for another one',
      [{ op: 'add', path: 'emails', value: [{ value: 'k@home.example', type: 'other' }] }],
      { emails: [work, home, { value: 'k@home.example', type: 'other' }] },
    ],
    [
      'makes the others not primary (RFC 7644 §3.5.2)',
      [{ op: 'add', path: 'emails', value: { value: 'x', primary: true } }],
      { emails: [{ ...work, primary: false }, home, { value: 'x', primary: true }] },
    ],
    [
      'makes one that is there primary',
      [{ op: 'add', path: 'emails', value: { value: 'k@home.example', primary: true } }],
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'sets a sub-attribute of the elements that the path chooses',
      [{ op: 'add', path: 'emails[type eq "home"].display', value: 'H' }],
      { emails: [work, { value: home.value, display: 'H', type: 'home' }] },
    ],
    [
      'adds to the elements that the path chooses',
      [{ op: 'add', path: 'emails[type eq "home"]', value: { display: 'H' } }],
      { emails: [work, { value: home.value, display: 'H', type: 'home' }] },
    ],
    [
      'changes nothing for a blank value',
      [
        { op: 'add', path: 'title', value: '' },
        { op: 'add', path: 'name.familyName', value: null },
        { op: 'add', path: 'emails', value: [] },
        { op: 'add', path: 'emails[type eq "home"]', value: {} },
        { op: 'add', path: 'emails[type eq "home"].value', value: ' ' },
        { op: 'add', path: 'name', value: null },
        { op: 'add', value: {} },
        { op: 'add', path: enterpriseUrn, value: null },
      ],
      {},
    ],
    [
      'adds attributes that a value without a path names',
      [{ op: 'add', value: { nickName: 'K', emails: [{ value: 'x' }] } }],
      { nickName: 'K', emails: [work, home, { value: 'x' }] },
    ],
    [
      'adds to an extension',
      [{ op: 'add', path: enterpriseUrn, value: { costCenter: '4' } }],
      { [enterpriseUrn]: { costCenter: '4', ...enterprise } },
    ],
    [
      'appends an address, which has no value',
      [
        { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'x' }] },
        {
          op: 'add',
          path: 'addresses',
          value: [{ locality: 'x', type: 'Work' }, { type: 'home' }],
        },
      ],
      { addresses: [{ locality: 'x', type: 'work' }, { type: 'home' }] },
    ],
  ])
})

describe('applyPatch, replace (RFC 7644 §3.5.2.3)', () => {
  check([
    ['replaces a single value', [{ op: 'replace', path: 'title', value: 'x' }], { title: 'x' }],
    [
      'sets a value that was absent',
      [{ op: 'replace', path: 'nickName', value: 'K' }],
      { nickName: 'K' },
    ],
    [
      'replaces a whole multi-valued attribute',
      [{ op: 'replace', path: 'emails', value: [{ value: 'x', primary: true }] }],
      { emails: [{ value: 'x', primary: true }] },
    ],
    [
      'keeps the sub-attributes that a complex value does not name',
      [{ op: 'replace', path: 'name', value: { familyName: 'x' } }],
      { name: { familyName: 'x', givenName: 'Kelly' } },
    ],
    [
      'clears the sub-attributes that a complex value names as null',
      [{ op: 'replace', path: 'name', value: { familyName: null, givenName: 'x', nothing: null } }],
      { name: { givenName: 'x' } },
    ],
    [
      'clears with null, a blank, an empty list and an empty object',
      [
        { op: 'replace', path: 'title', value: null },
        { op: 'replace', path: 'emails', value: [] },
        { op: 'replace', path: 'name', value: {} },
        { op: 'replace', path: `${enterpriseUrn}:department`, value: ' ' },
      ],
      {
        title: undefined,
        emails: undefined,
        name: undefined,
        [enterpriseUrn]: { manager: enterprise['manager'] ?? null },
      },
    ],
    [
      'replaces the whole of the elements that the path chooses, the terms of its filter kept',
      [{ op: 'replace', path: 'emails[type eq "work"]', value: { value: 'x' } }],
      { emails: [{ value: 'x', type: 'work' }, home] },
    ],
    [
      'replaces elements that the path chooses by more than equality',
      [{ op: 'replace', path: 'emails[value co "work"]', value: { value: 'x' } }],
      { emails: [{ value: 'x' }, home] },
    ],
    [
      'removes the elements that the path chooses when the value is blank',
      [
        { op: 'replace', path: 'emails[type eq "work"]', value: null },
        { op: 'replace', path: 'emails[type eq "home"].value', value: '' },
      ],
      { emails: undefined },
    ],
    [
      'sets a sub-attribute of every element',
      [{ op: 'replace', path: 'emails.display', value: 'x' }],
      {
        emails: [
          { value: work.value, display: 'x', type: 'work', primary: true },
          { value: home.value, display: 'x', type: 'home' },
        ],
      },
    ],
    [
      'clears a sub-attribute',
      [{ op: 'replace', path: 'emails[type eq "work"].primary', value: null }],
      { emails: [{ value: work.value, type: 'work' }, home] },
    ],
    [
      'moves primary from one element to another',
      [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
      {
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'replaces an element of a simple multi-valued attribute',
      [{ op: 'replace', path: `${badgeUrn}:doors[value eq "north"]`, value: 'west' }],
      { [badgeUrn]: { ...badge, doors: ['south', 'west'] } },
    ],
    [
      'forgets what was derived from the former manager',
      [{ op: 'replace', path: 'manager', value: { value: 'm2' } }],
      { [enterpriseUrn]: { department: 'Sea', manager: { value: 'm2' } } },
    ],
    [
      'keeps what was derived when the manager stays',
      [{ op: 'replace', path: 'manager', value: { value: 'm1' } }],
      {},
    ],
    [
      'clears a whole extension',
      [{ op: 'replace', path: enterpriseUrn, value: null }],
      { schemas: [userUrn, badgeUrn], [enterpriseUrn]: undefined },
    ],
    [
      'takes the value of an immutable attribute that it has',
      [
        { op: 'replace', path: `${badgeUrn}:chip`, value: 'c1' },
        { op: 'replace', path: `${badgeUrn}:owner.value`, value: 'o1' },
      ],
      {},
    ],
  ])
})

describe('applyPatch, remove (RFC 7644 §3.5.2.2)', () => {
  check([
    [
      'removes an attribute',
      [
        { op: 'remove', path: 'title' },
        { op: 'remove', path: 'emails' },
        { op: 'remove', path: 'name' },
      ],
      { title: undefined, emails: undefined, name: undefined },
    ],
    [
      'removes a sub-attribute',
      [{ op: 'remove', path: 'name.givenName' }],
      { name: { familyName: 'Slater' } },
    ],
    [
      'removes an attribute with its last sub-attribute',
      [
        { op: 'remove', path: 'name.givenName' },
        { op: 'remove', path: 'name.familyName' },
      ],
      { name: undefined },
    ],
    [
      'removes the elements that the path chooses',
      [{ op: 'remove', path: 'emails[type eq "work"]' }],
      { emails: [home] },
    ],
    [
      'removes a sub-attribute of the elements that the path chooses',
      [{ op: 'remove', path: 'emails[type eq "home"].type' }],
      { emails: [work, { value: home.value }] },
    ],
    [
      'removes an element with its value',
      [{ op: 'remove', path: 'emails[type eq "home"].value' }],
      { emails: [work] },
    ],
    [
      'removes the manager',
      [{ op: 'remove', path: 'manager' }],
      { [enterpriseUrn]: { department: 'Sea' } },
    ],
    [
      'removes a whole extension',
      [{ op: 'remove', path: enterpriseUrn }],
      { schemas: [userUrn, badgeUrn], [enterpriseUrn]: undefined },
    ],
    [
      'changes nothing when there is nothing to remove',
      [
        { op: 'remove', path: 'nickName' },
        { op: 'remove', path: 'emails[type eq "other"]' },
        { op: 'remove', path: 'addresses.locality' },
        { op: 'remove', path: 'name.middleName' },
      ],
      {},
    ],
  ])
})

describe('applyPatch, as Entra ID writes it', () => {
  check([
    [
      'sets the value of an element that is not there yet, by Replace',
      [{ op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '1' }],
      { phoneNumbers: [{ value: '1', type: 'work' }] },
    ],
    [
      'sets the value of an element that is not there yet, by Add',
      [{ op: 'Add', path: 'emails[type eq "other" and primary eq true].value', value: 'x' }],
      { emails: [{ ...work, primary: false }, home, { value: 'x', type: 'other', primary: true }] },
    ],
    [
      'makes the element that a value path describes',
      [
        { op: 'Add', path: 'addresses[type eq "work"]', value: { locality: 'x' } },
        { op: 'Replace', path: 'addresses[type eq "work"].region', value: 'y' },
      ],
      { addresses: [{ locality: 'x', region: 'y', type: 'work' }] },
    ],
    [
      'disables with a text',
      [{ op: 'Replace', path: 'active', value: 'False' }],
      { active: false },
    ],
    [
      'replaces many attributes at once, with dots and URNs in the keys',
      [
        {
          op: 'replace',
          value: {
            displayName: 'Bjfe',
            'name.givenName': 'Kkom',
            'name.familyName': 'Unua',
            [`${enterpriseUrn}:employeeNumber`]: 'Aklq',
            'emails[type eq "work"].value': 'x',
          },
        },
      ],
      {
        displayName: 'Bjfe',
        name: { familyName: 'Unua', givenName: 'Kkom' },
        emails: [{ ...work, value: 'x' }, home],
        [enterpriseUrn]: { employeeNumber: 'Aklq', ...enterprise },
      },
    ],
    [
      'adds a manager by a bare name and a list',
      [{ op: 'Add', path: 'manager', value: [{ $ref: 'http://x/Users/m2', value: 'm2' }] }],
      {
        [enterpriseUrn]: { department: 'Sea', manager: { value: 'm2' } },
      },
    ],
    [
      'adds a manager by a URL alone',
      [{ op: 'Add', path: 'manager', value: { $ref: 'http://x/Users/m2' } }],
      { [enterpriseUrn]: { department: 'Sea', manager: { value: 'm2' } } },
    ],
    [
      'adds a manager by a text',
      [{ op: 'Add', path: `${enterpriseUrn}:manager`, value: 'm2' }],
      { [enterpriseUrn]: { department: 'Sea', manager: { value: 'm2' } } },
    ],
    [
      'adds a manager behind a dot',
      [{ op: 'Add', path: `${enterpriseUrn}.manager`, value: 'm2' }],
      { [enterpriseUrn]: { department: 'Sea', manager: { value: 'm2' } } },
    ],
    [
      'removes only the elements that the value lists',
      [{ op: 'Remove', path: 'emails', value: [{ $ref: null, value: 'K@home.example' }] }],
      { emails: [work] },
    ],
    [
      'removes elements by what the value says of them',
      [{ op: 'Remove', path: 'emails', value: [{ type: 'work' }] }],
      { emails: [home] },
    ],
    [
      'removes nothing when the value lists nothing',
      [
        { op: 'Remove', path: 'emails', value: [] },
        { op: 'Remove', path: 'emails', value: [{ value: '' }] },
      ],
      {},
    ],
    [
      'removes all when the value is null',
      [{ op: 'Remove', path: 'emails', value: null }],
      { emails: undefined },
    ],
    [
      'removes values of a simple attribute',
      [{ op: 'Remove', path: `${badgeUrn}:doors`, value: 'North' }],
      { [badgeUrn]: { ...badge, doors: ['south'] } },
    ],
    [
      'removes a single value, whatever the value says',
      [{ op: 'Remove', path: 'title', value: 'other' }],
      { title: undefined },
    ],
  ])
})

describe('applyPatch, as others write it', () => {
  check([
    [
      'takes the id that a resource has (Okta)',
      [{ op: 'replace', value: { id: 'u1', displayName: 'y' } }],
      { displayName: 'y' },
    ],
    [
      'takes read-only attributes as they are',
      [
        {
          op: 'replace',
          value: {
            id: 'u1',
            schemas: ['x'],
            meta: { resourceType: 'User', created: null },
            groups: [{ value: 'g1' }],
            title: 'y',
          },
        },
      ],
      { title: 'y' },
    ],
    [
      'takes read-only attributes that are blank',
      [{ op: 'replace', value: { id: null, groups: [], title: 'y' } }],
      { title: 'y' },
    ],
    [
      'ignores unknown attributes beside known ones',
      [
        {
          op: 'replace',
          value: { nothing: 1, title: 'y', [enterpriseUrn]: { nothing: 1, department: 'z' } },
        },
      ],
      { title: 'y', [enterpriseUrn]: { ...enterprise, department: 'z' } },
    ],
    [
      'takes attributes under the URN of the core schema',
      [{ op: 'replace', value: { [userUrn]: { title: 'y' } } }],
      { title: 'y' },
    ],
    [
      'takes the URN of the core schema as a path, as that of an extension',
      [{ op: 'replace', path: userUrn.toUpperCase(), value: { title: 'y', nothing: 1 } }],
      { title: 'y' },
    ],
  ])

  it('applies the partial group of SCIM 1.1 (OneLogin)', () => {
    const group = { id: 'g1', displayName: 'x', members: [{ value: 'a' }, { value: 'b' }] }
    const operations = decodePatch({
      members: [{ value: 'b', operation: 'delete' }, { value: 'c' }],
    })
    assert.deepEqual(applyPatch(keepsAll(groups), group, operations).resource['members'], [
      { value: 'a' },
      { value: 'c' },
    ])
  })
})

describe('applyPatch, operations in their order', () => {
  check([
    [
      'sees what the one before it left',
      [
        { op: 'replace', path: 'title', value: 'a' },
        { op: 'remove', path: 'title' },
        { op: 'add', path: 'title', value: 'b' },
      ],
      { title: 'b' },
    ],
    [
      'comes to nothing when it takes back what it did',
      [
        { op: 'add', path: 'emails', value: ['x'] },
        { op: 'remove', path: 'emails[value eq "x"]' },
      ],
      {},
    ],
  ])
})

describe('applyPatch, errors (RFC 7644 §3.5.2, §3.12)', () => {
  type Failure = [operation: JsonObject, scimType: Parameters<typeof scimError>[0], detail: RegExp]
  const failures: Failure[] = [
    [{ op: 'add', path: 'nothing', value: 1 }, 'invalidPath', /no attribute "nothing"/],
    [{ op: 'add', path: 'name.nothing', value: 1 }, 'invalidPath', /"name\.nothing"/],
    [
      { op: 'add', path: 'name[familyName eq "x"]', value: {} },
      'invalidPath',
      /name has no values to choose from/,
    ],
    [
      { op: 'add', path: `${enterpriseUrn}[department eq "x"]`, value: {} },
      'invalidPath',
      /extension/,
    ],
    [
      { op: 'replace', value: { nothing: 1, 'urn:x': 2 } },
      'invalidPath',
      /no attribute "nothing", "urn:x"/,
    ],
    [{ op: 'replace', path: groupUrn, value: { title: 'y' } }, 'invalidPath', /core:2\.0:Group"/],
    [{ op: 'remove', path: userUrn }, 'mutability', /userName is required/],
    [{ op: 'replace', path: userUrn, value: 'y' }, 'invalidValue', /must be an object/],
    [
      { op: 'replace', path: enterpriseUrn, value: { nothing: 1 } },
      'invalidPath',
      /:User:nothing"/,
    ],
    [{ op: 'add', path: 'emails[nothing eq "x"]', value: {} }, 'invalidFilter', /"nothing"/],
    [{ op: 'replace', value: { 'emails[type': 1 } }, 'invalidFilter', /of the filter/],
    [
      { op: 'replace', path: 'emails[value co "zz"].display', value: 'x' },
      'noTarget',
      /No value of emails/,
    ],
    [
      { op: 'replace', path: 'emails[type eq "a" or type eq "b"]', value: { value: 'x' } },
      'noTarget',
      /No value of emails/,
    ],
    [{ op: 'replace', value: 'x' }, 'invalidValue', /without a path must be an object/],
    [{ op: 'replace', path: enterpriseUrn, value: 'x' }, 'invalidValue', /:User must be an object/],
    [{ op: 'replace', path: 'title', value: 1 }, 'invalidValue', /^title must be a string/],
    [
      { op: 'replace', path: 'active', value: 'x' },
      'invalidValue',
      /^active must be true or false/,
    ],
    [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 1 },
      'invalidValue',
      /^emails\[type eq "work"\]\.value must be a string/,
    ],
    [{ op: 'remove', path: 'emails', value: [1] }, 'invalidValue', /^emails must be an object/],
    [
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: 'x', primary: true },
          { value: 'y', primary: true },
        ],
      },
      'invalidValue',
      /more than one primary/,
    ],
    [{ op: 'remove', path: 'password' }, 'mutability', /^password cannot be removed\.$/],
    [{ op: 'replace', path: 'password', value: '' }, 'mutability', /^password cannot be removed/],
    [{ op: 'replace', path: 'password', value: null }, 'mutability', /^password cannot be removed/],
    [{ op: 'replace', path: 'userName', value: ' ' }, 'invalidValue', /^userName is required/],
    [{ op: 'replace', value: { userName: null } }, 'invalidValue', /^userName is required/],
    [{ op: 'remove', path: 'userName' }, 'mutability', /^userName is required/],
    [{ op: 'remove', path: `${badgeUrn}:serial` }, 'mutability', /serial is required/],
    [{ op: 'replace', path: 'id', value: 'u1' }, 'mutability', /^id is read-only/],
    [{ op: 'add', path: 'groups', value: [{ value: 'g2' }] }, 'mutability', /^groups is read-only/],
    [{ op: 'remove', path: 'meta.version' }, 'mutability', /^meta\.version is read-only/],
    [
      { op: 'replace', path: 'manager.displayName', value: 'x' },
      'mutability',
      /manager\.displayName is read-only/,
    ],
    [{ op: 'replace', value: { id: 'u2' } }, 'mutability', /^id is read-only/],
    [{ op: 'replace', value: { groups: [{ value: 'g2' }] } }, 'mutability', /^groups is read-only/],
    [{ op: 'replace', value: { meta: { version: 'x' } } }, 'mutability', /^meta is read-only/],
    [
      { op: 'replace', path: `${badgeUrn}:chip`, value: 'C1' },
      'mutability',
      /chip cannot be changed/,
    ],
    [{ op: 'remove', path: `${badgeUrn}:chip` }, 'mutability', /chip cannot be changed/],
    [
      { op: 'replace', path: `${badgeUrn}:owner.value`, value: 'o2' },
      'mutability',
      /owner\.value cannot be changed/,
    ],
  ]
  for (const [operation, scimType, detail] of failures) {
    it(`refuses ${JSON.stringify(operation)} with ${scimType}`, () => {
      assert.throws(() => patched([operation]), scimError(scimType, detail))
    })
  }

  it('sets an immutable attribute that has no value yet', () => {
    const [first] = [
      patched([{ op: 'add', path: `${badgeUrn}:chip`, value: 'c' }], { userName: 'k' }),
    ]
    assert.deepEqual(first[badgeUrn], { chip: 'c' })
  })

  it('refuses to turn a member into another one', () => {
    const group = { displayName: 'x', members: [{ value: 'a' }] }
    const operations = decodePatch({
      Operations: [{ op: 'replace', path: 'members[value eq "a"].value', value: 'b' }],
    })
    assert.throws(
      () => applyPatch(keepsAll(groups), group, operations),
      scimError('mutability', /^members\.value cannot be changed\.$/),
    )
  })
})

const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue[]>(null, '', 'x', 'y', true, 'False', [], {}),
  fc.constantFrom<JsonValue[]>('a', { value: 'a', type: 'work', primary: true }, [
    { value: 'a' },
    'b',
  ]),
  fc.constantFrom<JsonValue[]>({ familyName: 'x', givenName: null }, { title: 'x', emails: ['c'] }),
)
const anyOperation = fc.record({
  op: fc.constantFrom('add', 'Replace', 'remove'),
  path: fc.constantFrom<JsonValue[]>(
    null,
    'title',
    'userName',
    'active',
    'name',
    'name.familyName',
    'emails',
    'emails.type',
    'emails[type eq "work"]',
    'emails[type eq "home"].value',
    'emails[value eq "a"].primary',
    'manager',
    'manager.value',
    enterpriseUrn,
    `${badgeUrn}:doors`,
  ),
  value: anyValue,
})

describe('applyPatch, any operations', () => {
  it('gives a canonical resource, or a ScimError', () => {
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 6 }), (operations) => {
        const start = normalizeResource(badgedUsers, kelly)
        try {
          const after = patched(operations, start)
          assert.equal(JSON.stringify(normalizeResource(badgedUsers, after)), JSON.stringify(after))
        } catch (error) {
          if (!(error instanceof ScimError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leaves the resource that it was given as it was', () => {
    const before = JSON.stringify(kelly)
    patched([
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'roles', value: 'x' },
    ])
    assert.equal(JSON.stringify(kelly), before)
  })

  it('takes long lists in its stride', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({ value: `v${index}` }))
    const operations = [
      { op: 'add', path: 'emails', value: many },
      { op: 'add', path: 'emails', value: many },
      { op: 'remove', path: 'emails', value: many },
    ]
    assert.deepEqual(changes(operations), {})
  })
})
