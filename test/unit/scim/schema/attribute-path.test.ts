import assert from 'node:assert/strict'
import {
  attributeValueAt,
  findAttributePath,
  formatAttributePath,
  valuesAt,
} from '../../../../src/scim/schema/attribute-path.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { badgedUsers, badgeSchema, badgeUrn, enterpriseUrn, users, userUrn } from '../example.ts'

function canonical(text: string): string | undefined {
  const path = findAttributePath(text, badgedUsers)
  return path && formatAttributePath(path)
}

describe('findAttributePath (RFC 7644 §3.10)', () => {
  const found: [text: string, path: string][] = [
    ['userName', 'userName'],
    ['USERNAME', 'userName'],
    ['name.familyName', 'name.familyName'],
    ['Name.FAMILYname', 'name.familyName'],
    ['EMAILS.Type', 'emails.type'],
    ['meta.lastModified', 'meta.lastModified'],
    [`${userUrn}:userName`, 'userName'],
    [`${userUrn}:name.familyName`, 'name.familyName'],
    ['urn:scim:schemas:core:1.0:userName', 'userName'],
    [enterpriseUrn, enterpriseUrn],
    [`${enterpriseUrn}:employeeNumber`, `${enterpriseUrn}:employeeNumber`],
    [`${enterpriseUrn}:manager.value`, `${enterpriseUrn}:manager.value`],
    [`${enterpriseUrn.toUpperCase()}:MANAGER`, `${enterpriseUrn}:manager`],
    [
      'urn:scim:schemas:extension:enterprise:1.0:manager.managerId',
      `${enterpriseUrn}:manager.value`,
    ],
    [`${badgeUrn}:doors`, `${badgeUrn}:doors`],
  ]
  for (const [text, path] of found) {
    it(`finds ${path} by ${text}`, () => {
      assert.equal(canonical(text), path)
    })
  }

  it('finds an attribute of an extension behind a dot, as older jobs of Entra ID write it', () => {
    assert.equal(canonical(`${enterpriseUrn}.manager`), `${enterpriseUrn}:manager`)
  })

  it('finds an attribute of an extension by its bare name, as Entra ID writes "manager"', () => {
    assert.equal(canonical('manager'), `${enterpriseUrn}:manager`)
    assert.equal(canonical('manager.value'), `${enterpriseUrn}:manager.value`)
  })

  it('finds no bare name that two extensions have', () => {
    const twice = new ResourceSchema({
      ...userResourceType,
      schemaExtensions: [
        { schema: badgeSchema, required: false },
        { schema: { ...badgeSchema, id: 'urn:example:other' }, required: false },
      ],
    })
    assert.equal(findAttributePath('serial', twice), undefined)
  })

  const unknown = [
    '',
    'nothing',
    'name.nothing',
    'userName.value',
    'name.familyName.more',
    'nothing.value',
    userUrn,
    `${userUrn}:manager`,
    `${enterpriseUrn}:userName`,
    'urn:unknown:1.0:userName',
    '__proto__',
    'constructor.name',
    `${enterpriseUrn}User:manager`,
  ]
  for (const text of unknown) {
    it(`finds nothing by ${JSON.stringify(text)}`, () => {
      assert.equal(canonical(text), undefined)
    })
  }
})

describe('valuesAt', () => {
  const resource = {
    userName: 'kelly',
    name: { familyName: 'Slater' },
    emails: [{ value: 'a@example.com', type: 'work' }, { value: 'b@example.com' }],
    [enterpriseUrn]: { manager: { value: 'm1' } },
  }
  const cases: [path: string, values: unknown[]][] = [
    ['userName', ['kelly']],
    ['title', []],
    ['name.familyName', ['Slater']],
    ['name.givenName', []],
    ['emails.value', ['a@example.com', 'b@example.com']],
    ['emails.type', ['work']],
    ['manager.value', ['m1']],
    [`${enterpriseUrn}:department`, []],
  ]
  for (const [text, values] of cases) {
    it(`finds ${values.length} at ${text}`, () => {
      const path = findAttributePath(text, users)
      assert.deepEqual(path && valuesAt(resource, path), values)
    })
  }

  it('finds a whole attribute, of an extension too', () => {
    const manager = findAttributePath('manager', users)
    assert.deepEqual(manager && attributeValueAt(resource, manager), { value: 'm1' })
    assert.deepEqual(manager && attributeValueAt({ userName: 'x' }, manager), undefined)
  })
})
