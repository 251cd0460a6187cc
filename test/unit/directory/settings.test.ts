import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { DirectorySettings, serverUrls } from '../../../src/directory/settings.ts'

const account = { bindDn: 'uid=bridge,dc=example,dc=org', bindPassword: 'secret' }
const given = { urls: 'ldaps://ldap.example.org', ...account }

function problemsOf(input: unknown): readonly string[] {
  try {
    decode(DirectorySettings, input)
    return []
  } catch (error) {
    assert.ok(error instanceof DecodeError)
    return error.problems.map(({ path }) => path)
  }
}

describe('DirectorySettings', () => {
  it('need a server and an account alone', () => {
    assert.deepEqual(decode(DirectorySettings, given), {
      urls: 'ldaps://ldap.example.org',
      startTls: false,
      tls: { minVersion: 'TLSv1.2' },
      allowCleartext: false,
      ...account,
      connections: 4,
      exclusiveConnections: 4,
      maxInFlight: 32,
      connectTimeoutMs: 3000,
      operationTimeoutMs: 10_000,
      idleTimeoutMs: 240_000,
      keepAliveMs: 30_000,
      maxMessageBytes: 67_108_864,
    })
  })

  it('name everything that is missing', () => {
    assert.deepEqual(problemsOf({}), ['urls', 'bindDn', 'bindPassword'])
  })

  it('take one server or several', () => {
    const urls = ['ldaps://a.example', 'ldaps://b.example:6360']
    assert.deepEqual(serverUrls(decode(DirectorySettings, { ...given, urls })), urls)
    assert.deepEqual(serverUrls(decode(DirectorySettings, given)), ['ldaps://ldap.example.org'])
  })

  for (const urls of [
    'ldaps://',
    'http://a',
    'ldap.example.org',
    'ldaps://a/dc=x',
    'ldaps://u@a',
    'ldaps://a?x',
  ]) {
    it(`refuse ${urls} as a server`, () => {
      assert.deepEqual(problemsOf({ ...given, urls }), ['urls'])
    })
  }

  it('refuse an empty list of servers', () => {
    assert.deepEqual(problemsOf({ ...given, urls: [] }), ['urls'])
  })

  for (const [what, settings] of [
    ['to this machine', { urls: ['ldap://localhost', 'ldap://127.0.0.1:389', 'ldap://[::1]:389'] }],
    ['with startTls', { urls: 'ldap://ldap.example.org', startTls: true }],
    ['when it is allowed by name', { urls: 'ldap://ldap.example.org', allowCleartext: true }],
  ] as const) {
    it(`take ldap:// ${what}`, () => {
      assert.deepEqual(problemsOf({ ...given, ...settings }), [])
    })
  }

  for (const urls of [
    'ldap://ldap.example.org',
    'ldap://10.0.0.1',
    'ldap://localhost.example.org',
  ]) {
    it(`refuse clear text to ${urls}`, () => {
      assert.deepEqual(problemsOf({ ...given, urls }), ['urls'])
    })
  }

  it('defect 17: refuse startTls beside ldaps://, so that a URL alone says how a connection begins', () => {
    assert.deepEqual(problemsOf({ ...given, startTls: true }), ['startTls'])
  })

  it('want a client certificate and its key together', () => {
    assert.deepEqual(problemsOf({ ...given, tls: { certificateFile: 'a.pem' } }), ['tls.keyFile'])
    assert.deepEqual(problemsOf({ ...given, tls: { keyFile: 'a.key' } }), ['tls.certificateFile'])
  })

  it('show that the password is a secret', () => {
    assert.equal(DirectorySettings.declaration.bindPassword.doc.isSecret, true)
  })
})
