import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { equalityTerms } from '../../../../src/scim/filter/equality-terms.ts'
import { junction } from '../../../../src/scim/filter/filter.ts'
import type { ComparisonOperator, ScimFilter } from '../../../../src/scim/filter/filter.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { printFilter } from '../../../../src/scim/filter/print-filter.ts'
import { findAttributePath } from '../../../../src/scim/schema/attribute-path.ts'
import type { AttributePath } from '../../../../src/scim/schema/attribute-path.ts'
import {
  badgedUsers,
  badgeUrn,
  enterpriseUrn,
  groups,
  scimError,
  users,
  userUrn,
} from '../example.ts'

/** What a filter is read as, in canonical text. */
function canonical(text: string): string {
  return printFilter(parseFilter(text, badgedUsers))
}

describe('parseFilter (RFC 7644 §3.4.2.2, figure 1)', () => {
  const asWritten = [
    'userName eq "bjensen"',
    'name.familyName co "O\'Malley"',
    'userName sw "J"',
    'title pr',
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.lastModified lt "2011-05-13T04:42:34Z"',
    'meta.lastModified le "2011-05-13T04:42:34Z"',
    'title pr and userType eq "Employee"',
    'title pr or userType eq "Intern"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
    'userType eq "Employee" and (emails.value co "example.com" or emails.value co "example.org")',
    'userType ne "Employee" and not (emails.value co "example.com" or emails.value co "example.org")',
    'userType eq "Employee" and emails.type eq "work"',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    `${enterpriseUrn}:employeeNumber eq "701984"`,
    `${enterpriseUrn}:manager.displayName ew "x"`,
    `${enterpriseUrn} pr`,
    `${badgeUrn}:serial gt 7`,
    `${badgeUrn}:weight le -1.5`,
    `${badgeUrn}:doors[value sw "n"]`,
    'active eq true',
    'active ne false',
    'title eq null',
    'userName eq "a\\"b\\\\c\\nü😀"',
  ]
  for (const text of asWritten) {
    it(`reads ${text}`, () => {
      assert.equal(canonical(text), text)
    })
  }

  const otherwise: [why: string, text: string, means: string][] = [
    [
      'PingOne writes names and operators in its own letter case',
      'username Eq "x"',
      'userName eq "x"',
    ],
    ['authentik writes no quotation marks', 'userName eq akadmin', 'userName eq "akadmin"'],
    [
      "Entra ID's documentation writes no quotation marks",
      'externalId eq jyoung',
      'externalId eq "jyoung"',
    ],
    ['a name may have an apostrophe', "userName eq o'brien'", `userName eq "o'brien'"`],
    ['a number may be a name', 'userName eq 701984', 'userName eq "701984"'],
    ['a word may be a name', 'userName eq true', 'userName eq "true"'],
    [
      'Entra ID names the sub-attribute behind a value path',
      'emails[type eq "work"].value eq "x"',
      'emails[type eq "work" and value eq "x"]',
    ],
    [
      'what stands behind a value path may be a presence',
      'emails[type eq "work"].value pr',
      'emails[type eq "work" and value pr]',
    ],
    [
      'Entra ID asks for a manager without naming his value',
      'id eq "X" and manager eq "Y"',
      `id eq "X" and ${enterpriseUrn}:manager.value eq "Y"`,
    ],
    ['a complex attribute is compared by its value', 'emails co "x"', 'emails.value co "x"'],
    [
      'an attribute may be qualified by the core schema',
      `${userUrn}:userName eq "x"`,
      'userName eq "x"',
    ],
    [
      'the URN of SCIM 1.1 is known',
      'urn:scim:schemas:core:1.0:userName eq "x"',
      'userName eq "x"',
    ],
    ['a boolean may be in quotation marks', 'active eq "True"', 'active eq true'],
    ['a boolean may be capitalized', 'active eq False', 'active eq false'],
    [
      '"and" binds closer than "or"',
      'title pr or userType pr and nickName pr',
      'title pr or userType pr and nickName pr',
    ],
    [
      'brackets bind closest',
      '(title pr or userType pr) AND nickName pr',
      '(title pr or userType pr) and nickName pr',
    ],
    [
      'brackets that change nothing go',
      '((title pr) and ((userType pr and nickName pr)))',
      'title pr and userType pr and nickName pr',
    ],
    [
      '"not" binds closer than "and"',
      'Not (title pr) and userType pr',
      'not (title pr) and userType pr',
    ],
    ['"not" needs no space', 'not(title pr)', 'not (title pr)'],
    [
      '"not" stands between brackets, too',
      'emails[not (type eq "work")]',
      'emails[not (type eq "work")]',
    ],
    ['white space does not matter', '  title   pr ', 'title pr'],
    ['a backslash may escape any character', 'userName eq "\\u0041\\/"', 'userName eq "A/"'],
    [
      'a time needs no quotation marks',
      'meta.created gt 2011-05-13T04:42:34Z',
      'meta.created gt "2011-05-13T04:42:34Z"',
    ],
    ['a number may have an exponent', `${badgeUrn}:serial eq 1e3`, `${badgeUrn}:serial eq 1000`],
    [
      'a single-valued complex attribute may have brackets',
      'name[familyName eq "x"]',
      'name[familyName eq "x"]',
    ],
  ]
  for (const [why, text, means] of otherwise) {
    it(`reads ${text}: ${why}`, () => {
      assert.equal(canonical(text), means)
    })
  }

  it("reads Entra ID's question whether somebody is a member of a group", () => {
    const filter = parseFilter('id eq "G" and members eq "U"', groups)
    assert.equal(printFilter(filter), 'id eq "G" and members.value eq "U"')
  })

  it('gives whole paths to what stands between brackets', () => {
    const filter = parseFilter('emails[type eq "work"]', users)
    const emails = users.attribute('emails')
    assert.ok(filter.kind === 'valuePath' && filter.filter.kind === 'compare')
    assert.equal(filter.path.attribute, emails)
    assert.equal(filter.filter.path.attribute, emails)
    assert.equal(filter.filter.path.subAttribute?.name, 'type')
  })

  it('reads a time without seconds, which ISO 8601 lets be left out', () => {
    for (const [text, whole] of [
      ['2020-01-01T00:00Z', '2020-01-01T00:00:00Z'],
      ['2020-01-01T00:00+01:00', '2020-01-01T00:00:00+01:00'],
      ['2020-01-01T00:00', '2020-01-01T00:00:00'],
    ] as const) {
      const [given, meant] = [text, whole].map((each) =>
        parseFilter(`meta.created gt "${each}"`, badgedUsers),
      )
      assert.deepEqual(given, meant)
    }
  })

  const wrong: [text: string, detail: RegExp][] = [
    ['', /^An attribute is missing, at character 1 of the filter\.$/],
    ['nothing eq "x"', /^There is no attribute "nothing" to filter by, at character 1 /],
    ['title pr and nothing pr', /"nothing".*at character 14 /],
    ['name.nothing eq "x"', /"name\.nothing"/],
    ['emails[nothing eq "x"]', /"nothing"/],
    ['emails[type eq "x"].nothing eq "y"', /"nothing"/],
    ['emails[emails[type pr]]', /There is no attribute "emails"/],
    ['userName[value eq "x"]', /^userName has no values to choose from, at character 9 /],
    ['meta.created gt "2020-02-31T00:00:00Z"', /meta\.created is not compared with/],
    ['meta.created gt "2020-01-01"', /meta\.created is not compared with/],
    ['urn:unknown:userName eq "x"', /no attribute "urn:unknown:userName"/],
    ['password sw "a"', /no attribute "password"/],
    [`${badgeUrn}:pins[value eq "1"]`, /no attribute "value"/],
    ['userName', /^An operator is missing, at character 9 /],
    ['userName is "x"', /^"is" is not an operator, at character 10 /],
    ['userName constructor "x"', /is not an operator/],
    ['userName "eq" "x"', /is not an operator/],
    ['userName eq', /^A value is missing, at character 12 /],
    ['userName eq (', /^A value is missing/],
    ['(title pr', /^A "\)" is missing/],
    ['emails[type pr', /^A "\]" is missing/],
    ['title pr)', /^Nothing can be made of "\)", at character 9 /],
    ['title pr title pr', /^Nothing can be made of "title"/],
    ['title pr and', /^An attribute is missing/],
    ['not title pr', /"not"/],
    ['"title" pr', /^An attribute is missing/],
    ['userName eq "x', /^A quotation mark is left open, at character 13 /],
    ['userName eq "\\x"', /^A text is not a JSON string, at character 13 /],
    ['userName eq "a\tb"', /^A text is not a JSON string/],
    ['name eq "x"', /^name cannot be compared as a whole/],
    [`${enterpriseUrn} eq "x"`, /cannot be compared as a whole/],
    ['active gt true', /^"gt" does not apply to active/],
    ['active co "t"', /^"co" does not apply to active/],
    ['x509Certificates.value gt "x"', /^"gt" does not apply to x509Certificates\.value/],
    ['meta.created sw "2011"', /^"sw" does not apply to meta\.created/],
    [`${badgeUrn}:serial co "1"`, /^"co" does not apply/],
    ['active eq perhaps', /^active is not compared with "perhaps"/],
    [`${badgeUrn}:serial eq "1"`, /is not compared with "1"/],
    [`${badgeUrn}:serial eq 1.5`, /is not compared with "1\.5"/],
    [`${badgeUrn}:weight eq 01`, /is not compared with "01"/],
    [`${badgeUrn}:weight eq 1e999`, /is not compared with "1e999"/],
    ['meta.created gt "soon"', /^meta\.created is not compared with "soon"/],
    [
      "userName eq 'u1'",
      /^A text stands between double quotes \("\), not single ones, at character 13 /,
    ],
    ["emails[value eq 'a@b']", /double quotes/],
    ["active eq 'true'", /double quotes/],
    ['title gt null', /^title is not compared with "null"/],
    ['title co null', /^title is not compared with "null"/],
    [
      `title co "a${'\u0301'.repeat(31)}"`,
      /^A text must not have a letter with more than 30 accents, at character 10 /,
    ],
  ]
  for (const [text, detail] of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseFilter(text, badgedUsers), scimError('invalidFilter', detail))
    })
  }

  it('takes 16384 characters and no more', () => {
    parseFilter(filterOfLength(16_384), users)
    assert.throws(
      () => parseFilter(filterOfLength(16_385), users),
      scimError('invalidFilter', /at most 16384/),
    )
  })

  it('nests 32 deep and no more', () => {
    parseFilter(filterOfDepth(32), users)
    assert.throws(
      () => parseFilter(filterOfDepth(33), users),
      scimError('invalidFilter', /at most 32 deep/),
    )
    assert.throws(() => parseFilter('not ('.repeat(3000), users), scimError('invalidFilter'))
  })

  it('counts depth and not brackets', () => {
    parseFilter(Array.from({ length: 100 }, () => '(title pr)').join(' or '), users)
  })

  it('fails on any text with invalidFilter and nothing else', () => {
    const piece = fc.constantFrom(
      'userName',
      'emails',
      '[',
      ']',
      '(',
      ')',
      'eq',
      'and',
      'not',
      '"x"',
      '.value',
      '"',
      'pr',
      '\\',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join(' ')),
        ),
        (text) => {
          try {
            parseFilter(text, users)
          } catch (error) {
            assert.ok(scimError('invalidFilter')(error))
          }
        },
      ),
    )
  })
})

