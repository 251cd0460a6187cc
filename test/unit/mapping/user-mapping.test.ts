import assert from 'node:assert/strict'
import type { Entry } from '../../../src/directory/entry.ts'
import { and, equals, type Filter, not, or, present } from '../../../src/directory/filter.ts'
import type { Modification, Plan } from '../../../src/directory/operation.ts'
import { managerValueOf } from '../../../src/mapping/manager-mapping.ts'
import type { UserMapping } from '../../../src/mapping/user-mapping.ts'
import { ScimError } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { schemaUrns } from '../../../src/scim/urn.ts'
import {
  type Attributes,
  type Changes,
  context,
  csn,
  groupsBase,
  id,
  mappings,
  people,
  person,
  userReference,
} from './example.ts'

const lock = '000001010000Z'
const dn = `uid=anna,${people}`
const nobody = { dn: undefined, pending: undefined }
const boss = userReference('boss')
const staff = {
  type: 'Group',
  id: 'id-of-staff',
  dn: `cn=staff,${groupsBase}`,
  memberValues: [`cn=staff,${groupsBase}`],
  display: 'staff',
} as const
const viaOperation: Changes = { users: { password: { method: 'passwordModify' } } }

interface Write {
  readonly active?: boolean
  readonly password?: string
  readonly manager?: { readonly dn: string | undefined; readonly pending: string | undefined }
  readonly version?: string
  readonly userName?: string
}

function change(entry: Entry, write: Write, { users }: { users: UserMapping } = mappings()): Plan {
  const before = users.toWriteModel(entry, context())
  const { active, userName } = write
  const resource = JSON.parse(
    JSON.stringify({ ...before, active, ...(userName === undefined ? {} : { userName }) }),
  ) as JsonObject
  return users.planChange({
    entry,
    before,
    resource,
    manager: write.manager ?? nobody,
    password: write.password,
    version: write.version,
  })
}

function steps({ operations }: Plan): string[][] {
  return operations.map((operation) => {
    switch (operation.kind) {
      case 'modify':
        return operation.modifications.map(textOf)
      case 'passwordModify':
        return [`password of ${operation.dn}`]
      case 'modifyDn':
        return [`rename ${operation.newRdn} ${operation.newSuperior ?? ''}`.trim()]
      case 'add':
      case 'delete':
        return [`${operation.kind} ${operation.dn}`]
    }
  })
}

function textOf({ operation, attribute, values }: Modification): string {
  return [operation, attribute, ...values.map(String)].join(' ')
}

function assertionsOf({ operations }: Plan): (Filter | undefined)[] {
  return operations.map((operation) => ('assertion' in operation ? operation.assertion : undefined))
}

/** What is held to something beside the entry that was read. */
function held(same: Filter, ...others: readonly Filter[]): Filter {
  return and([same, ...others])
}

const unlocked = not(equals('pwdAccountLockedTime', lock))
const withoutLock = not(present('pwdAccountLockedTime'))

/** That an entry is the one that was read. */
function isSame(version?: string): Filter {
  const same = equals('entryUUID', id)
  return version === undefined ? same : and([same, equals('entryCSN', version)])
}

/** How many names each filter asks for when people may wait for somebody with these addresses. */
function namesInFilters(addresses: readonly string[]): number[] {
  return mappings()
    .users.waitingFilters({ emails: addresses.map((value) => ({ value, type: 'work' })) })
    .map((filter) => (filter.kind === 'or' ? filter.filters.length : 1))
}

