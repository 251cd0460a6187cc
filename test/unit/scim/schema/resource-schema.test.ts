import assert from 'node:assert/strict'
import { commonAttributes } from '../../../../src/scim/schema/common.ts'
import type { AttributeDefinition } from '../../../../src/scim/schema/definition.ts'
import { ResourceSchema, subAttributeOf } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { badgedUsers, badgeUrn, enterpriseUrn, groups, users, userUrn } from '../example.ts'

function* definitionsIn(list: readonly AttributeDefinition[]): Generator<AttributeDefinition> {
  for (const definition of list) {
    yield definition
    yield* definitionsIn(definition.subAttributes ?? [])
  }
}

const everyDefinition = [userResourceType, groupResourceType].flatMap((type) => [
  ...definitionsIn(commonAttributes),
  ...definitionsIn(type.schema.attributes),
  ...type.schemaExtensions.flatMap(({ schema }) => [...definitionsIn(schema.attributes)]),
])

describe('The schemas of User, EnterpriseUser and Group (RFC 7643 §8.7.1)', () => {
  it('name every attribute of a user', () => {
    assert.deepEqual(
      userResourceType.schema.attributes.map(({ name }) => name),
      [
        'userName',
        'name',
        'displayName',
        'nickName',
        'profileUrl',
        'title',
        'userType',
        'preferredLanguage',
        'locale',
        'timezone',
        'active',
        'password',
        'emails',
        'phoneNumbers',
        'ims',
        'photos',
        'addresses',
        'groups',
        'entitlements',
        'roles',
        'x509Certificates',
      ],
    )
  })

  it('name every attribute of the enterprise extension', () => {
    assert.deepEqual(
      userResourceType.schemaExtensions[0]?.schema.attributes.map(({ name }) => name),
      ['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'],
    )
  })

  it('name what is known of a member', () => {
    const members = groups.attribute('members')
    assert.deepEqual(
      members?.subAttributes?.map(({ name, mutability }) => [name, mutability]),
      [
        ['value', 'immutable'],
        ['$ref', 'readOnly'],
        ['display', 'readOnly'],
        ['type', 'immutable'],
      ],
    )
  })

  it('give sub-attributes to complex attributes and to no others', () => {
    for (const { name, type, subAttributes } of everyDefinition) {
      assert.equal(subAttributes !== undefined, type === 'complex', name)
    }
  })

  it('say of every reference what it refers to, and compare it exactly (RFC 7643 §2.3.7)', () => {
    for (const { name, type, caseExact, referenceTypes } of everyDefinition) {
      if (type !== 'reference') continue
      assert.ok(caseExact, name)
      assert.ok(referenceTypes !== undefined && referenceTypes.length > 0, name)
    }
  })

  it('never return a password', () => {
    const password = users.attribute('password')
    assert.deepEqual([password?.returned, password?.mutability], ['never', 'writeOnly'])
  })

  it('describe every attribute', () => {
    for (const { name, description } of everyDefinition) assert.match(description, /\.$/, name)
  })
})

describe('ResourceSchema', () => {
  it('finds an attribute in any letter case (RFC 7643 §2.1)', () => {
    assert.equal(users.attribute('USERNAME')?.name, 'userName')
    assert.equal(users.attribute('externalid')?.name, 'externalId')
    assert.equal(users.attribute('members'), undefined)
  })

  it('finds no attribute by the names that every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.equal(users.attribute(name), undefined)
    }
  })

  it('sees an extension as a complex attribute that is named by its URN', () => {
    const extension = users.extension(enterpriseUrn.toUpperCase())
    assert.equal(extension?.name, enterpriseUrn)
    assert.equal(extension.type, 'complex')
    assert.equal(users.extension(badgeUrn), undefined)
    assert.equal(badgedUsers.extension(badgeUrn)?.name, badgeUrn)
  })

  it('knows the URNs of SCIM 1.1, which OneLogin sends', () => {
    assert.ok(users.isCoreUrn('urn:scim:schemas:core:1.0'))
    assert.ok(groups.isCoreUrn('urn:scim:schemas:core:1.0'))
    assert.equal(users.extension('urn:scim:schemas:extension:enterprise:1.0')?.name, enterpriseUrn)
    assert.equal(groups.extension('urn:scim:schemas:extension:enterprise:1.0'), undefined)
  })

  it('tells the core schema from extensions and from what it does not know', () => {
    assert.ok(users.isCoreUrn(userUrn))
    assert.ok(!users.isCoreUrn(enterpriseUrn))
    assert.ok(!users.isCoreUrn('urn:unknown'))
  })

  it('holds only the common attributes that it is given', () => {
    const bare = new ResourceSchema(userResourceType, [])
    assert.equal(bare.attribute('externalId'), undefined)
    assert.equal(bare.attribute('userName')?.name, 'userName')
  })

  it('cuts a text behind the longest URN it begins with', () => {
    const nested = new ResourceSchema({
      ...userResourceType,
      schemaExtensions: [
        { schema: { id: 'urn:x', name: '', description: '', attributes: [] }, required: false },
        { schema: { id: 'urn:x:y', name: '', description: '', attributes: [] }, required: false },
      ],
    })
    assert.deepEqual(nested.splitUrn('urn:x:y:z'), {
      extension: nested.extension('urn:x:y'),
      rest: 'z',
    })
    assert.equal(nested.splitUrn('urn:xy:z'), undefined)
  })
})

describe('subAttributeOf', () => {
  const manager = users
    .extension(enterpriseUrn)
    ?.subAttributes?.find((each) => each.name === 'manager')
  const name = users.attribute('name')

  it('finds a sub-attribute in any letter case', () => {
    assert.equal(name && subAttributeOf(name, 'FAMILYNAME')?.name, 'familyName')
  })

  it("takes OneLogin's managerId for the value of the manager", () => {
    assert.equal(manager && subAttributeOf(manager, 'managerId')?.name, 'value')
    assert.equal(name && subAttributeOf(name, 'managerId'), undefined)
  })
})
