import assert from 'node:assert/strict'
import { isSecretName, redactField, redactText } from '../../../src/logging/redact.ts'

describe('redactText', () => {
  for (const [text, redacted] of [
    ['Bearer abc.DEF-123~+/=', 'Bearer ***'],
    ['authorization: Basic dXNlcjpw', 'authorization: ***'],
    ['Authorization=Bearer x', 'Authorization=***'],
    ['{"password":"a b\\"c","userName":"x"}', '{"password":***,"userName":"x"}'],
    ['{\\"password\\":\\"a b\\"}', '{\\"password\\":***}'],
    ["{ userPassword: 'a b' }", '{ userPassword: *** }'],
    ['userPassword:: aHVudGVyMg==', 'userPassword:: ***'],
    ['unicodePwd: x', 'unicodePwd: ***'],
    ['SCIM_DIRECTORY_BIND_PASSWORD=x', 'SCIM_DIRECTORY_BIND_PASSWORD=***'],
    ['client_secret=x&a=b', 'client_secret=***&a=b'],
    ['access_token=x', 'access_token=***'],
    ['ldap://user:pass@host/x', 'ldap://user:***@host/x'],
  ] as const) {
    it(`writes ${text} as ${redacted}`, () => {
      assert.equal(redactText(text), redacted)
    })
  }

  for (const text of [
    'user created',
    'the password is too short',
    'tokenName=onelogin',
    'ldaps://host.example:636/',
    '(&(objectClass=person)(uid=b))',
  ]) {
    it(`leaves ${text} alone`, () => {
      assert.equal(redactText(text), text)
    })
  }

  it('takes time in proportion to the text', () => {
    const text = `${'password'.repeat(20_000)} ${'a:'.repeat(20_000)} ${'"\\'.repeat(20_000)}`
    const start = performance.now()
    redactText(text)
    assert.ok(performance.now() - start < 1000)
  })
})

describe('redactField', () => {
  it('withholds text and numbers behind a secret name in any case', () => {
    for (const name of [
      'password',
      'Authorization',
      'token',
      'accessToken',
      'userPassword',
      'unicodePwd',
      'bindPassword',
      'clientSecret',
      'set-cookie',
    ]) {
      assert.ok(isSecretName(name), name)
      assert.equal(redactField(name, 'x'), '***')
      assert.equal(redactField(name, 1), '***')
    }
  })

  it('says whether something is set, and shows the names of tokens', () => {
    assert.equal(redactField('hasPassword', true), true)
    assert.equal(redactField('tokenName', 'onelogin'), 'onelogin')
    assert.equal(redactField('durationMs', 3), 3)
  })

  it('looks for secrets in the text of other fields', () => {
    assert.equal(redactField('header', 'Bearer x'), 'Bearer ***')
  })
})
