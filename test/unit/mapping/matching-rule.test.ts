import assert from 'node:assert/strict'
import { isKnownRule, valueKey } from '../../../src/mapping/matching-rule.ts'

describe('Values that an equality rule takes for the same (RFC 4517 §4.2)', () => {
  const same: readonly (readonly [string, string, string])[] = [
    ['caseIgnoreMatch', ' Anna  Berg ', 'anna berg'],
    ['2.5.13.2', 'ANNA', 'anna'],
    ['caseIgnoreMatch', 'İstanbul', 'istanbul'],
    ['caseIgnoreMatch', 'I\u0307stanbul', 'istanbul'],
    ['caseIgnoreIA5Match', 'A@X', 'a@x'],
    ['caseIgnoreListMatch', 'A$B', 'a$b'],
    ['caseExactMatch', ' a  b', 'a b'],
    ['caseExactIA5Match', 'a ', 'a'],
    ['telephoneNumberMatch', '+49 30-1', '+49301'],
    ['numericStringMatch', '1 2', '12'],
    ['booleanMatch', 'true', 'TRUE'],
    ['generalizedTimeMatch', '202611220844Z', '20261122084400.0Z'],
    ['distinguishedNameMatch', 'UID=a, dc=X', 'uid=A,dc=x'],
    ['uniqueMemberMatch', 'uid=a,dc=x', 'uid=a, dc=x'],
  ]
  for (const [rule, one, other] of same) {
    it(`are the same to ${rule}: "${one}" and "${other}"`, () => {
      assert.equal(valueKey(rule, one), valueKey(rule, other))
    })
  }

  const different: readonly (readonly [string | undefined, string | Buffer, string | Buffer])[] = [
    ['caseIgnoreMatch', 'a b', 'ab'],
    ['caseExactMatch', 'a', 'A'],
    ['telephoneNumberMatch', '1', '2'],
    ['octetStringMatch', 'a', 'A'],
    ['generalizedTimeMatch', 'never', 'ever'],
    ['distinguishedNameMatch', 'not a DN', 'Not a DN'],
    ['someRuleOfAnotherServer', 'a', 'A'],
    [undefined, 'a', 'A'],
    ['caseIgnoreMatch', Buffer.from([0xff]), Buffer.from([0xfe])],
  ]
  for (const [rule, one, other] of different) {
    it(`are different to ${rule ?? 'no rule'}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
      assert.notEqual(valueKey(rule, one), valueKey(rule, other))
    })
  }

  it('can be told by the rules that are known, by name or OID', () => {
    const rules = ['CaseIgnoreMatch', '1.3.6.1.4.1.1466.109.114.2', 'octetStringMatch', '1.2.3']
    assert.deepEqual(rules.map(isKnownRule), [true, true, false, false])
  })
})