function filterOfLength(length: number): string {
  return `title eq "${'x'.repeat(length - 11)}"`
}

function filterOfDepth(depth: number): string {
  return `${'('.repeat(depth)}title pr${')'.repeat(depth)}`
}

function pathOf(text: string): AttributePath {
  const path = findAttributePath(text, badgedUsers)
  assert.ok(path)
  return path
}

function comparison(
  text: string,
  operators: ComparisonOperator[],
  values: fc.Arbitrary<string | number | boolean>,
): fc.Arbitrary<ScimFilter> {
  const path = pathOf(text)
  return fc
    .tuple(fc.constantFrom(...operators), values)
    .map(([operator, value]) => ({ kind: 'compare', operator, path, value }))
}

const everyOperator: ComparisonOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const anyTest = fc.oneof(
  comparison('userName', everyOperator, fc.string()),
  comparison('name.familyName', everyOperator, fc.string({ unit: 'binary' })),
  comparison('manager.value', everyOperator, fc.string()),
  comparison('active', ['eq', 'ne'], fc.boolean()),
  comparison(`${badgeUrn}:serial`, ['eq', 'ne', 'gt', 'ge', 'lt', 'le'], fc.integer()),
  comparison(
    `${badgeUrn}:weight`,
    ['eq', 'gt'],
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
  ),
  fc
    .constantFrom('title', 'emails', 'manager', enterpriseUrn)
    .map((text): ScimFilter => ({ kind: 'present', path: pathOf(text) })),
  fc.constant<ScimFilter>({ kind: 'compare', operator: 'eq', path: pathOf('title'), value: null }),
)

