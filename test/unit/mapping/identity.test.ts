import assert from 'node:assert/strict'
import { and, equals } from '../../../src/directory/filter.ts'
import { assertionFor } from '../../../src/mapping/assertion.ts'
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
    assert.deepEqual(assertionFor(openldap, person(), undefined), isSame)
    assert.deepEqual(assertionFor(openldap, person(), csn), and([isSame, equals('entryCSN', csn)]))
  })

  it('fails the assertion of an entry that was read without its id', () => {
    const nameless = entryOf(dn, { entryUUID: [] })
    assert.deepEqual(assertionFor(openldap, nameless, undefined), equals('entryUUID', ''))
  })
})