describe('The status of a user', () => {
  const table: readonly (readonly [string, Attributes, Write, readonly string[][]])[] = [
    [
      'is locked away by the lock of an administrator',
      {},
      { active: false },
      [[`add pwdAccountLockedTime ${lock}`]],
    ],
    [
      'takes the place of the lock of too many wrong passwords',
      { pwdAccountLockedTime: '20261122084405Z' },
      { active: false },
      [['delete pwdAccountLockedTime 20261122084405Z', `add pwdAccountLockedTime ${lock}`]],
    ],
    [
      'is given back',
      { pwdAccountLockedTime: lock },
      { active: true },
      [[`delete pwdAccountLockedTime ${lock}`]],
    ],
    [
      'leaves the lock of too many wrong passwords to the server',
      { pwdAccountLockedTime: '20261122084405Z' },
      { active: true },
      [],
    ],
    ['stays when it is as it is to be', { pwdAccountLockedTime: lock }, { active: false }, []],
    ['stays locked when a write does not say', { pwdAccountLockedTime: lock }, {}, []],
    [
      'comes with a password, and the lock behind it',
      {},
      { active: false, password: 'new' },
      [['replace userPassword new', `add pwdAccountLockedTime ${lock}`]],
    ],
    [
      'is locked again behind a new password, which takes the lock away',
      { pwdAccountLockedTime: lock },
      { password: 'new' },
      [
        [
          'replace userPassword new',
          `delete pwdAccountLockedTime ${lock}`,
          `add pwdAccountLockedTime ${lock}`,
        ],
      ],
    ],
    ['stays active with a new password', {}, { password: 'new' }, [['replace userPassword new']]],
  ]
  for (const [sentence, attributes, write, expected] of table) {
    it(sentence, () => {
      assert.deepEqual(steps(change(person(attributes), write)), expected)
    })
  }

  it('is inactive by the value of the settings alone', () => {
    const { users } = mappings()
    const shown = [lock, '20261122084405Z'].map(
      (value) => users.toUser(person({ pwdAccountLockedTime: value }), context())['active'],
    )
    assert.deepEqual(shown, [false, true])
  })

  it('is one value among others where the attribute has room', () => {
    const words = mappings({
      users: { active: { attribute: 'carLicense', inactive: 'off', active: 'on' } },
    })
    const entry = person({ carLicense: ['B-X 1', 'OFF'] })
    assert.equal(words.users.toUser(entry, context())['active'], false)
    assert.deepEqual(steps(change(entry, { active: true }, words)), [
      ['delete carLicense OFF', 'add carLicense on'],
    ])
    const active = person({ carLicense: ['on', 'B-X 1'] })
    assert.deepEqual(steps(change(active, { active: false, password: 'new' }, words)), [
      ['replace userPassword new', 'delete carLicense on', 'add carLicense off'],
    ])
  })

  it('is not shown where it is not mapped', () => {
    const bare = mappings({ users: { active: undefined } })
    assert.equal(bare.users.toUser(person(), context())['active'], undefined)
    assert.deepEqual(steps(change(person(), { active: false }, bare)), [])
  })

  it('comes with a new entry', () => {
    const { plan } = mappings().users.planCreate({
      resource: { userName: 'anna', active: false },
      manager: nobody,
      password: 'new',
    })
    const [add] = plan.operations
    assert.ok(add?.kind === 'add')
    assert.deepEqual(add.attributes.slice(-2), [
      { type: 'pwdAccountLockedTime', values: [lock] },
      { type: 'userPassword', values: ['new'] },
    ])
  })
})

describe('A password that the server is to hash', () => {
  it('is not taken for a hash, whatever word in braces it begins with (RFC 3112)', () => {
    for (const password of ['{SSHA}x', '{CLEARTEXT}x', '{}x']) {
      assert.throws(
        () => change(person(), { password }),
        (error) => error instanceof ScimError && error.scimType === 'invalidValue',
      )
    }
    assert.deepEqual(steps(change(person(), { password: 'x{SSHA}' })), [
      ['replace userPassword x{SSHA}'],
    ])
  })
})

