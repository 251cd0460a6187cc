import assert from 'node:assert/strict'
import { decode, DecodeError } from '../../../src/codec/decode.ts'
import { hashToken } from '../../../src/http/tokens.ts'
import { HttpSettings } from '../../../src/http/settings.ts'

const sha256 = hashToken('one')
const tokens = [{ name: 'onelogin', sha256 }]

const files = { certificateFile: 'tls.crt', keyFile: 'tls.key' }
const asked = { ...files, clientCaFile: 'clients.crt', clientCertificates: 'optional' }
const bound = { name: 'onelogin', sha256, certificate: { subject: 'CN=onelogin' } }

function problemsOf(input: unknown): readonly string[] {
  try {
    decode(HttpSettings, input)
    return []
  } catch (error) {
    assert.ok(error instanceof DecodeError)
    return error.problems.map(({ path, reason }) => `${path} ${reason}`)
  }
}

describe('HttpSettings', () => {
  it('need nothing but a token, and then listen on this machine only', () => {
    assert.deepEqual(decode(HttpSettings, { tokens }), {
      host: '127.0.0.1',
      port: 8080,
      basePath: '/scim/v2',
      trustedProxies: 0,
      allowCleartext: false,
      tokens: [{ name: 'onelogin', sha256, rights: ['read', 'users', 'groups'] }],
      badTokens: { limit: 10, maxDelayMs: 5000, periodMs: 60_000 },
      allowDemoToken: false,
      acceptRawToken: false,
      maxBodyBytes: 5_242_880,
      bodies: { maxTotalBytes: 33_554_432, waitMs: 5000 },
      answers: { maxTotalBytes: 67_108_864 },
      bulk: { maxOperations: 1000, maxPayloadBytes: 1_048_576 },
      maxConnections: 5000,
      maxConnectionsPerAddress: 500,
      requestTimeoutMs: 60_000,
      stallTimeoutMs: 120_000,
      keepAliveTimeoutMs: 65_000,
      shutdownDelayMs: 0,
      shutdownGraceMs: 10_000,
    })
  })

  it('take everything that can be set', () => {
    const given = {
      host: '::',
      port: 0,
      basePath: '',
      publicUrl: 'https://bridge.example.org/scim/',
      trustedProxies: 2,
      allowedAddresses: ['10.0.0.0/8', '2001:db8::/32'],
      allowCleartext: true,
      allowDemoToken: true,
      tls: {
        certificateFile: 'tls.crt',
        keyFile: 'tls.key',
        reloadIntervalMs: 50,
        clientCaFile: 'clients.crt',
        clientCertificates: 'optional',
      },
      tokens: [
        {
          name: 'onelogin',
          sha256,
          expires: new Date('2027-01-31T00:00:00Z'),
          user: 'b',
          rights: ['read'],
          addresses: ['192.0.2.1'],
          certificate: { sha256, subject: 'CN=onelogin' },
        },
      ],
      badTokens: { limit: 1, maxDelayMs: 0, periodMs: 1 },
      acceptRawToken: true,
      maxBodyBytes: 1,
      bodies: { maxTotalBytes: 1, waitMs: 1 },
      answers: { maxTotalBytes: 1 },
      bulk: { maxOperations: 1, maxPayloadBytes: 1 },
      maxConnections: 1,
      maxConnectionsPerAddress: 1,
      requestTimeoutMs: 1,
      stallTimeoutMs: 1,
      keepAliveTimeoutMs: 1,
      shutdownDelayMs: 1,
      shutdownGraceMs: 1,
    }
    assert.deepEqual(decode(HttpSettings, given), given)
  })

  const moments: readonly (readonly [string, string])[] = [
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2027-01-31T12:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.5+02:00', '2027-01-31T10:00:00.500Z'],
  ]
  for (const [text, moment] of moments) {
    it(`read the expiry ${text}`, () => {
      const { tokens: read } = decode(HttpSettings, {
        tokens: [{ name: 'a', sha256, expires: text }],
      })
      assert.deepEqual(read[0]?.expires, new Date(moment))
    })
  }

  for (const text of [
    '2027-02-29',
    '2027-13-01',
    '31.1.2027',
    'soon',
    '2027-01-31T12:00',
    '2027-01-31T25:00Z',
  ]) {
    it(`refuse the expiry ${text}`, () => {
      assert.deepEqual(problemsOf({ tokens: [{ name: 'a', sha256, expires: text }] }), [
        'tokens[0].expires must be a date such as 2027-01-31 or 2027-01-31T12:00:00Z',
      ])
    })
  }

  const refusals: readonly (readonly [string, object, string])[] = [
    ['no token list', {}, 'tokens is required'],
    ['an empty token list', { tokens: [] }, 'tokens must hold at least one token'],
    [
      'two tokens of one name',
      { tokens: [...tokens, { name: 'onelogin', sha256: hashToken('two') }] },
      'tokens must have different names',
    ],
    [
      'a token in clear where its hash belongs',
      { tokens: [{ name: 'a', sha256: 'sdb_secret' }] },
      'tokens[0].sha256 must be 64 hexadecimal digits',
    ],
    [
      'a token without any right',
      { tokens: [{ name: 'a', sha256, rights: [] }] },
      'tokens[0].rights must hold at least one right, or be left out for all',
    ],
    [
      'a right that there is not',
      { tokens: [{ name: 'a', sha256, rights: ['write'] }] },
      'tokens[0].rights[0] must be "read" or "users" or "groups"',
    ],
    [
      'a list of allowed addresses that lets nobody in',
      { tokens, allowedAddresses: [] },
      'allowedAddresses must hold at least one address, or be left out for all',
    ],
    [
      'a token that is let in from nowhere',
      { tokens: [{ name: 'a', sha256, addresses: [] }] },
      'tokens[0].addresses must hold at least one address, or be left out for all',
    ],
    [
      'an address that is a name',
      { tokens, allowedAddresses: ['192.0.2.1', 'proxy.example.org'] },
      'allowedAddresses[1] must be an address or a range of addresses such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
    ],
    [
      'a token that is bound to a certificate of nothing',
      { tokens: [{ name: 'a', sha256, certificate: {} }], tls: asked },
      'tokens[0].certificate must have sha256, subject or both',
    ],
    [
      'a fingerprint of another kind',
      { tokens: [{ name: 'a', sha256, certificate: { sha256: sha256.slice(2) } }], tls: asked },
      'tokens[0].certificate.sha256 must be 64 hexadecimal digits, with or without colons',
    ],
    [
      'a token that is bound to a certificate without TLS',
      { tokens: [bound] },
      'tokens must not be bound to certificates that nobody is asked for: set tls.clientCertificates',
    ],
    [
      'a token that is bound to a certificate that nobody is asked for',
      { tokens: [bound], tls: files },
      'tokens must not be bound to certificates that nobody is asked for: set tls.clientCertificates',
    ],
    [
      'client certificates that no CA vouches for',
      { tokens, tls: { ...files, clientCertificates: 'required' } },
      'tls.clientCaFile and clientCertificates "optional" or "required" go together: set both or none',
    ],
    [
      'CAs of client certificates that nobody is asked for',
      { tokens, tls: { ...files, clientCaFile: 'clients.crt' } },
      'tls.clientCaFile and clientCertificates "optional" or "required" go together: set both or none',
    ],
    [
      'a base path with a slash at its end',
      { tokens, basePath: '/scim/' },
      'basePath must be a path such as /scim/v2, without a slash at its end',
    ],
    [
      'a base path that the router would take for a pattern',
      { tokens, basePath: '/:scim' },
      'basePath must be a path such as /scim/v2, without a slash at its end',
    ],
    [
      'a public URL with a query',
      { tokens, publicUrl: 'https://bridge.example.org/?x=1' },
      'publicUrl must not have a query',
    ],
    [
      'a certificate without its key',
      { tokens, tls: { certificateFile: 'a' } },
      'tls.keyFile is required',
    ],
    [
      'less room for all bodies than for one',
      { tokens, maxBodyBytes: 95, bodies: { maxTotalBytes: 100 }, bulk: { maxPayloadBytes: 94 } },
      'bodies.maxTotalBytes must be a fifteenth more than maxBodyBytes and bulk.maxPayloadBytes at least, or the largest body would never be read',
    ],
    [
      'less room for all bodies than for a bulk request',
      { tokens, maxBodyBytes: 94, bodies: { maxTotalBytes: 100 }, bulk: { maxPayloadBytes: 95 } },
      'bodies.maxTotalBytes must be a fifteenth more than maxBodyBytes and bulk.maxPayloadBytes at least, or the largest body would never be read',
    ],
  ]
  describe('where other machines can reach the bridge', () => {
    const tls = { certificateFile: 'tls.crt', keyFile: 'tls.key' }
    const demo = [{ name: 'demo', sha256: hashToken('demo') }]
    const cleartext =
      'host would let other machines send tokens in clear text: set tls, or 127.0.0.1 behind a proxy on this machine, or set allowCleartext to accept that'
    const known =
      'tokens must not hold the token of the demonstration, which everybody knows, where other machines can use it: make one of your own with `scim-directory-bridge token`'

    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'bridge.example.org']) {
      it(`demand TLS and a token of one's own on ${host}`, () => {
        assert.deepEqual(problemsOf({ host, tokens }), [cleartext])
        assert.deepEqual(problemsOf({ host, tokens: demo }), [cleartext, known])
        assert.deepEqual(problemsOf({ host, tokens: demo, tls }), [known])
        assert.deepEqual(problemsOf({ host, tokens, tls }), [])
      })
    }

    it('take plain HTTP, and the token of the demonstration, where each is allowed by name', () => {
      const host = '0.0.0.0'
      assert.deepEqual(problemsOf({ host, tokens, allowCleartext: true }), [])
      assert.deepEqual(problemsOf({ host, tokens: demo, allowCleartext: true }), [known])
      const all = { allowCleartext: true, allowDemoToken: true }
      assert.deepEqual(problemsOf({ host, tokens: demo, ...all }), [])
    })

    it('know the token of the demonstration in capitals too', () => {
      const shouted = [{ name: 'a', sha256: hashToken('demo').toUpperCase() }]
      assert.deepEqual(problemsOf({ host: '::', tokens: shouted, tls }), [known])
    })
  })

  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
    it(`take plain HTTP and the token of the demonstration on ${host}`, () => {
      const demo = [{ name: 'demo', sha256: hashToken('demo') }]
      assert.deepEqual(problemsOf({ host, tokens: demo }), [])
    })
  }

  for (const [what, input, problem] of refusals) {
    it(`refuse ${what}`, () => assert.deepEqual(problemsOf(input), [problem]))
  }
})
