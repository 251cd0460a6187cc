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

function uniqueNames({ resourceType }: ResourceSchema): string[] {
  const { attributes } = resourceType.schema
  return attributes.filter(({ uniqueness }) => uniqueness !== 'none').map(({ name }) => name)
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

  it('says that letter case counts where it does to the directory, for every value', () => {
    const open = userSchema({
      attributes: {
        nickName: 'labeledURI',
        profileUrl: undefined,
        'ims[type eq "xmpp"]': { attribute: 'labeledURI', isReadOnly: true },
        'ims[type eq "skype"]': { attribute: 'roomNumber' },
        'roles[type eq "one"]': { attribute: 'labeledURI', isReadOnly: true },
        'name.middleName': { attribute: 'labeledURI', isReadOnly: true },
      },
    })
    assert.equal(open.attribute('nickName')?.caseExact, true)
    assert.equal(part(open, 'roles', 'value')?.caseExact, true)
    assert.equal(part(open, 'roles', 'type')?.caseExact, false)
    assert.equal(part(open, 'name', 'middleName')?.caseExact, true)
    // One of the two attributes takes ROOM for room.
    assert.equal(part(open, 'ims', 'value')?.caseExact, false)
    for (const name of ['userName', 'displayName', 'title']) {
      assert.equal(open.attribute(name)?.caseExact, false)
    }
  })

  it('says that letter case counts in extensions where it is declared, or does to the directory', () => {
    const urn = 'urn:example:scim:schemas:extension:staff:1.0:User'
    const attributes = [{ name: 'room', caseExact: true }, { name: 'page' }, { name: 'plate' }]
    const own = userSchema({
      users: { extensions: [{ urn, name: 'Staff', attributes }] },
      attributes: {
        profileUrl: undefined,
        [`${urn}:room`]: 'roomNumber',
        [`${urn}:page`]: 'labeledURI',
        [`${urn}:plate`]: 'carLicense',
      },
    })
    assert.deepEqual(
      own.extension(urn)?.subAttributes?.map(({ name, caseExact }) => [name, caseExact]),
      [
        ['room', true],
        ['page', true],
        ['plate', false],
      ],
    )
  })

  it('leaves references and externalId as SCIM has them (RFC 7643 §2.3.7, §3.1)', () => {
    const attributes = { profileUrl: 'roomNumber', externalId: 'employeeType', userType: undefined }
    const changed = userSchema({ attributes })
    assert.equal(changed.attribute('profileUrl')?.caseExact, true)
    assert.equal(changed.attribute('externalId')?.caseExact, true)
  })

  it('names as unique what is refused to a second one', () => {
    assert.deepEqual(uniqueNames(schema), ['userName'])
    assert.deepEqual(uniqueNames(mappings().groups.schema), ['displayName'])
  })

  it('says of a manager that his value alone is written', () => {
    const manager = schema
      .extension(schemaUrns.enterpriseUser)
      ?.subAttributes?.find(({ name }) => name === 'manager')
    assert.equal(manager?.mutability, 'readWrite')
    assert.deepEqual(
      manager.subAttributes?.map(({ name, mutability }) => [name, mutability]),
      [
        ['value', 'readWrite'],
        ['$ref', 'readOnly'],
        ['displayName', 'readOnly'],
      ],
    )
  })

  it('says of groups what the map stores and the members', () => {
    const { schema: groups } = mappings().groups
    assert.deepEqual(
      groups.resourceType.schema.attributes.map((each) => each.name),
      ['displayName', 'members'],
    )
    assert.deepEqual(
      groups.attribute('members')?.subAttributes?.map(({ name, mutability }) => [name, mutability]),
      [
        ['value', 'immutable'],
        // They follow from the value, whatever a client writes.
        ['$ref', 'readOnly'],
        ['display', 'readOnly'],
        // A client may say of what type a member is, and must be right.
        ['type', 'immutable'],
      ],
    )
  })
})
