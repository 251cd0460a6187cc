import assert from 'node:assert/strict'
import type { Directory, WriteReason } from '../../../src/directory/directory.ts'
import { Entry } from '../../../src/directory/entry.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import { and } from '../../../src/directory/filter.ts'
import { toLdif } from '../../../src/directory/ldif.ts'
import type { Plan } from '../../../src/directory/operation.ts'
import { journaling } from '../../../src/journal/journaling.ts'
import { JournalError, type JournalRecord } from '../../../src/journal/record.ts'
import type { LogFields, Logger } from '../../../src/logging/logger.ts'

const time = '2030-01-31T12:00:00.000Z'
const dn = 'uid=b.jensen,ou=people,dc=example,dc=org'
const entry = new Entry(dn, [['uid', ['b.jensen']]])
const plan: Plan = {
  operations: [
    {
      kind: 'modify',
      dn,
      modifications: [{ operation: 'replace', attribute: 'sn', values: ['J'] }],
    },
    { kind: 'passwordModify', dn, newPassword: 'hunter2' },
  ],
  read: ['uid'],
}
const reason: WriteReason = {
  requestId: 'r1',
  actor: 'onelogin',
  clientAddress: '192.0.2.1',
  method: 'PATCH',
  path: '/scim/v2/Users/1',
  body: { name: { familyName: 'J' }, Password: 'hunter2' },
}

/** A directory whose writes end as told, with a journal that may fail, and what happened in its order. */
class Scene {
  readonly events: string[] = []
  readonly records: JournalRecord[] = []
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[] = []
  failure: unknown
  refusedKind: JournalRecord['kind'] | undefined

  readonly #inner: Directory = {
    capabilities: () => Promise.reject(new DirectoryError('unavailable', 'capabilities')),
    search: async function* search() {
      yield await Promise.resolve(entry)
    },
    compare: (name) => Promise.resolve(name === dn),
    isReachable: () => Promise.resolve(true),
    close: () => Promise.resolve(void this.events.push('close')),
    execute: async (given, because) => {
      assert.equal(because, reason)
      this.events.push(`execute ${given.operations.length}`)
      if (this.failure !== undefined) throw await Promise.resolve(this.failure)
      return entry
    },
  }

  readonly #logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) => void this.logged.push({ message, fields }),
  }

  readonly directory = journaling(this.#inner, {
    journal: {
      append: async (record) => {
        await Promise.resolve()
        if (record.kind === this.refusedKind) throw new JournalError('the disk is full')
        this.events.push(record.kind)
        this.records.push(record)
      },
      close: () => Promise.resolve(),
    },
    logger: this.#logger,
    now: () => new Date(time),
  })
}

