import assert from 'node:assert/strict'
import { parseDirectorySchema } from '../../../src/directory/directory-schema-parser.ts'
import { Entry } from '../../../src/directory/entry.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { probeOf, wasApplied } from '../../../src/directory/settle.ts'

const schema = parseDirectorySchema(
  [
    "( 1.1.1 NAME 'mail' EQUALITY caseIgnoreIA5Match )",
    "( 1.1.2 NAME 'cn' EQUALITY caseIgnoreMatch )",
    "( 1.1.3 NAME 'manager' EQUALITY distinguishedNameMatch )",
    "( 1.1.4 NAME 'phone' EQUALITY telephoneNumberMatch )",
    "( 1.1.5 NAME 'externalId' EQUALITY caseExactMatch )",
    "( 1.1.6 NAME 'jpegPhoto' )",
  ],
  [],
)
const people = 'ou=people,dc=example'
const dn = `uid=bob,${people}`

function at(...entries: readonly Entry[]): (dn: string) => Entry | undefined {
  const byDn = new Map(entries.map((entry) => [entry.dn.toLowerCase(), entry]))
  return (name) => byDn.get(name.toLowerCase())
}

function applied(
  operation: LdapOperation,
  entryAt: (dn: string) => Entry | undefined,
): boolean | undefined {
  return wasApplied(operation, entryAt, schema)
}

function bob(attributes: Record<string, readonly string[]> = {}, name = dn): Entry {
  return new Entry(name, Object.entries(attributes))
}

function modify(...modifications: readonly Modification[]): LdapOperation {
  return { kind: 'modify', dn, modifications }
}

function change(
  operation: Modification['operation'],
  attribute: string,
  ...values: readonly string[]
): Modification {
  return { operation, attribute, values }
}

