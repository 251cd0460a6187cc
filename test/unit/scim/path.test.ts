import assert from 'node:assert/strict'
import { formatPath, parsePatchPath } from '../../../src/scim/path.ts'
import { badgedUsers, badgeUrn, enterpriseUrn, scimError, userUrn } from './example.ts'

describe('parsePatchPath (RFC 7644 §3.5.2, figure 7)', () => {
  const canonical: [text: string, path: string][] = [
    ['userName', 'userName'],
    ['NAME.familyname', 'name.familyName'],
    ['emails[type eq "work"]', 'emails[type eq "work"]'],
    ['emails[type eq "work"].value', 'emails[type eq "work"].value'],
    ['EMAILS[ TYPE EQ "work" ].VALUE', 'emails[type eq "work"].value'],
    ['emails [type eq work].value', 'emails[type eq "work"].value'],
    [`${userUrn}:emails[type eq "a.b]["].value`, 'emails[type eq "a.b]["].value'],
    [
      'addresses[type eq "work" and (primary eq true or region pr)]',
      'addresses[type eq "work" and (primary eq true or region pr)]',
    ],
    [`${badgeUrn}:pins[label eq "x"].value`, `${badgeUrn}:pins[label eq "x"].value`],
    [`${badgeUrn}:doors[value eq "north"]`, `${badgeUrn}:doors[value eq "north"]`],
    [`${enterpriseUrn}.manager`, `${enterpriseUrn}:manager`],
    ['manager', `${enterpriseUrn}:manager`],
    [enterpriseUrn, enterpriseUrn],
  ]
  for (const [text, path] of canonical) {
    it(`reads ${text}`, () => {
      assert.equal(formatPath(parsePatchPath(text, badgedUsers)), path)
    })
  }

  for (const text of [
    '',
    'nothing',
    'nothing[type eq "x"]',
    'emails[type eq "x"].nothing',
    'urn:unknown:x',
    '[type eq "x"]',
  ]) {
    it(`finds no attribute by ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parsePatchPath(text, badgedUsers),
        scimError('invalidPath', /There is no attribute/),
      )
    })
  }

  it('does not show the password that a path compares with', () => {
    assert.throws(
      () => parsePatchPath('a.password[value eq "secret"]', badgedUsers),
      scimError('invalidPath', /^There is no attribute "a\.password\[…\]"\.$/),
    )
  })

  const badFilters: [text: string, detail: RegExp][] = [
    ['emails[type eq "work"', /A "\]" is missing, at character 22/],
    ['emails[]', /An attribute is missing/],
    ['emails[nothing eq "x"]', /no attribute "nothing"/],
    ['emails[type eq "x"]value', /Nothing can be made of "value"/],
    ['emails[type eq "x"] .value', /Nothing can be made of "\.value"/],
    ['emails.value[type eq "x"]', /emails\.value has no values to choose from/],
    ['emails[type eq "x"][type eq "y"]', /Nothing can be made of "\["/],
  ]
  for (const [text, detail] of badFilters) {
    it(`cannot read the filter of ${text}`, () => {
      assert.throws(() => parsePatchPath(text, badgedUsers), scimError('invalidFilter', detail))
    })
  }
})
