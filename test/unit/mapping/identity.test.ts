import assert from 'node:assert/strict'
import { and, equals } from '../../../src/directory/filter.ts'
import { guardFor } from '../../../src/mapping/assertion.ts'
import { idFilter, identityFor, idOf } from '../../../src/mapping/identity.ts'
import { csn, entryOf, id, people, person } from './example.ts'

const openldap = identityFor('openldap')
const dn = `uid=anna,${people}`

describe('How entries are known', () => {
  it('is by entryUUID on OpenLDAP (RFC 4530), and by nothing where the kind is not served', () => {
    assert.equal(openldap?.idAttribute, 'entryUUID')
    assert.equal(identityFor('other'), undefined)
  })

  if (openldap === undefined) return

  it('reads the id of an entry, which must have been asked for', () => {
    assert.equal(idOf(openldap, person()), id)
    assert.throws(() => idOf(openldap, entryOf(dn, { entryUUID: [] })), /without entryUUID/u)
  })

  it('asks the directory for nothing that can be no id', () => {
    assert.deepEqual(idFilter(openldap, id.toUpperCase()), equals('entryUUID', id.toUpperCase()))
    assert.deepEqual(
      ['', '1', `${id}0`, `${id}\n`, dn].map((text) => idFilter(openldap, text)),
      Array(5).fill(undefined),
    )
  })

  it('is asserted together with the version, where one is given (RFC 4528)', () => {
    const isSame = equals('entryUUID', id)
    assert.deepEqual(guardFor(openldap, person(), 'modify'), { assertion: isSame })
    assert.deepEqual(guardFor(openldap, person(), 'modify', csn), {
      assertion: and([isSame, equals('entryCSN', csn)]),
    })
  })

  it('fails the assertion of an entry that was read without its id', () => {
    const nameless = entryOf(dn, { entryUUID: [] })
    assert.deepEqual(guardFor(openldap, nameless, 'delete'), {
      assertion: equals('entryUUID', ''),
    })
  })
})

describe('How entries are known on 389 DS', () => {
  const identity = identityFor('389ds') ?? assert.fail('389 DS is not served')
  const uniqueId = '6b274c1a-e64711f1-bcb2c817-7f52070c'

  it('is by nsUniqueId, which has not the form of a UUID', () => {
    assert.deepEqual(idFilter(identity, uniqueId), equals('nsUniqueId', uniqueId))
    assert.equal(idFilter(identity, id), undefined)
  })

  it('is not asserted, for the server has neither assertions nor another address', () => {
    assert.deepEqual(guardFor(identity, person(), 'modify', csn), {})
  })
})

describe('How entries are known in Active Directory', () => {
  const identity = identityFor('activeDirectory') ?? assert.fail('it is not served')
  const guid = 'f94bd945-2b40-4c17-9f05-0123456789ab'
  const bytes = Buffer.from('45d94bf9402b174c9f050123456789ab', 'hex')
  const entry = entryOf(dn, { objectGUID: bytes })

  it('is by objectGUID, in the usual spelling of its bytes (MS-DTYP §2.3.4)', () => {
    assert.equal(idOf(identity, entry), guid)
    assert.deepEqual(idFilter(identity, guid.toUpperCase()), equals('objectGUID', bytes))
    assert.equal(idFilter(identity, 'f94bd9452b404c179f050123456789ab'), undefined)
  })

  it('is what a change and a deletion are addressed to; Samba renames by the DN alone', () => {
    const address = `<GUID=${guid}>`
    assert.deepEqual(guardFor(identity, entry, 'modify'), { address })
    assert.deepEqual(guardFor(identity, entry, 'delete'), { address })
    assert.deepEqual(guardFor(identity, entry, 'modifyDn'), {})
  })
})
