import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from '../../../src/directory/entry.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import type { LdapOperation, Modification, Plan } from '../../../src/directory/operation.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { Leftovers } from '../../../src/provisioning/leftovers.ts'
import type { NamedReference } from '../../../src/provisioning/reference-course.ts'
import { UnfinishedWrites } from '../../../src/provisioning/unfinished-writes.ts'
import { eventually } from '../../support/eventually.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'
import { groupsBase, mappings, people } from '../mapping/example.ts'
import { reason } from './reason.ts'

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const groupDn = `cn=team,${groupsBase}`
const unheard = new DirectoryError('outcomeUnknown', 'no answer', { operationIndex: 0 })
const cutOff = new DirectoryError('unavailable', 'away', { isPartial: true, operationIndex: 1 })

function dnOf(uid: string): string {
  return `uid=${uid},${people}`
}

/** A change of the members of the group. */
function change(operation: 'add' | 'delete', ...uids: string[]): LdapOperation {
  const modifications: Modification[] = [{ operation, attribute: 'member', values: uids.map(dnOf) }]
  return { kind: 'modify', dn: groupDn, modifications }
}

function describing(description: string): LdapOperation {
  const modifications: Modification[] = [
    { operation: 'add', attribute: 'description', values: [description] },
  ]
  return { kind: 'modify', dn: groupDn, modifications }
}

