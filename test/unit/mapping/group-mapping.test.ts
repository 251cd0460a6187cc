import assert from 'node:assert/strict'
import { and, equals, not, present } from '../../../src/directory/filter.ts'
import { schemaUrns } from '../../../src/scim/urn.ts'
import {
  baseUrl,
  groupContext,
  csn,
  groupEntry,
  groupsBase,
  id,
  mappings,
  userReference,
} from './example.ts'

const { groups } = mappings()
const placeholder = 'cn=empty-membership,dc=example,dc=org'
const dn = `cn=staff,${groupsBase}`
const [anna, ben] = [userReference('anna'), userReference('ben')]
const nested = {
  type: 'Group',
  id: 'id-of-nested',
  dn: `cn=nested,${groupsBase}`,
  memberValues: [`cn=nested,${groupsBase}`],
  display: undefined,
} as const
const unchanged = { added: [], removed: [], hasPlaceholder: false, isEmptied: false }

describe('A group in the directory', () => {
  it('shows the members that are within reach, users and groups, and never the placeholder', () => {
    const member = [placeholder.toUpperCase(), anna.dn, nested.dn, 'uid=gone,dc=example,dc=org']
    assert.deepEqual(groups.toGroup(groupEntry({ member }), groupContext(anna, nested)), {
      schemas: [schemaUrns.group],
      id,
      displayName: 'staff',
      members: [
        { value: 'id-of-anna', $ref: `${baseUrl}/Users/id-of-anna`, display: 'anna', type: 'User' },
        { value: 'id-of-nested', $ref: `${baseUrl}/Groups/id-of-nested`, type: 'Group' },
      ],
      meta: {
        resourceType: 'Group',
        created: '2026-11-22T08:44:05.000Z',
        lastModified: '2026-11-22T08:44:06.000Z',
        version: `W/"${csn}"`,
        location: `${baseUrl}/Groups/${id}`,
      },
    })
  })

  it('shows no members when it has none, or was read without', () => {
    for (const attributes of [{ member: placeholder }, {}]) {
      assert.equal(groups.toGroup(groupEntry(attributes), groupContext())['members'], undefined)
    }
  })

  it('is read without its members when they are not asked for', () => {
    assert.deepEqual(
      [true, false].map((isRead) => groups.attributes(isRead).includes('member')),
      [true, false],
    )
  })

  it('knows what its LDAP attributes are called in SCIM', () => {
    assert.deepEqual(
      ['CN', 'Member', 'owner'].map((name) => groups.scimName(name)),
      ['displayName', 'members', undefined],
    )
  })

  it('hides nobody where there is no placeholder', () => {
    const settings = {
      objectClass: 'organizationalUnit',
      rdn: 'ou',
      attributes: { displayName: 'ou' },
      members: { attribute: 'seeAlso' },
      optionalClasses: undefined,
    }
    const { groups: open } = mappings({ groups: settings })
    assert.equal(open.isPlaceholder(placeholder), false)
    const { plan } = open.planCreate({ resource: { displayName: 'x' }, memberValues: [] }, false)
    const [add] = plan.operations
    assert.ok(add?.kind === 'add')
    assert.deepEqual(
      add.attributes.map(({ type }) => type),
      ['objectClass', 'ou'],
    )
  })
})

describe('Creating a group', () => {
  it('puts the placeholder into an empty one', () => {
    const { dn: created, plan } = groups.planCreate(
      { resource: { displayName: 'staff' }, memberValues: [] },
      false,
    )
    assert.equal(created, dn)
    const attributes = [
      { type: 'objectClass', values: ['groupOfNames'] },
      { type: 'cn', values: ['staff'] },
      { type: 'member', values: [placeholder] },
    ]
    assert.deepEqual(plan.operations, [{ kind: 'add', dn, attributes }])
    assert.deepEqual(plan.read, groups.attributes(false))
  })

  it('adds what one request should not carry behind it', () => {
    const members = Array.from({ length: 2500 }, (_, index) => `uid=${index},dc=x`)
    const { plan } = groups.planCreate(
      { resource: { displayName: 'staff' }, memberValues: members },
      true,
    )
    const sizes = plan.operations.map((operation) => {
      if (operation.kind === 'add') return operation.attributes.at(-1)?.values.length
      return operation.kind === 'modify' ? operation.modifications[0]?.values.length : undefined
    })
    assert.deepEqual(sizes, [1000, 1000, 500])
    assert.deepEqual(plan.read, groups.attributes(true))
  })
})

describe('Changing a group', () => {
  const entry = groupEntry()
  const same = equals('entryUUID', id)
  const first = and([same, equals('entryCSN', csn)])
  const before = groups.toGroup(entry, groupContext())

  it('is nothing when nothing changes', () => {
    const change = { entry, before, after: before, members: unchanged, version: csn }
    assert.deepEqual(groups.planChange(change, false).operations, [])
  })

  it('renames it first, and changes attributes and members in one modify', () => {
    const after = { ...before, displayName: 'team', externalId: '7' }
    const members = { ...unchanged, added: [anna.dn], removed: [ben.dn] }
    const { operations } = groups.planChange({ entry, before, after, members, version: csn }, false)
    const renamed = `cn=team,${groupsBase}`
    assert.deepEqual(operations, [
      { kind: 'modifyDn', dn, newRdn: 'cn=team', deleteOldRdn: true, assertion: first },
      {
        kind: 'modify',
        dn: renamed,
        modifications: [
          { operation: 'add', attribute: 'objectClass', values: ['scimResource'] },
          { operation: 'add', attribute: 'scimExternalId', values: ['7'] },
          { operation: 'add', attribute: 'member', values: [anna.dn] },
          { operation: 'delete', attribute: 'member', values: [ben.dn] },
        ],
        assertion: and([same, not(present('scimExternalId'))]),
      },
    ])
  })

  it('holds the first of several modifies to the version', () => {
    const added = Array.from({ length: 1500 }, (_, index) => `uid=${index},dc=x`)
    const change = { entry, before, after: before, members: { ...unchanged, added }, version: csn }
    const { operations } = groups.planChange(change, false)
    assert.deepEqual(
      operations.map((each) => 'assertion' in each && each.assertion),
      [first, same],
    )
  })

  it('changes members without looking at the rest', () => {
    const members = { ...unchanged, removed: [anna.dn], isEmptied: true }
    const { operations } = groups.planChange(
      { entry, before: {}, after: {}, members, version: undefined },
      false,
    )
    const modifications = [
      { operation: 'add', attribute: 'member', values: [placeholder] },
      { operation: 'delete', attribute: 'member', values: [anna.dn] },
    ]
    assert.deepEqual(operations, [{ kind: 'modify', dn, modifications, assertion: same }])
  })

  it('removes it in the version that was read', () => {
    assert.deepEqual(groups.planDelete(entry, csn), {
      operations: [{ kind: 'delete', dn, assertion: first }],
      read: [],
    })
  })
})
