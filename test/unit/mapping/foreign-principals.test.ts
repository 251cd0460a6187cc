import assert from 'node:assert/strict'
import { ForeignPrincipals } from '../../../src/mapping/foreign-principals.ts'

const sid = 'S-1-5-21-1-2-3-1104'
const dn = `CN=${sid},CN=ForeignSecurityPrincipals,DC=example,DC=org`

describe('ForeignPrincipals', () => {
  const identity = { foreignPrincipals: 'ForeignSecurityPrincipals' }
  const principals = new ForeignPrincipals(identity, 'OU=Groups,DC=example,DC=org')

  it('finds the security identifier in the name of an entry, however the DN is written', () => {
    assert.equal(principals.sidOf(dn), sid)
    assert.equal(principals.sidOf(dn.toLowerCase()), sid.toLowerCase())
  })

  it('knows where the entry of a security identifier is', () => {
    assert.equal(principals.dnOf(sid), dn)
    assert.equal(principals.dnOf('S-1-5-11')?.startsWith('CN=S-1-5-11,'), true)
  })

  it('takes nothing else for a principal', () => {
    for (const other of [
      `CN=${sid},DC=example,DC=org`,
      `CN=${sid},CN=ForeignSecurityPrincipals,DC=example,DC=net`,
      `CN=x,${dn}`,
      'CN=Ada,CN=ForeignSecurityPrincipals,DC=example,DC=org',
      'no name at all',
      '',
    ]) {
      assert.equal(principals.sidOf(other), undefined, other)
    }
    for (const id of ['', 'S-1', 'S-1-5-', 'S-1-5,CN=x', '6f9619ff-8b86-d011-b42d-00c04fc964ff']) {
      assert.equal(principals.dnOf(id), undefined, id)
    }
  })

  it('finds the domain below which a base of several levels is', () => {
    const deep = new ForeignPrincipals(identity, 'ou=a,DC=b,ou=c,dc=example,dc=org')
    assert.equal(deep.sidOf(dn), sid)
  })

  it('knows none where the directory has no place for them', () => {
    const none = new ForeignPrincipals({}, 'ou=groups,dc=example,dc=org')
    assert.equal(none.sidOf(dn), undefined)
    assert.equal(none.dnOf(sid), undefined)
  })
})