describe('The Password Modify operation (RFC 3062)', () => {
  const mapped = mappings(viaOperation)
  const touched = ['delete cn Anna Berg', 'add cn Anna Berg']

  it('follows the changes, by the new name, and the lock that it takes away follows it', () => {
    const plan = change(person(), { userName: 'ann', active: false, password: 'new' }, mapped)
    const renamed = `uid=ann,${people}`
    assert.deepEqual(steps(plan), [
      ['rename uid=ann'],
      [`add pwdAccountLockedTime ${lock}`],
      [`password of ${renamed}`],
      [`replace pwdAccountLockedTime ${lock}`],
    ])
  })

  it('follows a modify that changes nothing but the version, for it can carry no assertion itself', () => {
    const plan = change(person(), { password: 'new' }, mapped)
    assert.deepEqual(steps(plan), [touched, [`password of ${dn}`]])
    assert.deepEqual(assertionsOf(plan), [held(isSame(), unlocked), undefined])
  })

  it('comes only while the account is as it was read, disabled or not', () => {
    for (const users of [mapped, mappings()]) {
      const [open] = assertionsOf(change(person(), { password: 'new' }, users))
      assert.deepEqual(open, held(isSame(), unlocked))
      const disabled = person({ pwdAccountLockedTime: lock })
      const [shut] = assertionsOf(change(disabled, { password: 'new' }, users))
      assert.deepEqual(shut, held(isSame(), equals('pwdAccountLockedTime', lock)))
    }
  })

  it('follows a new entry, locked as well', () => {
    const { plan } = mapped.users.planCreate({
      resource: { userName: 'anna', active: false },
      manager: nobody,
      password: 'new',
    })
    assert.deepEqual(steps(plan), [
      [`add ${dn}`],
      [`password of ${dn}`],
      [`replace pwdAccountLockedTime ${lock}`],
    ])
  })

  it('brings no lock back of which a password policy knows nothing', () => {
    const words = mappings({
      users: { ...viaOperation.users, active: { attribute: 'carLicense', inactive: 'off' } },
    })
    const plan = change(person({ carLicense: 'off' }), { password: 'new' }, words)
    assert.deepEqual(steps(plan), [touched, [`password of ${dn}`]])
  })

  it('follows an account that cannot be disabled by itself', () => {
    const bare = mappings({ users: { ...viaOperation.users, active: undefined } })
    const plan = change(person(), { active: false, password: 'new' }, bare)
    assert.deepEqual(steps(plan), [touched, [`password of ${dn}`]])
  })

  it('is left out where passwords are ignored', () => {
    for (const password of [{ method: 'ignore' }, undefined]) {
      assert.deepEqual(
        steps(change(person(), { password: 'new' }, mappings({ users: { password } }))),
        [],
      )
    }
  })
})

/** The last attribute of a new entry. */
function written(manager: NonNullable<Write['manager']>) {
  const write = { resource: { userName: 'anna' }, manager, password: undefined }
  const [add] = mappings().users.planCreate(write).plan.operations
  return add?.kind === 'add' ? add.attributes.at(-1) : undefined
}

