import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/scim/json.ts'
import {
  isBlank,
  mentions,
  normalizeAttribute,
  normalizeResource,
  requireAttributes,
} from '../../../src/scim/normalize.ts'
import {
  badgedUsers,
  badgeUrn,
  enterpriseUrn,
  groups,
  groupUrn,
  scimError,
  users,
  userUrn,
} from './example.ts'
import { ResourceSchema } from '../../../src/scim/schema/resource-schema.ts'
import { userResourceType } from '../../../src/scim/schema/resource-types.ts'

/** The canonical resource without its `schemas`. */
function normal(body: JsonObject, schema = users): JsonObject {
  const { schemas: _, ...resource } = normalizeResource(schema, body)
  return resource
}

describe('normalizeResource', () => {
  it("reads OneLogin's Enterprise template of a user with a manager", () => {
    const body = {
      [enterpriseUrn]: {
        department: 'Sales',
        manager: { managerId: '42', displayName: 'Ada Lovelace' },
      },
      active: 'true',
      emails: [{ value: 'kelly@example.com', type: 'work', primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Slater', givenName: 'Kelly', formatted: 'Kelly Slater' },
      userName: 'kelly@example.com',
      id: null,
      schemas: [userUrn],
    }
    assert.deepEqual(normalizeResource(users, body), {
      schemas: [userUrn, enterpriseUrn],
      userName: 'kelly@example.com',
      name: { formatted: 'Kelly Slater', familyName: 'Slater', givenName: 'Kelly' },
      active: true,
      emails: [{ value: 'kelly@example.com', type: 'work', primary: true }],
      [enterpriseUrn]: { department: 'Sales', manager: { value: '42' } },
    })
  })

  it("reads OneLogin's Enterprise template of a user of whom nothing but the name is known", () => {
    const body = {
      [enterpriseUrn]: { department: '', manager: { managerId: '', displayName: ' ' } },
      active: '',
      emails: [{ value: '', type: 'work', primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: '', givenName: '', formatted: ' ' },
      userName: 'kelly',
      id: null,
      schemas: [userUrn],
    }
    assert.deepEqual(normalizeResource(users, body), { schemas: [userUrn], userName: 'kelly' })
  })

  it("reads the body of OneLogin's v1.1 connector", () => {
    const body = {
      schemas: ['urn:scim:schemas:core:1.0'],
      externalId: null,
      userName: 'jbibinka2@example.com',
      nickName: 'Bibi2',
      active: true,
      emails: { value: 'j@example.com', type: 'work', primary: true },
      groups: [],
      'urn:scim:schemas:extension:enterprise:1.0': { department: 'IT' },
    }
    assert.deepEqual(normalizeResource(users, body), {
      schemas: [userUrn, enterpriseUrn],
      userName: 'jbibinka2@example.com',
      nickName: 'Bibi2',
      active: true,
      emails: [{ value: 'j@example.com', type: 'work', primary: true }],
      [enterpriseUrn]: { department: 'IT' },
    })
  })

  it("reads Entra ID's group, whose schemas name one that is not known", () => {
    const body = {
      schemas: [
        groupUrn,
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: '8aa1',
      displayName: 'Contractors',
      meta: { resourceType: 'Group' },
    }
    assert.deepEqual(normalizeResource(groups, body), {
      schemas: [groupUrn],
      externalId: '8aa1',
      displayName: 'Contractors',
    })
  })

  it("drops what is read-only from Okta's PUT of what it was given (RFC 7644 §3.5.1)", () => {
    const body = {
      id: 'another',
      userName: 'kelly',
      groups: [{ value: 'g1', $ref: 'https://x/Groups/g1' }],
      meta: { version: 'W/"1"' },
      [enterpriseUrn]: { manager: { value: '42', displayName: 'Ada' } },
    }
    assert.deepEqual(normal(body), {
      userName: 'kelly',
      [enterpriseUrn]: { manager: { value: '42' } },
    })
  })

  const sameMeaning: [what: string, body: JsonObject, resource: JsonObject][] = [
    [
      'names in any letter case',
      { USERNAME: 'k', NAME: { FamilyName: 'S' } },
      { userName: 'k', name: { familyName: 'S' } },
    ],
    [
      'an extension URN in any letter case',
      { [enterpriseUrn.toUpperCase()]: { Department: 'x' } },
      { [enterpriseUrn]: { department: 'x' } },
    ],
    [
      'attributes under the URN of the core schema',
      { [userUrn]: { userName: 'k' } },
      { userName: 'k' },
    ],
    [
      'attributes under the 1.0 URN of the core schema',
      { 'urn:scim:schemas:core:1.0': { title: 'x' } },
      { title: 'x' },
    ],
    ['null', { title: null, emails: null, name: null }, {}],
    ['blanks', { title: '', nickName: ' \t', emails: [], name: {} }, {}],
    ['a list of blanks', { emails: [null, '', {}, { value: ' ' }] }, {}],
    ['an object of blanks', { name: { familyName: '', givenName: null } }, {}],
    ['one object for a list', { emails: { value: 'a' } }, { emails: [{ value: 'a' }] }],
    ['a text for an element', { emails: ['a', 'b'] }, { emails: [{ value: 'a' }, { value: 'b' }] }],
    ['a text for a list', { emails: 'a' }, { emails: [{ value: 'a' }] }],
    [
      'a list with one element for a single value',
      { title: ['x'], name: [{ familyName: 'S' }] },
      { title: 'x', name: { familyName: 'S' } },
    ],
    [
      'the manager as a text',
      { [enterpriseUrn]: { manager: '42' } },
      { [enterpriseUrn]: { manager: { value: '42' } } },
    ],
    [
      'the manager as a list, as Entra ID sends it',
      { [enterpriseUrn]: { manager: [{ value: '42', $ref: null }] } },
      { [enterpriseUrn]: { manager: { value: '42' } } },
    ],
    [
      'the URL of a manager who has no value',
      { [enterpriseUrn]: { manager: { $ref: '../Users/a%2Db?x=1', value: '' } } },
      { [enterpriseUrn]: { manager: { value: 'a-b' } } },
    ],
    [
      'the URL without an id that a template makes for who has no manager as no manager',
      { [enterpriseUrn]: { manager: { $ref: '../Users/ ', value: '' } } },
      {},
    ],
    [
      'a reference to a new resource in place of a URL (RFC 7644 §3.7.2)',
      { [enterpriseUrn]: { manager: { $ref: 'bulkId:ann' } } },
      { [enterpriseUrn]: { manager: { value: 'bulkId:ann' } } },
    ],
    [
      'the value beside a URL, which follows from it',
      { [enterpriseUrn]: { manager: { $ref: 'x', value: '42' } } },
      { [enterpriseUrn]: { manager: { value: '42' } } },
    ],
    [
      'the first of two names of one attribute that has a value',
      { [enterpriseUrn]: { manager: { managerId: ' ', value: '42' } } },
      { [enterpriseUrn]: { manager: { value: '42' } } },
    ],
    [
      'a primary that is a text',
      { emails: [{ value: 'a', Primary: 'True' }] },
      { emails: [{ value: 'a', primary: true }] },
    ],
    [
      'repetitions',
      {
        emails: [
          { value: 'a', type: 'work' },
          { type: 'work', value: 'a' },
        ],
      },
      { emails: [{ value: 'a', type: 'work' }] },
    ],
    ['unknown attributes', { user_mobile: '1', 'urn:unknown': { x: 1 }, name: { nothing: 1 } }, {}],
    ['an extension that is not an object but blank', { [enterpriseUrn]: '' }, {}],
    [
      'addresses, which have no value',
      { addresses: [{ type: 'work' }] },
      { addresses: [{ type: 'work' }] },
    ],
    ['spaces around what is not blank', { userName: ' x ' }, { userName: ' x ' }],
  ]
  for (const [what, body, resource] of sameMeaning) {
    it(`understands ${what}`, () => {
      assert.deepEqual(normal(body), resource)
    })
  }

  it('takes no harm from the names that every object has', () => {
    const body = JSON.parse(
      '{"userName":"k","__proto__":{"title":"x"},"constructor":{"a":1},"name":{"__proto__":{"familyName":"x"}}}',
    ) as JsonObject
    assert.deepEqual(normal(body), { userName: 'k' })
  })

  it('reads every type of attribute', () => {
    const badge = {
      serial: 7,
      weight: 1.5,
      validUntil: '2026-01-31T12:00:00Z',
      doors: ['north', 'south'],
      chip: 'c',
    }
    assert.deepEqual(normal({ [badgeUrn]: badge, photos: 'data:,' }, badgedUsers), {
      photos: [{ value: 'data:,' }],
      [badgeUrn]: badge,
    })
  })

  const wrongTypes: [body: JsonObject, detail: RegExp][] = [
    [{ userName: 123 }, /^userName must be a string\.$/],
    [{ userName: { a: 1 } }, /^userName must be a string\.$/],
    [{ userName: ['a', 'b'] }, /^userName must be a single value\.$/],
    [{ name: { familyName: true } }, /^name\.familyName must be a string\.$/],
    [{ name: 'Kelly' }, /^name must be an object\.$/],
    [{ active: 'perhaps' }, /^active must be true or false\.$/],
    [{ active: '2' }, /^active must be true or false\.$/],
    [{ emails: [{ value: 1 }] }, /^emails\.value must be a string\.$/],
    [{ emails: [7] }, /^emails must be an object\.$/],
    [{ emails: [['a', 'b']] }, /^emails must be a single value\.$/],
    [{ emails: [{ value: 'a', primary: 'x' }] }, /^emails\.primary must be true or false\.$/],
    [{ addresses: 'here' }, /^addresses must be an object\.$/],
    [{ profileUrl: 1 }, /^profileUrl must be a string\.$/],
    [{ x509Certificates: [{ value: 'no base64!' }] }, /^x509Certificates\.value must be base64\.$/],
    [{ [enterpriseUrn]: { department: 1 } }, /:User:department must be a string\.$/],
    [{ [enterpriseUrn]: { manager: { value: 1 } } }, /:User:manager\.value must be a string\.$/],
    [{ [enterpriseUrn]: 1 }, /:User must be an object\.$/],
    [{ [badgeUrn]: { serial: 1.5 } }, /^urn:example:badge:1\.0:serial must be a whole number\.$/],
    [{ [badgeUrn]: { serial: '1' } }, /serial must be a whole number\.$/],
    [{ [badgeUrn]: { weight: '1' } }, /weight must be a number\.$/],
    [{ [badgeUrn]: { validUntil: 'soon' } }, /validUntil must be a date and time such as/],
    [{ [badgeUrn]: { doors: [1] } }, /doors must be a string\.$/],
  ]
  for (const [body, detail] of wrongTypes) {
    it(`refuses ${JSON.stringify(body)}`, () => {
      assert.throws(() => normalizeResource(badgedUsers, body), scimError('invalidValue', detail))
    })
  }

  for (const letter of ['a', '\uFF76']) {
    it(`refuses more than 30 marks behind ${letter}, which directories take ages over (Unicode Standard Annex 15, §13)`, () => {
      const title = `${letter}${'\u0301\uFF9E'.repeat(15)}`
      assert.deepEqual(normal({ title }), { title })
      assert.throws(
        () => normal({ title: `${title}\u0301` }),
        scimError('invalidValue', /^title must not have a letter with more than 30 accents\.$/),
      )
    })
  }

  it('refuses more than 65,536 characters of a text, and none of a picture', () => {
    const picture = { photos: [{ value: 'A'.repeat(65_540) }] }
    assert.deepEqual(normal(picture), picture)
    assert.throws(
      () => normal({ title: 'A'.repeat(65_537) }),
      scimError('invalidValue', /^title must not have more than 65536 characters\.$/),
    )
  })

  it('refuses many characters that become a phrase where texts are compared', () => {
    const title = '\uFDFA '.repeat(30)
    assert.deepEqual(normal({ title }), { title })
    assert.throws(
      () => normal({ title: `${title}\uFDFB` }),
      scimError(
        'invalidValue',
        /^title must not have more than 30 characters that stand for a phrase/,
      ),
    )
  })

  it('refuses two primary values of one attribute (RFC 7643 §2.4)', () => {
    const emails = [
      { value: 'a', primary: true },
      { value: 'b', primary: 'True' },
    ]
    assert.throws(
      () => normalizeResource(users, { emails }),
      scimError('invalidValue', /^emails must not have more than one primary value\.$/),
    )
  })

  it('never shows a value in the detail', () => {
    assert.throws(
      () => normalizeResource(users, { password: { secret: 'hunter2' } }),
      scimError('invalidValue', /^password must be a string\.$/),
    )
  })

  it('is not overcome by deep nesting', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as JsonValue
    assert.deepEqual(normal({ userName: 'k', unknown: deep, groups: deep }), { userName: 'k' })
    assert.throws(() => normal({ userName: deep }), scimError('invalidValue'))
  })

  it('gives nothing more to do when it is done twice', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const once = normalizeResource(users, body)
        assert.deepEqual(normalizeResource(users, once), once)
        assert.equal(JSON.stringify(normalizeResource(users, once)), JSON.stringify(once))
      }),
    )
  })

  it('leaves nothing blank behind', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        assert.ok(isCanonical(normalizeResource(users, body)))
      }),
    )
  })
})

