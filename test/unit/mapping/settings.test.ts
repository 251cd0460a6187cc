import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { GroupSettings, UserSettings } from '../../../src/mapping/settings.ts'
import { preset } from './example.ts'

function problemsWith(changes: object): string[] {
  try {
    decode(UserSettings, { ...preset.users, ...changes })
    return []
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return error.problems.map(({ path, reason }) => `${path} ${reason}`)
  }
}

describe('The settings of what is stored where', () => {
  const table: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'a base must be a DN',
      { base: 'people' },
      ['base must be a distinguished name such as ou=people,dc=example,dc=org'],
    ],
    [
      'a base is not the root',
      { base: ' ' },
      ['base must be a distinguished name such as ou=people,dc=example,dc=org'],
    ],
    [
      'an attribute must have a name',
      { rdn: 'u id' },
      ['rdn must be the name of an LDAP attribute or object class'],
    ],
    [
      'to remember a manager takes an attribute',
      { manager: {} },
      ['manager.pendingAttribute is required when unknown is "defer"'],
    ],
    [
      'to disable takes a status',
      { onDelete: 'disable', active: undefined },
      ['onDelete "disable" needs the section active'],
    ],
    [
      'to move takes a place',
      { onDelete: 'move' },
      ['deletedBase is required when onDelete is "move"'],
    ],
    [
      'unknown keys are errors',
      { attributes: { title: { attribute: 'title', primary: true } } },
      ['attributes.title.primary is not a setting; did you mean isPrimary?'],
    ],
  ]
  for (const [sentence, changes, expected] of table) {
    it(sentence, () => {
      assert.deepEqual(problemsWith(changes), expected)
    })
  }

  it('are few where the defaults will do', () => {
    const few = {
      base: 'ou=g,dc=x',
      objectClass: 'groupOfNames',
      rdn: 'cn',
      attributes: { displayName: 'cn' },
      members: {},
    }
    const { scope, createClasses, optionalClasses, members } = decode(GroupSettings, few)
    assert.deepEqual(
      { scope, createClasses, optionalClasses, members },
      {
        scope: 'sub',
        createClasses: [],
        optionalClasses: [],
        members: { attribute: 'member', holds: 'dn' },
      },
    )
  })
})
