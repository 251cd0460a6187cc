import assert from 'node:assert/strict'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { badgedUsers, badgeUrn, enterpriseUrn } from '../example.ts'

const kelly = {
  schemas: [enterpriseUrn],
  id: 'a1B2',
  userName: 'Kelly@example.com',
  name: { familyName: 'Van der Slater' },
  active: true,
  emails: [
    { value: 'kelly@example.com', type: 'work', primary: true },
    { value: 'kelly@home.example', type: 'home' },
    { value: 'untyped@example.com' },
  ],
  meta: { created: '2026-01-31T12:00:00Z' },
  [enterpriseUrn]: { department: 'Sales', manager: { value: 'm1' } },
  [badgeUrn]: { serial: 10, weight: 1.5, doors: ['north', 'south'] },
}

const verdicts: [rule: string, holds: string[], fails: string[]][] = [
  [
    'compares without letter case where that does not count',
    [
      'userName eq "kelly@EXAMPLE.com"',
      'userName sw "KELLY"',
      'userName ew ".COM"',
      'userName co "Y@E"',
    ],
    ['userName eq "kelly"', 'userName sw "@"', 'userName ew "kelly"', 'userName co "z"'],
  ],
  [
    'leaves blanks out of account that are more than one, or at the ends',
    [
      'userName eq " kelly@example.com  "',
      'name.familyName eq "van  der slater"',
      'name.familyName co "N  D"',
      'name.familyName sw "  van "',
      'name.familyName ew " slater  "',
      'id eq " a1B2 "',
    ],
    [
      'name.familyName eq "vander slater"',
      'name.familyName co " van"',
      'name.familyName co "slater "',
      'name.familyName sw "vand"',
      'name.familyName ew "r  s"',
    ],
  ],
  [
    'compares with letter case where that counts',
    ['id eq "a1B2"', 'id sw "a1B"'],
    ['id eq "A1b2"', 'id sw "A"', 'id co "b"', 'id ew "b2"'],
  ],
  [
    'orders texts',
    [
      'userName gt "a"',
      'userName ge "kelly@example.com"',
      'userName lt "L"',
      'userName le "KELLY@example.com"',
    ],
    [
      'userName gt "kelly@example.com"',
      'userName ge "l"',
      'userName lt "kelly@example.com"',
      'userName le "a"',
    ],
  ],
  [
    'orders numbers as numbers',
    [
      `${badgeUrn}:serial gt 9`,
      `${badgeUrn}:serial ge 10`,
      `${badgeUrn}:serial lt 100`,
      `${badgeUrn}:weight le 1.5`,
      `${badgeUrn}:serial eq 10`,
    ],
    [
      `${badgeUrn}:serial gt 10`,
      `${badgeUrn}:serial ge 11`,
      `${badgeUrn}:serial lt 10`,
      `${badgeUrn}:weight le 1.4`,
      `${badgeUrn}:serial ne 10`,
    ],
  ],
  [
    'compares times as instants',
    [
      'meta.created eq "2026-01-31T13:00:00+01:00"',
      'meta.created gt "2026-01-31T12:30:00+01:00"',
      'meta.created le "2026-01-31T12:00:00.000Z"',
    ],
    ['meta.created ne "2026-01-31T13:00:00+01:00"', 'meta.created lt "2026-01-31T12:30:00+01:00"'],
  ],
  [
    'compares booleans',
    ['active eq true', 'active ne false'],
    ['active eq false', 'active ne true'],
  ],
  [
    'is content with any value of a multi-valued attribute',
    [
      'emails.value eq "kelly@home.example"',
      'emails co "home"',
      'emails.type eq "home"',
      `${badgeUrn}:doors eq "SOUTH"`,
      'emails.type ne "work"',
    ],
    ['emails.value eq "other"', 'emails.type eq "other"', `${badgeUrn}:doors co "west"`],
  ],
  [
    'wants one and the same element to meet a value path',
    [
      'emails[type eq "work" and value co "@example.com"]',
      'emails[type eq "home" and not (primary eq true)]',
      'emails[type eq null]',
      'emails[type eq "work"].value sw "kelly"',
      'emails[not (type pr)]',
      `${badgeUrn}:doors[value sw "n" or value eq "x"]`,
    ],
    [
      'emails[type eq "home" and value co "@example.com"]',
      'emails[type eq "home" and primary eq true]',
      'emails[type eq "work"].value eq "kelly@home.example"',
      'addresses[type eq "work"]',
      `${badgeUrn}:doors[value eq "west"]`,
    ],
  ],
  [
    'takes a whole complex attribute as present when it has anything',
    ['name pr', 'emails pr', `${enterpriseUrn} pr`, 'manager pr', 'userName pr'],
    ['title pr', 'name.givenName pr', 'addresses pr', 'manager.displayName pr'],
  ],
  [
    'takes an absent attribute for null',
    ['title eq null', 'title ne "x"', 'userName ne null', 'name.givenName eq null'],
    [
      'title ne null',
      'title eq "x"',
      'userName eq null',
      'title sw ""',
      'title lt "z"',
      'title ge ""',
    ],
  ],
  [
    'reads extensions',
    ['manager eq "m1"', `${enterpriseUrn}:department eq "sales"`],
    ['manager eq "m2"', `${enterpriseUrn}:costCenter eq "x"`],
  ],
  [
    'takes any of several values of one attribute, each as it is compared',
    [
      'userName eq "x" or userName eq "KELLY@example.com"',
      'emails.value eq "x" or emails eq " Kelly@Home.example "',
      'meta.created eq "2026-01-31T12:00:00Z" or meta.created eq "2026-01-31T13:00:00+01:00"',
      `${badgeUrn}:serial eq 9 or ${badgeUrn}:serial eq 10`,
      'emails[type eq "other" or type eq "home"]',
      'title eq "x" or title eq "y" or title eq null',
      'id eq "A1b2" or id eq "a1B2" or userName eq "x" or userName eq "y"',
      'not (title eq "x" or title eq "y")',
    ],
    [
      'userName eq "x" or userName eq "y"',
      'id eq "A1b2" or id eq "A1B2"',
      'title eq "x" or title eq "y" or userName eq null',
      `${badgeUrn}:serial eq 9 or ${badgeUrn}:serial eq 11`,
      'emails[type eq "other" or type eq "third"]',
      'not (userName eq "x" or userName eq "kelly@example.com")',
    ],
  ],
  [
    'joins by and, or and not',
    [
      'title pr or userName pr',
      'userName pr and active eq true',
      'not (title pr)',
      'title pr and title pr or userName pr',
    ],
    [
      'title pr or nickName pr',
      'userName pr and title pr',
      'not (userName pr)',
      'title pr and (title pr or userName pr)',
    ],
  ],
]