describe('wasApplied', () => {
  describe('to an add', () => {
    const add: LdapOperation = {
      kind: 'add',
      dn,
      attributes: [
        { type: 'mail', values: ['b@x', 'c@x'] },
        { type: 'userPassword', values: ['secret'] },
      ],
    }

    it('holds when the entry is there with our values, in any order', () => {
      assert.equal(applied(add, at(bob({ mail: ['C@x', 'b@x'], cn: ['Bob'] }))), true)
    })

    it('does not hold when there is no entry, or one with other values', () => {
      assert.equal(applied(add, at()), false)
      assert.equal(applied(add, at(bob({ mail: ['b@x'] }))), false)
    })

    it('reads what was written but no password', () => {
      assert.deepEqual(probeOf(add), { dns: [dn], attributes: ['mail'] })
    })
  })

  describe('to a modify', () => {
    const cases: [string, LdapOperation, Record<string, readonly string[]>, boolean][] = [
      [
        'an added value is there',
        modify(change('add', 'mail', 'b@x')),
        { mail: ['a@x', 'B@X'] },
        true,
      ],
      [
        'an added value is not there',
        modify(change('add', 'mail', 'b@x')),
        { mail: ['a@x'] },
        false,
      ],
      ['a deleted value is gone', modify(change('delete', 'mail', 'b@x')), { mail: ['a@x'] }, true],
      [
        'a deleted value is there',
        modify(change('delete', 'mail', 'b@x')),
        { mail: ['b@x'] },
        false,
      ],
      ['a deleted attribute is gone', modify(change('delete', 'mail')), {}, true],
      ['a deleted attribute is there', modify(change('delete', 'mail')), { mail: ['a@x'] }, false],
      [
        'the values that replace are there alone',
        modify(change('replace', 'mail', 'b@x')),
        { mail: ['b@x'] },
        true,
      ],
      [
        'others are there beside them',
        modify(change('replace', 'mail', 'b@x')),
        { mail: ['b@x', 'c@x'] },
        false,
      ],
      [
        'a value took the place of its other spelling',
        modify(change('delete', 'cn', 'Bob'), change('add', 'cn', 'BOB')),
        { cn: ['BOB'] },
        true,
      ],
      [
        'the other spelling is still there',
        modify(change('delete', 'cn', 'Bob'), change('add', 'cn', 'BOB')),
        { cn: ['Bob'] },
        false,
      ],
      [
        'a replacement shows the old spelling',
        modify(change('replace', 'cn', 'BOB')),
        { cn: ['Bob'] },
        false,
      ],
      [
        'a value was added after all were deleted',
        modify(change('delete', 'cn'), change('add', 'cn', 'b')),
        { cn: ['b'] },
        true,
      ],
      [
        'a value was added and deleted again',
        modify(change('add', 'cn', 'b'), change('delete', 'cn', 'b')),
        { cn: ['b'] },
        false,
      ],
      [
        'a DN is spelled by the server',
        modify(change('replace', 'manager', String.raw`uid=a\,b,ou=x`)),
        { manager: [String.raw`uid=a\2Cb,ou=X`] },
        true,
      ],
      [
        'a value that differs in case is another value',
        modify(change('delete', 'externalId', 'abc')),
        { externalId: ['ABC'] },
        true,
      ],
      [
        'a telephone number is spelled otherwise',
        modify(change('add', 'phone', '+1 2-3')),
        { phone: ['+123'] },
        true,
      ],
      [
        'a reference that is no DN is there',
        modify(change('replace', 'manager', 'nobody')),
        { manager: ['nobody'] },
        true,
      ],
      [
        'a password was written with something that shows',
        modify(change('replace', 'userPassword', 'x'), change('replace', 'title', 'b')),
        { title: ['a'] },
        false,
      ],
    ]
    for (const [what, operation, attributes, isApplied] of cases) {
      it(`is ${isApplied} when ${what}`, () => {
        assert.equal(applied(operation, at(bob(attributes))), isApplied)
      })
    }

    it('compares values that are no text by their bytes', () => {
      const [one, other] = [Buffer.from('ff00fe', 'hex'), Buffer.from('ff00fd', 'hex')]
      const photo = modify({ operation: 'add', attribute: 'jpegPhoto', values: [one] })
      assert.equal(applied(photo, at(new Entry(dn, [['jpegPhoto', [one]]]))), true)
      assert.equal(applied(photo, at(new Entry(dn, [['jpegPhoto', [other]]]))), false)
    })

    it('does not hold when the entry is gone', () => {
      assert.equal(applied(modify(change('delete', 'mail')), at()), false)
    })

    it('cannot be told of a password alone', () => {
      assert.equal(applied(modify(change('replace', 'userPassword', 'x')), at(bob())), undefined)
    })
  })

  describe('to a rename', () => {
    const rename: LdapOperation = { kind: 'modifyDn', dn, newRdn: 'uid=bill', deleteOldRdn: true }
    const bill = `uid=bill,${people}`

    it('reads both names', () => {
      assert.deepEqual(probeOf(rename), { dns: [dn, bill], attributes: [] })
    })

    it('holds when the new name is there and the old one is not', () => {
      assert.equal(applied(rename, at(bob({}, bill))), true)
      assert.equal(applied(rename, at(bob())), false)
      assert.equal(applied(rename, at(bob(), bob({}, bill))), false)
    })

    it('cannot be told when neither name is there', () => {
      assert.equal(applied(rename, at()), undefined)
    })

    it('follows a move below another parent', () => {
      const move: LdapOperation = {
        ...rename,
        newRdn: 'uid=bob',
        newSuperior: 'ou=gone,dc=example',
      }
      assert.deepEqual(probeOf(move).dns, [dn, 'uid=bob,ou=gone,dc=example'])
      assert.equal(applied(move, at(bob({}, 'uid=bob,ou=gone,dc=example'))), true)
    })

    it('tells a rename in case only by the spelling', () => {
      const respell: LdapOperation = { ...rename, newRdn: 'uid=BOB' }
      assert.deepEqual(probeOf(respell).dns, [dn])
      assert.equal(applied(respell, at(bob({}, `uid=BOB,${people}`))), true)
      assert.equal(applied(respell, at(bob())), false)
      assert.equal(applied(respell, at()), undefined)
    })
  })

  it('holds for a delete when the entry is gone', () => {
    assert.equal(applied({ kind: 'delete', dn }, at()), true)
    assert.equal(applied({ kind: 'delete', dn }, at(bob())), false)
  })

  it('cannot be told of a Password Modify operation (RFC 3062)', () => {
    const operation: LdapOperation = { kind: 'passwordModify', dn, newPassword: 'x' }
    assert.equal(applied(operation, at(bob())), undefined)
  })
})
