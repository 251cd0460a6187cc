import assert from 'node:assert/strict'
import { identityFor } from '../../../src/mapping/identity.ts'
import { renameSteps } from '../../../src/mapping/rename.ts'

const base = 'ou=people,dc=example'

function steps(kind: 'openldap' | 'activeDirectory' | '389ds', dn: string, newRdn: string) {
  const identity = identityFor(kind) ?? assert.fail(`there is no ${kind}`)
  const { rename, behind } = renameSteps(identity, dn, newRdn)
  assert.deepEqual(
    { kind: rename.kind, dn: rename.dn, newRdn: rename.newRdn },
    { kind: 'modifyDn', dn, newRdn },
  )
  const changes = behind.map(({ operation, attribute, values }) => [
    operation,
    attribute,
    ...values,
  ])
  return { deletesOld: rename.deleteOldRdn, behind: changes }
}

const whole = { deletesOld: true, behind: [] }

describe('A rename', () => {
  it('deletes the old name by itself, except on 389 DS where a name has to be escaped', () => {
    for (const kind of ['openldap', 'activeDirectory'] as const) {
      assert.deepEqual(steps(kind, String.raw`uid=a\2Bb,${base}`, 'uid=c'), whole)
    }
    assert.deepEqual(steps('389ds', `uid=ada,${base}`, 'uid=countess'), whole)
  })

  it('leaves the old name to the modify behind it on 389 DS, also where only the new one is escaped', () => {
    for (const [dn, newRdn, old] of [
      [String.raw`uid=a\2Bb,${base}`, 'uid=c', 'a+b'],
      [String.raw`uid=a\2Bb,${base}`, String.raw`uid=a\+b2`, 'a+b'],
      [`uid=c,${base}`, String.raw`uid=a\+b`, 'c'],
    ] as const) {
      const behind = [['delete', 'uid', old]]
      assert.deepEqual(steps('389ds', dn, newRdn), { deletesOld: false, behind })
    }
  })

  it('writes a name on 389 DS that differs in letter case alone behind itself, and no name that stays', () => {
    assert.deepEqual(steps('389ds', String.raw`uid=a\2Bb,${base}`, String.raw`uid=A\+B`), {
      deletesOld: false,
      behind: [
        ['delete', 'uid', 'a+b'],
        ['add', 'uid', 'A+B'],
      ],
    })
    const twoParts = String.raw`cn=a\2Bb+uid=one,${base}`
    assert.deepEqual(steps('389ds', twoParts, String.raw`cn=a\+b+uid=two`), {
      deletesOld: false,
      behind: [['delete', 'uid', 'one']],
    })
  })
})
