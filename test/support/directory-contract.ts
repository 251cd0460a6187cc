import assert from 'node:assert/strict'
import type { Directory, SearchRequest } from '../../src/directory/directory.ts'
import { childDn, isSameDn, rdnOf } from '../../src/directory/dn.ts'
import type { AttributeValue, Entry } from '../../src/directory/entry.ts'
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
import {
  type Difference,
  openldapProfile,
  type ServerProfile,
  type Situation,
} from './server-profile.ts'

/** A directory with a place of its own in it, and how to give both back. */
export interface OpenedDirectory {
  readonly directory: Directory
  /** Existing entries below which people and groups can be written, with nothing below them. */
  readonly people: string
  readonly groups: string
  /** The DN that refint leaves in a group without members. */
  readonly placeholder: string
  /** An existing entry below which people can be moved; default: `groups`. */
  readonly elsewhere?: string
  readonly close: () => Promise<void>
}

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
 *  @param open called once before the first test.
 *  @param profile what kind of server it is. */
export function describeDirectory(
  name: string,
  open: () => Promise<OpenedDirectory>,
  profile: ServerProfile = openldapProfile,
): void {
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
      get elsewhere() {
        return opened.elsewhere ?? opened.groups
      },
      get placeholder() {
        return opened.placeholder
      },
      profile,
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

type Context = Required<Omit<OpenedDirectory, 'close'>> & { readonly profile: ServerProfile }

const reason = {
  requestId: 'contract',
  actor: 'contract',
  clientAddress: '127.0.0.1',
  method: 'POST',
  path: '/Users',
}

/** Long enough, and of enough kinds of characters, for every policy. */
const goodPassword = 'Long enough 1'

let count = 0

/** A name that no other test of the run uses. */
function fresh(prefix = 'u'): string {
  count += 1
  return `${prefix}${count}-${process.pid}`
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

/** How a server takes something, and the attribute it names then. */
function outcome(
  { profile }: Context,
  situation: string,
  usual: DirectoryFailure,
  attribute: string | undefined,
): { readonly failure: Difference; readonly attribute: string | undefined } {
  const difference = profile.differences[situation as Situation]
  return difference === undefined
    ? { failure: usual, attribute }
    : { failure: difference, attribute: undefined }
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
  const { profile } = context
  it('tells the kind of directory and what it can do', async () => {
    const { schema: _, ...rest } = await context.directory.capabilities()
    assert.deepEqual(rest, profile.capabilities)
  })

  it('tells the schema: cardinality, rules and what classes demand', async () => {
    const { schema } = await context.directory.capabilities()
    assert.equal(schema.attributeType('DISPLAYNAME')?.isSingleValued, true)
    assert.equal(schema.attributeType('givenName')?.equality, 'caseIgnoreMatch')
    assert.equal(schema.attributeType('departmentNumber')?.isSingleValued, false)
    assert.equal(schema.attributeType('manager')?.equality, 'distinguishedNameMatch')
    assert.equal(schema.attributeType(profile.identity.attribute)?.isReadOnly, true)
    assert.equal(schema.attributeType('nonsense'), undefined)
    const person = schema.objectClass(classOf(profile.person))
    assert.equal(person?.may.includes('description'), true)
    if (profile.demanded !== undefined) assert.ok(person.must.includes(profile.demanded))
    const group = schema.objectClass(classOf(profile.group))
    assert.equal(group?.must.includes('objectClass'), true)
    assert.equal(group.must.includes('member'), profile.demandsMember)
  })

  it('is reachable', async () => {
    assert.equal(await context.directory.isReachable(), true)
  })
}

function classOf(make: ServerProfile['person']): string {
  const { attributes } = make('x', 'dc=x')
  return String(attributes.find(({ type }) => type === 'objectClass')?.values[0])
}

function searchContract(context: Context): void {
  const { naming, identity, created, version, differences, ownDn } = context.profile
  const names = [fresh('s'), fresh('s'), fresh('s')]
  before(async () => {
    for (const [index, uid] of names.entries()) {
      const more = {
        departmentNumber: ['Contract Reader', `Number ${index}`],
        mail: [`${uid}@example.org`],
        ...(index === 0 ? { displayName: ['First  One'] } : {}),
        ...(index === 1 ? { jpegPhoto: [Buffer.from('ffd8ff00fe', 'hex')] } : {}),
      }
      await run(context, context.profile.person(uid, context.people, more))
    }
  })
  const readers = equals('departmentNumber', 'contract reader')
  const [first = '', second = '', third = ''] = names

  const rows: [string, () => Filter, readonly string[]][] = [
    ['a value in another case', () => equals('departmentNumber', 'CONTRACT reader'), names],
    ['a value with other blanks', () => equals('displayName', ' first one '), [first]],
    ['and', () => and([readers, equals(naming, second)]), [second]],
    ['or', () => or([equals(naming, first), equals(naming, third)]), [first, third]],
    ['not', () => and([readers, not(equals(naming, first))]), [second, third]],
    [
      'not of an absent attribute',
      () => and([readers, not(present('displayName'))]),
      [second, third],
    ],
    ['presence', () => and([readers, present('jpegPhoto')]), [second]],
    ['a prefix', () => and([readers, substrings('mail', { initial: `${second}@EX` })]), [second]],
    [
      'an inner part',
      () => and([readers, substrings('departmentNumber', { any: ['ract', 'ead'] })]),
      names,
    ],
    ['an ending', () => and([readers, substrings('departmentNumber', { final: 'ER 2' })]), [third]],
    ['a superior object class', () => and([readers, equals('objectClass', 'PERSON')]), names],
    ['absolute True (RFC 4526)', () => and([readers, and([])]), names],
    ['absolute False (RFC 4526)', () => or([]), []],
    ['an attribute it does not know: no entry', () => equals('nonsense', 'x'), []],
    [
      // Undefined by RFC 4511 §4.5.1.7, so that it matches nothing; 389 DS takes it as False.
      'not of an attribute it does not know: no entry, or every one',
      () => and([readers, not(equals('nonsense', 'x'))]),
      differences['a not of an attribute that is unknown'] === 'accepted' ? names : [],
    ],
    [
      'an attribute by its OID',
      () => equals('2.16.840.1.113730.3.1.2', 'number 1'),
      differences['an attribute by its OID'] === 'notApplicable' ? [] : [second],
    ],
    [
      'the DN of the entry',
      () => equals(ownDn, childDn(naming.toUpperCase(), second, context.people)),
      ownDn === '' ? [] : [second],
    ],
  ]
  for (const [what, filter, expected] of rows) {
    it(`finds by ${what}`, async () => {
      assert.deepEqual(await find(context, filter()), [...expected].sort())
    })
  }

  it('returns the attributes asked for, and no other', async () => {
    const entry = await read(context, childDn(naming, first, context.people), [
      naming.toUpperCase(),
      'departmentNumber',
    ])
    assert.deepEqual([...(entry?.names ?? [])].sort(), ['departmentnumber', naming].sort())
    assert.deepEqual([...(entry?.texts('DEPARTMENTNUMBER') ?? [])].sort(), [
      'Contract Reader',
      'Number 0',
    ])
  })

  it('returns entries with a DN alone when no attribute is asked for', async () => {
    const entry = await read(context, childDn(naming, first, context.people), [])
    assert.deepEqual(entry?.names, [])
    assert.ok(isSameDn(entry?.dn ?? '', childDn(naming, first, context.people)))
  })

  it('returns operational attributes by name, and bytes as they are', async () => {
    const dn = childDn(naming, second, context.people)
    const versions = version === undefined ? [] : [version]
    const attributes = [identity.attribute, created.attribute, 'jpegPhoto', ...versions]
    const entry = await read(context, dn, attributes)
    const [id = Buffer.alloc(0)] = entry?.bytes(identity.attribute) ?? []
    assert.ok(identity.isWellFormed(id))
    assert.match(entry?.text(created.attribute) ?? '', created.form)
    for (const name of versions) assert.equal(entry?.has(name), true)
    assert.deepEqual(entry?.bytes('jpegPhoto'), [Buffer.from('ffd8ff00fe', 'hex')])
    assert.deepEqual(await find(context, equals(identity.attribute, id)), [second])
    assert.deepEqual(await find(context, equals(identity.attribute, identity.other)), [])
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
    assert.equal(await dnsIn('one', childDn(naming, first, people)), 0)
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
    await fails(read(context, childDn(naming, 'nobody', context.people)), 'noSuchEntry')
  })
}

function compareContract(context: Context): void {
  const { naming } = context.profile
  it('compares by the rule of the attribute', async () => {
    const uid = fresh()
    const dn = await added(
      context,
      context.profile.person(uid, context.people, { departmentNumber: ['Head  of'] }),
    )
    const { directory } = context
    assert.equal(await directory.compare(dn, 'departmentNumber', 'HEAD OF'), true)
    assert.equal(await directory.compare(dn, 'departmentNumber', 'head'), false)
    assert.equal(await directory.compare(dn, 'mail', 'x@y'), false)
    await fails(
      directory.compare(childDn(naming, 'nobody', dn), 'departmentNumber', 'x'),
      'noSuchEntry',
    )
  })
}

function addContract(context: Context): void {
  const { naming, identity, lock, created, demanded, unique, passwordAttribute, passwordValue } =
    context.profile
  it('answers the entry as it now stands, with the attributes of the plan', async () => {
    const uid = fresh()
    const operation = context.profile.person(uid, context.people, { mail: ['a@b.org'] })
    const entry = await run(context, operation, [naming, 'mail', identity.attribute])
    assert.ok(isSameDn(entry?.dn ?? '', operation.dn))
    const names = [identity.attribute.toLowerCase(), 'mail', naming]
    assert.deepEqual([...(entry?.names ?? [])].sort(), names.sort())
    assert.deepEqual(entry?.texts('mail'), ['a@b.org'])
  })

  it('answers nothing when the plan reads nothing', async () => {
    assert.equal(await run(context, context.profile.person(fresh(), context.people)), undefined)
  })

  it('adds the value of the RDN to the entry', async () => {
    const uid = fresh()
    const { attributes, ...rest } = context.profile.person(uid, context.people)
    const others = attributes.filter(({ type }) => type !== naming)
    const entry = await run(context, { ...rest, attributes: others }, [naming])
    assert.deepEqual(entry?.texts(naming), [uid])
  })

  it('takes a lock at once', async () => {
    const more = {
      [lock.attribute]: [lock.value],
      [passwordAttribute]: [passwordValue(goodPassword)],
    }
    const uid = fresh()
    const entry = await run(context, context.profile.person(uid, context.people, more), [
      lock.attribute,
    ])
    assert.equal(entry?.text(lock.attribute), lock.value)
  })

  type Refused = [string, (uid: string) => LdapOperation, DirectoryFailure, string?]
  const mistakes: Refused[] = [
    [
      'its parent does not exist',
      (uid) => context.profile.person(uid, `ou=nowhere,${context.people}`),
      'noSuchEntry',
    ],
    [
      'a value breaks its syntax',
      (uid) => context.profile.person(uid, context.people, { mail: ['ë@x'] }),
      'invalidValue',
      'mail',
    ],
    [
      'a value is empty',
      (uid) => context.profile.person(uid, context.people, { departmentNumber: [''] }),
      'invalidValue',
      'departmentNumber',
    ],
    [
      'a reference is no DN',
      (uid) => context.profile.person(uid, context.people, { manager: ['bob'] }),
      'invalidValue',
      'manager',
    ],
    [
      'a value is given twice',
      (uid) => context.profile.person(uid, context.people, { mail: ['A@b', 'a@B'] }),
      'invalidValue',
      'mail',
    ],
    [
      'there are two values where one may be',
      (uid) => context.profile.person(uid, context.people, { displayName: ['a', 'b'] }),
      'tooManyValues',
      'displayName',
    ],
    [
      'an attribute is not in its object classes',
      (uid) => context.profile.person(uid, context.people, { member: ['cn=x'] }),
      'schemaViolation',
      'member',
    ],
    [
      'an attribute is unknown',
      (uid) => context.profile.person(uid, context.people, { nonsense: ['x'] }),
      'schemaViolation',
      'nonsense',
    ],
    [
      'an object class is unknown',
      (uid) => context.profile.person(uid, context.people, { objectClass: ['nonsense'] }),
      'schemaViolation',
      'objectClass',
    ],
    [
      'an attribute is the server’s',
      (uid) =>
        context.profile.person(uid, context.people, { [created.attribute]: ['20200101000000.0Z'] }),
      'readOnly',
      created.attribute,
    ],
    [
      'the policy refuses the password',
      (uid) =>
        context.profile.person(uid, context.people, {
          [passwordAttribute]: [passwordValue('short')],
        }),
      'passwordRefused',
    ],
  ]
  for (const [why, operation, usual, usualAttribute] of mistakes) {
    const { failure, attribute } = outcome(context, why, usual, usualAttribute)
    if (failure === 'notApplicable') continue
    if (failure === 'accepted') {
      it(`adds an entry though ${why}`, async () => {
        const uid = fresh()
        await run(context, operation(uid))
        assert.deepEqual(await find(context, equals(naming, uid)), [uid])
      })
      continue
    }
    it(`fails as ${failure} and adds nothing when ${why}`, async () => {
      const uid = fresh()
      const expected = {
        operationIndex: 0,
        isPartial: false,
        ...(attribute === undefined ? {} : { attribute }),
      }
      await fails(run(context, operation(uid), [naming]), failure, expected)
      assert.deepEqual(await find(context, equals(naming, uid)), [])
    })
  }

  if (demanded !== undefined) {
    it('fails as schemaViolation naming the attribute that is missing', async () => {
      const { attributes, ...rest } = context.profile.person(fresh(), context.people)
      const others = attributes.filter(({ type }) => type !== demanded)
      await fails(run(context, { ...rest, attributes: others }), 'schemaViolation', {
        attribute: demanded,
      })
    })
  }

  it('fails as alreadyExists when the DN is taken, in any spelling', async () => {
    const uid = fresh()
    await run(context, context.profile.person(uid, context.people))
    await fails(
      run(context, context.profile.person(uid.toUpperCase(), context.people)),
      'alreadyExists',
      {
        attribute: undefined,
      },
    )
  })

  it('fails as notUnique when another entry holds the value', async () => {
    const uid = fresh()
    await run(context, context.profile.person(uid, context.people))
    const { attributes } = context.profile.person(uid, context.people)
    const name = naming === 'cn' ? fresh() : 'Con Tract'
    const others = attributes.filter(({ type }) => type !== 'cn')
    const operation: LdapOperation = {
      kind: 'add',
      dn: childDn('cn', name, context.people),
      attributes: [...others, { type: 'cn', values: [name] }],
    }
    await fails(run(context, operation), 'notUnique', { attribute: unique })
  })
}

function modifyContract(context: Context): void {
  const { naming, identity, version, demanded, passwordAttribute, passwordValue } = context.profile
  const { hasAssertion } = context.profile.capabilities
  let dn = ''
  beforeEach(async () => {
    dn = await added(
      context,
      context.profile.person(fresh(), context.people, {
        departmentNumber: ['One', 'Two'],
        displayName: ['Name'],
        facsimileTelephoneNumber: ['123'],
      }),
    )
  })

  it('adds, deletes and replaces values in one step and answers the entry after it', async () => {
    const entry = await run(
      context,
      modify(
        dn,
        change('delete', 'departmentNumber', 'one'),
        change('add', 'departmentNumber', 'Three'),
        change('replace', 'displayName', 'New'),
        change('delete', 'facsimileTelephoneNumber'),
        change('replace', 'mail'),
      ),
      ['departmentNumber', 'displayName', 'facsimileTelephoneNumber'],
    )
    assert.deepEqual([...(entry?.texts('departmentNumber') ?? [])].sort(), ['Three', 'Two'])
    assert.deepEqual(entry?.texts('displayName'), ['New'])
    assert.equal(entry?.has('facsimileTelephoneNumber'), false)
  })

  it('changes the spelling of a value that stays equal', async () => {
    const respell = modify(
      dn,
      change('delete', 'departmentNumber', 'One'),
      change('add', 'departmentNumber', 'ONE'),
    )
    const entry = await run(context, respell, ['departmentNumber'])
    assert.deepEqual([...(entry?.texts('departmentNumber') ?? [])].sort(), ['ONE', 'Two'])
  })

  if (version !== undefined) {
    it('gives the entry a new version', async () => {
      const before = await read(context, dn, [version])
      const after = await run(context, modify(dn, change('replace', 'displayName', 'x')), [version])
      assert.notEqual(after?.text(version), before?.text(version))
    })
  }

  it('lets one of several writers change a value that all of them have read', async () => {
    const writes = Array.from({ length: 8 }, async (_, index) =>
      run(
        context,
        modify(
          dn,
          change('delete', 'displayName', 'Name'),
          change('add', 'displayName', `writer ${index}`),
        ),
      ),
    )
    const results = await Promise.allSettled(writes)
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of results) {
      if (result.status === 'fulfilled') continue
      await fails(Promise.reject(result.reason as Error), 'valueAbsent', {
        attribute: 'displayName',
      })
    }
  })

  type Refused = [string, readonly Modification[], DirectoryFailure, string]
  const mistakes: Refused[] = [
    [
      'a value to be added is there',
      [change('add', 'departmentNumber', 'TWO')],
      'valueExists',
      'departmentNumber',
    ],
    [
      'a value to be deleted is not there',
      [change('delete', 'departmentNumber', 'Four')],
      'valueAbsent',
      'departmentNumber',
    ],
    ['an attribute to be deleted is not there', [change('delete', 'mail')], 'valueAbsent', 'mail'],
    [
      'a demanded attribute would go',
      [change('delete', demanded ?? 'objectClass')],
      'schemaViolation',
      demanded ?? 'objectClass',
    ],
    [
      'a second value is one too many',
      [change('add', 'displayName', 'b')],
      'tooManyValues',
      'displayName',
    ],
    [
      'the value of the RDN would go',
      [change('replace', naming, 'other')],
      'schemaViolation',
      naming,
    ],
    ['a value breaks its syntax', [change('replace', 'mail', 'ü')], 'invalidValue', 'mail'],
    [
      'values without an equality rule are added to others',
      [change('add', 'facsimileTelephoneNumber', '456')],
      'refused',
      'facsimileTelephoneNumber',
    ],
    [
      'values without an equality rule are deleted one by one',
      [change('delete', 'facsimileTelephoneNumber', '123')],
      'refused',
      'facsimileTelephoneNumber',
    ],
    [
      'the server keeps the attribute',
      [change('replace', identity.attribute, identity.other)],
      'readOnly',
      identity.attribute,
    ],
    [
      'the server computes the attribute',
      [change('add', 'memberOf', 'cn=x')],
      'readOnly',
      'memberOf',
    ],
    [
      'the password is too short',
      [change('replace', passwordAttribute, passwordValue('short'))],
      'passwordRefused',
      passwordAttribute,
    ],
  ]
  for (const [why, modifications, usual, usualAttribute] of mistakes) {
    const { failure, attribute } = outcome(context, why, usual, usualAttribute)
    const operation = () =>
      modify(dn, change('replace', 'displayName', 'Changed'), ...modifications)
    if (failure === 'notApplicable') continue
    if (failure === 'accepted') {
      it(`changes the entry though ${why}`, async () => {
        await run(context, operation())
        assert.equal((await read(context, dn))?.text('displayName'), 'Changed')
      })
      continue
    }
    it(`fails as ${failure} and changes nothing when ${why}`, async () => {
      const isNamed = failure !== 'passwordRefused' && attribute !== 'facsimileTelephoneNumber'
      const named = isNamed && attribute !== undefined ? { attribute } : {}
      await fails(run(context, operation()), failure, { ...named, operationIndex: 0 })
      assert.equal((await read(context, dn))?.text('displayName'), 'Name')
    })
  }

  it('fails as noSuchEntry when there is no entry', async () => {
    const nobody = childDn(naming, 'nobody', context.people)
    await fails(
      run(context, modify(nobody, change('replace', 'departmentNumber', 'x'))),
      'noSuchEntry',
    )
  })

  if (hasAssertion) {
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
  }

  if (hasAssertion) {
    it('changes an attribute that is kept unique when the assertion holds (RFC 4528)', async () => {
      const uuid = (await read(context, dn, [identity.attribute]))?.text(identity.attribute) ?? ''
      const more = fresh()
      const operation = {
        kind: 'modify',
        dn,
        modifications: [change('add', naming, more)],
      } as const
      const other = equals(identity.attribute, identity.other)
      await fails(run(context, { ...operation, assertion: other }), 'assertionFailed')
      const entry = await run(
        context,
        { ...operation, assertion: equals(identity.attribute, uuid) },
        [naming],
      )
      assert.equal(entry?.texts(naming).includes(more), true)
    })
  }

  if (hasAssertion) {
    it('writes the same version of an entry once, whoever comes first', async () => {
      const csn = (await read(context, dn, [version ?? '']))?.text(version ?? '') ?? ''
      const writes = Array.from({ length: 8 }, async (_, index) =>
        run(context, {
          kind: 'modify',
          dn,
          modifications: [change('replace', 'displayName', `writer ${index}`)],
          assertion: equals(version ?? '', csn),
        }),
      )
      const results = await Promise.allSettled(writes)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    })
  }
}

function renameContract(context: Context): void {
  const { naming, identity, unique, refusesRenameOf, differences } = context.profile
  const { hasAssertion } = context.profile.capabilities
  let uid = ''
  let dn = ''
  beforeEach(async () => {
    uid = fresh()
    dn = await added(
      context,
      context.profile.person(uid, context.people, { departmentNumber: ['Kept'] }),
    )
  })
  const renamed = (name: string, more: object = {}): LdapOperation => ({
    kind: 'modifyDn',
    dn,
    newRdn: childDn(naming, name, ''),
    deleteOldRdn: true,
    ...more,
  })

  it('gives the entry its new name and takes the old one, and answers the entry at its new DN', async () => {
    const name = fresh('new')
    const before = await read(context, dn, [identity.attribute])
    const entry = await run(context, renamed(name), [
      naming,
      'departmentNumber',
      identity.attribute,
    ])
    assert.ok(isSameDn(entry?.dn ?? '', childDn(naming, name, context.people)))
    assert.deepEqual(entry?.texts(naming), [name])
    assert.equal(entry?.text('departmentNumber'), 'Kept')
    assert.deepEqual(entry?.bytes(identity.attribute), before?.bytes(identity.attribute))
    await fails(read(context, dn), 'noSuchEntry')
  })

  const kept = differences['an RDN keeps its old value']
  it('defect 13: keeps the old value when it is not to be deleted, or makes nothing', async () => {
    const name = fresh('new')
    const operation = renamed(name, { deleteOldRdn: false })
    if (kept === 'refused') {
      await fails(run(context, operation), kept)
      assert.ok(await read(context, dn))
      return
    }
    const entry = await run(context, operation, [naming])
    assert.deepEqual([...(entry?.texts(naming) ?? [])].sort(), [name, uid].sort())
  })

  it('defect 13: renames to names that hold a comma or end in a backslash', async () => {
    for (const odd of [`${fresh()}, x`, `${fresh()}\\`, `${fresh()}\\, "x"`]) {
      const entry = await run(context, renamed(odd), [naming])
      assert.deepEqual(entry?.texts(naming), [odd])
      if (refusesRenameOf(odd) === undefined) dn = entry?.dn ?? ''
      else dn = await added(context, context.profile.person(fresh(), context.people))
    }
  })

  const several = differences['an RDN has several parts']
  it('defect 13: renames to a name of several parts, or makes nothing', async () => {
    const name = fresh('new')
    const operation = renamed(name, {
      newRdn: `${childDn(naming, name, '')}+${naming === 'cn' ? 'displayName' : 'cn'}=Con Tract`,
    })
    if (several === 'refused') {
      await fails(run(context, operation), several)
      assert.ok(await read(context, dn))
      return
    }
    const entry = await run(context, operation, [naming])
    assert.deepEqual(entry?.texts(naming), [name])
    assert.equal(rdnOf(entry?.dn ?? '').length, 2)
  })

  it('renames in case only', async () => {
    const entry = await run(context, renamed(uid.toUpperCase()), [naming])
    assert.deepEqual(entry?.texts(naming), [uid.toUpperCase()])
    assert.equal(rdnOf(entry?.dn ?? '')[0]?.value, uid.toUpperCase())
  })

  it('moves an entry below another parent', async () => {
    const { elsewhere } = context
    const entry = await run(context, renamed(uid, { newSuperior: elsewhere }), [naming])
    assert.ok(isSameDn(entry?.dn ?? '', childDn(naming, uid, elsewhere)))
  })

  it('fails as alreadyExists when the name is taken', async () => {
    const { elsewhere } = context
    const name = naming === 'cn' ? 'Con Tract' : fresh()
    const taken = context.profile.person(name, elsewhere)
    await run(context, { ...taken, dn: childDn('cn', 'Con Tract', elsewhere) })
    const operation = renamed('', { newRdn: 'cn=Con Tract', newSuperior: elsewhere })
    await fails(run(context, operation), 'alreadyExists')
  })

  const clash = differences['a rename takes the name of another'] ?? 'notUnique'
  if (clash === 'accepted' || clash === 'notApplicable') throw new Error('no rename takes a name')
  it(`fails as ${clash} when another entry holds the value`, async () => {
    const other = fresh()
    await run(context, context.profile.person(other, context.people))
    const expected = clash === 'notUnique' ? { attribute: unique } : {}
    await fails(run(context, renamed(other)), clash, expected)
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

  if (hasAssertion) {
    it('renames when the assertion holds (RFC 4528)', async () => {
      const uuid = (await read(context, dn, [identity.attribute]))?.text(identity.attribute) ?? ''
      const name = fresh('new')
      const operation = renamed(name, { assertion: equals(identity.attribute, uuid) })
      assert.deepEqual((await run(context, operation, [naming]))?.texts(naming), [name])
    })
  }

  if (hasAssertion) {
    it('fails as assertionFailed when the assertion does not hold (RFC 4528)', async () => {
      const operation = renamed(fresh(), { assertion: equals('departmentNumber', 'Lost') })
      await fails(run(context, operation), 'assertionFailed')
      assert.equal((await read(context, dn))?.text(naming), uid)
    })
  }
}

function deleteContract(context: Context): void {
  const { naming, identity, differences } = context.profile
  const { hasAssertion } = context.profile.capabilities
  it('removes the entry and answers nothing', async () => {
    const dn = await added(context, context.profile.person(fresh(), context.people))
    assert.equal(await run(context, { kind: 'delete', dn }, [naming]), undefined)
    await fails(read(context, dn), 'noSuchEntry')
    await fails(run(context, { kind: 'delete', dn }), 'noSuchEntry')
  })

  if (hasAssertion) {
    it('fails as assertionFailed when the assertion does not hold (RFC 4528)', async () => {
      const dn = await added(context, context.profile.person(fresh(), context.people))
      const assertion = equals(identity.attribute, identity.other)
      await fails(run(context, { kind: 'delete', dn, assertion }), 'assertionFailed')
      assert.ok(await read(context, dn))
    })
  }

  if (differences['there are entries below'] !== 'notApplicable') {
    it('fails as notLeaf when there are entries below', async () => {
      const dn = await added(context, context.profile.person(fresh(), context.people))
      await run(context, context.profile.person(fresh(), dn))
      await fails(run(context, { kind: 'delete', dn }), 'notLeaf')
    })
  }
}

function passwordContract(context: Context): void {
  const { naming, lock, password, passwordAttribute, passwordValue } = context.profile

  it('sets a password that is nowhere to be read', async () => {
    const dn = await added(context, context.profile.person(fresh(), context.people))
    const entry = await run(context, password(dn, goodPassword), [naming, passwordAttribute])
    assert.deepEqual(entry?.names, [naming])
  })

  it('fails as passwordRefused when the policy refuses the password', async () => {
    const dn = await added(context, context.profile.person(fresh(), context.people))
    await fails(run(context, password(dn, 'short')), 'passwordRefused')
  })

  it('fails as noSuchEntry when there is no entry', async () => {
    const dn = childDn(naming, 'nobody', context.people)
    await fails(run(context, password(dn, goodPassword)), 'noSuchEntry')
  })

  const fate = lock.isLostWithPassword ? 'goes with' : 'outlives'
  it(`takes a lock with a password, and shows that a lock ${fate} a new password`, async () => {
    const dn = await added(context, context.profile.person(fresh(), context.people))
    const newPassword = (value: string) =>
      change('replace', passwordAttribute, passwordValue(value))
    const setLock = change('replace', lock.attribute, lock.value)
    const both = await run(context, modify(dn, newPassword(goodPassword), setLock), [
      lock.attribute,
    ])
    assert.equal(both?.text(lock.attribute), lock.value)
    const after = await run(context, modify(dn, newPassword(`${goodPassword}!`)), [lock.attribute])
    assert.equal(after?.text(lock.attribute), lock.isLostWithPassword ? undefined : lock.value)
  })
}

function planContract(context: Context): void {
  const { naming, identity, differences, password } = context.profile
  const { hasAssertion } = context.profile.capabilities
  let uid = ''
  let dn = ''
  let newDn = ''
  beforeEach(async () => {
    uid = fresh()
    dn = await added(
      context,
      context.profile.person(uid, context.people, { departmentNumber: ['Kept'] }),
    )
    newDn = childDn(naming, `new-${uid}`, context.people)
  })
  const rename = (): LdapOperation => ({
    kind: 'modifyDn',
    dn,
    newRdn: childDn(naming, `new-${uid}`, ''),
    deleteOldRdn: true,
  })

  it('renames and modifies, and answers the entry after the last operation', async () => {
    const plan = planOf(
      [naming, 'departmentNumber'],
      rename(),
      modify(newDn, change('replace', 'departmentNumber', 'New')),
    )
    const entry = await context.directory.execute(plan, reason)
    assert.ok(isSameDn(entry?.dn ?? '', newDn))
    assert.deepEqual(entry?.texts('departmentNumber'), ['New'])
  })

  if (hasAssertion) {
    it('renames and modifies when the assertions of both hold (RFC 4528)', async () => {
      const uuid = (await read(context, dn, [identity.attribute]))?.text(identity.attribute) ?? ''
      const assertion = equals(identity.attribute, uuid)
      const asserted: LdapOperation[] = [
        {
          kind: 'modifyDn',
          dn,
          newRdn: childDn(naming, `new-${uid}`, ''),
          deleteOldRdn: true,
          assertion,
        },
        {
          kind: 'modify',
          dn: newDn,
          modifications: [change('replace', 'departmentNumber', 'New')],
          assertion,
        },
      ]
      const entry = await context.directory.execute(
        planOf(['departmentNumber'], ...asserted),
        reason,
      )
      assert.equal(entry?.text('departmentNumber'), 'New')
    })
  }

  if (hasAssertion) {
    it('makes nothing when the assertion of one does not hold, and says which (RFC 4528)', async () => {
      const uuid = (await read(context, dn, [identity.attribute]))?.text(identity.attribute) ?? ''
      const assertion = equals(identity.attribute, uuid)
      const other = equals('departmentNumber', 'Lost')
      for (const [operationIndex, filters] of [
        [other, assertion],
        [assertion, other],
      ].entries()) {
        const [first, second] = filters
        const asserted = [
          { ...rename(), assertion: first },
          { ...modify(newDn, change('replace', 'departmentNumber', 'New')), assertion: second },
        ] as LdapOperation[]
        const failing = context.directory.execute(planOf(['departmentNumber'], ...asserted), reason)
        await fails(failing, 'assertionFailed', { operationIndex, isPartial: false })
        assert.equal((await read(context, dn))?.text('departmentNumber'), 'Kept')
      }
    })
  }

  it('puts everything back when the last operation fails', async () => {
    const mistake = modify(newDn, change('replace', 'nonsense', 'x'))
    const failing = context.directory.execute(planOf([naming], rename(), mistake), reason)
    await fails(failing, 'schemaViolation', { operationIndex: 1, isPartial: false })
    assert.equal((await read(context, dn))?.text('departmentNumber'), 'Kept')
    await fails(read(context, newDn), 'noSuchEntry')
  })

  it('makes nothing when the server refuses an operation before the end', async () => {
    const mistake = modify(newDn, change('add', 'displayName', 'a', 'b'))
    const more = modify(newDn, change('replace', 'departmentNumber', 'New'))
    const failing = context.directory.execute(planOf([naming], rename(), mistake, more), reason)
    await fails(failing, 'tooManyValues', {
      attribute: 'displayName',
      operationIndex: 1,
      isPartial: false,
    })
    assert.equal((await read(context, dn))?.text('departmentNumber'), 'Kept')
  })

  it('makes nothing when the first operation fails', async () => {
    const taken = fresh()
    await run(context, context.profile.person(taken, context.people))
    const clash: LdapOperation = {
      kind: 'modifyDn',
      dn,
      newRdn: childDn(naming, taken, ''),
      deleteOldRdn: true,
    }
    const plan = planOf(
      [naming],
      clash,
      modify(childDn(naming, taken, context.people), change('replace', 'departmentNumber', 'x')),
    )
    const failure = differences['a rename takes the name of another'] ?? 'notUnique'
    assert.ok(failure !== 'accepted' && failure !== 'notApplicable')
    const expected = { operationIndex: 0, isPartial: false }
    await fails(context.directory.execute(plan, reason), failure, expected)
    assert.equal(
      (await read(context, childDn(naming, taken, context.people)))?.has('departmentNumber'),
      false,
    )
  })

  it('sets a password beside other operations', async () => {
    const setsPassword = password(dn, goodPassword)
    const entry = await context.directory.execute(
      planOf(
        ['departmentNumber'],
        modify(dn, change('replace', 'departmentNumber', 'New')),
        setsPassword,
      ),
      reason,
    )
    assert.equal(entry?.text('departmentNumber'), 'New')
  })

  it('puts everything back when the password is refused', async () => {
    const setsPassword = password(newDn, 'short')
    const plan = planOf(
      ['departmentNumber'],
      rename(),
      modify(newDn, change('replace', 'departmentNumber', 'New')),
      setsPassword,
    )
    await fails(context.directory.execute(plan, reason), 'passwordRefused', {
      operationIndex: 2,
      isPartial: false,
    })
    assert.deepEqual((await read(context, dn))?.texts('departmentNumber'), ['Kept'])
  })

  it('takes an added entry away when the operation behind it fails', async () => {
    const other = context.profile.person(fresh(), context.people)
    const setsPassword = password(other.dn, 'short')
    await fails(
      context.directory.execute(planOf([naming], other, setsPassword), reason),
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
  const { naming, demandsMember, leaves } = context.profile
  it('lists the groups of a member in memberOf', async () => {
    const dn = await added(context, context.profile.person(fresh(), context.people))
    const groupDn = await added(
      context,
      context.profile.group(fresh('g'), context.groups, { member: [dn] }),
    )
    const entry = await read(context, dn, ['memberOf'])
    assert.equal(entry?.texts('memberOf').length, 1)
    assert.ok(isSameDn(entry?.text('memberOf') ?? '', groupDn))
  })

  it(`${demandsMember ? 'demands a' : 'needs no'} member of a group`, async () => {
    const empty = context.profile.group(fresh('g'), context.groups)
    if (!demandsMember) {
      const dn = await added(context, context.profile.person(fresh(), context.people))
      const groupDn = await added(context, empty)
      await run(context, modify(groupDn, change('add', 'member', dn)))
      const entry = await run(context, modify(groupDn, change('delete', 'member', dn)), ['member'])
      assert.equal(entry?.has('member'), false)
      return
    }
    await fails(run(context, empty), 'schemaViolation', { attribute: 'member' })
    const member = [context.placeholder]
    const dn = await added(context, context.profile.group(fresh('g'), context.groups, { member }))
    const last = modify(dn, change('delete', 'member', context.placeholder))
    await fails(run(context, last), 'schemaViolation', { attribute: 'member' })
  })

  it('compares members as DNs', async () => {
    const dn = await added(context, context.profile.person(fresh('A b'), context.people))
    const groupDn = await added(
      context,
      context.profile.group(fresh('g'), context.groups, { member: [dn] }),
    )
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
    const dn = await added(context, context.profile.person(uid, context.people))
    const report = await added(
      context,
      context.profile.person(fresh(), context.people, { manager: [dn] }),
    )
    const groupDn = await added(
      context,
      context.profile.group(fresh('g'), context.groups, { member: [dn] }),
    )
    const newUid = fresh('new')
    await run(context, {
      kind: 'modifyDn',
      dn,
      newRdn: childDn(naming, newUid, ''),
      deleteOldRdn: true,
    })
    const newDn = childDn(naming, newUid, context.people)
    await until(async () => isSameDn((await read(context, groupDn))?.text('member') ?? '', newDn))
    await until(async () => isSameDn((await read(context, report))?.text('manager') ?? '', newDn))
    await run(context, { kind: 'delete', dn: newDn })
    await until(async () => {
      const member = (await read(context, groupDn))?.text('member')
      if (leaves === 'nothing') return member === undefined
      return isSameDn(member ?? '', context.placeholder)
    })
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
  const { naming, refusesName, refusesRenameOf } = context.profile
  const renamed = async (dn: string, value: string): Promise<string> => {
    const newRdn = childDn(naming, value, '')
    const entry = await run(context, { kind: 'modifyDn', dn, newRdn, deleteOldRdn: true }, [naming])
    assert.ok(entry !== undefined)
    assert.deepEqual(entry.texts(naming), [value])
    return entry.dn
  }

  for (const name of oddNames) {
    const shown = JSON.stringify(name).slice(0, 30)
    const refusal = refusesName(name)
    if (refusal !== undefined) {
      it(`fails as ${refusal} to create ${shown}`, async () => {
        await fails(run(context, context.profile.person(name, context.people)), refusal)
      })
      continue
    }

    const stuck = refusesRenameOf(name)
    it(`creates, finds${stuck === undefined ? ', renames' : ''} and deletes ${shown}`, async () => {
      const operation = context.profile.person(name, context.people)
      const entry = await run(context, operation, [naming])
      assert.deepEqual(entry?.texts(naming), [name])
      assert.deepEqual(await find(context, equals(naming, name)), [name])
      const parts = substrings(naming, { any: [name.trim()] })
      assert.ok((await find(context, parts)).includes(name))

      let { dn } = operation
      if (stuck === undefined) {
        const plain = await renamed(dn, fresh('renamed'))
        const back = await renamed(plain, name)
        assert.ok(isSameDn(back, dn))
        dn = await renamed(back, name.toUpperCase())
        assert.deepEqual(await find(context, equals(naming, name)), [name.toUpperCase()])
      } else {
        await fails(renamed(dn, fresh('renamed')), stuck)
      }
      await run(context, { kind: 'delete', dn })
      assert.deepEqual(await find(context, equals(naming, name)), [])
    })

    it(`puts ${shown} into a group of that name`, async () => {
      const dn = await added(context, context.profile.person(name, context.people))
      const groupName = `g ${name}`
      const operation = context.profile.group(groupName, context.groups, { member: [dn] })
      const groupDn = await added(context, operation)
      assert.equal(await context.directory.compare(groupDn, 'member', dn), true)
      const [found] = await all(context.directory, {
        base: context.groups,
        scope: 'sub',
        filter: and([equals('cn', groupName), equals('member', dn)]),
        attributes: ['cn', 'member'],
      })
      assert.equal(found?.text('cn'), groupName)
      assert.ok(isSameDn(found.text('member') ?? '', dn))
      await run(context, { kind: 'delete', dn: groupDn })
      await run(context, { kind: 'delete', dn })
    })
  }
}
