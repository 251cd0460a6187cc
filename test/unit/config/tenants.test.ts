import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { Settings } from '../../../src/config/settings.ts'
import { tenantsOf } from '../../../src/config/tenants.ts'

const [one, two] = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string]

const top = {
  http: { tokens: [{ name: 'a', sha256: one }], publicUrl: 'https://a.example/scim/v2' },
  directory: { urls: 'ldaps://ldap.example', bindDn: 'cn=bridge', bindPassword: 'secret' },
  users: {
    base: 'ou=people,dc=example',
    createBase: 'ou=new,ou=people,dc=example',
    protectedBases: ['ou=admins,ou=people,dc=example'],
    objectClass: 'inetOrgPerson',
    rdn: 'uid',
    attributes: { userName: 'uid' },
    onDelete: 'move',
    deletedBase: 'ou=former,dc=example',
  },
  groups: {
    base: 'ou=groups,dc=example',
    objectClass: 'groupOfNames',
    rdn: 'cn',
    attributes: { displayName: 'cn' },
  },
  brake: { entry: 'cn=brake,dc=example', maxCount: 7 },
}

const acme = {
  basePath: '/acme',
  tokens: [{ name: 'a', sha256: two }],
  users: { base: 'ou=people,o=acme', deletedBase: 'ou=former,o=acme' },
  groups: { base: 'ou=groups,o=acme' },
}

function problemsOf(tenants: object, more: object = {}): readonly string[] {
  try {
    decode(Settings, { ...top, ...more, tenants })
    return []
  } catch (error) {
    assert.ok(error instanceof DecodeError)
    return error.problems.map(({ path, reason }) => `${path} ${reason}`)
  }
}

describe('tenantsOf', () => {
  it('is one tenant without a name where there are no further ones, with the settings as they are', () => {
    const settings = decode(Settings, top)
    assert.deepEqual(tenantsOf(settings), [settings])
  })

  it('gives a further tenant its own places and ways, and everything else of the others', () => {
    const settings = decode(Settings, { ...top, tenants: { acme } })
    const [first, second] = tenantsOf(settings)
    assert.equal(first, settings)
    assert.equal(second?.tenant, 'acme')
    const { http, users, groups, brake, directory } = second
    const { publicUrl: _, ...shared } = settings.http
    assert.deepEqual(http, {
      ...shared,
      basePath: '/acme',
      tokens: settings.tenants['acme']?.tokens,
    })
    const { createBase: _base, ...sharedUsers } = settings.users
    assert.deepEqual(users, { ...sharedUsers, ...acme.users, protectedBases: [] })
    assert.deepEqual(groups, { ...settings.groups, ...acme.groups })
    const { entry: _entry, ...sharedBrake } = settings.brake
    assert.deepEqual(brake, sharedBrake)
    assert.deepEqual(directory, settings.directory)
  })

  it('gives a tenant with an account of its own nothing of the shared one', () => {
    const directory = { bindDn: 'cn=acme', bindPasswordFile: '/etc/acme' }
    const settings = decode(Settings, { ...top, tenants: { acme: { ...acme, directory } } })
    const { bindPassword: _, ...shared } = settings.directory
    assert.deepEqual(tenantsOf(settings)[1]?.directory, { ...shared, ...directory })
  })
})

describe('The tenants', () => {
  it('may be several that lie apart', () => {
    const beta = {
      ...acme,
      basePath: '/acme-beta',
      tokens: [{ name: 'b', sha256: '3'.repeat(64) }],
    }
    assert.deepEqual(problemsOf({ acme, beta }), [])
  })

  const apart = 'must be neither the base path of another tenant nor lie within one, or around one'
  const rows: readonly (readonly [what: string, tenants: object, problem: string])[] = [
    [
      'with a name that log and command line cannot bear',
      { 'a.b': acme },
      'tenants must have names of letters, digits, _ and - alone',
    ],
    [
      'with the path of the first',
      { acme: { ...acme, basePath: '/SCIM/v2' } },
      `tenants.acme.basePath ${apart}`,
    ],
    [
      'with a path within that of the first',
      { acme: { ...acme, basePath: '/scim/v2/acme' } },
      `tenants.acme.basePath ${apart}`,
    ],
    [
      'with a path around that of the first',
      { acme: { ...acme, basePath: '/scim' } },
      `tenants.acme.basePath ${apart}`,
    ],
    [
      'with a token of the first',
      { acme: { ...acme, tokens: top.http.tokens } },
      'tenants.acme.tokens must not hold a token of another tenant: make one with `scim-directory-bridge token`',
    ],
    [
      'without any token',
      { acme: { ...acme, tokens: [] } },
      'tenants.acme.tokens must hold at least one token',
    ],
    [
      'with two tokens of one name',
      { acme: { ...acme, tokens: [...acme.tokens, { name: 'a', sha256: '3'.repeat(64) }] } },
      'tenants.acme.tokens must have different names',
    ],
    [
      'with tokens bound to certificates that nobody is asked for',
      { acme: { ...acme, tokens: [{ name: 'a', sha256: two, certificate: { subject: 'CN=a' } }] } },
      'tenants.acme.tokens must not be bound to certificates that nobody is asked for: set tls.clientCertificates',
    ],
    [
      'without a place for the users who are moved away',
      { acme: { ...acme, users: { base: 'ou=people,o=acme' } } },
      'tenants.acme.users.deletedBase is required when onDelete is "move"',
    ],
  ]
  for (const [what, tenants, problem] of rows) {
    it(`must not be one ${what}`, () => assert.deepEqual(problemsOf(tenants), [problem]))
  }

  it('need a base, a path and tokens each', () => {
    assert.deepEqual(problemsOf({ acme: {} }), [
      'tenants.acme.basePath is required',
      'tenants.acme.tokens is required',
      'tenants.acme.users.base is required',
      'tenants.acme.groups.base is required',
    ])
  })

  it('must not have an account without a password, nor the token of the demonstration in public', () => {
    const directory = { bindDn: 'cn=acme' }
    const [problem = ''] = problemsOf({ acme: { ...acme, directory } })
    assert.match(problem, /^tenants\.acme\.directory\.bindPassword/u)
    const demo = '2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea'
    const http = { ...top.http, host: '0.0.0.0', allowCleartext: true }
    const tokens = [{ name: 'demo', sha256: demo }]
    const [other = ''] = problemsOf({ acme: { ...acme, tokens } }, { http })
    assert.match(other, /^tenants\.acme\.tokens must not hold the token of the demonstration/u)
  })
})
