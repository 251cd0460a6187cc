import assert from 'node:assert/strict'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { ScimError } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { schemaUrns } from '../../../src/scim/urn.ts'
import { applyOperations } from './apply.ts'
import {
  type Attributes,
  type Changes,
  context,
  csn,
  entryOf,
  id,
  mappings,
  people,
  person,
} from './example.ts'

const preset = mappings().users

/** What a PUT of a body does to an entry. */
function put(entry: ReturnType<typeof person>, body: JsonObject, users = preset): LdapOperation[] {
  return [
    ...users.planChange({
      entry,
      before: users.toWriteModel(entry, context()),
      resource: users.entries.withoutRepeated(entry, { ...name, ...body }),
      manager: { dn: undefined, pending: undefined },
      password: undefined,
      version: undefined,
    }).operations,
  ]
}

const name = { userName: 'anna', name: { formatted: 'Anna Berg', familyName: 'Berg' } }

function changesOf(operations: readonly LdapOperation[]): string[] {
  return operations.flatMap((operation) => {
    if (operation.kind === 'modifyDn') return [`rename ${operation.newRdn}`]
    if (operation.kind !== 'modify') return [operation.kind]
    return operation.modifications.map((each) =>
      [each.operation, each.attribute, ...each.values.map(String)].join(' '),
    )
  })
}

function created(body: JsonObject, changes: Changes = {}): readonly string[] {
  const { users } = mappings(changes)
  const write = {
    resource: body,
    manager: { dn: undefined, pending: undefined },
    password: undefined,
  }
  const { plan } = users.planCreate(write)
  return plan.operations.flatMap((operation) =>
    operation.kind === 'add'
      ? [
          operation.dn,
          ...operation.attributes.map(({ type, values }) => [type, ...values].join(' ')),
        ]
      : [operation.kind],
  )
}

describe('Showing an entry', () => {
  it('shows what is mapped, and what the directory keeps of it', () => {
    const entry = person({
      mail: ['a@x.org', 'b@x.org'],
      mobile: '1',
      street: 'Main St 1',
      l: 'Town',
      o: 'Ltd',
      description: 'hidden',
    })
    assert.deepEqual(preset.toUser(entry, context()), {
      schemas: [schemaUrns.user, schemaUrns.enterpriseUser],
      id,
      userName: 'anna',
      name: { formatted: 'Anna Berg', familyName: 'Berg', givenName: 'Anna Berg' },
      emails: [
        { value: 'a@x.org', type: 'work', primary: true },
        { value: 'b@x.org', type: 'work' },
      ],
      phoneNumbers: [{ value: '1', type: 'mobile' }],
      addresses: [{ type: 'work', streetAddress: 'Main St 1', locality: 'Town' }],
      [schemaUrns.enterpriseUser]: { organization: 'Ltd' },
      active: true,
      meta: {
        resourceType: 'User',
        created: '2026-11-22T08:44:05.000Z',
        lastModified: '2026-11-22T08:44:06.000Z',
        version: `W/"${csn}"`,
        location: `https://bridge.example.org/scim/v2/Users/${id}`,
      },
    })
  })

  it('shows the value that names the entry where it has several', () => {
    const entry = person({ uid: ['old', 'anna', 'other'] })
    assert.equal(preset.toUser(entry, context())['userName'], 'anna')
  })

  it('shows it as the attribute spells it, not as the DN does', () => {
    const entry = person({ uid: ['old', 'Anna'] })
    assert.equal(preset.toUser(entry, context())['userName'], 'Anna')
  })

  it('gives OneLogin both parts of a name, whatever the entry lacks', () => {
    const bare = entryOf(`uid=x,${people}`, { objectClass: ['inetOrgPerson'], uid: 'x' })
    assert.deepEqual(preset.toUser(bare, context())['name'], {
      formatted: 'x',
      familyName: 'x',
      givenName: 'x',
    })
  })

  it('marks no value as primary where the map does not', () => {
    const { users } = mappings({ attributes: { 'emails[type eq "work"]': 'mail' } })
    const { emails } = users.toUser(person({ mail: 'a@x.org' }), context())
    assert.deepEqual(emails, [{ value: 'a@x.org', type: 'work' }])
  })

  it('marks an element of several parts as primary when one of its lines says so', () => {
    const attributes = { 'addresses[type eq "work"].locality': { attribute: 'l', isPrimary: true } }
    const { users } = mappings({ attributes })
    const { addresses } = users.toUser(person({ l: 'Town', street: 'Main St' }), context())
    assert.deepEqual(addresses, [
      { type: 'work', streetAddress: 'Main St', locality: 'Town', primary: true },
    ])
  })

  it('cannot be done without the id of the entry', () => {
    const nameless = entryOf(`uid=x,${people}`, { uid: 'x', entryUUID: [] })
    assert.throws(() => preset.toUser(nameless, context()), /came without entryUUID/u)
  })
})

