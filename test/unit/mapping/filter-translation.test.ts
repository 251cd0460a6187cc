import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Entry } from '../../../src/directory/entry.ts'
import {
  and,
  equals,
  type Filter,
  greaterOrEqual,
  lessOrEqual,
  not,
  or,
  present,
  substrings,
} from '../../../src/directory/filter.ts'
import type { Translation } from '../../../src/mapping/filter-translation.ts'
import { matches } from '../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts'
import { printFilter } from '../../../src/scim/filter/print-filter.ts'
import { evaluate } from '../../support/memory-directory-filter.ts'
import { memorySchema } from '../../support/memory-directory-schema.ts'
import {
  context,
  groupContext,
  groupEntry,
  groupsBase,
  id,
  mappings,
  people,
  person,
  userReference,
} from './example.ts'

const { users, groups } = mappings()
const boss = userReference('boss')
const staff = {
  type: 'Group',
  id: 'id-of-staff',
  dn: `cn=staff,${groupsBase}`,
  memberValues: [`cn=staff,${groupsBase}`],
  display: 'staff',
} as const
const known = new Map([boss, staff].map(({ id: key, dn }) => [key, dn]))
const within = new Map<string, readonly string[] | undefined>([
  [staff.id, [staff.dn]],
  ['id-of-nested', [staff.dn, `cn=inner,${groupsBase}`]],
  ['id-of-many', undefined],
])
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

function translate(text: string, mapping: typeof users | typeof groups = users): Translation {
  return mapping.translate(parseFilter(text, mapping.schema), {
    dnOf: (each) => [known.get(each) ?? []].flat(),
    membersOf: (each) => [known.get(each) ?? []].flat(),
    groupsWithin: (each) => (within.has(each) ? within.get(each) : []),
    membersWithin: (each) => (within.has(each) ? [boss.dn] : each === 'id-of-all' ? undefined : []),
  })
}

const everything = and([])
const nothing = or([])

describe('Translating a filter on an attribute that the map has not (RFC 7643 §2.5)', () => {
  const plain = mappings({
    attributes: { externalId: undefined },
    groups: { attributes: { displayName: 'cn' } },
  })
  const table: readonly (readonly [string, Filter])[] = [
    ['externalId eq "x"', nothing],
    ['externalId co "x"', nothing],
    ['externalId ge "x"', nothing],
    ['externalId pr', nothing],
    ['externalId ne null', nothing],
    ['externalId ne "x"', everything],
    ['externalId eq null', everything],
    ['not (externalId eq "x")', not(nothing)],
    ['userName eq "anna" or externalId eq "x"', or([equals('uid', 'anna'), nothing])],
  ]
  for (const [text, expected] of table) {
    it(`${text} asks for as many as it means`, () => {
      assert.deepEqual(translate(text, plain.users).filter, expected)
    })
  }

  it('leaves nothing to be decided', () => {
    for (const mapping of [plain.users, plain.groups]) {
      assert.deepEqual(translate('externalId eq "x"', mapping), { filter: nothing })
    }
  })
})

