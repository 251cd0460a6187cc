import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { childDn } from '../../../src/directory/dn.ts'
import type { Entry } from '../../../src/directory/entry.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import { inversesOf } from '../../../src/directory/inverse-operation.ts'
import type { LdapOperation, Modification } from '../../../src/directory/operation.ts'
import { wasApplied } from '../../../src/directory/settle.ts'
import { matchKey } from '../../support/memory-directory-entry.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'
import { memorySchema } from '../../support/memory-directory-schema.ts'

const dn = childDn('uid', 'bob', 'ou=people,dc=example,dc=org')
const attributes = ['title', 'description', 'displayName', 'facsimileTelephoneNumber', 'manager']
const reason = { requestId: '', actor: '', clientAddress: '', method: '', path: '' }

// Few values that often compare equal, so that modifications meet.
const value = (attribute: string): fc.Arbitrary<string> =>
  attribute === 'manager'
    ? fc.constantFrom('uid=a,dc=x', 'UID=A, dc=x', String.raw`cn=b\,c`, String.raw`cn=b\2Cc`)
    : fc.constantFrom('one', 'One', 'ONE  two', 'one two', 'three')

const modification: fc.Arbitrary<Modification> = fc
  .constantFrom(...attributes)
  .chain((attribute) =>
    fc.record(
      {
        operation: fc.constantFrom('add', 'delete', 'replace'),
        attribute: fc.constant(attribute),
        values: fc.uniqueArray(value(attribute), { maxLength: 2 }),
      },
      { noNullPrototype: true },
    ),
  )
  .filter(({ operation, values }) => operation !== 'add' || values.length > 0)

const seed = fc.record({
  title: fc.subarray(['One', 'Three']),
  description: fc.subarray(['one two']),
})

function directoryWith(values: Readonly<Record<string, readonly string[]>>): MemoryDirectory {
  const present = Object.entries(values).filter(([, list]) => list.length > 0)
  const person = { objectClass: 'inetOrgPerson', cn: 'Bob', sn: 'B' }
  const entries = [{ dn, attributes: { ...person, ...Object.fromEntries(present) } }]
  return new MemoryDirectory({ entries })
}

/** The values as the rules compare them: what was deleted in another spelling comes back in that spelling. */
function shown(entry: Entry | undefined): Readonly<Record<string, readonly string[]>> {
  const keys = attributes.map((name) => {
    const rule = memorySchema.attributeType(name)?.equality ?? 'octetStringMatch'
    const values = (entry?.bytes(name) ?? []).map((bytes) => matchKey(rule, bytes) ?? '')
    return [name, values.sort()] as const
  })
  return Object.fromEntries(keys)
}

/** Whether the modify was made; some contradict the entry or themselves. */
async function isMade(directory: MemoryDirectory, operation: LdapOperation): Promise<boolean> {
  try {
    await directory.execute({ operations: [operation], read: [] }, reason)
    return true
  } catch (error) {
    if (error instanceof DirectoryError) return false
    throw error
  }
}

describe('any modify that was made', () => {
  const modify = fc.array(modification, { minLength: 1, maxLength: 4 })

  it('is seen to have been applied, and is taken back by its inverse', async () => {
    await fc.assert(
      fc.asyncProperty(seed, modify, async (values, modifications) => {
        const directory = directoryWith(values)
        const before = directory.entry(dn)
        const operation: LdapOperation = { kind: 'modify', dn, modifications }
        if (!(await isMade(directory, operation))) return
        const after = directory.entry(dn)
        assert.equal(
          wasApplied(operation, () => after, memorySchema),
          true,
        )
        const [inverse] = inversesOf(operation, before, memorySchema) ?? []
        assert.ok(inverse !== undefined)
        assert.equal(await isMade(directory, inverse), true)
        assert.deepEqual(shown(directory.entry(dn)), shown(before))
      }),
      { numRuns: 1500 },
    )
  })
})
