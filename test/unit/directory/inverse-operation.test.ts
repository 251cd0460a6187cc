import assert from 'node:assert/strict'
import { parseDirectorySchema } from '../../../src/directory/directory-schema-parser.ts'
import { Entry } from '../../../src/directory/entry.ts'
import { attributesToRemember, inversesOf } from '../../../src/directory/inverse-operation.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'

const schema = parseDirectorySchema(
  [
    "( 1.1.1 NAME 'title' EQUALITY caseIgnoreMatch )",
    "( 1.1.2 NAME 'mail' EQUALITY caseIgnoreIA5Match )",
    "( 1.1.3 NAME 'userPassword' EQUALITY octetStringMatch )",
    "( 1.1.4 NAME 'jpegPhoto' )",
  ],
  [],
)
const dn = 'uid=bob,ou=people,dc=example'

/** The only operation that takes another one back. */
function inverseOf(...given: Parameters<typeof inversesOf>): LdapOperation | undefined {
  const [inverse, ...others] = inversesOf(...given) ?? []
  assert.deepEqual(others, [])
  return inverse
}

describe('inversesOf', () => {
  it('deletes what was added', () => {
    const add: LdapOperation = { kind: 'add', dn, attributes: [] }
    assert.deepEqual(inverseOf(add, undefined, schema), { kind: 'delete', dn })
  })

  it('takes values back one by one, in reverse, without knowing what was there', () => {
    const modify: LdapOperation = {
      kind: 'modify',
      dn,
      modifications: [
        { operation: 'delete', attribute: 'title', values: ['Old'] },
        { operation: 'add', attribute: 'title', values: ['OLD'] },
        { operation: 'add', attribute: 'mail', values: ['a@b'] },
      ],
    }
    assert.deepEqual(attributesToRemember(modify, schema), [])
    assert.deepEqual(inverseOf(modify, undefined, schema), {
      kind: 'modify',
      dn,
      modifications: [
        { operation: 'delete', attribute: 'mail', values: ['a@b'] },
        { operation: 'delete', attribute: 'title', values: ['OLD'] },
        { operation: 'add', attribute: 'title', values: ['Old'] },
      ],
    })
  })

  it('puts back the values that were replaced or removed whole, as bytes', () => {
    const modify: LdapOperation = {
      kind: 'modify',
      dn,
      modifications: [
        { operation: 'replace', attribute: 'Title', values: ['New'] },
        { operation: 'add', attribute: 'title', values: ['Newer'] },
        { operation: 'delete', attribute: 'mail', values: [] },
        { operation: 'add', attribute: 'jpegPhoto', values: [Buffer.of(1)] },
      ],
    }
    assert.deepEqual(attributesToRemember(modify, schema), ['title', 'mail', 'jpegphoto'])
    const before = new Entry(dn, [['title', ['Old']]])
    assert.deepEqual(inverseOf(modify, before, schema), {
      kind: 'modify',
      dn,
      modifications: [
        { operation: 'replace', attribute: 'title', values: [Buffer.from('Old')] },
        { operation: 'replace', attribute: 'mail', values: [] },
        { operation: 'replace', attribute: 'jpegphoto', values: [] },
      ],
    })
    assert.equal(inverseOf(modify, undefined, schema), undefined)
  })

  it('renames back, and moves back where it was moved', () => {
    const rename: LdapOperation = {
      kind: 'modifyDn',
      dn: String.raw`uid=a\,b,ou=people,dc=example`,
      newRdn: 'uid=bill',
      deleteOldRdn: true,
    }
    assert.deepEqual(inverseOf(rename, undefined, schema), {
      kind: 'modifyDn',
      dn: 'uid=bill,ou=people,dc=example',
      newRdn: String.raw`uid=a\,b`,
      deleteOldRdn: true,
    })
    assert.deepEqual(
      inverseOf({ ...rename, newSuperior: 'ou=gone,dc=example' }, undefined, schema),
      {
        kind: 'modifyDn',
        dn: 'uid=bill,ou=gone,dc=example',
        newRdn: String.raw`uid=a\,b`,
        deleteOldRdn: true,
        newSuperior: 'ou=people,dc=example',
      },
    )
  })

  it('deletes the new name behind going back where the old one was not deleted by the rename', () => {
    const rename: LdapOperation = {
      kind: 'modifyDn',
      dn: String.raw`uid=a\+b,ou=people,dc=example`,
      newRdn: String.raw`uid=a\+c`,
      deleteOldRdn: false,
    }
    const back = {
      kind: 'modifyDn',
      dn: String.raw`uid=a\+c,ou=people,dc=example`,
      newRdn: String.raw`uid=a\+b`,
      deleteOldRdn: false,
    }
    const before = (...uid: readonly string[]): Entry => new Entry(rename.dn, [['uid', uid]])
    const modifications = [{ operation: 'delete', attribute: 'uid', values: ['a+c'] }]
    assert.deepEqual(inversesOf(rename, before('a+b'), schema), [
      back,
      { kind: 'modify', dn: rename.dn, modifications },
    ])
    assert.deepEqual(inversesOf(rename, before('a+b', 'A+C'), schema), [back])
    const respelled = { ...rename, newRdn: String.raw`uid=A\+B` }
    assert.deepEqual(inversesOf(respelled, before('a+b'), schema), [
      { ...back, dn: String.raw`uid=A\+B,ou=people,dc=example` },
    ])
  })

  it('leaves a new name in the entry that was a further value of it before', () => {
    const rename: LdapOperation = { kind: 'modifyDn', dn, newRdn: 'title=Boss', deleteOldRdn: true }
    assert.deepEqual(attributesToRemember(rename, schema), ['title'])
    const before = (title: string): Entry => new Entry(dn, [['title', [title]]])
    for (const [title, deleteOldRdn] of [
      ['BOSS', false],
      ['Clerk', true],
    ] as const) {
      assert.deepEqual(inverseOf(rename, before(title), schema), {
        kind: 'modifyDn',
        dn: 'title=Boss,ou=people,dc=example',
        newRdn: 'uid=bob',
        deleteOldRdn,
      })
    }
  })

  it('cannot bring back a deleted entry or an old password', () => {
    const lost: readonly LdapOperation[] = [
      { kind: 'delete', dn },
      { kind: 'passwordModify', dn, newPassword: 'x' },
      {
        kind: 'modify',
        dn,
        modifications: [{ operation: 'replace', attribute: 'userPassword', values: ['x'] }],
      },
    ]
    for (const operation of lost) {
      assert.equal(inverseOf(operation, new Entry(dn, []), schema), undefined)
    }
  })
})