describe('Translating a SCIM filter (RFC 7644 §3.4.2.2 to RFC 4511 §4.5.1.7)', () => {
  const inactive = equals('pwdAccountLockedTime', '000001010000Z')
  const table: readonly (readonly [string, string, Filter])[] = [
    ['equality is equality of the mapped attribute', 'userName eq "anna"', equals('uid', 'anna')],
    [
      'an attribute in another case and operator is the same',
      'username Eq "anna"',
      equals('uid', 'anna'),
    ],
    [
      'several are joined',
      'userName eq "a" and title eq "b"',
      and([equals('uid', 'a'), equals('title', 'b')]),
    ],
    [
      'either is either',
      'userName eq "a" or title eq "b"',
      or([equals('uid', 'a'), equals('title', 'b')]),
    ],
    ['a part is a substring', 'userName co "nn"', substrings('uid', { any: ['nn'] })],
    ['a beginning is an initial', 'userName sw "an"', substrings('uid', { initial: 'an' })],
    ['an end is a final', 'userName ew "na"', substrings('uid', { final: 'na' })],
    [
      'blanks at the ends, which LDAP leaves out of account, are not asked for',
      'userName sw " an"',
      substrings('uid', { any: ['an'] }),
    ],
    ['blanks alone are nothing to LDAP', 'title co "  "', present('title')],
    [
      'hyphens alone are nothing in a telephone number',
      'phoneNumbers[type eq "pager" and value co "- "]',
      and([
        or(
          ['telephoneNumber', 'mobile', 'homePhone', 'facsimileTelephoneNumber', 'pager'].map(
            present,
          ),
        ),
        or(
          ['telephoneNumber', 'mobile', 'homePhone', 'facsimileTelephoneNumber', 'pager'].map(
            present,
          ),
        ),
      ]),
    ],
    [
      'both forms of a letter are asked for',
      'title eq "e\u0301"',
      or([equals('title', 'e\u0301'), equals('title', '\u00e9')]),
    ],
    [
      'a letter whose case a server may not know is left out (capital ß)',
      'title eq "straße"',
      substrings('title', { initial: 'stra', final: 'e' }),
    ],
    [
      'of a part with such letters everything else is asked for',
      'title co "Ა straße ßß x"',
      substrings('title', { any: ['stra', 'e', 'x'] }),
    ],
    [
      'a beginning with such a letter begins before it',
      'title sw "stra ẞe"',
      substrings('title', { any: ['stra', 'e'] }),
    ],
    [
      'an end with such a letter ends behind it',
      'title ew "ße"',
      substrings('title', { final: 'e' }),
    ],
    ['of such letters alone nothing is left', 'title eq "ßẞ"', present('title')],
    [
      'a letter that is the same as a usual one is asked for as that, too (Kelvin sign)',
      'title eq "\u212Aelvin"',
      or([substrings('title', { final: 'elvin' }), equals('title', 'Kelvin')]),
    ],
    [
      'half of a surrogate pair cannot be asked for',
      'externalId co "a\\ud83d"',
      substrings('scimExternalId', { any: ['a'] }),
    ],
    [
      'letters are what they are where case counts',
      'externalId eq "straße"',
      equals('scimExternalId', 'straße'),
    ],
    [
      'letters are left out of telephone numbers, whose case counts to OpenLDAP',
      'phoneNumbers[value ew "1 ext. 42"]',
      or(
        ['telephoneNumber', 'mobile', 'homePhone', 'facsimileTelephoneNumber', 'pager'].map(
          (name) =>
            name === 'facsimileTelephoneNumber'
              ? present(name)
              : substrings(name, { any: ['1'], final: '. 42' }),
        ),
      ),
    ],
    ['an order needs a value', 'title gt "b"', present('title')],
    ['having a value is having it', 'title pr', present('title')],
    ['an unequal value may be none', 'title ne "b"', everything],
    ['null is no value', 'title eq null', everything],
    ['a complement of what is decided later finds everything', 'not (title eq "b")', everything],
    [
      'an attribute that may show its fallback may be absent',
      'name.givenName eq "a"',
      or([equals('givenName', 'a'), not(present('givenName'))]),
    ],
    [
      'an attribute that may show its fallback may be absent and have a value',
      'name.givenName pr',
      everything,
    ],
    [
      'an attribute that every entry has shows no fallback',
      'name.familyName eq "a"',
      equals('sn', 'a'),
    ],
    [
      'a value path asks for all of it on the same entry',
      'emails[type eq "work" and value eq "a@b.c"]',
      and([present('mail'), equals('mail', 'a@b.c')]),
    ],
    ['a value path with "not" finds everything', 'emails[not (value eq "a@b.c")]', everything],
    [
      'an attribute without equality rule needs a value',
      'phoneNumbers[value eq "1"]',
      or([
        ...['telephoneNumber', 'mobile', 'homePhone'].map((name) => equals(name, '1')),
        present('facsimileTelephoneNumber'),
        equals('pager', '1'),
      ]),
    ],
    ['an exact attribute is compared exactly', 'externalId eq "X"', equals('scimExternalId', 'X')],
    ['an id is looked for', `id eq "${id}"`, equals('entryUUID', id)],
    ['what can be no id is not', 'id eq "x"', or([])],
    ['another comparison of ids is made later', 'id ne "x"', everything],
    ['what the bridge makes is there in any case', 'meta.created pr', everything],
    [
      'a time is asked for from the second it falls into',
      'meta.lastModified gt "2026-11-22T08:44:05.5Z"',
      greaterOrEqual('modifyTimestamp', '20261122084405Z'),
    ],
    [
      'a time is asked for up to the second behind it',
      'meta.created le "2026-11-22T10:44:05.5+02:00"',
      lessOrEqual('createTimestamp', '20261122084406Z'),
    ],
    [
      'a time that is equal is asked for from both sides',
      'meta.created eq "2026-11-22T08:44:05Z"',
      and([
        greaterOrEqual('createTimestamp', '20261122084405Z'),
        lessOrEqual('createTimestamp', '20261122084405Z'),
      ]),
    ],
    ['a time may be any but one', 'meta.created ne "2026-11-22T08:44:05Z"', everything],
    [
      'a time beyond the years of LDAP is none to ask for',
      'meta.created lt "9999-12-31T23:59:59.5Z"',
      everything,
    ],
    ['active accounts are not disabled ones', 'active eq true', not(inactive)],
    ['accounts that are not active are disabled ones', 'active ne true', inactive],
    ['every account has a status', 'active pr', present('objectClass')],
    ['a status is not null', 'active eq null', everything],
    ['the complement of what is exact is exact', 'not (active eq true)', not(not(inactive))],
    [
      'a manager is a DN',
      `${enterprise}:manager.value eq "id-of-boss"`,
      equals('manager', boss.dn),
    ],
    ["a manager who does not exist is nobody's", `${enterprise}:manager.value eq "nobody"`, or([])],
    ['parts of a reference mean nothing to LDAP', `${enterprise}:manager.value co "i"`, everything],
    ['groups are DNs', 'groups.value eq "id-of-staff"', equals('memberOf', staff.dn)],
    [
      'groups through others are those in them',
      'groups.value eq "id-of-nested"',
      or([equals('memberOf', staff.dn), equals('memberOf', `cn=inner,${groupsBase}`)]),
    ],
    ['groups through very many others are decided later', 'groups eq "id-of-many"', everything],
    ['a group that is not there has nobody', 'groups.value eq "x"', nothing],
    ['having groups is decided later', 'groups pr', everything],
  ]
  for (const [sentence, text, filter] of table) {
    it(`${sentence}: ${text}`, () => {
      assert.deepEqual(translate(text).filter, filter)
    })
  }

  it('leaves nothing to decide where both mean the same', () => {
    const exact = [
      'active eq true',
      'groups.value eq "id-of-staff"',
      'not (active eq false)',
      'id eq "x"',
      'active eq true or groups[value eq "id-of-staff"]',
    ]
    assert.deepEqual(
      exact.map((text) => translate(text).residual && text),
      [undefined, undefined, undefined, undefined, exact[4]],
    )
  })

  it('finds the members of a group by what names them where users do not say their groups', () => {
    const { users: bare } = mappings({ users: { memberOf: undefined } })
    const found = ['id-of-staff', 'x', 'id-of-all'].map((group) =>
      translate(`groups.value eq "${group}"`, bare),
    )
    assert.deepEqual(found.slice(0, 2), [
      { filter: equals('entryDN', boss.dn) },
      { filter: nothing },
    ])
    assert.deepEqual(found[2]?.filter, everything)
    assert.ok(found[2].residual)
  })

  it('leaves the manager to be decided, of whom the directory may have several', () => {
    assert.ok(translate(`${enterprise}:manager.value eq "id-of-boss"`).residual)
  })

  it('leaves only the undecided part of a conjunction', () => {
    const { residual } = translate('active eq true and userName eq "a"')
    assert.equal(residual && printFilter(residual), 'userName eq "a"')
  })

  it('finds the groups of a member', () => {
    assert.deepEqual(
      translate('members[value eq "id-of-boss"]', groups).filter,
      equals('member', boss.dn),
    )
    assert.deepEqual(translate('members eq "id-of-boss"', groups), {
      filter: equals('member', boss.dn),
    })
  })

  it('asks an attribute that tells case apart for the value where SCIM does, too', () => {
    const { users: exact } = mappings({
      attributes: { nickName: 'scimExternalId', externalId: undefined },
    })
    assert.deepEqual(
      translate('nickName sw "A"', exact).filter,
      substrings('scimExternalId', { initial: 'A' }),
    )
  })

  it('asks an attribute that tells case apart for no more than a value where SCIM does not', () => {
    const { users: mixed } = mappings({
      attributes: {
        'roles[type eq "a"]': 'scimExternalId',
        'roles[type eq "b"]': 'roomNumber',
        externalId: undefined,
      },
    })
    assert.deepEqual(
      translate('roles.value eq "A"', mixed).filter,
      or([present('scimExternalId'), equals('roomNumber', 'A')]),
    )
  })

  it('leaves a status to be decided that the directory compares by an unknown rule', () => {
    const { users: odd } = mappings({
      attributes: { 'phoneNumbers[type eq "fax"]': undefined },
      users: { active: { attribute: 'facsimileTelephoneNumber', inactive: 'no' } },
    })
    assert.deepEqual(translate('active eq true', odd).filter, everything)
  })
})