describe('matches (RFC 7644 §3.4.2.2)', () => {
  for (const [rule, holds, fails] of verdicts) {
    it(rule, () => {
      for (const text of holds) assert.ok(matches(parseFilter(text, badgedUsers), kelly), text)
      for (const text of fails) assert.ok(!matches(parseFilter(text, badgedUsers), kelly), text)
    })
  }

  it('compares nothing with a value of another type', () => {
    const odd = { userName: 7, [badgeUrn]: { serial: 'ten' }, emails: ['no object'] }
    for (const text of [
      'userName gt "a"',
      'userName co "7"',
      `${badgeUrn}:serial gt 1`,
      'emails[type eq "x"]',
      'emails.type eq "x"',
    ]) {
      assert.ok(!matches(parseFilter(text, badgedUsers), odd), text)
    }
  })
})

describe('matches, a filter of many terms', () => {
  const terms = Array.from({ length: 200 }, (_, index) => `display co "q${index}"`)
  const forms: [form: string, filter: string][] = [
    ['of an attribute', terms.map((term) => `emails.${term}`).join(' or ')],
    ['of a value path', `emails[${terms.join(' or ')}]`],
    ['that are value paths', terms.map((term) => `emails[${term}]`).join(' or ')],
  ]
  for (const [form, text] of forms) {
    it(`looks at each value once for all terms ${form}`, () => {
      let looks = 0
      const emails = Array.from(
        { length: 100 },
        () =>
          new Proxy<JsonObject>(
            { display: 'Kelly' },
            {
              get(element, key) {
                looks += 1
                return Reflect.get(element, key) as unknown
              },
            },
          ),
      )
      assert.equal(matches(parseFilter(text, badgedUsers), { emails }), false)
      assert.equal(looks, 100)
    })
  }
})