describe('Creating an entry', () => {
  it('writes what is mapped and has a value, and what the object class demands', () => {
    assert.deepEqual(
      created({ userName: 'kelly', displayName: 'Kelly', emails: [{ value: 'k@x.org' }] }),
      [
        `uid=kelly,${people}`,
        'objectClass inetOrgPerson',
        'uid kelly',
        'cn Kelly',
        'sn Kelly',
        'displayName Kelly',
        'mail k@x.org',
      ],
    )
  })

  it('joins the parts of a name to the whole, and a part alone stands for itself', () => {
    assert.ok(
      created({ userName: 'k', name: { givenName: 'Kelly', familyName: 'Slater' } }).includes(
        'cn Kelly Slater',
      ),
    )
    assert.ok(created({ userName: 'k', name: { givenName: 'Kelly' } }).includes('cn Kelly'))
  })

  it('gives an entry an auxiliary class only when it needs one', () => {
    assert.ok(
      created({ userName: 'k', externalId: '7' }).includes(
        'objectClass inetOrgPerson scimResource',
      ),
    )
  })

  it('gives no class twice, whatever it is called, and of two that would do one', () => {
    const users = {
      createClasses: ['INETORGPERSON', 'person'],
      optionalClasses: ['scimResource', 'extensibleObject'],
    }
    assert.ok(
      created({ userName: 'k', externalId: '7' }, { users }).includes(
        'objectClass inetOrgPerson person scimResource',
      ),
    )
  })

  it('names an entry by a fallback where the naming attribute has no value', () => {
    const changes = {
      users: { rdn: 'displayName' },
      attributes: { displayName: { attribute: 'displayName', fallback: ['userName'] } },
    }
    const [dn, ...attributes] = created({ userName: 'k' }, changes)
    assert.equal(dn, `displayName=k,${people}`)
    assert.ok(attributes.includes('displayName k'))
  })

  it('puts new entries where the settings say', () => {
    const createBase = `ou=new,${people}`
    assert.equal(
      created({ userName: 'a,b+c' }, { users: { createBase } })[0],
      `uid=a\\,b\\+c,${createBase}`,
    )
  })

  it('has a NUL in its name on OpenLDAP, which takes all of it', () => {
    assert.equal(created({ userName: 'a\0da' })[0], `uid=a\\00da,${people}`)
  })

  it('refuses a resource without a name', () => {
    assert.throws(
      () => created({}),
      (error) =>
        error instanceof ScimError &&
        error.scimType === 'invalidValue' &&
        error.message === 'userName is required.',
    )
  })

  it('gives values once that the directory takes for the same', () => {
    const emails = [{ value: 'a@x.org' }, { value: 'A@X.org' }]
    assert.ok(created({ userName: 'k', emails }).includes('mail a@x.org'))
  })

  it('puts the primary value first', () => {
    const emails = [{ value: 'a@x.org' }, { value: 'b@x.org', primary: true }]
    assert.ok(created({ userName: 'k', emails }).includes('mail b@x.org a@x.org'))
  })

  it('gives each element to the line that it belongs to, and one that does not say to the first', () => {
    const phoneNumbers = [
      { value: '1', type: 'Mobile' },
      { value: '2' },
      { value: '3', type: 'satellite' },
    ]
    const attributes = created({ userName: 'k', phoneNumbers })
    assert.ok(attributes.includes('mobile 1') && attributes.includes('telephoneNumber 2'))
    assert.ok(!attributes.some((each) => each.includes('3')))
  })

  it('gives the elements that no other line takes to a line without type', () => {
    const attributes = {
      'emails[type eq "work"]': undefined,
      emails: 'mail',
      'emails[type eq "home"]': 'businessCategory',
    }
    const emails = [
      { value: 'a@x.org', type: 'work' },
      { value: 'b', type: 'home' },
      { value: 'c@x.org' },
    ]
    const result = created({ userName: 'k', emails }, { attributes })
    assert.ok(result.includes('mail a@x.org c@x.org') && result.includes('businessCategory b'))
  })
})