const words = [
  'Anna',
  'anna',
  'ANNA',
  ' Anna',
  'Anna ',
  'Anna  Berg',
  'nn',
  'Å',
  'Å',
  '-',
  ' ',
  'x',
]
const texts = fc.constantFrom(...words)
const lists = fc.uniqueArray(texts, {
  maxLength: 2,
  selector: (text) => text.trim().toLowerCase() || '-',
})
const numbers = fc.subarray(['+49 30-1', '- 1', '12'])

const entries: fc.Arbitrary<Entry> = fc
  .record({
    uid: texts,
    sn: texts,
    givenName: lists,
    title: lists,
    scimExternalId: lists,
    mail: fc.subarray(['Anna@example.org', 'x@example.org']),
    telephoneNumber: numbers,
    facsimileTelephoneNumber: numbers,
    l: lists,
    manager: fc.subarray([boss.dn, `uid=gone,${people}`]),
    memberOf: fc.subarray([staff.dn]),
    pwdAccountLockedTime: fc.constantFrom([], ['000001010000Z'], ['20261122084405Z']),
  })
  .map((attributes) => person(attributes))

const paths = [
  'userName',
  'name.familyName',
  'name.givenName',
  'title',
  'externalId',
  'emails',
  'emails.value',
  'emails.type',
  'phoneNumbers.value',
  'addresses.locality',
  'addresses.type',
  'displayName',
]
const quoted = fc
  .constantFrom(
    ...words,
    'Anna@example.org',
    'Ü@example.org',
    'work',
    'WORK',
    'fax',
    '+49301',
    '12',
    '',
  )
  .map((value) => JSON.stringify(value))
