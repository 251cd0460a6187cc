import assert from 'node:assert/strict'
import type { Directory, SearchRequest } from '../../src/directory/directory.ts'
import { childDn, isSameDn, rdnOf } from '../../src/directory/dn.ts'
import type { Attribute, AttributeValue, Entry } from '../../src/directory/entry.ts'
import { DirectoryError, type DirectoryFailure } from '../../src/directory/error.ts'
import {
  and,
  equals,
  type Filter,
  not,
  or,
  present,
  substrings,
} from '../../src/directory/filter.ts'
import type { LdapOperation, Modification, Plan } from '../../src/directory/operation.ts'

/** A directory with a place of its own in it, and how to give both back. */
export interface OpenedDirectory {
  readonly directory: Directory
  /** Existing entries below which people and groups can be written, with nothing below them. */
  readonly people: string
  readonly groups: string
  /** The DN that refint leaves in a group without members. */
  readonly placeholder: string
  /** What the server cannot do, of what OpenLDAP can. */
  readonly lacks?: readonly Ability[]
  readonly close: () => Promise<void>
}

/** What the adapter makes up for when a server lacks it. */
export type Ability = 'hasReadEntry'

/** Names that are easily broken on their way through a DN or a filter. */
const oddNames: readonly string[] = [
  'a,b',
  'a+b',
  '#x',
  ' x ',
  'x"y',
  'x\\y',
  'x/y',
  'x%y',
  'x*y',
  '(x)',
  'x=y',
  'x;y',
  '<x>',
  "x'y",
  'ü',
  '日本',
  '👩‍👩‍👧‍👦',
  'x'.repeat(200),
]

/** Runs the promises of the port on a directory: the same suite for the adapter on a real server and for the
 *  directory in memory, which is why tests may trust the latter.
 *  @param open called once before the first test. */
export function describeDirectory(name: string, open: () => Promise<OpenedDirectory>): void {
  describe(`${name} keeps the promises of Directory`, () => {
    let opened: OpenedDirectory
    before(async () => {
      opened = await open()
    })
    after(async () => opened.close())
    const context: Context = {
      get directory() {
        return opened.directory
      },
      get people() {
        return opened.people
      },
      get groups() {
        return opened.groups
      },
      get placeholder() {
        return opened.placeholder
      },
      get lacks() {
        return opened.lacks ?? []
      },
    }
    describe('capabilities', () => capabilitiesContract(context))
    describe('search', () => searchContract(context))
    describe('compare', () => compareContract(context))
    describe('execute with an add', () => addContract(context))
    describe('execute with a modify', () => modifyContract(context))
    describe('execute with a rename', () => renameContract(context))
    describe('execute with a delete', () => deleteContract(context))
    describe('execute with a password', () => passwordContract(context))
    describe('execute with several operations', () => planContract(context))
    describe('references', () => referenceContract(context))
    describe('odd names', () => oddNameContract(context))
  })
}

type Context = Required<Omit<OpenedDirectory, 'close'>>

const reason = {
  requestId: 'contract',
  actor: 'contract',
  clientAddress: '127.0.0.1',
  method: 'POST',
  path: '/Users',
}

let count = 0

/** A name that no other test of the run uses. */
function fresh(prefix = 'u'): string {
  count += 1
  return `${prefix}${count}-${process.pid}`
}

function person(
  uid: string,
  parent: string,
  more: Readonly<Record<string, readonly AttributeValue[]>> = {},
): LdapOperation & { kind: 'add' } {
  const attributes = {
    objectClass: ['inetOrgPerson'],
    uid: [uid],
    cn: ['Con Tract'],
    sn: ['Tract'],
  }
  const list: Attribute[] = Object.entries({ ...attributes, ...more }).map(([type, values]) => ({
    type,
    values,
  }))
  return { kind: 'add', dn: childDn('uid', uid, parent), attributes: list }
}

function group(
  cn: string,
  parent: string,
  member: readonly string[],
): LdapOperation & { kind: 'add' } {
  return {
    kind: 'add',
    dn: childDn('cn', cn, parent),
    attributes: [
      { type: 'objectClass', values: ['groupOfNames'] },
      { type: 'cn', values: [cn] },
      { type: 'member', values: member },
    ],
  }
}

function modify(dn: string, ...modifications: readonly Modification[]): LdapOperation {
  return { kind: 'modify', dn, modifications }
}

function change(
  operation: Modification['operation'],
  attribute: string,
  ...values: readonly AttributeValue[]
): Modification {
  return { operation, attribute, values }
}

function planOf(attributes: readonly string[], ...operations: readonly LdapOperation[]): Plan {
  return { operations, read: attributes }
}

async function run(
  { directory }: Context,
  operation: LdapOperation,
  attributes: readonly string[] = [],
): Promise<Entry | undefined> {
  return directory.execute(planOf(attributes, operation), reason)
}

async function added(
  context: Context,
  operation: LdapOperation & { kind: 'add' },
): Promise<string> {
  await run(context, operation)
  return operation.dn
}

async function all(directory: Directory, request: SearchRequest): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const entry of directory.search(request)) entries.push(entry)
  return entries
}

