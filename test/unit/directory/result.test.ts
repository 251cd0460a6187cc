import assert from 'node:assert/strict'
import { resultError } from './result-error.ts'

function messageOf(code: number, text: string): string {
  return resultError(code, text).message
}

describe('The message of an answer that is no success', () => {
  it('names the Win32 code of Active Directory, which alone says what happened', () => {
    const text = '00002146: SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0'
    assert.equal(messageOf(53, text), 'LDAP result 53 (unwillingToPerform), 00002146')
    const lower = '0000052d: Constraint violation - check_password_restrictions'
    assert.equal(messageOf(19, lower), 'LDAP result 19 (constraintViolation), 0000052D')
  })

  it('holds nothing else of the text, which may name entries and values', () => {
    const texts = [
      '',
      'uid=bob,dc=example: 00002146: no',
      'DEADBEEFS: no',
      'cafebabe is a name',
      '00002146',
    ]
    for (const text of texts) {
      assert.equal(messageOf(53, text), 'LDAP result 53 (unwillingToPerform)', text)
    }
    assert.equal(messageOf(4711, ''), 'LDAP result 4711')
  })
})
