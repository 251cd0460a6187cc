import assert from 'node:assert/strict'
import { schemaUrns } from '../../../src/scim/urn.ts'
import { withGiven, withoutMade } from '../../../src/mapping/own-values.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { type Changes, mappings, people, person, problemsOf, context } from './example.ts'

const urn = 'urn:example:scim:schemas:extension:login:1.0:User'
const key = `${urn}:login`

/** People whose uid, which names them, is made from their address, or given. */
function byAddress(
  line: unknown = 'uid',
  attribute: object = {},
  from: readonly string[] = ['userName'],
): Changes {
  return {
    users: {
      derived: { uid: { from, before: '@', separator: '-', maxLength: 8 } },
      extensions: [{ urn, name: 'Login', attributes: [{ name: 'login', ...attribute }] }],
      manager: undefined,
    },
    attributes: { userName: 'mail', 'emails[type eq "work"]': undefined, [key]: line },
  }
}

const { users } = mappings(byAddress())
const { entries } = users

function somebody(login: string | undefined, userName = 'ada@example.org'): JsonObject {
  return { userName, ...(login === undefined ? {} : { [urn]: { login } }) }
}

describe('A derived value that clients may give', () => {
  const rows: readonly (readonly [boolean, string, string])[] = [
    [true, 'ada', 'ada@example.org'],
    [true, 'ADA', 'ada@example.org'],
    [true, 'ada-2', 'ada@example.org'],
    [true, 'ada-12', 'ada@example.org'],
    [true, 'ada2-12', 'ada2@example.org'],
    [true, 'augusta-', 'augusta-ada@example.org'],
    [true, 'august-2', 'augusta-ada@example.org'],
    [false, 'ada2', 'ada@example.org'],
    [false, 'ada-1', 'ada@example.org'],
    [false, 'ada-02', 'ada@example.org'],
    [false, 'ad', 'ada@example.org'],
    [false, 'countess', 'ada@example.org'],
    [false, '12', 'ada@example.org'],
  ]
  for (const [isMade, login, userName] of rows) {
    it(`counts as ${isMade ? 'made' : 'given'} where it is ${login} and the userName ${userName}`, () => {
      const resource = somebody(login, userName)
      const expected = isMade ? somebody(undefined, userName) : resource
      assert.deepEqual(withoutMade(entries, resource), expected)
    })
  }

  it('counts as made where it stands in for one that was given up, whatever the userName', () => {
    const id = '0c3b4a90-5c5e-103d-8f1a-2b7f4bb1a001'
    const resource: JsonObject = { ...somebody('0c3b4a905c5e103d8f1a'), id }
    assert.deepEqual(withoutMade(entries, resource), { ...somebody(undefined), id })
    const { userName: _, ...nameless } = resource
    assert.deepEqual(withoutMade(entries, nameless), { id })
  })

  it('is shown, and is there for a change only where it was given', () => {
    for (const [uid, isGiven] of [
      ['anna', false],
      ['berg', true],
    ] as const) {
      const entry = person({ uid, mail: 'anna@example.org' }, `uid=${uid},${people}`)
      assert.deepEqual(users.toUser(entry, context())[urn], { login: uid })
      const expected = isGiven ? { login: uid } : undefined
      assert.deepEqual(users.toWriteModel(entry, context())[urn], expected)
    }
  })

  it('is kept by a resource that says nothing of it, and by no other', () => {
    const before = somebody('countess')
    const silent = somebody(undefined, 'other@example.org')
    assert.deepEqual(withGiven(entries, before, silent), {
      ...silent,
      [urn]: { login: 'countess' },
    })
    assert.deepEqual(silent, somebody(undefined, 'other@example.org'))
    const other = somebody('duchess')
    assert.deepEqual(withGiven(entries, before, other), other)
    assert.deepEqual(withGiven(entries, silent, silent), silent)
  })

  it('names a new entry, or else the one that is made does', () => {
    assert.equal(entries.dnFor(somebody('countess')), `uid=countess,${people}`)
    const made = new Map([['uid', 'ada-3']])
    assert.equal(entries.dnFor(somebody(undefined), made), `uid=ada-3,${people}`)
    assert.throws(() => entries.dnFor(somebody(undefined)), /login is required/u)
  })

  it('is left alone by a change that takes it away and makes none', () => {
    const entry = person({ uid: 'berg', mail: 'anna@example.org' }, `uid=berg,${people}`)
    const before = somebody('berg', 'anna@example.org')
    const after = somebody(undefined, 'anna@example.org')
    assert.deepEqual(entries.changes(entry, before, after), {
      newRdn: undefined,
      modifications: [],
    })
    assert.equal(
      entries.changes(entry, before, after, new Map([['uid', 'anna']])).newRdn,
      'uid=anna',
    )
  })

  it('is told of as unique, and nothing else is', () => {
    const { schema, schemaExtensions } = users.schema.resourceType
    const all = [schema, ...schemaExtensions.map((each) => each.schema)]
    const unique = all.flatMap(({ attributes }) =>
      attributes.filter(({ uniqueness }) => uniqueness !== 'none').map(({ name }) => name),
    )
    assert.deepEqual(unique, ['userName', 'login'])
    assert.ok(all.some(({ id }) => id === schemaUrns.enterpriseUser))
  })
})

describe('A line beside a derived attribute that cannot work', () => {
  const rows: readonly (readonly [what: string, Changes, string])[] = [
    [
      'that has several values',
      byAddress('uid', { multiValued: true }),
      'is no single text, as uid is, which is derived',
    ],
    [
      'that is no text',
      byAddress('uid', { type: 'integer' }),
      'is no single text, as uid is, which is derived',
    ],
    [
      'that has a fallback',
      byAddress({ attribute: 'uid', fallback: ['userName'] }),
      'has a fallback, and uid is derived; leave one of them out',
    ],
    [
      'that the value is made from',
      byAddress('uid', {}, [key, 'userName']),
      'is what uid itself is derived from',
    ],
  ]
  for (const [what, changes, reason] of rows) {
    it(`is one ${what}`, () => {
      assert.deepEqual(problemsOf(changes), [`users.attributes.${key}: ${reason}`])
    })
  }

  it('is one that is always there', () => {
    const derived = { uid: { from: ['userName'] } }
    assert.deepEqual(problemsOf({ users: { derived } }), [
      'users.attributes.userName: is always there, so that uid is never derived',
      'users.attributes.userName: is what uid itself is derived from',
    ])
  })

  it('is not one that shows it alone', () => {
    assert.deepEqual(problemsOf(byAddress({ attribute: 'uid', isReadOnly: true })), [])
  })
})
