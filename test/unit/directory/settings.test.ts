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
      bind: 'simple',
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
    'ldapi://',
    'ldapi:///',
    'ldapi:///run/ldapi',
    'ldapi://localhost',
    'ldapi://%2Frun%2Fldapi:389',
    'ldapi://%2Frun%2Fldapi?x',
    'ldapi://%2Frun%2Fldap%ZZ',
    'ldapi://%2Frun%2Fldap%FF',
    'ldapi://%2Frun%2Fldap%00',
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
    [
      'beside a Unix socket',
      { urls: ['ldapi://%2Frun%2Fldapi', 'ldap://a.example'], startTls: true },
    ],
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

  it('take a Unix socket, which needs no TLS', () => {
    assert.deepEqual(problemsOf({ ...given, urls: 'ldapi://%2Frun%2Fslapd%2Fldapi' }), [])
  })

  it('refuse startTls where there are Unix sockets alone', () => {
    const urls = 'ldapi://%2Frun%2Fslapd%2Fldapi'
    assert.deepEqual(problemsOf({ ...given, urls, startTls: true }), ['startTls'])
  })

  const { bindDn } = account

  it('take the password from a file instead', () => {
    assert.deepEqual(problemsOf({ urls: 'ldaps://a', bindDn, bindPasswordFile: '/run/p' }), [])
    assert.deepEqual(problemsOf({ ...given, bindPasswordFile: '/run/p' }), ['bindPasswordFile'])
  })

  const certificate = { certificateFile: 'a.pem', keyFile: 'a.key' }

  for (const [what, settings, problems] of [
    ['over a Unix socket', { urls: 'ldapi://%2Frun%2Fldapi' }, []],
    ['over ldaps:// with a certificate', { urls: 'ldaps://a', tls: certificate }, []],
    [
      'with StartTLS and a certificate, acting as another',
      { urls: 'ldap://a', startTls: true, tls: certificate, authzId: 'u:bridge' },
      [],
    ],
    ['over ldaps:// without a certificate', { urls: 'ldaps://a' }, ['tls.certificateFile']],
    ['in clear text', { urls: 'ldap://localhost', tls: certificate }, ['bind']],
    [
      'beside a name and a password',
      { urls: 'ldapi://%2Frun%2Fldapi', ...account, bindPasswordFile: 'p' },
      ['bindDn', 'bindPassword', 'bindPasswordFile'],
    ],
    ['as something else', { urls: 'ldapi://%2Frun%2Fldapi', authzId: 'bridge' }, ['authzId']],
  ] as const) {
    it(`${problems.length === 0 ? 'take' : 'refuse'} bind: external ${what}`, () => {
      assert.deepEqual(problemsOf({ bind: 'external', ...settings }), problems)
    })
  }

  it('refuse an authzId with a simple bind', () => {
    assert.deepEqual(problemsOf({ ...given, authzId: 'u:bridge' }), ['authzId'])
  })

  it('show that the password is a secret', () => {
    assert.equal(DirectorySettings.declaration.bindPassword.doc.isSecret, true)
  })
})