describe('The manager of a user', () => {
  const { users } = mappings()

  it('is shown by his id, and one who is out of reach or no user is not', () => {
    const manager = (...dns: string[]) => {
      const shown = users.toUser(person({ manager: dns }), context(boss, staff))
      return (shown[schemaUrns.enterpriseUser] as JsonObject | undefined)?.['manager']
    }
    const expected = {
      value: 'id-of-boss',
      $ref: 'https://bridge.example.org/scim/v2/Users/id-of-boss',
      displayName: 'boss',
    }
    assert.deepEqual(manager(`uid=gone,${people}`, staff.dn, boss.dn.toUpperCase()), expected)
    assert.equal(manager(`uid=gone,${people}`), undefined)
    assert.equal(manager(), undefined)
  })

  it('has no name where his entry has none', () => {
    const shown = users.toUser(
      person({ manager: boss.dn }),
      context({ ...boss, display: undefined }),
    )
    assert.deepEqual(shown[schemaUrns.enterpriseUser], {
      manager: { value: 'id-of-boss', $ref: 'https://bridge.example.org/scim/v2/Users/id-of-boss' },
    })
  })

  const table: readonly (readonly [string, Attributes, Write['manager'], readonly string[][]])[] = [
    ['is added', {}, { ...nobody, dn: boss.dn }, [[`add manager ${boss.dn}`]]],
    [
      'is changed',
      { manager: 'uid=a' },
      { ...nobody, dn: boss.dn },
      [[`replace manager ${boss.dn}`]],
    ],
    ['is taken away', { manager: ['uid=a', 'uid=b'] }, nobody, [['replace manager']]],
    [
      'stays, however his DN is spelled, and those behind him',
      { manager: [boss.dn.toUpperCase(), 'uid=b'] },
      { ...nobody, dn: boss.dn },
      [],
    ],
    [
      'becomes the only one when he was the second',
      { manager: ['uid=a', boss.dn.toUpperCase()] },
      { ...nobody, dn: boss.dn },
      [[`replace manager ${boss.dn.toUpperCase()}`]],
    ],
    [
      'is remembered while he does not exist',
      {},
      { dn: undefined, pending: '42' },
      [['add objectClass scimResource', 'add scimPendingManager 42']],
    ],
    [
      'is no longer waited for when he is there',
      { scimPendingManager: '42', objectClass: ['inetOrgPerson', 'scimResource'] },
      { ...nobody, dn: boss.dn },
      [[`add manager ${boss.dn}`, 'delete scimPendingManager 42']],
    ],
  ]
  for (const [sentence, attributes, manager, expected] of table) {
    it(sentence, () => {
      assert.deepEqual(
        steps(change(person(attributes), manager === undefined ? {} : { manager })),
        expected,
      )
    })
  }

  it('is seen by a write while he is waited for, beside the rest of the extension', () => {
    const entry = person({ scimPendingManager: '42', o: 'Ltd' })
    assert.equal(managerValueOf(users.toUser(entry, context())), undefined)
    assert.deepEqual(users.toWriteModel(entry, context())[schemaUrns.enterpriseUser], {
      organization: 'Ltd',
      manager: { value: '42' },
    })
    assert.equal(
      managerValueOf(users.toWriteModel(person({ scimPendingManager: '42' }), context())),
      '42',
    )
  })

  it('is the one who is waited for, as far as writes go, although another is there', () => {
    const entry = person({ scimPendingManager: '42', manager: boss.dn })
    assert.equal(managerValueOf(users.toWriteModel(entry, context(boss))), '42')
  })

  it('comes with a new entry, or what is remembered of him', () => {
    assert.deepEqual(written({ dn: boss.dn, pending: undefined }), {
      type: 'manager',
      values: [boss.dn],
    })
    assert.deepEqual(written({ dn: undefined, pending: '42' }), {
      type: 'scimPendingManager',
      values: ['42'],
    })
  })

  it('is looked up in the order of the settings, and as an id only when it can be one', () => {
    const others = ['scimExternalId', 'uid', 'employeeNumber', 'mail']
    assert.deepEqual(
      users.managerFilters('x'),
      others.map((name) => equals(name, 'x')),
    )
    assert.deepEqual(
      users.managerFilters(id),
      ['entryUUID', ...others].map((name) => equals(name, id)),
    )
  })

  it('is waited for by anything that he may be called', () => {
    const filters = users.waitingFilters({
      id,
      userName: 'anna',
      externalId: 'anna',
      emails: [{ value: 'a@x.org', type: 'work' }],
    })
    assert.deepEqual(filters, [
      or([id, 'anna', 'a@x.org'].map((text) => equals('scimPendingManager', text))),
    ])
    assert.deepEqual(users.waitingFilters({}), [])
  })

  it('is waited for by many names in several filters, each of which a directory takes', () => {
    const numbers = Array.from({ length: 450 }, (_, index) => `${index}@x.org`)
    assert.deepEqual(namesInFilters(numbers), [200, 200, 50])
    const long = numbers.slice(0, 10).map((each) => `${'x'.repeat(20_000)}${each}`)
    assert.deepEqual(namesInFilters(long), [3, 3, 3, 1])
    assert.deepEqual(namesInFilters([`${'x'.repeat(65_000)}@x.org`, ...numbers.slice(0, 2)]), [3])
  })

  it('is set by those who settle it, of whom one succeeds', () => {
    const plan = users.planSettle(person({ scimPendingManager: '42' }), '42', boss.dn)
    assert.deepEqual(steps(plan), [['delete scimPendingManager 42', `add manager ${boss.dn}`]])
    assert.deepEqual(assertionsOf(plan), [held(isSame(), not(present('manager')))])
    const managed = person({ scimPendingManager: '42', manager: staff.dn })
    const replacing = users.planSettle(managed, '42', boss.dn)
    assert.deepEqual(steps(replacing), [
      ['delete scimPendingManager 42', `replace manager ${boss.dn}`],
    ])
    assert.deepEqual(assertionsOf(replacing), [held(isSame(), equals('manager', staff.dn))])
  })

  it('is never waited for where nothing is remembered', () => {
    const { users: strict } = mappings({ users: { manager: { unknown: 'reject' } } })
    assert.deepEqual(strict.waitingFilters({ userName: 'anna' }), [])
    assert.equal(strict.pendingOf(person({ scimPendingManager: '42' })), undefined)
    assert.throws(() => strict.planSettle(person(), '42', boss.dn), /no pending managers/u)
  })

  it('is nothing where he is not mapped', () => {
    const { users: bare } = mappings({ users: { manager: undefined } })
    assert.deepEqual(bare.managerFilters('x'), [])
    assert.deepEqual(bare.waitingFilters({ userName: 'anna' }), [])
    assert.equal(
      managerValueOf(bare.toUser(person({ manager: boss.dn }), context(boss))),
      undefined,
    )
    assert.throws(() => bare.planSettle(person(), '42', boss.dn), /not mapped/u)
    const entry = person({ manager: boss.dn, memberOf: staff.dn })
    assert.deepEqual(
      bare.referencedDns(entry, () => true),
      [staff.dn],
    )
  })

  it('has one form in SCIM', () => {
    assert.equal(managerValueOf({ [schemaUrns.enterpriseUser]: { manager: 'x' } }), undefined)
    assert.equal(managerValueOf({ [schemaUrns.enterpriseUser]: { manager: { value: 'x' } } }), 'x')
  })
})