function isCanonical(value: JsonValue): boolean {
  if (isBlank(value)) return false
  return typeof value !== 'object' || value === null || Object.values(value).every(isCanonical)
}

const anyText = fc.oneof(fc.string(), fc.constantFrom('', ' ', 'work', 'x'))
const optional = (value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
  fc.oneof(value, fc.constant(null), fc.constant(''), fc.constant([]))
const anyEmail = fc.oneof(
  anyText,
  fc.record({ value: optional(anyText), type: optional(anyText), unknown: fc.jsonValue() }),
) as fc.Arbitrary<JsonValue>
const anyBody = fc.record(
  {
    USERNAME: optional(anyText),
    name: optional(fc.record({ familyName: optional(anyText), GIVENNAME: optional(anyText) })),
    active: optional(fc.constantFrom<JsonValue[]>(true, 'True', '0', 1)),
    emails: optional(fc.oneof(anyEmail, fc.array(anyEmail))),
    [enterpriseUrn]: optional(
      fc.record({ department: optional(anyText), manager: optional(anyText) }),
    ),
    unknown: fc.jsonValue() as fc.Arbitrary<JsonValue>,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

describe('normalizeAttribute', () => {
  const emails = users.attribute('emails')

  it('gives undefined when nothing is left', () => {
    assert.equal(emails && normalizeAttribute(emails, [{ type: 'work' }], 'emails'), undefined)
  })
})

describe('mentions', () => {
  it('tells an attribute that is blank from one that is not there', () => {
    assert.ok(mentions(groups, { Members: [] }, 'members'))
    assert.ok(mentions(groups, { members: null }, 'members'))
    assert.ok(!mentions(groups, { displayName: 'x' }, 'members'))
  })

  it('looks under the URN of the core schema', () => {
    assert.ok(mentions(users, { [userUrn]: { active: '' } }, 'active'))
  })

  it('knows no attribute that the schemas do not know', () => {
    assert.ok(!mentions(users, { members: [] }, 'members'))
  })
})

describe('requireAttributes (RFC 7643 §2.2)', () => {
  it('lets a resource pass that has what it needs', () => {
    requireAttributes(users, { userName: 'k' })
    requireAttributes(badgedUsers, { userName: 'k', [badgeUrn]: { serial: 1 } })
  })

  it('takes a blank userName for a missing one', () => {
    const resource = normalizeResource(users, { userName: ' ' })
    assert.throws(
      () => requireAttributes(users, resource),
      scimError('invalidValue', /^userName is required\.$/),
    )
  })

  it('asks for the displayName of a group', () => {
    assert.throws(
      () => requireAttributes(groups, {}),
      scimError('invalidValue', /^displayName is required\.$/),
    )
  })

  it('asks for what an extension requires only where the extension is present', () => {
    assert.throws(
      () => requireAttributes(badgedUsers, { [badgeUrn]: { chip: 'c' } }),
      scimError('invalidValue', /^userName, urn:example:badge:1\.0:serial are required\.$/),
    )
  })

  it('asks for an extension that is required', () => {
    const [extension] = userResourceType.schemaExtensions
    assert.ok(extension)
    const schema = new ResourceSchema({
      ...userResourceType,
      schemaExtensions: [{ ...extension, required: true }],
    })
    assert.throws(
      () => requireAttributes(schema, { userName: 'k' }),
      scimError('invalidValue', /:User is required\.$/),
    )
  })
})
