import assert from 'node:assert/strict'
import type { DirectoryKind } from '../../../src/directory/directory.ts'
import { Entry } from '../../../src/directory/entry.ts'
import { equals } from '../../../src/directory/filter.ts'
import { toSearchRequest, toWriteRequest } from '../../../src/directory/ldap-request.ts'
import { encodeMessage } from '../../../src/directory/message-encoding.ts'
import type { LdapOperation } from '../../../src/directory/operation.ts'
import { assertFits } from '../../../src/directory/request-size.ts'
import { type ServerFacts, toServerFacts } from '../../../src/directory/root-dse.ts'

const dn = 'uid=ada,ou=people,dc=example,dc=org'
const read = ['entryUUID']
const subschema = new Entry('cn=Subschema', [['attributeTypes', ["( 2.5.4.3 NAME 'cn' )"]]])

function factsOf(kind: DirectoryKind): ServerFacts {
  return toServerFacts(new Entry('', []), subschema, kind)
}

function replacing(length: number): LdapOperation {
  return {
    kind: 'modify',
    dn,
    modifications: [
      { operation: 'replace', attribute: 'title', values: ['x'] },
      { operation: 'replace', attribute: 'photo', values: [Buffer.alloc(length)] },
    ],
  }
}

/** A modify whose whole message has so many bytes. */
function modifyOf(bytes: number, facts: ServerFacts): LdapOperation {
  const request = toWriteRequest(replacing(bytes), { facts, read })
  return replacing(2 * bytes - encodeMessage(0x7f_ff_ff_ff, request).length)
}

/** A search for a value of so many bytes. */
function asks(length: number): Buffer {
  const filter = equals('cn', 'x'.repeat(length))
  const request = { base: dn, scope: 'sub', filter, attributes: [] } as const
  return encodeMessage(1, toSearchRequest(request, { hasAbsoluteFilters: false }, 0))
}

describe('The size of a request', () => {
  const limits: readonly (readonly [DirectoryKind, number])[] = [
    ['389ds', 2_097_152],
    ['openldap', 4_194_303],
    ['activeDirectory', 10_485_760],
    ['other', 2_097_152],
  ]
  for (const [kind, bytes] of limits) {
    it(`is at most ${bytes} bytes where the directory is ${kind}, with all that goes along`, async () => {
      const facts = factsOf(kind)
      const operations = [modifyOf(bytes, facts)]
      await assertFits({ operations, read }, async () => facts)
      const longer = [{ kind: 'delete', dn } as const, modifyOf(bytes + 1, facts)]
      await assert.rejects(
        assertFits({ operations: longer, read }, async () => facts),
        { failure: 'tooLarge', attribute: 'photo', operationIndex: 1 },
      )
    })
  }

  it('is what the settings say, if they do', async () => {
    const facts = factsOf('389ds')
    const fitting = { operations: [modifyOf(5000, facts)], read }
    await assertFits(fitting, async () => facts, 5000)
    await assert.rejects(
      assertFits(fitting, async () => facts, 4999),
      {
        failure: 'tooLarge',
        message: 'modify: a request of more than 4999 bytes (directory.maxRequestBytes)',
      },
    )
    await assertFits({ operations: [modifyOf(3_000_000, facts)], read }, async () => facts, 4e6)
  })

  it('is not measured while the values are few, so that the server is not asked for', async () => {
    const operations = [modifyOf(100_000, factsOf('openldap'))]
    await assertFits({ operations, read }, () => assert.fail('it was asked for'))
  })

  it('is that of the new name where an entry is renamed', async () => {
    const newRdn = `cn=${'x'.repeat(3_000_000)}`
    const operation: LdapOperation = { kind: 'modifyDn', dn, newRdn, deleteOldRdn: true }
    await assert.rejects(
      assertFits({ operations: [operation], read }, async () => factsOf('389ds')),
      { failure: 'tooLarge', attribute: 'cn' },
    )
  })

  it('is at most 1 MiB where something is asked', () => {
    assert.ok(asks(1_048_000).length > 1_048_000)
    assert.throws(() => asks(1_048_576), { failure: 'tooLarge' })
  })
})