describe('The groups of a user', () => {
  const expected = [
    {
      value: 'id-of-staff',
      $ref: 'https://bridge.example.org/scim/v2/Groups/id-of-staff',
      display: 'staff',
      type: 'direct',
    },
  ]

  it('are those the server keeps, as far as they are within reach', () => {
    const entry = person({ memberOf: [staff.dn, `cn=gone,${groupsBase}`, boss.dn] })
    assert.deepEqual(mappings().users.toUser(entry, context(boss, staff))['groups'], expected)
    const { users } = mappings()
    assert.deepEqual(
      users.referencedDns(entry, () => true),
      entry.texts('memberOf'),
    )
    assert.deepEqual(
      users.referencedDns(entry, ({ attribute }) => attribute.name !== 'groups'),
      [],
    )
  })

  it('are those that were found where the server keeps none', () => {
    const { users } = mappings({ users: { memberOf: undefined } })
    const found = { ...context(), groupsByMember: new Map([[dn, [staff]]]) }
    assert.deepEqual(users.toUser(person(), found)['groups'], expected)
    assert.equal(users.toUser(person(), context())['groups'], undefined)
  })

  it('have no name where their entries have none', () => {
    const shown = mappings().users.toUser(
      person({ memberOf: staff.dn }),
      context({ ...staff, display: undefined }),
    )
    assert.deepEqual(shown['groups'], [
      { value: 'id-of-staff', $ref: expected[0]?.$ref, type: 'direct' },
    ])
  })
})

describe('Taking a user away', () => {
  const former = 'ou=former,dc=example,dc=org'
  const move = mappings({ users: { onDelete: 'move', deletedBase: former } }).users
  const disable = mappings({ users: { onDelete: 'disable' } }).users

  it('deletes the entry that was read, in the version that was read', () => {
    const plan = mappings().users.planDelete(person(), csn)
    assert.deepEqual(plan, {
      operations: [{ kind: 'delete', dn, assertion: isSame(csn) }],
      read: [],
    })
  })

  it('disables the account, once', () => {
    assert.deepEqual(steps(disable.planDelete(person(), undefined)), [
      [`add pwdAccountLockedTime ${lock}`],
    ])
    assert.deepEqual(
      disable.planDelete(person({ pwdAccountLockedTime: lock }), undefined).operations,
      [],
    )
  })

  it('disables the account and moves the entry under its name', () => {
    const plan = move.planDelete(person({}, `uid=a\\,b,${people}`), csn)
    assert.deepEqual(steps(plan), [
      [`add pwdAccountLockedTime ${lock}`],
      [`rename uid=a\\,b ${former}`],
    ])
    assert.deepEqual(assertionsOf(plan), [held(isSame(csn), withoutLock), isSame()])
  })

  it('puts the id behind a name that is taken, and keeps it within 64 characters', () => {
    const long = 'ä'.repeat(80)
    for (const [name, kept] of [
      ['a\\,b', 'a\\,b'],
      [long, 'ä'.repeat(63 - id.length)],
    ]) {
      const plan = move.planDelete(person({}, `uid=${name},${people}`), undefined, true)
      assert.deepEqual(steps(plan).at(-1), [`rename uid=${kept}-${id} ${former}`])
    }
  })

  it('holds the move to the version when nothing comes before it', () => {
    const plan = move.planDelete(person({ pwdAccountLockedTime: lock }), csn)
    assert.deepEqual(assertionsOf(plan), [isSame(csn)])
  })

  it('moves an account that cannot be disabled', () => {
    const { users } = mappings({
      users: { onDelete: 'move', deletedBase: former, active: undefined },
    })
    assert.deepEqual(steps(users.planDelete(person(), undefined)), [[`rename uid=anna ${former}`]])
  })
})

