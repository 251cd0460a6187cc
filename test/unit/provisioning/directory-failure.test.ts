import assert from 'node:assert/strict'
import { DirectoryError, type PlanParts } from '../../../src/directory/error.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { toScimError } from '../../../src/provisioning/directory-failure.ts'
import { ScimError } from '../../../src/scim/error.ts'

const dn = 'uid=ada,ou=people,dc=example,dc=org'
const scimNames: Readonly<Record<string, string>> = {
  uid: 'userName',
  title: 'title',
  sn: 'name.familyName',
  userPassword: 'password',
}

function modify(...attributes: readonly string[]): LdapOperation {
  const modifications: readonly Modification[] = attributes.map((attribute) => ({
    operation: 'replace',
    attribute,
    values: ['secret'],
  }))
  return { kind: 'modify', dn, modifications }
}

function rename(newRdn: string, newSuperior?: string): LdapOperation {
  const place = newSuperior === undefined ? {} : { newSuperior }
  return { kind: 'modifyDn', dn, newRdn, deleteOldRdn: true, ...place }
}

const setPassword: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'secret' }
const creation: LdapOperation = { kind: 'add', dn, attributes: [] }
const deletion: LdapOperation = { kind: 'delete', dn }

describe('what a client is told of a change of which a part stands', () => {
  const parts: [what: string, parts: PlanParts, words: string][] = [
    [
      'a rename stands',
      { made: [rename('uid=eve')], missing: [modify('title', 'sn')] },
      'taken back: userName. Not made was: title, name.familyName.',
    ],
    [
      'a name that SCIM does not know stands',
      { made: [rename('cn=Eve')], missing: [modify('objectClass')] },
      'taken back: the name of the entry. Not made was: attributes without a name in SCIM.',
    ],
    [
      'a creation stands without the password and the lock',
      { made: [creation], missing: [setPassword, modify('userPassword')] },
      'taken back: the creation. Not made was: password.',
    ],
    [
      'somebody is disabled and not moved',
      { made: [modify('title')], missing: [rename('uid=ada', 'ou=former,dc=example,dc=org')] },
      'taken back: title. Not made was: the move.',
    ],
    [
      'somebody is moved and not deleted',
      { made: [rename('uid=ada', 'ou=former,dc=example,dc=org')], missing: [deletion] },
      'taken back: the move. Not made was: the deletion.',
    ],
  ]
  for (const [what, part, words] of parts) {
    it(`says which, where ${what}`, () => {
      const detail = detailOf(new DirectoryError('refused', 'no', { isPartial: true, parts: part }))
      assert.ok(detail.includes(words), detail)
      assert.match(detail, /Read the resource before you try again\.$/u)
      assert.doesNotMatch(detail, /secret|dc=example/u)
    })
  }

  it('does not say that what nobody answered was not made', () => {
    const part = { made: [rename('uid=eve')], missing: [modify('title')] }
    const options = { isPartial: true, parts: part }
    const detail = detailOf(new DirectoryError('outcomeUnknown', '?', options))
    assert.match(detail, /taken back: userName\. Not made, or not known to be, was: title\./u)
  })

  it('says so where only those who name the entry were changed', () => {
    const detail = detailOf(new DirectoryError('refused', 'no', { isPartial: true }))
    assert.match(detail, /groups and people that name it were changed before, which could not be/u)
  })
})

function detailOf(error: DirectoryError): string {
  const told = toScimError(error, (attribute) => scimNames[attribute])
  assert.ok(told instanceof ScimError)
  assert.equal(told.status, 500)
  return told.message
}