const operators = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'le')

const terms = fc.oneof(
  fc.tuple(fc.constantFrom(...paths), operators, quoted).map((parts) => parts.join(' ')),
  fc.constantFrom(...paths, 'active', 'groups', 'meta.created').map((path) => `${path} pr`),
  fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom('eq', 'ne'))
    .map((parts) => `${parts.join(' ')} null`),
  fc.tuple(fc.constantFrom('eq', 'ne'), fc.boolean()).map((parts) => `active ${parts.join(' ')}`),
  fc
    .constantFrom('id-of-boss', 'id-of-staff', 'nobody')
    .chain((key) =>
      fc.constantFrom(
        `${enterprise}:manager.value eq "${key}"`,
        `groups.value eq "${key}"`,
        `groups[value eq "${key}"]`,
      ),
    ),
  fc
    .tuple(fc.constantFrom('emails', 'phoneNumbers'), quoted, fc.constantFrom('', 'not '))
    .map(([path, value, negation]) => `${path}[type eq "work" and ${negation}(value co ${value})]`),
)

const filters = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    terms,
    tie('filter').map((inner) => `not (${inner})`),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
      .map(([one, junction, other]) => `(${one}) ${junction} (${other})`),
  ),
})).filter

function stored(entry: Entry) {
  const attributes = new Map(
    entry.names.flatMap((name) => {
      const type = memorySchema.attributeType(name)
      return type === undefined
        ? []
        : [[type.name.toLowerCase(), { type, values: entry.bytes(name) }] as const]
    }),
  )
  return { dn: entry.dn, attributes }
}

describe('Any filter on any user', () => {
  it('finds every match, and with what is left to decide nothing else', () => {
    fc.assert(
      fc.property(entries, filters, (entry, text) => {
        const filter = parseFilter(text, users.schema)
        const { filter: ldapFilter, residual } = translate(text)
        const user = users.toUser(entry, context(boss, staff))
        const isFound = evaluate(ldapFilter, stored(entry)) === true
        const isMatch = isFound && (residual === undefined || matches(residual, user))
        assert.equal(isMatch, matches(filter, user), JSON.stringify(ldapFilter))
      }),
      { numRuns: 3000 },
    )
  })

  it('is asked of groups in the same way', () => {
    const entry = groupEntry({ member: boss.dn })
    const group = groups.toGroup(entry, groupContext(boss))
    const filter = parseFilter('members[value eq "id-of-boss" and type eq "User"]', groups.schema)
    assert.ok(matches(filter, group))
  })
})