describe('Changing an entry', () => {
  const table: readonly (readonly [string, Attributes, JsonObject, readonly string[]])[] = [
    ['writes nothing when a client sends what is shown', {}, {}, []],
    [
      'writes nothing when a client echoes a fallback',
      {},
      { name: { ...name.name, givenName: 'Anna Berg' } },
      [],
    ],
    [
      'writes nothing when a client leaves a fallback out',
      { displayName: 'Anna' },
      { displayName: 'Anna' },
      [],
    ],
    ['adds what is new', {}, { title: 'Boss' }, ['add title Boss']],
    ['deletes what is gone', { title: 'Boss' }, {}, ['delete title Boss']],
    [
      'deletes and adds what changes',
      { title: 'Boss' },
      { title: 'boss' },
      ['delete title Boss', 'add title boss'],
    ],
    [
      'keeps the values behind the one that is shown, in their order',
      { title: ['Boss', 'Owner', 'Clerk'] },
      { title: 'Chief' },
      ['delete title Boss Owner Clerk', 'add title Chief Owner Clerk'],
    ],
    [
      'puts a value first that is there already',
      { title: ['Boss', 'Owner'] },
      { title: 'Owner' },
      ['delete title Boss'],
    ],
    [
      'drops a value behind that is the same to the directory',
      { title: ['Boss', 'Owner'] },
      { title: 'OWNER' },
      ['delete title Boss Owner', 'add title OWNER'],
    ],
    [
      'deletes all values when the one that is shown is taken away',
      { title: ['Boss', 'Owner'] },
      {},
      ['delete title Boss Owner'],
    ],
    [
      'leaves several values alone as long as the one that is shown stays',
      { title: ['Boss', 'Owner'] },
      { title: 'Boss' },
      [],
    ],
    [
      'changes a list value by value',
      { mail: ['a@x.org', 'b@x.org'] },
      {
        emails: [
          { value: 'a@x.org', type: 'work' },
          { value: 'c@x.org', type: 'work' },
        ],
      },
      ['delete mail b@x.org', 'add mail c@x.org'],
    ],
    [
      'takes another order for the same',
      { mail: ['a@x.org', 'b@x.org'] },
      {
        emails: [
          { value: 'b@x.org', type: 'work' },
          { value: 'a@x.org', type: 'work' },
        ],
      },
      [],
    ],
    [
      'puts another primary value first',
      { mail: ['a@x.org', 'b@x.org'] },
      {
        emails: [
          { value: 'a@x.org', type: 'work' },
          { value: 'b@x.org', type: 'work', primary: true },
        ],
      },
      ['delete mail a@x.org', 'add mail a@x.org'],
    ],
    [
      'replaces numbers that have no equality rule',
      { facsimileTelephoneNumber: '1' },
      {
        phoneNumbers: [
          { value: '1', type: 'fax' },
          { value: '2', type: 'fax' },
        ],
      },
      ['replace facsimileTelephoneNumber 1 2'],
    ],
    [
      'changes a part of an element',
      { l: 'Town', st: 'State' },
      { addresses: [{ type: 'work', locality: 'City', region: 'State' }] },
      ['delete l Town', 'add l City'],
    ],
    [
      'adds an auxiliary class with the first value that needs it',
      {},
      { externalId: '7' },
      ['add objectClass scimResource', 'add scimExternalId 7'],
    ],
    [
      'adds it once',
      { objectClass: ['inetOrgPerson', 'scimResource'] },
      { externalId: '7' },
      ['add scimExternalId 7'],
    ],
    ['needs no class to delete', { scimExternalId: '7' }, {}, ['delete scimExternalId 7']],
    [
      'fills what the object class demands from the fallback',
      { displayName: 'Anna' },
      { displayName: 'Anna', name: { formatted: 'Anna Berg' } },
      ['delete sn Berg', 'add sn Anna'],
    ],
    ['renames when the naming value changes', {}, { userName: 'ann' }, ['rename uid=ann']],
    ['renames when it changes its case alone', {}, { userName: 'Anna' }, ['rename uid=Anna']],
    [
      'renames first and changes the rest behind it',
      { title: 'Boss' },
      { userName: 'ann' },
      ['rename uid=ann', 'delete title Boss'],
    ],
    [
      'keeps the other values of the naming attribute',
      { uid: ['anna', 'alias'] },
      { userName: 'ann' },
      ['rename uid=ann'],
    ],
    [
      'renames to a value that is there already',
      { uid: ['anna', 'alias'] },
      { userName: 'alias' },
      ['rename uid=alias'],
    ],
    [
      'spells such a value as it is asked for',
      { uid: ['anna', 'alias'] },
      { userName: 'Alias' },
      ['rename uid=Alias', 'delete uid alias', 'add uid Alias'],
    ],
  ]
  for (const [sentence, attributes, body, expected] of table) {
    it(sentence, () => {
      const entry = person(attributes)
      const operations = put(entry, body)
      assert.deepEqual(changesOf(operations), expected)
      const after = applyOperations(entry, operations)
      assert.deepEqual(put(after, body), [])
    })
  }

  it('writes what was shown by a fallback when that would no longer show it', () => {
    const echo = { ...name.name, givenName: 'Anna Berg' }
    assert.deepEqual(changesOf(put(person(), { name: echo, displayName: 'Anna B.' })), [
      'add givenName Anna Berg',
      'add displayName Anna B.',
    ])
  })

  it('writes one of two values that stand in for each other', () => {
    const { users } = mappings({
      attributes: {
        displayName: { attribute: 'displayName', fallback: ['nickName'] },
        nickName: { attribute: 'initials', fallback: ['displayName'] },
      },
    })
    const both = { displayName: 'Anna', nickName: 'Anna' }
    const entry = person({ givenName: 'Anna' })
    const operations = put(entry, { ...both, name: { ...name.name, givenName: 'Anna' } }, users)
    assert.deepEqual(changesOf(operations), ['add initials Anna'])
    assert.equal(users.toUser(applyOperations(entry, operations), context())['displayName'], 'Anna')
  })

  it('renames one of several naming values and leaves the other', () => {
    const entry = person({}, `uid=anna+cn=Anna Berg,${people}`)
    assert.deepEqual(changesOf(put(entry, { userName: 'ann' })), ['rename uid=ann+cn=Anna Berg'])
    const both = { userName: 'ann', name: { ...name.name, formatted: 'Ann' } }
    assert.deepEqual(changesOf(put(entry, both)), ['rename uid=ann+cn=Ann'])
  })

  it('goes by the attribute that names the entry, not by the one that would name a new one', () => {
    const entry = person({}, `cn=Anna Berg,${people}`)
    assert.deepEqual(changesOf(put(entry, { userName: 'ann' })), ['delete uid anna', 'add uid ann'])
  })

  it('does not rename while one of several values goes on naming the entry', () => {
    const entry = person({ mail: ['a@x.org'] }, `mail=a@x.org,${people}`)
    const two = { emails: [{ value: 'b@x.org' }, { value: 'a@x.org' }] }
    assert.deepEqual(changesOf(put(entry, two)), ['add mail b@x.org'])
    assert.deepEqual(changesOf(put(entry, { emails: [{ value: 'b@x.org' }] })), [
      'rename mail=b@x.org',
    ])
  })

  it('cannot take away the value that names the entry', () => {
    const entry = person({ displayName: 'Anna' }, `displayName=Anna,${people}`)
    assert.throws(
      () => put(entry, {}),
      (error) => error instanceof ScimError && error.scimType === 'mutability',
    )
  })

  it('never writes what is read only', () => {
    const { users } = mappings({ attributes: { title: { attribute: 'title', isReadOnly: true } } })
    assert.deepEqual(put(person({ title: 'Boss' }), { title: 'Chief' }, users), [])
  })

  it('leaves values alone that are none of the SCIM type', () => {
    const { users } = mappings({
      attributes: { active: 'carLicense' },
      users: { active: undefined },
    })
    const entry = person({ carLicense: ['B-X 1', 'TRUE'] })
    assert.equal(users.toUser(entry, context())['active'], true)
    assert.deepEqual(changesOf(put(entry, { active: false }, users)), [
      'delete carLicense B-X 1 TRUE',
      'add carLicense FALSE B-X 1',
    ])
  })

  it('makes room for the new value where there is room for one', () => {
    const { users } = mappings({
      attributes: {
        active: 'employeeNumber',
        [`${schemaUrns.enterpriseUser}:employeeNumber`]: undefined,
      },
      users: { active: undefined },
    })
    assert.deepEqual(changesOf(put(person({ employeeNumber: 'odd' }), { active: true }, users)), [
      'delete employeeNumber odd',
      'add employeeNumber TRUE',
    ])
  })
})