describe('A write of members that was cut off', () => {
  let directory: MemoryDirectory
  let leftovers: Leftovers
  let unfinished: UnfinishedWrites
  let group: Entry
  /** The ids of those who have a name. */
  let owners: Map<string, string>

  beforeEach(async () => {
    const uids = ['anna', 'bert', 'carl', 'dora']
    owners = new Map(uids.map((uid) => [dnOf(uid), uid]))
    const users = uids.map((uid) => ({
      dn: dnOf(uid),
      attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid },
    }))
    const attributes = { objectClass: 'groupOfNames', cn: 'team', member: [dnOf('anna')] }
    directory = new MemoryDirectory({ entries: [...users, { dn: groupDn, attributes }] })
    const reader = new EntryReader(directory)
    leftovers = new Leftovers(logger)
    unfinished = new UnfinishedWrites({ directory, reader, leftovers })
    const { idAttribute, versionAttribute } = mappings().groups.entries.identity
    group = (await reader.at(groupDn, [idAttribute, versionAttribute, 'cn'])) ?? assert.fail()
  })

  afterEach(() => leftovers.close())

  /** @param called whom the operations name, and what they are called now; nothing where they are out of sight. */
  function leave(
    operations: readonly LdapOperation[],
    error: DirectoryError,
    called: Readonly<Record<string, string | undefined>> = {},
  ): void {
    const { entries } = mappings().groups
    const named: NamedReference[] = Object.keys(called).map((uid) => ({
      id: uid,
      value: dnOf(uid),
      isComing: true,
    }))
    const now = new Map(
      Object.entries(called).flatMap(([uid, name]) =>
        name === undefined ? [] : [[uid, [dnOf(name)]] as const],
      ),
    )
    const naming = {
      members: 'member',
      placeholder: undefined,
      manager: undefined,
      valuesOf: async () => now,
      isTaken: async (value: string, id: string) => ![id, undefined].includes(owners.get(value)),
    }
    unfinished.leave(
      { entries, entry: group, plan: { operations, read: [] }, named },
      error,
      naming,
      reason,
    )
  }

  async function execute(...operations: LdapOperation[]): Promise<void> {
    const plan: Plan = { operations, read: [] }
    await directory.execute(plan, reason)
  }

  function members(): readonly string[] {
    return (directory.entry(groupDn)?.texts('member') ?? []).map((dn) =>
      dn.replace(/^uid=(\w+),.*$/u, '$1'),
    )
  }

  async function assertBecome(...expected: string[]): Promise<void> {
    await eventually(async () => assert.deepEqual(members(), expected))
  }

  async function assertStay(...expected: string[]): Promise<void> {
    await leftovers.tryNow()
    // One more look, at least.
    await delay(350)
    assert.deepEqual(members(), expected)
  }

  it('is not gone on with where its first portion was not made', async () => {
    leave([change('add', 'bert'), change('add', 'carl')], unheard)
    await assertStay('anna')
  })

  it('is not gone on with either where others have changed the group since', async () => {
    leave([change('add', 'bert'), change('add', 'carl')], unheard)
    leave([change('delete', 'anna'), change('add', 'carl')], unheard)
    await execute(describing('changed'))
    await assertStay('anna')
  })

  it('is gone on with where its first portion was made, also under other names', async () => {
    leave([change('add', 'bert'), change('add', 'carl')], unheard, { bert: 'dora' })
    await execute(change('add', 'dora'))
    await assertBecome('anna', 'dora', 'carl')
  })

  it('is gone on with once the first portion is made late', async () => {
    leave([change('add', 'bert'), change('add', 'carl')], unheard)
    await assertStay('anna')
    await execute(change('add', 'bert'))
    await assertBecome('anna', 'bert', 'carl')
  })

  it('is not done in place of another one of the same group', async () => {
    leave([change('add', 'dora'), change('add', 'bert')], cutOff)
    leave([change('delete', 'anna'), change('add', 'carl')], cutOff)
    await execute(change('add', 'dora'), change('delete', 'anna'))
    await assertBecome('dora', 'bert', 'carl')
  })

  it('is forgotten where somebody was told since that nothing is to be done', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    await execute(describing('one'))
    const { entries } = mappings().groups
    await unfinished.confirm({ entries, entry: group, plan: { operations: [], read: [] } })
    await assertStay('anna')
  })

  it('is forgotten by its group, whatever its name was to be', async () => {
    const rename: LdapOperation = {
      kind: 'modifyDn',
      dn: groupDn,
      newRdn: 'cn=late',
      deleteOldRdn: true,
    }
    const dn = `cn=late,${groupsBase}`
    leave([rename, { ...change('add', 'bert'), dn }], unheard)
    const { entries } = mappings().groups
    unfinished.forget({ entries, entry: group, plan: { operations: [], read: [] } })
    await execute(rename)
    await leftovers.tryNow()
    assert.deepEqual(directory.entry(dn)?.texts('member'), [dnOf('anna')])
  })

  it('means nobody who has got the name of one whom it names', async () => {
    // Bert was to leave, and Carl to come; they are called otherwise now, and their names are those of others.
    owners = new Map(['bert', 'carl'].map((uid) => [dnOf(uid), 'other']))
    await execute(change('add', 'bert'))
    const rest = [change('delete', 'bert'), change('add', 'carl')]
    leave([describing('one'), ...rest], cutOff, { bert: 'gone', carl: 'dora' })
    await execute(describing('one'))
    await assertBecome('anna', 'bert', 'dora')
  })

  it('takes out who is out of sight by the name that he has', async () => {
    await execute(change('add', 'bert'))
    leave([describing('one'), change('delete', 'bert')], cutOff, { bert: undefined })
    await execute(describing('one'))
    await assertBecome('anna')
  })

  it('is nothing that counts where another one of its entry changes something else behind it', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    leave([describing('two'), change('add', 'carl')], cutOff)
    await execute(describing('one'), describing('two'))
    await assertBecome('anna', 'carl')
    await assertStay('anna', 'carl')
  })

  it('is done before something that builds on it', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    await execute(describing('one'))
    const { entries } = mappings().groups
    const noWrite = { entries, entry: group, plan: { operations: [], read: [] } }
    assert.ok(await unfinished.catchUp(noWrite))
    assert.deepEqual(members(), ['anna', 'bert'])
    assert.ok(!(await unfinished.catchUp(noWrite)))
  })

  it('is done once where several wait for what is being done of it', async () => {
    leave([describing('one'), describing('two')], cutOff)
    await execute(describing('one'))
    const send = directory.execute.bind(directory)
    let sendCount = 0
    directory.execute = async (...request) => {
      sendCount += 1
      await delay(20)
      if (sendCount === 1) throw new DirectoryError('assertionFailed', 'changed')
      return await send(...request)
    }
    const { entries } = mappings().groups
    const noWrite = { entries, entry: group, plan: { operations: [], read: [] } }
    const waiting = [1, 2, 3].map(async () => await unfinished.catchUp(noWrite))
    await Promise.all([leftovers.tryNow(), ...waiting])
    assert.equal(sendCount, 2)
    assert.deepEqual(directory.entry(groupDn)?.texts('description'), ['one', 'two'])
  })

  it('keeps from a change what builds on it and cannot be done now', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    await execute(describing('one'))
    const { entries } = mappings().groups
    const noWrite = { entries, entry: group, plan: { operations: [], read: [] } }
    directory.isDown = true
    await assert.rejects(unfinished.catchUp(noWrite), { failure: 'unavailable' })
    directory.isDown = false
    await assertBecome('anna', 'bert')
  })

  it('is not left half done by somebody who is told that nothing is to be done', async () => {
    leave([describing('one'), change('add', 'bert'), change('add', 'carl')], cutOff)
    await execute(describing('one'))
    const held = Promise.withResolvers<undefined>()
    const begun = Promise.withResolvers<undefined>()
    const send = directory.execute.bind(directory)
    directory.execute = async (...request) => {
      begun.resolve(undefined)
      await held.promise
      return await send(...request)
    }
    const trying = leftovers.tryNow()
    await begun.promise
    const { entries } = mappings().groups
    const told = unfinished.confirm({ entries, entry: group, plan: { operations: [], read: [] } })
    const isToBeReadAgain = assert.rejects(told, { failure: 'assertionFailed' })
    held.resolve(undefined)
    await Promise.all([trying, isToBeReadAgain])
    assert.deepEqual(members(), ['anna', 'bert', 'carl'])
  })

  it('begins behind the last operation that was not taken back', async () => {
    const operations = [describing('one'), change('add', 'bert'), change('add', 'carl')]
    const parts = { made: operations.slice(0, 1), missing: operations.slice(1) }
    const options = { isPartial: true, operationIndex: 2, parts }
    leave(operations, new DirectoryError('unavailable', 'away', options))
    await execute(describing('one'))
    await assertBecome('anna', 'bert', 'carl')
  })

  it('is tried again where somebody is renamed while he comes', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    await execute(describing('one'))
    directory.failNext(new DirectoryError('noSuchReference', 'nobody'), 'modify')
    await assertBecome('anna', 'bert')
  })

  it('is done where the group is gone', async () => {
    leave([describing('one'), change('add', 'bert')], cutOff)
    await execute(describing('one'))
    directory.failNext(new DirectoryError('noSuchEntry', 'gone'), 'compare')
    await assertStay('anna')
  })
})
