import assert from 'node:assert/strict'
import type { Needs } from '../../../src/mapping/attributes-behind.ts'
import { compileMappings, type Mappings } from '../../../src/mapping/mappings.ts'
import { type Changes, mappings, schemaWith } from './example.ts'

const everything = (): boolean => true
const nothing = (): boolean => false
const isVersion: Needs = ({ subAttribute }) => subAttribute?.name === 'version'

const { users, groups } = mappings()

describe('The LDAP attributes behind what is looked at', () => {
  it('are the id alone where nothing is looked at', () => {
    assert.deepEqual(users.attributesBehind(nothing), ['entryUUID'])
    assert.deepEqual(groups.attributesBehind(nothing), ['entryUUID'])
  })

  it('are those of the whole resource where everything is, but for what writes alone need', () => {
    const ofWrites = new Set(['objectClass', 'scimPendingManager'])
    assert.deepEqual(
      new Set(users.attributesBehind(everything)),
      new Set(users.attributes.filter((name) => !ofWrites.has(name))),
    )
    assert.deepEqual(
      new Set(groups.attributesBehind(everything)),
      new Set(groups.attributes(true).filter((name) => !ofWrites.has(name))),
    )
  })

  it('are those of all that stands in for it where a value may be absent', () => {
    const changes = {
      attributes: {
        nickName: { attribute: 'initials', fallback: ['displayName'] },
        displayName: { attribute: 'displayName', fallback: ['title'] },
      },
    }
    assert.deepEqual(
      mappings(changes).users.attributesBehind(({ attribute }) => attribute.name === 'nickName'),
      ['entryUUID', 'initials', 'displayName', 'title'],
    )
  })

  it('are those that a manager may be looked up by, too, after a write', () => {
    assert.deepEqual(
      new Set(users.attributesAfterWrite(nothing)),
      new Set([
        'entryUUID',
        'scimExternalId',
        'uid',
        'employeeNumber',
        'mail',
        'objectClass',
        'manager',
        'scimPendingManager',
      ]),
    )
    const { users: bare } = mappings({ users: { manager: undefined } })
    assert.deepEqual(bare.attributesAfterWrite(nothing), ['entryUUID'])
  })

  it('are all of them for a version that is made from what was read', () => {
    const other = mappingsOf389()
    assert.deepEqual(other.users.attributesBehind(isVersion), other.users.attributes)
    assert.deepEqual(other.groups.attributesBehind(isVersion), other.groups.attributes(false))
    assert.deepEqual(users.attributesBehind(isVersion), ['entryUUID', 'entryCSN'])
  })
})

describe('The LDAP attributes to read of what is deleted', () => {
  const telling = ['objectClass', 'entryUUID', 'entryCSN']
  const move = { onDelete: 'move', deletedBase: 'ou=former,dc=example,dc=org' }
  const table: readonly (readonly [string, Changes['users'], readonly string[]])[] = [
    ['are those that tell whether it may be', {}, telling],
    [
      'are those that protect it, too',
      { protectedValues: { title: 'Root' } },
      [...telling, 'title'],
    ],
    [
      'are that of the lock where users are disabled',
      { onDelete: 'disable' },
      [...telling, 'pwdAccountLockedTime'],
    ],
    [
      'are those that are given up where users are moved',
      { ...move, givesUp: ['mail', 'uid'] },
      [...telling, 'pwdAccountLockedTime', 'mail', 'uid'],
    ],
  ]
  for (const [sentence, changes = {}, expected] of table) {
    it(sentence, () => {
      const deleting = mappings({ users: changes })
      assert.deepEqual(deleting.users.attributesToDelete(true), expected)
    })
  }

  it('are few for a group', () => {
    assert.deepEqual(groups.attributesToDelete(true), telling)
  })

  it('are all of them where a version counts that is made from what was read', () => {
    const other = mappingsOf389()
    assert.deepEqual(other.users.attributesToDelete(true), other.users.attributes)
    assert.deepEqual(other.groups.attributesToDelete(true), other.groups.attributes(false))
    assert.ok(!other.users.attributesToDelete(false).includes('mail'))
    assert.ok(!other.groups.attributesToDelete(false).includes('cn'))
  })
})

function mappingsOf389(): Mappings {
  const settings = { users: users.settings, groups: groups.settings }
  const schema = schemaWith("( 2.16.840.1.113730.3.1.542 NAME 'nsUniqueId' )")
  return compileMappings(settings, { kind: '389ds', schema, hasPasswordModify: true })
}
