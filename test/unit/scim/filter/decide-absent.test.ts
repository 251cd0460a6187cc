import assert from 'node:assert/strict'
import { decideAbsent } from '../../../../src/scim/filter/decide-absent.ts'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import { printFilter } from '../../../../src/scim/filter/print-filter.ts'
import { ResourceSchema } from '../../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../../src/scim/schema/resource-types.ts'
import { ScimError } from '../../../../src/scim/error.ts'

const users = new ResourceSchema(userResourceType)
const groups = new ResourceSchema(groupResourceType)

/** What a filter from the root says of groups: itself, or whether it holds for all of them. */
function ofGroups(text: string): string | boolean {
  const decided = decideAbsent(parseFilter(text, groups, [users]), groups)
  return typeof decided === 'boolean' ? decided : printFilter(decided)
}

describe('a filter on attributes that only other resource types have (RFC 7644 §3.4.2.1)', () => {
  const cases: readonly (readonly [string, string | boolean])[] = [
    ['userName pr', false],
    ['userName eq "a"', false],
    ['userName co "a"', false],
    ['userName gt "a"', false],
    ['userName ne "a"', true],
    ['userName eq null', true],
    ['userName ne null', false],
    ['not (userName pr)', true],
    ['emails[type eq "work"]', false],
    ['emails[not (type eq "work")]', false],
    ['name.familyName sw "a"', false],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "a"', false],
    ['department ne "a"', true],
    // Both types have one: who says whose means that of users.
    ['urn:ietf:params:scim:schemas:core:2.0:User:displayName eq "a"', false],
    ['displayName eq "a"', 'displayName eq "a"'],
    ['userName eq "a" or displayName eq "b"', 'displayName eq "b"'],
    ['userName ne "a" or displayName eq "b"', true],
    ['userName eq "a" and displayName eq "b"', false],
    ['displayName eq "b" and not (userName pr)', 'displayName eq "b"'],
    [
      'displayName eq "b" and (userName pr or members.value eq "1") and externalId pr',
      'displayName eq "b" and members.value eq "1" and externalId pr',
    ],
    ['not (userName pr and displayName pr)', true],
    ['not (userName pr or displayName pr)', 'not (displayName pr)'],
    ['members[value eq "1" or type eq "User"]', 'members[value eq "1" or type eq "User"]'],
  ]
  for (const [text, expected] of cases) {
    it(`takes them for absent: ${text}`, () => assert.equal(ofGroups(text), expected))
  }

  it('holds for a resource as if it had been asked whole', () => {
    const group = { displayName: 'b', members: [{ value: '1' }] }
    for (const [text, expected] of cases.filter(([each]) => !each.includes('core:2.0'))) {
      const isMatch = matches(parseFilter(text, groups, [users]), group)
      const said =
        typeof expected === 'boolean' ? expected : matches(parseFilter(expected, groups), group)
      assert.equal(isMatch, said, text)
    }
  })

  for (const text of [
    'nonsense pr',
    'password eq "x"',
    'userName',
    'userName eq',
    'active co "t"',
  ]) {
    it(`is invalidFilter where no type understands it: ${text}`, () => {
      for (const [schema, others] of [
        [groups, [users]],
        [users, [groups]],
      ] as const) {
        assert.throws(
          () => parseFilter(text, schema, others),
          (error) => error instanceof ScimError && error.scimType === 'invalidFilter',
        )
      }
    })
  }
})
