import assert from 'node:assert/strict'
import { parseProjection, project, projectionNeeds } from '../../../src/scim/projection.ts'
import { findAttributePath } from '../../../src/scim/schema/attribute-path.ts'
import { badgedUsers, badgeUrn, enterpriseUrn, userUrn } from './example.ts'

const kelly = {
  schemas: [userUrn, enterpriseUrn, badgeUrn],
  id: 'u1',
  userName: 'kelly',
  name: { familyName: 'Slater', givenName: 'Kelly' },
  password: 'never',
  emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
  meta: { resourceType: 'User' },
  [enterpriseUrn]: { department: 'Sea', manager: { value: 'm1', displayName: 'Ada' } },
  [badgeUrn]: { history: 'long', pins: [{ value: '1234', label: 'door' }] },
}

const always = { id: 'u1' }

type Query = Parameters<typeof parseProjection>[1]

function shown(query: Query): object {
  const { schemas: _, ...resource } = project(
    badgedUsers,
    kelly,
    parseProjection(badgedUsers, query),
  )
  return resource
}

describe('project (RFC 7644 §3.9, RFC 7643 §2.2)', () => {
  it('shows what is returned by default, and nothing that never is', () => {
    assert.deepEqual(project(badgedUsers, kelly, parseProjection(badgedUsers, {})), {
      schemas: [userUrn, enterpriseUrn, badgeUrn],
      id: 'u1',
      meta: { resourceType: 'User' },
      userName: 'kelly',
      name: { familyName: 'Slater', givenName: 'Kelly' },
      emails: [{ value: 'a', type: 'work' }, { value: 'b' }],
      [enterpriseUrn]: { department: 'Sea', manager: { value: 'm1', displayName: 'Ada' } },
      [badgeUrn]: { pins: [{ label: 'door' }] },
    })
  })

  const attributes: [names: string, resource: object][] = [
    ['userName', { ...always, userName: 'kelly' }],
    ['USERNAME, name.familyname', { ...always, userName: 'kelly', name: { familyName: 'Slater' } }],
    ['name', { ...always, name: kelly.name }],
    ['name,name.familyName', { ...always, name: kelly.name }],
    ['emails.type', { ...always, emails: [{ type: 'work' }] }],
    ['id', always],
    ['password', always],
    ['nothing', always],
    ['title', always],
    [`${userUrn}:userName`, { ...always, userName: 'kelly' }],
    [userUrn, { ...always, userName: 'kelly', name: kelly.name, emails: kelly.emails }],
    [
      `${userUrn.toUpperCase()},meta`,
      {
        ...always,
        meta: kelly.meta,
        userName: 'kelly',
        name: kelly.name,
        emails: kelly.emails,
      },
    ],
    [enterpriseUrn, { ...always, [enterpriseUrn]: kelly[enterpriseUrn] }],
    [`${enterpriseUrn}:department`, { ...always, [enterpriseUrn]: { department: 'Sea' } }],
    ['manager.value', { ...always, [enterpriseUrn]: { manager: { value: 'm1' } } }],
    [badgeUrn, { ...always, [badgeUrn]: { pins: [{ label: 'door' }] } }],
    [`${badgeUrn}:history`, { ...always, [badgeUrn]: { history: 'long' } }],
    [`${badgeUrn}:pins.value`, { ...always, [badgeUrn]: { pins: [{ label: 'door' }] } }],
  ]
  for (const [names, resource] of attributes) {
    it(`shows for attributes=${names} what it names and what is always returned`, () => {
      assert.deepEqual(shown({ attributes: names }), resource)
    })
  }

  it('names the schemas of what it shows', () => {
    const projection = parseProjection(badgedUsers, { attributes: 'userName' })
    assert.deepEqual(project(badgedUsers, kelly, projection)['schemas'], [userUrn])
  })

  const everything = shown({})
  const excluded: [names: string, without: object][] = [
    ['emails', { emails: undefined }],
    ['emails.type', { emails: [{ value: 'a' }, { value: 'b' }] }],
    ['name.familyName,name.givenName', { name: undefined }],
    [enterpriseUrn, { [enterpriseUrn]: undefined }],
    [userUrn, { userName: undefined, name: undefined, emails: undefined }],
    ['manager', { [enterpriseUrn]: { department: 'Sea' } }],
    ['manager.value,manager.displayName,department', { [enterpriseUrn]: undefined }],
    ['id,schemas,nothing', {}],
  ]
  for (const [names, without] of excluded) {
    it(`leaves out for excludedAttributes=${names} what may be left out`, () => {
      const expected = Object.entries({ ...everything, ...without })
      assert.deepEqual(
        shown({ excludedAttributes: names }),
        Object.fromEntries(expected.filter(([, value]) => value !== undefined)),
      )
    })
  }

  it('takes names from a list as from one text', () => {
    assert.deepEqual(
      shown({ attributes: ['userName', 'name'] }),
      shown({ attributes: 'userName,name' }),
    )
  })

  it('holds each name that the schemas know once, whatever else is named how often', () => {
    const names = Array.from({ length: 1000 }, (_, index) => [`nothing${index}`, 'EMAILS.Value'])
    const given = [...names.flat(), 'emails.value', `${userUrn}:emails.value`]
    for (const parameter of ['attributes', 'excludedAttributes']) {
      assert.deepEqual(
        parseProjection(badgedUsers, { [parameter]: given }),
        parseProjection(badgedUsers, { [parameter]: 'emails.value' }),
      )
    }
  })

  it('takes a parameter without a name for none', () => {
    assert.deepEqual(shown({ attributes: ' , ', excludedAttributes: [] }), everything)
  })

  it('lets what is excluded win over what is asked for', () => {
    assert.deepEqual(shown({ attributes: 'name', excludedAttributes: 'name.givenName' }), {
      ...always,
      name: { familyName: 'Slater' },
    })
  })
})

describe('projectionNeeds', () => {
  const cases: [query: Query, needed: string[], notNeeded: string[]][] = [
    [
      {},
      ['id', 'emails', 'emails.value', 'manager.value', enterpriseUrn],
      ['password', `${badgeUrn}:history`],
    ],
    [
      { attributes: 'emails.value' },
      ['id', 'emails', 'emails.value'],
      ['emails.type', 'userName', 'manager', enterpriseUrn],
    ],
    [{ attributes: userUrn }, ['userName', 'emails.value'], ['meta', 'manager', 'password']],
    [{ attributes: 'manager' }, ['manager', 'manager.value', enterpriseUrn], ['department']],
    [{ attributes: `${badgeUrn}:history` }, [`${badgeUrn}:history`], [`${badgeUrn}:doors`]],
    [
      { excludedAttributes: 'groups,emails.type' },
      ['id', 'emails', 'emails.value'],
      ['groups', 'groups.value', 'emails.type'],
    ],
  ]
  for (const [query, needed, notNeeded] of cases) {
    it(`tells what has to be read for ${JSON.stringify(query)}`, () => {
      const projection = parseProjection(badgedUsers, query)
      const needs = (text: string): boolean => {
        const path = findAttributePath(text, badgedUsers)
        assert.ok(path, text)
        return projectionNeeds(projection, path)
      }
      assert.deepEqual(
        needed.filter((text) => !needs(text)),
        [],
      )
      assert.deepEqual(notNeeded.filter(needs), [])
    })
  }
})