describe('What the rooms above ask of a mapping', () => {
  it('finds a line however its path is written', () => {
    const keys = [
      'userName',
      'USERNAME',
      `${schemaUrns.user}:userName`,
      'emails[ type eq "work" ]',
      'emails[TYPE EQ "work"]',
      'nickName',
    ]
    assert.deepEqual(
      keys.map((key) => preset.entries.slot(key)?.type.name),
      ['uid', 'uid', 'uid', 'mail', 'mail', undefined],
    )
  })

  it('names the attributes to read, each once', () => {
    const { attributes } = preset.entries
    assert.equal(new Set(attributes).size, attributes.length)
    assert.ok(
      [
        'objectClass',
        'entryUUID',
        'entryCSN',
        'createTimestamp',
        'modifyTimestamp',
        'uid',
        'mail',
      ].every((each) => attributes.includes(each)),
    )
  })

  it('serves the entries of the object class', () => {
    assert.deepEqual(preset.entries.entryFilter, {
      kind: 'equals',
      attribute: 'objectClass',
      value: 'inetOrgPerson',
    })
  })

  it('knows what an LDAP attribute is called in SCIM, by the line that writes it where there are two', () => {
    const { users } = mappings({ attributes: { nickName: { attribute: 'uid', isReadOnly: true } } })
    const names = [
      'uid',
      'userid',
      'mail',
      'manager',
      'scimPendingManager',
      'pwdAccountLockedTime',
      'userPassword',
      'description',
    ]
    assert.deepEqual(
      names.map((each) => users.scimName(each)),
      [
        'userName',
        'userName',
        'emails[type eq "work"]',
        'manager',
        'manager',
        'active',
        'password',
        undefined,
      ],
    )
  })

  it('makes a version of what an entry holds where the server tells none', () => {
    assert.equal(preset.entries.versionOf(person()), `W/"${csn}"`)
    const [one, other] = ['Anna', 'Anne'].map((cn) =>
      preset.entries.versionOf(person({ entryCSN: [], cn })),
    )
    assert.match(one ?? '', /^W\/"[\w-]{22}"$/u)
    assert.notEqual(one, other)
  })
})