async function read(
  { directory }: Context,
  dn: string,
  attributes: readonly string[] = ['*'],
): Promise<Entry | undefined> {
  const request = { base: dn, scope: 'base', filter: present('objectClass'), attributes } as const
  const [entry] = await all(directory, request)
  return entry
}

async function find(
  { directory, people }: Context,
  filter: Filter,
  attributes: readonly string[] = [],
): Promise<readonly string[]> {
  const entries = await all(directory, { base: people, scope: 'one', filter, attributes })
  return entries.map(({ dn }) => rdnOf(dn)[0]?.value ?? '').sort()
}

interface Expected {
  readonly attribute?: string | undefined
  readonly operationIndex?: number
  readonly isPartial?: boolean
}

async function fails(
  promise: Promise<unknown>,
  failure: DirectoryFailure,
  expected: Expected = {},
): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof DirectoryError, String(error))
    assert.equal(error.failure, failure, error.message)
    for (const key of ['attribute', 'operationIndex', 'isPartial'] as const) {
      if (key in expected) assert.equal(error[key], expected[key])
    }
    return true
  })
}

function capabilitiesContract(context: Context): void {
  it('tells the kind of directory and what it can do', async () => {
    const { schema: _, ...rest } = await context.directory.capabilities()
    assert.deepEqual(rest, {
      kind: 'openldap',
      hasReadEntry: !context.lacks.includes('hasReadEntry'),
      hasAssertion: true,
      hasTransactions: false,
      hasPasswordModify: true,
    })
  })

  it('tells the schema: cardinality, rules and what classes demand', async () => {
    const { schema } = await context.directory.capabilities()
    assert.equal(schema.attributeType('DISPLAYNAME')?.isSingleValued, true)
    assert.equal(schema.attributeType('givenName')?.equality, 'caseIgnoreMatch')
    assert.equal(schema.attributeType('entryUUID')?.isReadOnly, true)
    assert.equal(schema.attributeType('pwdAccountLockedTime')?.isOperational, true)
    assert.equal(schema.attributeType('facsimileTelephoneNumber')?.equality, undefined)
    assert.equal(schema.attributeType('nonsense'), undefined)
    const must = schema.objectClass('groupOfNames')?.must
    assert.deepEqual([...(must ?? [])].sort(), ['cn', 'member', 'objectClass'])
    assert.equal(schema.objectClass('inetOrgPerson')?.may.includes('description'), true)
  })

  it('is reachable', async () => {
    assert.equal(await context.directory.isReachable(), true)
  })
}