describe('What a user gives up who is moved away', () => {
  const former = 'ou=former,dc=example,dc=org'
  const madeOfId = '0c3b4a905c5e103d8f1a'
  const givingUp = (...givesUp: readonly string[]): UserMapping =>
    mappings({ users: { onDelete: 'move', deletedBase: former, givesUp } }).users
  const departed = (entry: Entry, ...givesUp: readonly string[]): string[][] =>
    steps(givingUp(...givesUp).planDelete(entry, undefined)).slice(0, -1)

  it('goes in the modify that disables him', () => {
    const entry = person({ mail: ['a@example.org', 'b@example.org'] })
    assert.deepEqual(departed(entry, 'mail', 'employeeNumber'), [
      [`add pwdAccountLockedTime ${lock}`, 'delete mail a@example.org b@example.org'],
    ])
  })

  it('is replaced by what is made of his id where the object class demands a value', () => {
    const entry = person({ pwdAccountLockedTime: lock })
    assert.deepEqual(departed(entry, 'sn'), [['delete sn Berg', `add sn ${madeOfId}`]])
    assert.equal(madeOfId.length, 20)
    assert.ok(id.replaceAll('-', '').startsWith(madeOfId))
  })

  it('is gone already with one who was moved before and brought back', () => {
    const entry = person({ pwdAccountLockedTime: lock, sn: madeOfId })
    assert.deepEqual(departed(entry, 'sn', 'mail'), [])
  })

  it('gets his id behind it where it names the entry, whatever other values there are', () => {
    const entry = person({ uid: ['anna', 'berg'], pwdAccountLockedTime: lock })
    const plan = givingUp('UID').planDelete(entry, csn)
    assert.deepEqual(steps(plan), [['delete uid berg'], [`rename uid=anna-${id} ${former}`]])
    assert.deepEqual(assertionsOf(plan), [isSame(csn), isSame()])
    const again = person({}, `uid=anna-${id},${people}`)
    assert.deepEqual(steps(givingUp('uid').planDelete(again, undefined)).at(-1), [
      `rename uid=anna-${id} ${former}`,
    ])
  })

  it('is cut so that the name has room for his id within 64 UTF-16 units, and no character is halved', () => {
    const room = 64 - `-${id}`.length
    for (const [name, kept] of [
      ['a'.repeat(64), 'a'.repeat(room)],
      ['😀'.repeat(32), '😀'.repeat(Math.floor(room / 2))],
    ] as const) {
      const entry = person({ uid: name, pwdAccountLockedTime: lock }, `uid=${name},${people}`)
      assert.deepEqual(steps(givingUp('uid').planDelete(entry, undefined)), [
        [`rename uid=${kept}-${id} ${former}`],
      ])
    }
  })

  it('is one part of a name that has several', () => {
    const entry = person({ employeeNumber: '7' }, `cn=Anna Berg+employeeNumber=7,${people}`)
    assert.deepEqual(steps(givingUp('employeeNumber').planDelete(entry, undefined)).at(-1), [
      `rename cn=Anna Berg+employeeNumber=7-${id} ${former}`,
    ])
  })

  it('is given up once, whatever names it has in the settings', () => {
    const entry = person({ mail: 'a@example.org', pwdAccountLockedTime: lock })
    assert.deepEqual(departed(entry, 'mail', 'rfc822Mailbox', 'MAIL'), [
      ['delete mail a@example.org'],
    ])
  })

  it('stays with one who is disabled or deleted', () => {
    const { users } = mappings({ users: { onDelete: 'disable', givesUp: ['mail'] } })
    const entry = person({ mail: 'a@example.org', pwdAccountLockedTime: lock })
    assert.deepEqual(users.planDelete(entry, undefined).operations, [])
  })

  it('is read before, whether it is mapped or not', () => {
    assert.ok(givingUp('carLicense').attributes.includes('carLicense'))
    assert.ok(
      !mappings({ users: { givesUp: ['carLicense'] } }).users.attributes.includes('carLicense'),
    )
  })
})

describe('What a plan asks the server to make sure of (RFC 4528)', () => {
  it('is the version at the first operation, and the entry at all, under its name of then', () => {
    const plan = change(person(), { userName: 'ann', active: false, version: csn })
    assert.deepEqual(assertionsOf(plan), [isSame(csn), held(isSame(), withoutLock)])
  })

  it('reads what the answer is made from', () => {
    const plan = change(person(), { active: false })
    assert.ok(
      ['manager', 'scimPendingManager', 'pwdAccountLockedTime', 'memberOf', 'entryUUID'].every(
        (name) => plan.read.includes(name),
      ),
    )
  })
})