function compound(leaf: fc.Arbitrary<ScimFilter>): fc.Arbitrary<ScimFilter> {
  return fc.letrec<{ filter: ScimFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc
        .tuple(
          fc.constantFrom('and', 'or'),
          fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
        )
        .map(([kind, filters]) => junction(kind, filters)),
      tie('filter').map((filter): ScimFilter => ({ kind: 'not', filter })),
    ),
  })).filter
}

const anyValuePath = compound(
  fc.oneof(
    comparison('emails.type', everyOperator, fc.string()),
    fc.constant<ScimFilter>({ kind: 'present', path: pathOf('emails.value') }),
  ),
).map((filter): ScimFilter => ({ kind: 'valuePath', path: pathOf('emails'), filter }))

describe('printFilter', () => {
  it('writes a filter as a text that is read as the same filter', () => {
    fc.assert(
      fc.property(compound(fc.oneof(anyTest, anyValuePath)), (filter) => {
        assert.deepEqual(parseFilter(printFilter(filter), badgedUsers), filter)
      }),
    )
  })
})

describe('equalityTerms', () => {
  const cases: [filter: string, terms: object | undefined][] = [
    ['type eq "work"', { type: 'work' }],
    ['type eq "work" and primary eq true', { type: 'work', primary: true }],
    ['type ne "work"', undefined],
    ['type eq null', undefined],
    ['type pr', undefined],
    ['type eq "work" or type eq "home"', undefined],
    ['type eq "work" and value co "x"', undefined],
    ['not (type eq "work")', undefined],
  ]
  for (const [text, terms] of cases) {
    it(`finds ${terms ? JSON.stringify(terms) : 'none'} in ${text}`, () => {
      const filter = parseFilter(`emails[${text}]`, users)
      assert.ok(filter.kind === 'valuePath')
      assert.deepEqual(equalityTerms(filter.filter), terms)
    })
  }

  it('finds none where the elements have no names', () => {
    const filter = parseFilter(`${badgeUrn}:doors[value eq "x"]`, badgedUsers)
    assert.ok(filter.kind === 'valuePath')
    assert.equal(equalityTerms(filter.filter), undefined)
  })
})
