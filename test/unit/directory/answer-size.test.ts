import assert from 'node:assert/strict'
import { assertReadable } from '../../../src/directory/answer-size.ts'
import { Entry } from '../../../src/directory/entry.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { entryMessage } from '../../directory/connection/ldap-messages.ts'

const dn = 'uid=ada,ou=people,dc=example,dc=org'
const before = new Entry(dn, [
  ['uid', ['ada']],
  ['mail', ['x'.repeat(400), 'y'.repeat(400)]],
])

type Change = readonly [Modification['operation'], string, ...values: readonly string[]]

function modify(...changes: readonly Change[]): LdapOperation {
  const modifications = changes.map(([operation, attribute, ...values]) => ({
    operation,
    attribute,
    values,
  }))
  return { kind: 'modify', dn, modifications }
}

/** Whether an entry can be read of which the server sends no more than so many bytes. */
function isReadable(max: number, ...operations: readonly LdapOperation[]): boolean {
  try {
    assertReadable({ operations, before }, max)
    return true
  } catch (error) {
    assert.partialDeepStrictEqual({ ...(error as object) }, { failure: 'entryTooLarge' })
    return false
  }
}

describe('The size of an entry behind a write', () => {
  it('is never less than that of its message', () => {
    const values = Array.from({ length: 300 }, (_, i) => `${i}`.padEnd(i, 'x'))
    const added = modify(['add', 'mail', ...values])
    const message = entryMessage(0x7f_ff_ff_ff, dn, {
      uid: [Buffer.from('ada')],
      mail: [...before.bytes('mail'), ...values.map((value) => Buffer.from(value))],
    })
    assert.ok(!isReadable(message.length, added))
    assert.ok(isReadable(message.length * 1.1, added))
  })

  const table: readonly (readonly [string, readonly LdapOperation[], number])[] = [
    ['grows by what is added', [modify(['add', 'title', 'x'.repeat(1000)])], 2000],
    [
      'grows by what several operations add',
      [modify(['add', 'mail', 'x'.repeat(500)]), modify(['add', 'Mail', 'z'.repeat(500)])],
      2000,
    ],
    [
      'grows by what is added under another spelling of the name',
      [modify(['replace', 'MAIL;binary', 'x'.repeat(1800)])],
      2000,
    ],
    [
      'is that of the values that take the place of others',
      [modify(['replace', 'MAIL', 'x'.repeat(1800)])],
      2000,
    ],
  ]
  for (const [sentence, operations, bytes] of table) {
    it(sentence, () => {
      assert.ok(isReadable(bytes + 400, ...operations))
      assert.ok(!isReadable(bytes - 200, ...operations))
    })
  }

  it('may be above the limit where nothing makes it larger', () => {
    assert.ok(isReadable(100, modify(['delete', 'mail', 'x'.repeat(400)], ['add', 'mail', 'z'])))
    assert.ok(isReadable(100, modify(['delete', 'mail'], ['add', 'title', 'z'])))
    assert.ok(isReadable(100, { kind: 'delete', dn }))
    assert.ok(!isReadable(100, modify(['add', 'title', 'z'])))
  })

  it('is not that of passwords, which are not read', () => {
    assert.ok(isReadable(2000, modify(['replace', 'userPassword', 'x'.repeat(5000)])))
  })

  it('is that of what is created', () => {
    const attributes = [{ type: 'title', values: ['x'.repeat(1000)] }]
    const plan = {
      operations: [{ kind: 'add', dn, attributes } as const],
      before: new Entry('', []),
    }
    assertReadable(plan, 1500)
    assert.throws(() => assertReadable(plan, 1000), {
      failure: 'entryTooLarge',
      attribute: 'title',
      message: 'an entry of more than 1000 bytes (directory.maxMessageBytes)',
    })
  })

  it('is not known where nothing is known of the entry', () => {
    assertReadable({ operations: [modify(['add', 'title', 'x'.repeat(1000)])] }, 100)
  })
})
