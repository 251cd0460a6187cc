import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DirectoryError } from '../../../src/directory/error.ts'
import type { LdapOperation, Plan } from '../../../src/directory/operation.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { Leftovers } from '../../../src/provisioning/leftovers.ts'
import { UnfinishedWrites } from '../../../src/provisioning/unfinished-writes.ts'
import { eventually } from '../../support/eventually.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'
import { groupsBase, mappings, people, person } from '../mapping/example.ts'
import { reason } from './reason.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const naming = {
  members: 'member',
  placeholder: undefined,
  manager: 'manager',
  valuesOf: async () => new Map(),
  isTaken: async () => false,
}
const cutOff = new DirectoryError('unavailable', 'away', { isPartial: true, operationIndex: 1 })

/** A rename to berta with a change behind it. */
function renameOf(dn: string): Plan {
  const modifications = [{ operation: 'replace', attribute: 'sn', values: ['B'] } as const]
  return {
    operations: [
      { kind: 'modifyDn', dn, newRdn: 'uid=berta', deleteOldRdn: true },
      { kind: 'modify', dn: `uid=berta,${people}`, modifications },
    ],
    read: [],
  }
}

function dnOf(uid: string): string {
  return `uid=${uid},${people}`
}

describe('A write that was cut off', () => {
  let directory: MemoryDirectory
  let leftovers: Leftovers
  let unfinished: UnfinishedWrites

  beforeEach(() => {
    directory = new MemoryDirectory()
    leftovers = new Leftovers(logger)
    unfinished = new UnfinishedWrites({ directory, reader: new EntryReader(directory), leftovers })
  })

  afterEach(() => leftovers.close())

  /** Leaves a rename of which the change behind it is missing.
   *  @returns what of it is still held. */
  function leave(): WeakRef<object> {
    const entry = person()
    const plan = renameOf(entry.dn)
    const write = { entries: mappings().users.entries, entry, plan }
    unfinished.leave(write, cutOff, naming, reason)
    return new WeakRef(write)
  }

  it('is finished although somebody changes the entry while that is begun', async () => {
    const dn = `uid=anna,${people}`
    const attributes = { objectClass: 'inetOrgPerson', uid: 'anna', cn: 'Anna', sn: 'A' }
    directory = new MemoryDirectory({ entries: [{ dn, attributes }] })
    const reader = new EntryReader(directory)
    unfinished = new UnfinishedWrites({ directory, reader, leftovers })
    const { entries } = mappings().users
    const { idAttribute, versionAttribute } = entries.identity
    const entry = await reader.at(dn, [idAttribute, versionAttribute, 'sn'])
    assert.ok(entry)
    const { operations } = renameOf(dn)
    await directory.execute({ operations: operations.slice(0, 1), read: [] }, reason)
    directory.failNext(new DirectoryError('assertionFailed', 'changed'), 'modify')
    unfinished.leave({ entries, entry, plan: { operations, read: [] } }, cutOff, naming, reason)
    await eventually(async () => {
      assert.deepEqual(directory.entry(`uid=berta,${people}`)?.texts('sn'), ['B'])
    })
  })

  it('is not gone on with where its first change of values was not made', async () => {
    const dn = dnOf('anna')
    const titles = ['One', 'Two']
    const attributes = {
      objectClass: 'inetOrgPerson',
      uid: 'anna',
      cn: 'A',
      sn: 'A',
      title: titles,
    }
    directory = new MemoryDirectory({ entries: [{ dn, attributes }] })
    const reader = new EntryReader(directory)
    unfinished = new UnfinishedWrites({ directory, reader, leftovers })
    const { entries } = mappings().users
    const { idAttribute, versionAttribute } = entries.identity
    const entry = await reader.at(dn, [idAttribute, versionAttribute, 'title'])
    assert.ok(entry)
    const remove = { operation: 'delete', attribute: 'title', values: ['Two'] } as const
    const describing = { operation: 'add', attribute: 'description', values: ['D'] } as const
    const operations: LdapOperation[] = [remove, describing].map((each) => ({
      kind: 'modify',
      dn,
      modifications: [each],
    }))
    const unheard = new DirectoryError('outcomeUnknown', 'no answer', { operationIndex: 0 })
    unfinished.leave({ entries, entry, plan: { operations, read: [] } }, unheard, naming, reason)
    // Somebody else changes something else.
    const change = { operation: 'add', attribute: 'employeeType', values: ['E'] } as const
    const other: LdapOperation = { kind: 'modify', dn, modifications: [change] }
    await directory.execute({ operations: [other], read: [] }, reason)
    await leftovers.tryNow()
    assert.deepEqual(directory.entry(dn)?.texts('description'), [])
    await directory.execute({ operations: operations.slice(0, 1), read: [] }, reason)
    await eventually(async () => {
      assert.deepEqual(directory.entry(dn)?.texts('description'), ['D'])
    })
  })

  it('takes those out of a group who are called something else by now, and does what others have not done', async () => {
    const users = ['anna', 'bert', 'carl', 'dora', 'emil'].map((uid) => ({
      dn: dnOf(uid),
      attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
    }))
    const member = ['anna', 'bert', 'carl'].map(dnOf)
    const group = { objectClass: 'groupOfNames', cn: 'old', member }
    const seed = { dn: `cn=old,${groupsBase}`, attributes: group }
    directory = new MemoryDirectory({ entries: [...users, seed] })
    const reader = new EntryReader(directory)
    unfinished = new UnfinishedWrites({ directory, reader, leftovers })
    const all = mappings()
    const { entries } = all.groups
    const { idAttribute, versionAttribute } = entries.identity
    const entry = await reader.at(seed.dn, [idAttribute, versionAttribute, 'cn'])
    assert.ok(entry)
    const operations: LdapOperation[] = [
      { kind: 'modifyDn', dn: seed.dn, newRdn: 'cn=new', deleteOldRdn: true },
      {
        kind: 'modify',
        dn: `cn=new,${groupsBase}`,
        modifications: [
          { operation: 'delete', attribute: 'member', values: ['anna', 'bert'].map(dnOf) },
          { operation: 'add', attribute: 'member', values: ['dora', 'emil'].map(dnOf) },
        ],
      },
    ]
    await directory.execute({ operations: operations.slice(0, 1), read: [] }, reason)
    // Anna and Dora are renamed, and Bert is taken out, before the rest is done.
    for (const [from, to] of [
      ['anna', 'anne'],
      ['dora', 'dorothea'],
    ] as const) {
      const rename = { kind: 'modifyDn', dn: dnOf(from), newRdn: `uid=${to}`, deleteOldRdn: true }
      await directory.execute({ operations: [rename as LdapOperation], read: [] }, reason)
    }
    const dn = `cn=new,${groupsBase}`
    const former = directory.entry(dn)?.texts('member') ?? []
    const modifications = [{ operation: 'delete', attribute: 'member', values: [dnOf('bert')] }]
    await directory.execute(
      { operations: [{ kind: 'modify', dn, modifications } as LdapOperation], read: [] },
      reason,
    )
    assert.ok(former.includes(dnOf('anne')), 'the server follows renames')
    const named = [
      { id: '1', value: dnOf('anna'), isComing: false },
      { id: '2', value: dnOf('bert'), isComing: false },
      { id: '3', value: dnOf('dora'), isComing: true },
      { id: '4', value: dnOf('emil'), isComing: true },
    ]
    const now = new Map(
      Object.entries({ 1: 'anne', 2: 'bert', 3: 'dorothea', 4: 'emil' }).map(([id, uid]) => [
        id,
        [dnOf(uid)],
      ]),
    )
    const write = { entries, entry, plan: { operations, read: [] }, named }
    unfinished.leave(write, cutOff, { ...naming, valuesOf: async () => now }, reason)
    await eventually(async () => {
      const members = directory.entry(dn)?.texts('member').toSorted()
      assert.deepEqual(members, ['carl', 'dorothea', 'emil'].map(dnOf))
    })
  })

  it('is kept until the directory is back', async () => {
    directory.isDown = true
    const write = leave()
    await leftovers.tryNow()
    collectGarbage()
    assert.ok(write.deref() !== undefined)
  })

  it('is not kept where nothing can be left any more', async () => {
    await leftovers.close()
    await isForgotten(leave())
  })

  it('is not kept when the directory refuses what is left of it', async () => {
    directory.failNext(new DirectoryError('refused', 'no'))
    await isForgotten(leave())
  })

  it('is not kept when the bridge ends', async () => {
    directory.isDown = true
    const write = leave()
    await leftovers.close()
    await isForgotten(write)
  })
})

async function isForgotten(write: WeakRef<object>): Promise<void> {
  await eventually(async () => {
    collectGarbage()
    assert.ok(write.deref() === undefined, 'it is still held')
  })
}