function searchContract(context: Context): void {
  const names = [fresh('s'), fresh('s'), fresh('s')]
  before(async () => {
    for (const [index, uid] of names.entries()) {
      const more = {
        title: ['Contract Reader', `Number ${index}`],
        mail: [`${uid}@example.org`],
        ...(index === 0 ? { displayName: ['First  One'] } : {}),
        ...(index === 1 ? { jpegPhoto: [Buffer.from('ffd8ff00fe', 'hex')] } : {}),
      }
      await run(context, person(uid, context.people, more))
    }
  })
  const readers = equals('title', 'contract reader')
  const [first = '', second = '', third = ''] = names

  const rows: [string, () => Filter, readonly string[]][] = [
    ['a value in another case', () => equals('title', 'CONTRACT reader'), names],
    ['a value with other blanks', () => equals('displayName', ' first one '), [first]],
    ['and', () => and([readers, equals('uid', second)]), [second]],
    ['or', () => or([equals('uid', first), equals('uid', third)]), [first, third]],
    ['not', () => and([readers, not(equals('uid', first))]), [second, third]],
    [
      'not of an absent attribute',
      () => and([readers, not(present('displayName'))]),
      [second, third],
    ],
    ['presence', () => and([readers, present('jpegPhoto')]), [second]],
    ['a prefix', () => and([readers, substrings('mail', { initial: `${second}@EX` })]), [second]],
    ['an inner part', () => and([readers, substrings('title', { any: ['ract', 'ead'] })]), names],
    ['an ending', () => and([readers, substrings('title', { final: 'ER 2' })]), [third]],
    ['a superior object class', () => and([readers, equals('objectClass', 'PERSON')]), names],
    ['absolute True (RFC 4526)', () => and([readers, and([])]), names],
    ['absolute False (RFC 4526)', () => or([]), []],
    ['an attribute it does not know: no entry', () => equals('nonsense', 'x'), []],
    ['not of an attribute it does not know: no entry', () => not(equals('nonsense', 'x')), []],
    ['an attribute by its OID', () => equals('0.9.2342.19200300.100.1.1', first), [first]],
    [
      'the DN of the entry',
      () => equals('entryDN', childDn('UID', second, context.people)),
      [second],
    ],
  ]
  for (const [what, filter, expected] of rows) {
    it(`finds by ${what}`, async () => {
      assert.deepEqual(await find(context, filter()), [...expected].sort())
    })
  }

  it('returns the attributes asked for, and no other', async () => {
    const entry = await read(context, childDn('uid', first, context.people), ['UID', 'title'])
    assert.deepEqual([...(entry?.names ?? [])].sort(), ['title', 'uid'])
    assert.deepEqual([...(entry?.texts('Title') ?? [])].sort(), ['Contract Reader', 'Number 0'])
  })

  it('returns entries with a DN alone when no attribute is asked for', async () => {
    const entry = await read(context, childDn('uid', first, context.people), [])
    assert.deepEqual(entry?.names, [])
    assert.ok(isSameDn(entry?.dn ?? '', childDn('uid', first, context.people)))
  })

  it('returns operational attributes by name, and bytes as they are', async () => {
    const dn = childDn('uid', second, context.people)
    const entry = await read(context, dn, ['entryUUID', 'entryCSN', 'createTimestamp', 'jpegPhoto'])
    assert.match(entry?.text('entryUUID') ?? '', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    assert.match(entry?.text('entryCSN') ?? '', /^\d{14}\.\d{6}Z#/)
    assert.match(entry?.text('createTimestamp') ?? '', /^\d{14}Z$/)
    assert.deepEqual(entry?.bytes('jpegPhoto'), [Buffer.from('ffd8ff00fe', 'hex')])
    const uuid = entry?.text('entryUUID') ?? ''
    assert.deepEqual(await find(context, equals('entryUUID', uuid)), [second])
  })

  it('looks at the base alone, one level or the whole subtree', async () => {
    const { directory, people } = context
    const dnsIn = async (scope: SearchRequest['scope'], base: string): Promise<number> =>
      (
        await all(directory, {
          base,
          scope,
          filter: or([readers, equals('objectClass', 'organizationalUnit')]),
          attributes: [],
        })
      ).length
    assert.equal(await dnsIn('base', people), 1)
    assert.equal(await dnsIn('one', people), 3)
    assert.equal(await dnsIn('sub', people), 4)
    assert.equal(await dnsIn('one', childDn('uid', first, people)), 0)
  })

  it('fails as limitExceeded behind the last entry that may be returned', async () => {
    const { directory, people } = context
    const request = { base: people, scope: 'one', filter: readers, attributes: [] } as const
    assert.equal((await all(directory, { ...request, limit: 3 })).length, 3)
    const taken: Entry[] = []
    const walk = async (): Promise<void> => {
      for await (const entry of directory.search({ ...request, limit: 2 })) taken.push(entry)
    }
    await fails(walk(), 'limitExceeded')
    assert.equal(taken.length, 2)
  })

  it('ends when the loop is left', async () => {
    const request = { base: context.people, scope: 'one', filter: readers, attributes: [] } as const
    for await (const entry of context.directory.search(request)) {
      assert.ok(entry.dn !== '')
      break
    }
    assert.equal((await all(context.directory, request)).length, 3)
  })

  it('fails as noSuchEntry when the base does not exist', async () => {
    await fails(read(context, childDn('uid', 'nobody', context.people)), 'noSuchEntry')
  })
}

function compareContract(context: Context): void {
  it('compares by the rule of the attribute', async () => {
    const uid = fresh()
    const dn = await added(context, person(uid, context.people, { title: ['Head  of'] }))
    const { directory } = context
    assert.equal(await directory.compare(dn, 'title', 'HEAD OF'), true)
    assert.equal(await directory.compare(dn, 'title', 'head'), false)
    await fails(directory.compare(dn, 'mail', 'x@y'), 'valueAbsent')
    await fails(directory.compare(childDn('uid', 'nobody', dn), 'title', 'x'), 'noSuchEntry')
  })
}

function addContract(context: Context): void {
  it('answers the entry as it now stands, with the attributes of the plan', async () => {
    const uid = fresh()
    const operation = person(uid, context.people, { mail: ['a@b.org'] })
    const entry = await run(context, operation, ['uid', 'mail', 'entryUUID'])
    assert.ok(isSameDn(entry?.dn ?? '', operation.dn))
    assert.deepEqual([...(entry?.names ?? [])].sort(), ['entryuuid', 'mail', 'uid'])
    assert.deepEqual(entry?.texts('mail'), ['a@b.org'])
  })

  it('answers nothing when the plan reads nothing', async () => {
    assert.equal(await run(context, person(fresh(), context.people)), undefined)
  })

  it('adds the value of the RDN to the entry', async () => {
    const uid = fresh()
    const { attributes, ...rest } = person(uid, context.people)
    const others = attributes.filter(({ type }) => type !== 'uid')
    const entry = await run(context, { ...rest, attributes: others }, ['uid'])
    assert.deepEqual(entry?.texts('uid'), [uid])
  })

  it('takes a lock at once', async () => {
    const more = { pwdAccountLockedTime: ['000001010000Z'], userPassword: ['long enough'] }
    const entry = await run(context, person(fresh(), context.people, more), [
      'pwdAccountLockedTime',
    ])
    assert.equal(entry?.text('pwdAccountLockedTime'), '000001010000Z')
  })

  type Refused = [string, (uid: string) => LdapOperation, DirectoryFailure, string?]
  const mistakes: Refused[] = [
    [
      'its parent does not exist',
      (uid) => person(uid, `ou=nowhere,${context.people}`),
      'noSuchEntry',
    ],
    [
      'a value breaks its syntax',
      (uid) => person(uid, context.people, { mail: ['ë@x'] }),
      'invalidValue',
      'mail',
    ],
    [
      'a value is empty',
      (uid) => person(uid, context.people, { title: [''] }),
      'invalidValue',
      'title',
    ],
    [
      'a reference is no DN',
      (uid) => person(uid, context.people, { manager: ['bob'] }),
      'invalidValue',
      'manager',
    ],
    [
      'a value is given twice',
      (uid) => person(uid, context.people, { mail: ['A@b', 'a@B'] }),
      'invalidValue',
      'mail',
    ],
    [
      'there are two values where one may be',
      (uid) => person(uid, context.people, { displayName: ['a', 'b'] }),
      'tooManyValues',
      'displayName',
    ],
    [
      'an attribute is not in its object classes',
      (uid) => person(uid, context.people, { member: ['cn=x'] }),
      'schemaViolation',
      'member',
    ],
    [
      'an attribute is unknown',
      (uid) => person(uid, context.people, { nonsense: ['x'] }),
      'schemaViolation',
      'nonsense',
    ],
    [
      'an object class is unknown',
      (uid) => person(uid, context.people, { objectClass: ['nonsense'] }),
      'schemaViolation',
      'objectClass',
    ],
    [
      'an attribute is the server’s',
      (uid) => person(uid, context.people, { createTimestamp: ['20200101000000Z'] }),
      'readOnly',
      'createTimestamp',
    ],
    [
      'the policy refuses the password',
      (uid) => person(uid, context.people, { userPassword: ['short'] }),
      'passwordRefused',
    ],
  ]
  for (const [why, operation, failure, attribute] of mistakes) {
    it(`fails as ${failure} and adds nothing when ${why}`, async () => {
      const uid = fresh()
      const expected = {
        operationIndex: 0,
        isPartial: false,
        ...(attribute === undefined ? {} : { attribute }),
      }
      await fails(run(context, operation(uid), ['uid']), failure, expected)
      assert.deepEqual(await find(context, equals('uid', uid)), [])
    })
  }

  it('fails as schemaViolation naming the attribute that is missing', async () => {
    const { attributes, ...rest } = person(fresh(), context.people)
    const others = attributes.filter(({ type }) => type !== 'sn')
    await fails(run(context, { ...rest, attributes: others }), 'schemaViolation', {
      attribute: 'sn',
    })
  })

  it('fails as alreadyExists when the DN is taken, in any spelling', async () => {
    const uid = fresh()
    await run(context, person(uid, context.people))
    await fails(run(context, person(uid.toUpperCase(), context.people)), 'alreadyExists', {
      attribute: undefined,
    })
  })

  it('fails as notUnique when another entry holds the value', async () => {
    const uid = fresh()
    await run(context, person(uid, context.people))
    const operation = {
      ...person(uid, context.people),
      dn: childDn('cn', 'Con Tract', context.people),
    }
    await fails(run(context, operation), 'notUnique', { attribute: 'uid' })
  })
}

function modifyContract(context: Context): void {
  let dn = ''
  beforeEach(async () => {
    dn = await added(
      context,
      person(fresh(), context.people, {
        title: ['One', 'Two'],
        displayName: ['Name'],
        fax: ['123'],
      }),
    )
  })

  it('adds, deletes and replaces values in one step and answers the entry after it', async () => {
    const entry = await run(
      context,
      modify(
        dn,
        change('delete', 'title', 'one'),
        change('add', 'title', 'Three'),
        change('replace', 'displayName', 'New'),
        change('delete', 'fax'),
        change('replace', 'mail'),
      ),
      ['title', 'displayName', 'facsimileTelephoneNumber'],
    )
    assert.deepEqual([...(entry?.texts('title') ?? [])].sort(), ['Three', 'Two'])
    assert.deepEqual(entry?.texts('displayName'), ['New'])
    assert.equal(entry?.has('facsimileTelephoneNumber'), false)
  })

  it('changes the spelling of a value that stays equal', async () => {
    const respell = modify(dn, change('delete', 'title', 'One'), change('add', 'title', 'ONE'))
    const entry = await run(context, respell, ['title'])
    assert.deepEqual([...(entry?.texts('title') ?? [])].sort(), ['ONE', 'Two'])
  })

  it('gives the entry a new entryCSN', async () => {
    const before = await read(context, dn, ['entryCSN'])
    const after = await run(context, modify(dn, change('replace', 'displayName', 'x')), [
      'entryCSN',
    ])
    assert.notEqual(after?.text('entryCSN'), before?.text('entryCSN'))
  })

  type Refused = [string, readonly Modification[], DirectoryFailure, string]
  const mistakes: Refused[] = [
    ['a value to be added is there', [change('add', 'title', 'TWO')], 'valueExists', 'title'],
    [
      'a value to be deleted is not there',
      [change('delete', 'title', 'Four')],
      'valueAbsent',
      'title',
    ],
    ['an attribute to be deleted is not there', [change('delete', 'mail')], 'valueAbsent', 'mail'],
    ['a demanded attribute would go', [change('delete', 'sn')], 'schemaViolation', 'sn'],
    [
      'a second value is one too many',
      [change('add', 'displayName', 'b')],
      'tooManyValues',
      'displayName',
    ],
    [
      'the value of the RDN would go',
      [change('replace', 'uid', 'other')],
      'schemaViolation',
      'uid',
    ],
    ['a value breaks its syntax', [change('replace', 'mail', 'ü')], 'invalidValue', 'mail'],
    [
      'values without an equality rule are added to others',
      [change('add', 'fax', '456')],
      'refused',
      'fax',
    ],
    [
      'values without an equality rule are deleted one by one',
      [change('delete', 'fax', '123')],
      'refused',
      'fax',
    ],
    [
      'the server keeps the attribute',
      [change('replace', 'entryUUID', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')],
      'readOnly',
      'entryUUID',
    ],
    [
      'the server computes the attribute',
      [change('add', 'memberOf', 'cn=x')],
      'readOnly',
      'memberOf',
    ],
    [
      'the password is too short',
      [change('replace', 'userPassword', 'short')],
      'passwordRefused',
      'userPassword',
    ],
  ]
  for (const [why, modifications, failure, attribute] of mistakes) {
    it(`fails as ${failure} and changes nothing when ${why}`, async () => {
      const operation = modify(dn, change('replace', 'displayName', 'Changed'), ...modifications)
      const named = failure === 'passwordRefused' || attribute === 'fax' ? {} : { attribute }
      await fails(run(context, operation), failure, { ...named, operationIndex: 0 })
      assert.equal((await read(context, dn))?.text('displayName'), 'Name')
    })
  }

  it('fails as noSuchEntry when there is no entry', async () => {
    const nobody = childDn('uid', 'nobody', context.people)
    await fails(run(context, modify(nobody, change('replace', 'title', 'x'))), 'noSuchEntry')
  })

  it('changes nothing and fails as assertionFailed when the assertion does not hold (RFC 4528)', async () => {
    const operation = {
      kind: 'modify',
      dn,
      modifications: [change('replace', 'displayName', 'x')],
    } as const
    await fails(
      run(context, { ...operation, assertion: equals('displayName', 'y') }),
      'assertionFailed',
    )
    assert.equal((await read(context, dn))?.text('displayName'), 'Name')
    const entry = await run(context, { ...operation, assertion: equals('displayName', 'NAME') }, [
      'displayName',
    ])
    assert.equal(entry?.text('displayName'), 'x')
  })

  it('changes an attribute that is kept unique when the assertion holds (RFC 4528)', async () => {
    const uuid = (await read(context, dn, ['entryUUID']))?.text('entryUUID') ?? ''
    const more = fresh()
    const operation = { kind: 'modify', dn, modifications: [change('add', 'uid', more)] } as const
    const other = equals('entryUUID', '00000000-0000-0000-0000-000000000000')
    await fails(run(context, { ...operation, assertion: other }), 'assertionFailed')
    const entry = await run(context, { ...operation, assertion: equals('entryUUID', uuid) }, [
      'uid',
    ])
    assert.equal(entry?.texts('uid').includes(more), true)
  })

  it('writes the same version of an entry once, whoever comes first', async () => {
    const csn = (await read(context, dn, ['entryCSN']))?.text('entryCSN') ?? ''
    const writes = Array.from({ length: 8 }, async (_, index) =>
      run(context, {
        kind: 'modify',
        dn,
        modifications: [change('replace', 'displayName', `writer ${index}`)],
        assertion: equals('entryCSN', csn),
      }),
    )
    const results = await Promise.allSettled(writes)
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  })
}

function renameContract(context: Context): void {
  let uid = ''
  let dn = ''
  beforeEach(async () => {
    uid = fresh()
    dn = await added(context, person(uid, context.people, { title: ['Kept'] }))
  })
  const renamed = (name: string, more: object = {}): LdapOperation => ({
    kind: 'modifyDn',
    dn,
    newRdn: childDn('uid', name, ''),
    deleteOldRdn: true,
    ...more,
  })

  it('gives the entry its new name and takes the old one, and answers the entry at its new DN', async () => {
    const name = fresh('new')
    const uuid = (await read(context, dn, ['entryUUID']))?.text('entryUUID')
    const entry = await run(context, renamed(name), ['uid', 'title', 'entryUUID'])
    assert.ok(isSameDn(entry?.dn ?? '', childDn('uid', name, context.people)))
    assert.deepEqual(entry?.texts('uid'), [name])
    assert.equal(entry?.text('title'), 'Kept')
    assert.equal(entry?.text('entryUUID'), uuid)
    await fails(read(context, dn), 'noSuchEntry')
  })

  it('defect 13: keeps the old value when it is not to be deleted', async () => {
    const name = fresh('new')
    const entry = await run(context, renamed(name, { deleteOldRdn: false }), ['uid'])
    assert.deepEqual([...(entry?.texts('uid') ?? [])].sort(), [name, uid].sort())
  })

  it('defect 13: renames to names that hold a comma or end in a backslash', async () => {
    for (const odd of [`${fresh()}, x`, `${fresh()}\\`, `${fresh()}\\, "x"`]) {
      const entry = await run(context, renamed(odd), ['uid'])
      assert.deepEqual(entry?.texts('uid'), [odd])
      dn = entry?.dn ?? ''
    }
  })

  it('defect 13: renames to a name of several parts', async () => {
    const name = fresh('new')
    const entry = await run(context, renamed(name, { newRdn: `uid=${name}+cn=Con Tract` }), ['uid'])
    assert.deepEqual(entry?.texts('uid'), [name])
    assert.equal(rdnOf(entry?.dn ?? '').length, 2)
  })

  it('renames in case only', async () => {
    const entry = await run(context, renamed(uid.toUpperCase()), ['uid'])
    assert.deepEqual(entry?.texts('uid'), [uid.toUpperCase()])
    assert.equal(rdnOf(entry?.dn ?? '')[0]?.value, uid.toUpperCase())
  })

  it('moves an entry below another parent', async () => {
    const entry = await run(context, renamed(uid, { newSuperior: context.groups }), ['uid'])
    assert.ok(isSameDn(entry?.dn ?? '', childDn('uid', uid, context.groups)))
  })

  it('fails as alreadyExists when the name is taken', async () => {
    const other = childDn('cn', 'Con Tract', context.groups)
    await run(context, { ...group('Con Tract', context.groups, [context.placeholder]), dn: other })
    const operation = renamed('', { newRdn: 'cn=Con Tract', newSuperior: context.groups })
    await fails(run(context, operation), 'alreadyExists')
  })

  it('fails as notUnique when another entry holds the value', async () => {
    const other = fresh()
    await run(context, person(other, context.people))
    await fails(run(context, renamed(other)), 'notUnique', { attribute: 'uid' })
  })

  it('fails as noSuchEntry when the entry has that name already', async () => {
    const name = fresh('new')
    await run(context, renamed(name))
    await fails(run(context, renamed(name)), 'noSuchEntry', { operationIndex: 0 })
  })

  it('fails as noSuchEntry when the new parent does not exist', async () => {
    const operation = renamed(uid, { newSuperior: childDn('ou', 'nowhere', context.people) })
    await fails(run(context, operation), 'noSuchEntry')
  })

  it('renames when the assertion holds (RFC 4528)', async () => {
    const uuid = (await read(context, dn, ['entryUUID']))?.text('entryUUID') ?? ''
    const name = fresh('new')
    const operation = renamed(name, { assertion: equals('entryUUID', uuid) })
    assert.deepEqual((await run(context, operation, ['uid']))?.texts('uid'), [name])
  })

  it('fails as assertionFailed when the assertion does not hold (RFC 4528)', async () => {
    const operation = renamed(fresh(), { assertion: equals('title', 'Lost') })
    await fails(run(context, operation), 'assertionFailed')
    assert.equal((await read(context, dn))?.text('uid'), uid)
  })
}

function deleteContract(context: Context): void {
  it('removes the entry and answers nothing', async () => {
    const dn = await added(context, person(fresh(), context.people))
    assert.equal(await run(context, { kind: 'delete', dn }, ['uid']), undefined)
    await fails(read(context, dn), 'noSuchEntry')
    await fails(run(context, { kind: 'delete', dn }), 'noSuchEntry')
  })

  it('fails as assertionFailed when the assertion does not hold (RFC 4528)', async () => {
    const dn = await added(context, person(fresh(), context.people))
    const assertion = equals('entryUUID', '00000000-0000-0000-0000-000000000000')
    await fails(run(context, { kind: 'delete', dn, assertion }), 'assertionFailed')
    assert.ok(await read(context, dn))
  })

  it('fails as notLeaf when there are entries below', async () => {
    const dn = await added(context, person(fresh(), context.people))
    await run(context, person(fresh(), dn))
    await fails(run(context, { kind: 'delete', dn }), 'notLeaf')
  })
}

function passwordContract(context: Context): void {
  const lock = '000001010000Z'

  it('sets a password that is nowhere to be read (RFC 3062)', async () => {
    const dn = await added(context, person(fresh(), context.people))
    const operation = { kind: 'passwordModify', dn, newPassword: 'long enough' } as const
    const entry = await run(context, operation, ['uid', 'userPassword'])
    assert.deepEqual(entry?.names, ['uid'])
  })

  it('fails as passwordRefused when the policy refuses the password', async () => {
    const dn = await added(context, person(fresh(), context.people))
    const operation = { kind: 'passwordModify', dn, newPassword: 'short' } as const
    await fails(run(context, operation), 'passwordRefused')
  })

  it('fails as noSuchEntry when there is no entry', async () => {
    const dn = childDn('uid', 'nobody', context.people)
    await fails(
      run(context, { kind: 'passwordModify', dn, newPassword: 'long enough' }),
      'noSuchEntry',
    )
  })

  it('shows that OpenLDAP unlocks with a new password unless the same modify locks', async () => {
    const dn = await added(context, person(fresh(), context.people))
    const password = change('replace', 'userPassword', 'long enough')
    const locked = modify(dn, password, change('replace', 'pwdAccountLockedTime', lock))
    const both = await run(context, locked, ['pwdAccountLockedTime'])
    assert.equal(both?.text('pwdAccountLockedTime'), lock)
    const unlocked = await run(context, modify(dn, password), ['pwdAccountLockedTime'])
    assert.equal(unlocked?.has('pwdAccountLockedTime'), false)
  })
}

function planContract(context: Context): void {
  let uid = ''
  let dn = ''
  let newDn = ''
  beforeEach(async () => {
    uid = fresh()
    dn = await added(context, person(uid, context.people, { title: ['Kept'] }))
    newDn = childDn('uid', `new-${uid}`, context.people)
  })
  const rename = (): LdapOperation => ({
    kind: 'modifyDn',
    dn,
    newRdn: childDn('uid', `new-${uid}`, ''),
    deleteOldRdn: true,
  })

  it('renames and modifies, and answers the entry after the last operation', async () => {
    const plan = planOf(
      ['uid', 'title'],
      rename(),
      modify(newDn, change('replace', 'title', 'New')),
    )
    const entry = await context.directory.execute(plan, reason)
    assert.ok(isSameDn(entry?.dn ?? '', newDn))
    assert.deepEqual(entry?.texts('title'), ['New'])
  })

  it('renames and modifies when the assertions of both hold (RFC 4528)', async () => {
    const uuid = (await read(context, dn, ['entryUUID']))?.text('entryUUID') ?? ''
    const assertion = equals('entryUUID', uuid)
    const asserted: LdapOperation[] = [
      { kind: 'modifyDn', dn, newRdn: `uid=new-${uid}`, deleteOldRdn: true, assertion },
      { kind: 'modify', dn: newDn, modifications: [change('replace', 'title', 'New')], assertion },
    ]
    const entry = await context.directory.execute(planOf(['title'], ...asserted), reason)
    assert.equal(entry?.text('title'), 'New')
  })

  it('makes nothing when the assertion of one does not hold, and says which (RFC 4528)', async () => {
    const uuid = (await read(context, dn, ['entryUUID']))?.text('entryUUID') ?? ''
    const assertion = equals('entryUUID', uuid)
    const other = equals('title', 'Lost')
    for (const [operationIndex, filters] of [
      [other, assertion],
      [assertion, other],
    ].entries()) {
      const [first, second] = filters
      const asserted = [
        { ...rename(), assertion: first },
        { ...modify(newDn, change('replace', 'title', 'New')), assertion: second },
      ] as LdapOperation[]
      const failing = context.directory.execute(planOf(['title'], ...asserted), reason)
      await fails(failing, 'assertionFailed', { operationIndex, isPartial: false })
      assert.equal((await read(context, dn))?.text('title'), 'Kept')
    }
  })

  it('puts everything back when the last operation fails', async () => {
    const mistake = modify(newDn, change('delete', 'sn'))
    const failing = context.directory.execute(planOf(['uid'], rename(), mistake), reason)
    await fails(failing, 'schemaViolation', { operationIndex: 1, isPartial: false })
    assert.equal((await read(context, dn))?.text('title'), 'Kept')
    await fails(read(context, newDn), 'noSuchEntry')
  })

  it('makes nothing when the server refuses an operation before the end', async () => {
    const mistake = modify(newDn, change('add', 'displayName', 'a', 'b'))
    const more = modify(newDn, change('replace', 'title', 'New'))
    const failing = context.directory.execute(planOf(['uid'], rename(), mistake, more), reason)
    await fails(failing, 'tooManyValues', {
      attribute: 'displayName',
      operationIndex: 1,
      isPartial: false,
    })
    assert.equal((await read(context, dn))?.text('title'), 'Kept')
  })

  it('makes nothing when the first operation fails', async () => {
    const taken = fresh()
    await run(context, person(taken, context.people))
    const clash: LdapOperation = {
      kind: 'modifyDn',
      dn,
      newRdn: `uid=${taken}`,
      deleteOldRdn: true,
    }
    const plan = planOf(
      ['uid'],
      clash,
      modify(childDn('uid', taken, context.people), change('replace', 'title', 'x')),
    )
    await fails(context.directory.execute(plan, reason), 'notUnique', {
      operationIndex: 0,
      isPartial: false,
    })
    assert.equal((await read(context, childDn('uid', taken, context.people)))?.has('title'), false)
  })

  it('sets a password beside other operations', async () => {
    const password: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'long enough' }
    const entry = await context.directory.execute(
      planOf(['title'], modify(dn, change('replace', 'title', 'New')), password),
      reason,
    )
    assert.equal(entry?.text('title'), 'New')
  })

  it('puts everything back when the password is refused', async () => {
    const password: LdapOperation = { kind: 'passwordModify', dn: newDn, newPassword: 'short' }
    const plan = planOf(
      ['title'],
      rename(),
      modify(newDn, change('replace', 'title', 'New')),
      password,
    )
    await fails(context.directory.execute(plan, reason), 'passwordRefused', {
      operationIndex: 2,
      isPartial: false,
    })
    assert.deepEqual((await read(context, dn))?.texts('title'), ['Kept'])
  })

  it('takes an added entry away when the operation behind it fails', async () => {
    const other = person(fresh(), context.people)
    const password: LdapOperation = { kind: 'passwordModify', dn: other.dn, newPassword: 'short' }
    await fails(
      context.directory.execute(planOf(['uid'], other, password), reason),
      'passwordRefused',
      {
        operationIndex: 1,
        isPartial: false,
      },
    )
    await fails(read(context, other.dn), 'noSuchEntry')
  })
}

function referenceContract(context: Context): void {
  it('lists the groups of a member in memberOf', async () => {
    const dn = await added(context, person(fresh(), context.people))
    const groupDn = await added(context, group(fresh('g'), context.groups, [dn]))
    const entry = await read(context, dn, ['memberOf'])
    assert.equal(entry?.texts('memberOf').length, 1)
    assert.ok(isSameDn(entry?.text('memberOf') ?? '', groupDn))
  })

  it('demands a member of a group', async () => {
    const cn = fresh('g')
    const { attributes, ...rest } = group(cn, context.groups, [])
    const others = attributes.filter(({ type }) => type !== 'member')
    await fails(run(context, { ...rest, attributes: others }), 'schemaViolation', {
      attribute: 'member',
    })
    const dn = await added(context, group(cn, context.groups, [context.placeholder]))
    const last = modify(dn, change('delete', 'member', context.placeholder))
    await fails(run(context, last), 'schemaViolation', { attribute: 'member' })
  })

  it('compares members as DNs', async () => {
    const dn = await added(context, person(fresh('A b'), context.people))
    const groupDn = await added(context, group(fresh('g'), context.groups, [dn]))
    const again = modify(groupDn, change('add', 'member', dn.toUpperCase().replaceAll(',', ' , ')))
    await fails(run(context, again), 'valueExists', { attribute: 'member' })
    const filter = equals('member', dn.toLowerCase())
    const found = await all(context.directory, {
      base: context.groups,
      scope: 'sub',
      filter,
      attributes: [],
    })
    assert.equal(found.length, 1)
  })

  it('lets members and managers follow a rename and forgets the deleted (refint)', async () => {
    const uid = fresh()
    const dn = await added(context, person(uid, context.people))
    const report = await added(context, person(fresh(), context.people, { manager: [dn] }))
    const groupDn = await added(context, group(fresh('g'), context.groups, [dn]))
    const newUid = fresh('new')
    await run(context, { kind: 'modifyDn', dn, newRdn: `uid=${newUid}`, deleteOldRdn: true })
    const newDn = childDn('uid', newUid, context.people)
    await until(async () => isSameDn((await read(context, groupDn))?.text('member') ?? '', newDn))
    await until(async () => isSameDn((await read(context, report))?.text('manager') ?? '', newDn))
    await run(context, { kind: 'delete', dn: newDn })
    await until(async () =>
      isSameDn((await read(context, groupDn))?.text('member') ?? '', context.placeholder),
    )
  })
}

/** The server puts references right a few milliseconds later. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('what was waited for did not come to hold')
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

function oddNameContract(context: Context): void {
  const renamed = async (dn: string, value: string): Promise<string> => {
    const newRdn = childDn('uid', value, '')
    const entry = await run(context, { kind: 'modifyDn', dn, newRdn, deleteOldRdn: true }, ['uid'])
    assert.ok(entry !== undefined)
    assert.deepEqual(entry.texts('uid'), [value])
    return entry.dn
  }

  for (const name of oddNames) {
    const shown = JSON.stringify(name).slice(0, 30)

    it(`creates, finds, renames and deletes ${shown}`, async () => {
      const operation = person(name, context.people)
      const entry = await run(context, operation, ['uid'])
      assert.deepEqual(entry?.texts('uid'), [name])
      assert.deepEqual(await find(context, equals('uid', name)), [name])
      const parts = substrings('uid', { any: [name.trim()] })
      assert.ok((await find(context, parts)).includes(name))

      const plain = await renamed(operation.dn, fresh('renamed'))
      const back = await renamed(plain, name)
      assert.ok(isSameDn(back, operation.dn))
      const capital = await renamed(back, name.toUpperCase())
      assert.deepEqual(await find(context, equals('uid', name)), [name.toUpperCase()])
      await run(context, { kind: 'delete', dn: capital })
      assert.deepEqual(await find(context, equals('uid', name)), [])
    })

    it(`puts ${shown} into a group of that name`, async () => {
      const dn = await added(context, person(name, context.people))
      const groupDn = await added(context, group(`g ${name}`, context.groups, [dn]))
      assert.equal(await context.directory.compare(groupDn, 'member', dn), true)
      const [found] = await all(context.directory, {
        base: context.groups,
        scope: 'sub',
        filter: and([equals('cn', `g ${name}`), equals('member', dn)]),
        attributes: ['cn', 'member'],
      })
      assert.equal(found?.text('cn'), `g ${name}`)
      assert.ok(isSameDn(found.text('member') ?? '', dn))
      await run(context, { kind: 'delete', dn: groupDn })
      await run(context, { kind: 'delete', dn })
    })
  }
}
