import assert from 'node:assert/strict'
import { checkTenants } from '../../../src/cli/tenant-check.ts'
import { decode } from '../../../src/codec/decode.ts'
import { Settings } from '../../../src/config/settings.ts'

/** What is told apart of the tenants. */
interface Own {
  readonly brake?: { readonly entry: string }
  readonly upkeep?: { readonly entry: string }
}

/** A tenant whose places lie below an entry of its own. */
function tenant(name: string, digit: string, own: Own): object {
  return {
    basePath: `/${name}`,
    tokens: [{ name, sha256: digit.repeat(64) }],
    users: { base: `ou=people,o=${name}`, deletedBase: `ou=former,o=${name}` },
    groups: { base: `ou=groups,o=${name}` },
    ...own,
  }
}

/** What is wrong with a first tenant below `o=top` and two further ones. */
function problemsOf(top: Own, acme: Own = {}, beta: Own = {}): readonly string[] {
  const settings = decode(Settings, {
    http: { tokens: [{ name: 'top', sha256: '1'.repeat(64) }] },
    directory: { urls: 'ldaps://ldap.example', bindDn: 'cn=bridge', bindPassword: 'secret' },
    users: {
      base: 'ou=people,o=top',
      objectClass: 'inetOrgPerson',
      rdn: 'uid',
      attributes: { userName: 'uid' },
      onDelete: 'move',
      deletedBase: 'ou=former,o=top',
    },
    groups: {
      base: 'ou=groups,o=top',
      objectClass: 'groupOfNames',
      rdn: 'cn',
      attributes: { displayName: 'cn' },
    },
    ...top,
    tenants: {
      acme: tenant('acme', '2', acme),
      beta: tenant('beta', '3', beta),
    },
  })
  return checkTenants(settings).map(({ path, reason }) => `${path} ${reason}`)
}

function exposed(path: string, name: string): string {
  return `${path} must not lie within a place of ${name}, whose clients could see and change it`
}

describe('The entries in which tenants count and note', () => {
  it('may lie apart from all places, and within those of their own tenant', () => {
    const top = {
      brake: { entry: 'cn=brake,ou=people,o=top' },
      upkeep: { entry: 'cn=notes,o=top' },
    }
    const acme = {
      brake: { entry: 'cn=brake,o=acme' },
      upkeep: { entry: 'cn=notes,ou=groups,o=acme' },
    }
    assert.deepEqual(problemsOf(top, acme), [])
  })

  it('may lie around the places of another, where its clients do not reach them', () => {
    assert.deepEqual(problemsOf({ brake: { entry: 'o=acme' } }), [])
  })

  const rows: readonly (readonly [what: string, tenants: readonly [Own, Own?, Own?], string])[] = [
    [
      'those of the first below the users of a further one',
      [{ brake: { entry: 'cn=brake,OU=People, o=acme' } }],
      exposed('brake.entry', 'tenant acme'),
    ],
    [
      'those of a further one below the groups of the first',
      [{}, { upkeep: { entry: 'cn=notes,ou=groups,o=top' } }],
      exposed('tenants.acme.upkeep.entry', 'the sections at the top'),
    ],
    [
      'those of a further one where the first moves whom it deletes to',
      [{}, { brake: { entry: 'cn=brake,ou=former,o=top' } }],
      exposed('tenants.acme.brake.entry', 'the sections at the top'),
    ],
    [
      'those of a further one below the users of one that is named after it',
      [{}, { upkeep: { entry: 'cn=notes,ou=x,ou=people,o=beta' } }],
      exposed('tenants.acme.upkeep.entry', 'tenant beta'),
    ],
    [
      'those of a further one at the base of one that is named before it',
      [{}, {}, { brake: { entry: 'ou=groups,o=acme' } }],
      exposed('tenants.beta.brake.entry', 'tenant acme'),
    ],
  ]
  for (const [what, tenants, problem] of rows) {
    it(`must not be ${what}`, () => assert.deepEqual(problemsOf(...tenants), [problem]))
  }
})
