import assert from 'node:assert/strict'
import type { ResourceSchema } from '../../../src/scim/schema/resource-schema.ts'
import { schemaUrns } from '../../../src/scim/urn.ts'
import { type Changes, mappings } from './example.ts'

function userSchema(changes: Changes = {}): ResourceSchema {
  return mappings(changes).users.schema
}

function part(schema: ResourceSchema, name: string, sub: string) {
  return schema.attribute(name)?.subAttributes?.find((each) => each.name === sub)
}

function enterpriseNames(schema: ResourceSchema) {
  return schema.extension(schemaUrns.enterpriseUser)?.subAttributes?.map((each) => each.name)
}

describe('What is advertised of a resource type (RFC 7643 §7)', () => {
  const schema = userSchema()

  it('is what the map stores, and what the sections of the settings do', () => {
    const names = schema.resourceType.schema.attributes.map((each) => each.name)
    assert.deepEqual(names, [
      'userName',
      'name',
      'displayName',
      'profileUrl',
      'title',
      'userType',
      'preferredLanguage',
      'active',
      'password',
      'emails',
      'phoneNumbers',
      'photos',
      'addresses',
      'groups',
      'x509Certificates',
    ])
  })

  it('has those sub-attributes alone that are stored', () => {
    const parts = ['name', 'emails', 'phoneNumbers', 'addresses', 'groups'].map((name) =>
      schema.attribute(name)?.subAttributes?.map((each) => each.name),
    )
    assert.deepEqual(parts, [
      ['formatted', 'familyName', 'givenName'],
      ['value', 'type', 'primary'],
      ['value', 'type'],
      ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'type'],
      ['value', '$ref', 'display', 'type'],
    ])
  })

  it('names those types of elements alone that are stored', () => {
    assert.deepEqual(part(schema, 'emails', 'type')?.canonicalValues, ['work'])
    assert.deepEqual(part(schema, 'phoneNumbers', 'type')?.canonicalValues, [
      'work',
      'mobile',
      'home',
      'fax',
      'pager',
    ])
  })

  it('leaves the types open where a line takes any', () => {
    const open = userSchema({
      attributes: { ims: 'businessCategory', 'ims[type eq "xmpp"]': 'roomNumber' },
    })
    assert.equal(part(open, 'ims', 'type')?.canonicalValues?.length, 8)
  })

  it('has the extension with what is stored of it, and no extension without', () => {
    assert.deepEqual(enterpriseNames(schema), [
      'employeeNumber',
      'organization',
      'department',
      'manager',
    ])
    const attributes = Object.fromEntries(
      ['employeeNumber', 'department', 'organization'].map((name) => [
        `${schemaUrns.enterpriseUser}:${name}`,
        undefined,
      ]),
    )
    const bare = userSchema({ attributes, users: { manager: undefined } })
    assert.deepEqual(bare.resourceType.schemaExtensions, [])
  })

  it('leaves out status and password where they are not stored', () => {
    for (const password of [undefined, { method: 'ignore' }]) {
      const bare = userSchema({ users: { active: undefined, password } })
      assert.deepEqual(
        [bare.attribute('active'), bare.attribute('password')],
        [undefined, undefined],
      )
    }
  })

  it('says of what is never written that it is read only, part by part', () => {
    const attributes = {
      title: { attribute: 'title', isReadOnly: true },
      'name.givenName': { attribute: 'givenName', isReadOnly: true },
    }
    const mixed = userSchema({ attributes })
    assert.equal(mixed.attribute('title')?.mutability, 'readOnly')
    assert.equal(mixed.attribute('name')?.mutability, 'readWrite')
    assert.equal(part(mixed, 'name', 'givenName')?.mutability, 'readOnly')
    assert.equal(part(mixed, 'name', 'familyName')?.mutability, 'readWrite')
  })

  it('says of groups what the map stores and the members', () => {
    const { schema: groups } = mappings().groups
    assert.deepEqual(
      groups.resourceType.schema.attributes.map((each) => each.name),
      ['displayName', 'members'],
    )
    assert.deepEqual(
      groups.attribute('members')?.subAttributes?.map((each) => each.name),
      ['value', '$ref', 'display', 'type'],
    )
  })
})
