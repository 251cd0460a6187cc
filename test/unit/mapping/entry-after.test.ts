import assert from 'node:assert/strict'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { entryAfter } from '../../../src/mapping/entry-after.ts'
import { people, person, schema } from './example.ts'

const uid = schema.attributeType('uid') ?? assert.fail()
const dn = `uid=anna,${people}`

function modify(
  operation: 'add' | 'delete' | 'replace',
  attribute: string,
  ...values: readonly (string | Buffer)[]
): LdapOperation {
  return { kind: 'modify', dn, modifications: [{ operation, attribute, values }] }
}

const rename = (newRdn: string, deleteOldRdn = true): LdapOperation => ({
  kind: 'modifyDn',
  dn,
  newRdn,
  deleteOldRdn,
})

describe('An attribute of an entry, once operations are carried out', () => {
  const table: readonly (readonly [string, readonly LdapOperation[], readonly string[]])[] = [
    ['stays without operations', [], ['anna', 'ann']],
    ['gets values', [modify('add', 'UID', 'a', Buffer.from('b'))], ['anna', 'ann', 'a', 'b']],
    ['loses a value, by its rule', [modify('delete', 'userid', 'ANN')], ['anna']],
    ['loses all values', [modify('delete', 'uid')], []],
    ['gets others in their place', [modify('replace', 'uid', 'a')], ['a']],
    ['is not another one', [modify('replace', 'cn', 'a')], ['anna', 'ann']],
    ['follows a rename', [rename('uid=b')], ['ann', 'b']],
    ['keeps the old name where it is kept', [rename('uid=b', false)], ['anna', 'ann', 'b']],
    ['follows a rename in letter case', [rename('uid=Anna')], ['ann', 'Anna']],
    ['follows a rename by several attributes', [rename('cn=x+uid=b')], ['ann', 'b']],
    ['is kept where another one names', [rename('cn=x', false)], ['anna', 'ann']],
    ['follows a rename and a change', [rename('uid=b'), modify('delete', 'uid', 'ann')], ['b']],
    ['is no password', [{ kind: 'passwordModify', dn, newPassword: 'x' }], ['anna', 'ann']],
  ]
  for (const [sentence, operations, expected] of table) {
    it(sentence, () => {
      const entry = entryAfter(operations, uid, person({ uid: ['anna', 'ann'] }))
      assert.deepEqual(entry?.texts('uid'), expected)
    })
  }

  it('is that of the add of a new entry', () => {
    const attributes = [
      { type: 'cn', values: ['Anna'] },
      { type: 'uid', values: ['anna'] },
    ]
    const entry = entryAfter([{ kind: 'add', dn, attributes }], uid, undefined)
    assert.deepEqual([entry?.dn, entry?.texts('uid')], [dn, ['anna']])
  })

  it('is gone with the entry', () => {
    assert.equal(entryAfter([{ kind: 'delete', dn }], uid, person()), undefined)
  })
})
