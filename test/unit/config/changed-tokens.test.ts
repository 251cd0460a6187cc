import assert from 'node:assert/strict'
import { decode } from '../../../src/codec/decode.ts'
import { withTokensOf } from '../../../src/config/changed-tokens.ts'
import { SettingsError } from '../../../src/config/settings-error.ts'
import { Settings } from '../../../src/config/settings.ts'
import { hashToken } from '../../../src/http/tokens.ts'

const stored = { objectClass: 'x', rdn: 'cn' }

/** Settings with these tokens, and whatever else there is in `http`. */
function settingsOf(
  tokens: readonly object[],
  more: object = {},
  acme?: readonly object[],
): Settings {
  const tenant = {
    basePath: '/acme',
    tokens: acme,
    users: { base: 'ou=people,o=acme' },
    groups: { base: 'ou=groups,o=acme' },
  }
  return decode(Settings, {
    http: { tokens, ...more },
    directory: { urls: 'ldaps://ldap.example', bindDn: 'cn=bridge', bindPassword: 'secret' },
    users: { base: 'ou=people,dc=example', ...stored, attributes: { userName: 'uid' } },
    groups: { base: 'ou=groups,dc=example', ...stored, attributes: { displayName: 'cn' } },
    tenants: acme === undefined ? {} : { acme: tenant },
  })
}

function tokenOf(secret: string): object {
  return { name: secret, sha256: hashToken(secret) }
}

function problemsOf(running: Settings, others: Settings): readonly string[] {
  try {
    withTokensOf(running, others)
    return []
  } catch (error) {
    assert.ok(error instanceof SettingsError)
    return error.problems.map(({ path, reason }) => `${path} ${reason}`)
  }
}

describe('withTokensOf', () => {
  it('takes the tokens of all tenants, and nothing else', () => {
    const running = settingsOf([tokenOf('one')], { port: 1 }, [tokenOf('two')])
    const others = settingsOf([tokenOf('three')], { port: 2 }, [tokenOf('four')])
    const expected = settingsOf([tokenOf('three')], { port: 1 }, [tokenOf('four')])
    assert.deepEqual(withTokensOf(running, others), expected)
  })

  it('refuses a token that the bridge may not let in as it runs, though the others might', () => {
    const open = { host: '0.0.0.0', allowCleartext: true }
    const [problem, ...more] = problemsOf(
      settingsOf([tokenOf('one')], open, [tokenOf('two')]),
      settingsOf([tokenOf('demo')], {}, [tokenOf('two')]),
    )
    assert.match(problem ?? '', /^http\.tokens must not hold the token of the demonstration/u)
    assert.deepEqual(more, [])
    assert.match(
      problemsOf(
        settingsOf([tokenOf('one')], open, [tokenOf('two')]),
        settingsOf([tokenOf('one')], {}, [tokenOf('demo')]),
      ).join(),
      /^tenants\.acme\.tokens must not hold the token of the demonstration/u,
    )
  })

  it('refuses other tenants', () => {
    const [one, two] = [
      settingsOf([tokenOf('one')]),
      settingsOf([tokenOf('one')], {}, [tokenOf('two')]),
    ]
    const problem = 'tenants are not those with which the bridge was started: restart it'
    assert.deepEqual([problemsOf(one, two), problemsOf(two, one)], [[problem], [problem]])
  })
})