describe('journaling', () => {
  let scene: Scene

  beforeEach(() => {
    scene = new Scene()
  })

  it('records a write before it is sent, and its outcome behind it', async () => {
    assert.equal(await scene.directory.execute(plan, reason), entry)
    assert.deepEqual(scene.events, ['intent', 'execute 2', 'outcome'])
    const writeId = scene.records[0]?.writeId
    assert.deepEqual(scene.records, [
      {
        kind: 'intent',
        writeId,
        time,
        requestId: 'r1',
        actor: 'onelogin',
        clientAddress: '192.0.2.1',
        method: 'PATCH',
        path: '/scim/v2/Users/1',
        body: { name: { familyName: 'J' }, Password: '***' },
        ldif: toLdif(plan.operations),
      },
      { kind: 'outcome', writeId, time, requestId: 'r1', outcome: 'succeeded' },
    ])
  })

  it('keeps no password', async () => {
    await scene.directory.execute(plan, reason)
    assert.ok(!JSON.stringify(scene.records).includes('hunter2'))
  })

  it('gives every write a name of its own, though the request be the same', async () => {
    await scene.directory.execute(plan, reason)
    await scene.directory.execute(plan, reason)
    assert.equal(new Set(scene.records.map(({ writeId }) => writeId)).size, 2)
  })

  it('records a failure with its word, result code and place, and passes it on', async () => {
    const failure = new DirectoryError('invalidValue', 'no', {
      resultCode: 19,
      operationIndex: 1,
      isPartial: true,
    })
    scene.failure = failure
    await assert.rejects(scene.directory.execute(plan, reason), failure)
    const { writeId, ...rest } = scene.records[1] ?? assert.fail('no outcome')
    assert.equal(writeId, scene.records[0]?.writeId)
    assert.deepEqual(rest, {
      kind: 'outcome',
      time,
      requestId: 'r1',
      outcome: 'failed',
      failure: 'invalidValue',
      resultCode: 19,
      operationIndex: 1,
      isPartial: true,
    })
  })

  it('records what was sent to take back what had been made, and what came of it', async () => {
    const [rename, delivered] = [
      { kind: 'modifyDn', dn: `cn=J,${dn}`, newRdn: 'cn=Jensen', deleteOldRdn: true },
      { kind: 'delete', dn: `cn=K,${dn}` },
    ] as const
    const lost = { kind: 'delete', dn: `cn=L,${dn}` } as const
    const refused = new DirectoryError('notLeaf', 'no', { resultCode: 66 })
    const silent = new DirectoryError('outcomeUnknown', 'lost')
    scene.failure = new DirectoryError('invalidValue', 'no', {
      operationIndex: 3,
      isPartial: true,
      takeBacks: [
        { operation: rename },
        { operation: delivered, error: refused },
        { operation: lost, error: silent },
      ],
    })
    await assert.rejects(scene.directory.execute(plan, reason))
    const { writeId: _, ...rest } = scene.records[1] ?? assert.fail('no outcome')
    assert.deepEqual(rest, {
      kind: 'outcome',
      time,
      requestId: 'r1',
      outcome: 'failed',
      failure: 'invalidValue',
      operationIndex: 3,
      isPartial: true,
      takeBacks: [
        { ldif: toLdif([rename]), outcome: 'succeeded' },
        { ldif: toLdif([delivered]), outcome: 'failed', failure: 'notLeaf', resultCode: 66 },
        { ldif: toLdif([lost]), outcome: 'unknown', failure: 'outcomeUnknown' },
      ],
    })
  })

  it('logs no LDIF when it cannot record what was taken back', async () => {
    scene.refusedKind = 'outcome'
    const takeBacks = [{ operation: { kind: 'delete', dn } } as const]
    scene.failure = new DirectoryError('notUnique', 'no', { operationIndex: 1, takeBacks })
    await assert.rejects(scene.directory.execute(plan, reason))
    const writeId = scene.records[0]?.writeId
    const fields = { requestId: 'r1', writeId, outcome: 'failed', failure: 'notUnique' }
    assert.deepEqual(scene.logged, [
      {
        message: 'the journal misses the outcome of a write',
        fields: { ...fields, operationIndex: 1, takeBacks: 1 },
      },
    ])
  })

  for (const [what, failure, recorded] of [
    [
      'an outcome that could not be settled',
      new DirectoryError('outcomeUnknown', 'lost'),
      { outcome: 'unknown', failure: 'outcomeUnknown' },
    ],
    ['an error that nobody expects', new TypeError('bug'), { outcome: 'unknown' }],
  ] as const) {
    it(`records ${what} as unknown`, async () => {
      scene.failure = failure
      await assert.rejects(scene.directory.execute(plan, reason), failure)
      const { writeId, ...rest } = scene.records[1] ?? assert.fail('no outcome')
      assert.equal(writeId, scene.records[0]?.writeId)
      assert.deepEqual(rest, { kind: 'outcome', time, requestId: 'r1', ...recorded })
    })
  }

  it('records a write that was made as succeeded, though its entry could not be read', async () => {
    const failure = new DirectoryError('unavailable', 'unread', { isMade: true })
    scene.failure = failure
    await assert.rejects(scene.directory.execute(plan, reason), failure)
    const [, outcome] = scene.records
    assert.ok(outcome?.kind === 'outcome')
    assert.deepEqual([outcome.outcome, outcome.failure], ['succeeded', undefined])
  })

  it('sends nothing that it cannot record', async () => {
    scene.refusedKind = 'intent'
    await assert.rejects(scene.directory.execute(plan, reason), (error) => {
      assert.ok(error instanceof DirectoryError)
      assert.equal(error.failure, 'notRecorded')
      assert.ok(error.cause instanceof JournalError)
      return true
    })
    assert.deepEqual(scene.events, [])
  })

  it('answers what the directory answered when the outcome cannot be recorded, and logs it', async () => {
    scene.refusedKind = 'outcome'
    assert.equal(await scene.directory.execute(plan, reason), entry)
    const failure = new DirectoryError('notUnique', 'no')
    scene.failure = failure
    await assert.rejects(scene.directory.execute(plan, reason), failure)
    const message = 'the journal misses the outcome of a write'
    const [first, second] = scene.records.map(({ writeId }) => ({ requestId: 'r1', writeId }))
    assert.deepEqual(scene.logged, [
      { message, fields: { ...first, outcome: 'succeeded' } },
      { message, fields: { ...second, outcome: 'failed', failure: 'notUnique' } },
    ])
  })

  it('records no plan without operations, which only reads', async () => {
    await scene.directory.execute({ operations: [], read: ['uid'] }, reason)
    assert.deepEqual(scene.events, ['execute 0'])
  })

  it('leaves everything else to the directory', async () => {
    const { directory } = scene
    await assert.rejects(directory.capabilities(), { message: 'capabilities' })
    const everything = { base: dn, scope: 'base', filter: and([]), attributes: [] } as const
    const found: Entry[] = []
    for await (const each of directory.search(everything)) found.push(each)
    assert.deepEqual(found, [entry])
    assert.equal(await directory.compare(dn, 'sn', 'J'), true)
    assert.equal(await directory.isReachable(), true)
    await directory.close()
    assert.deepEqual(scene.events, ['close'])
  })
})
