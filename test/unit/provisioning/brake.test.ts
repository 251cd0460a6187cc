import assert from 'node:assert/strict'
import { decode } from '../../../src/codec/decode.ts'
import { DirectoryError } from '../../../src/directory/error.ts'
import type { Capabilities, Directory } from '../../../src/directory/directory.ts'
import type { BrakeCount } from '../../../src/mapping/brake-record.ts'
import { Brake } from '../../../src/provisioning/brake.ts'
import {
  type BrakeCategory,
  brakedGroups,
  brakedUsers,
} from '../../../src/provisioning/brake-limits.ts'
import { EntryReader } from '../../../src/provisioning/entry-reader.ts'
import { BrakeSettings } from '../../../src/provisioning/settings.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { Leftovers } from '../../../src/provisioning/leftovers.ts'
import { ScimError } from '../../../src/scim/error.ts'
import { eventually } from '../../support/eventually.ts'
import { MemoryDirectory } from '../../support/memory-directory.ts'
import { mappings, people } from '../mapping/example.ts'
import { reason } from './reason.ts'

const entry = 'uid=brake,dc=example,dc=org'
const minuteMs = 60_000
/** A brake whose clock, and that of the directory, stands still until it is moved. */
class BrakeUnderTest {
  now = Date.parse('2026-11-22T12:00:00.000Z')
  readonly warnings: string[] = []
  readonly news: string[] = []
  readonly directory: MemoryDirectory
  readonly brake: Brake
  readonly leftovers: Leftovers
  readonly #mappings = mappings()
  readonly #settings: object

  constructor(settings: object = {}, userCount = 0, capabilities: Partial<Capabilities> = {}) {
    this.#settings = settings
    const entries = [
      { dn: entry, attributes: { objectClass: 'account', uid: 'brake' } },
      ...Array.from({ length: userCount }, (_, index) => ({
        dn: `uid=u${index},${people}`,
        attributes: { objectClass: 'inetOrgPerson', uid: `u${index}`, cn: 'U', sn: 'U' },
      })),
    ]
    this.leftovers = new Leftovers(this.logger)
    const overlays = { now: () => this.now }
    this.directory = new MemoryDirectory({ entries, capabilities, overlays })
    this.brake = this.brakeAhead(0)
  }

  get users(): BrakeCategory {
    return brakedUsers(this.#mappings, 'deleted')
  }

  /** The brake of a bridge whose clock is so much ahead of that of the directory. */
  brakeAhead(ms: number): Brake {
    return this.brakeOn(() => this.now + ms)
  }

  /** The brake of a bridge with a clock of its own. */
  brakeOn(now: () => number, directory: Directory = this.directory): Brake {
    const { leftovers, logger } = this
    const reader = new EntryReader(directory)
    return new Brake(
      { directory, reader, leftovers, logger, now },
      decode(BrakeSettings, { entry, maxCount: 3, maxShare: 100, ...this.#settings }),
    )
  }

  get logger(): Logger {
    const warn = (message: string): void => void this.warnings.push(message)
    const info = (message: string): void => void this.news.push(message)
    return { debug: () => {}, info, warn, error: () => {} }
  }

  get values(): readonly string[] {
    return this.directory.entry(entry)?.texts('description') ?? []
  }

  /** Whether the work was done. */
  async deletes(
    state: BrakeCount['state'] = 'deleted',
    brake: Brake = this.brake,
  ): Promise<boolean> {
    let isDone = false
    const work = async (): Promise<void> => {
      isDone = true
    }
    try {
      await brake.pass(brakedUsers(this.#mappings, state), reason, work)
    } catch (error) {
      if (!(error instanceof ScimError)) throw error
      assert.equal(error.status, 403)
      assert.equal(isDone, false)
    }
    return isDone
  }

  async deletesGroup(): Promise<void> {
    await this.brake.pass(brakedGroups(this.#mappings, 'deleted'), reason, async () => {})
  }

  /** Work that fails. */
  async fails(failure: Error): Promise<void> {
    const work = async (): Promise<never> => {
      throw failure
    }
    const category = brakedUsers(this.#mappings, 'deleted')
    await assert.rejects(this.brake.pass(category, reason, work), failure)
  }

  async state(): ReturnType<Brake['state']> {
    return await this.brake.state(this.#mappings)
  }
}

describe('the brake', () => {
  it('slides its period along: what is an hour old makes room for as much', async () => {
    const test = new BrakeUnderTest()
    for (let minute = 0; minute < 3; minute += 1) {
      assert.equal(await test.deletes(), true)
      test.now += minuteMs
    }
    // 12:03; the first was counted at 12:00.
    test.now += 57 * minuteMs
    assert.equal(await test.deletes(), true)
    test.now += minuteMs
    assert.equal(await test.deletes(), true)
    test.now += minuteMs - 1
    assert.equal(await test.deletes(), false)
  })

  it('is on from the first that is one too many, whatever the time, until it is released', async () => {
    const test = new BrakeUnderTest()
    for (const isDone of [true, true, true, false]) assert.equal(await test.deletes(), isDone)
    test.now += 1000 * 60 * minuteMs
    assert.equal(await test.deletes(), false)
    assert.equal((await test.state()).trips[0]?.time, Date.parse('2026-11-22T12:00:00.000Z'))
    await test.brake.release(reason)
    assert.deepEqual(test.values, [])
    assert.equal(await test.deletes(), true)
  })

  it('tells how it stands', async () => {
    const test = new BrakeUnderTest({ maxCount: 30, maxShare: 50 }, 20)
    await test.deletes('deactivated')
    await test.deletesGroup()
    assert.deepEqual(await test.state(), {
      counts: { user: 1, group: 1 },
      limits: { user: 10, group: 5 },
      trips: [],
    })
  })

  it('keeps no more in its record than what counted when the one before was counted', async () => {
    const test = new BrakeUnderTest()
    for (let hour = 0; hour < 5; hour += 1) {
      assert.equal(await test.deletes(), true)
      assert.equal(test.values.length, Math.min(hour + 1, 2))
      assert.equal((await test.state()).counts.user, 1)
      test.now += 60 * minuteMs
    }
  })

  it('counts although another bridge has removed what is over at the same time', async () => {
    const test = new BrakeUnderTest()
    await test.deletes()
    test.now += 60 * minuteMs
    await test.deletes()
    test.directory.failNext(new DirectoryError('valueAbsent', 'removed already'), 'modify')
    assert.equal(await test.deletes(), true)
    assert.equal(test.values.length, 3)
    assert.equal((await test.state()).counts.user, 2)
  })

  it('is released although a bridge changes the record at the same time', async () => {
    const test = new BrakeUnderTest()
    await test.deletes()
    test.directory.failNext(new DirectoryError('valueAbsent', 'removed already'), 'modify')
    await test.brake.release(reason)
    assert.deepEqual(test.values, [])
  })

  const failures: [what: string, failure: Error, isCounted: boolean][] = [
    ['that was refused', new DirectoryError('notLeaf', 'refused'), false],
    ['that is decided anew', new DirectoryError('assertionFailed', 'refused'), false],
    ['that the client is to blame for', new ScimError(404, undefined, 'gone'), false],
    ['of which nobody knows whether it was done', new DirectoryError('outcomeUnknown', '?'), true],
    [
      'of which a part was done',
      new DirectoryError('unavailable', 'gone', { isPartial: true }),
      true,
    ],
    ['that failed by a defect', new TypeError('a defect'), true],
  ]
  for (const [what, failure, isCounted] of failures) {
    it(`${isCounted ? 'goes on counting' : 'does not count'} a deletion ${what}`, async () => {
      const test = new BrakeUnderTest()
      await test.fails(failure)
      assert.equal(test.values.length, isCounted ? 1 : 0)
    })
  }

  it('says why a deletion failed although it cannot take back what it counted, and does that later', async () => {
    const test = new BrakeUnderTest()
    const failure = new DirectoryError('notLeaf', 'refused')
    const work = async (): Promise<never> => {
      test.directory.failNext(new DirectoryError('unavailable', 'away'), 'modify')
      throw failure
    }
    await assert.rejects(test.brake.pass(test.users, reason, work), failure)
    assert.equal(test.values.length, 1)
    assert.deepEqual(test.warnings, ['work left over until the directory is back'])
    await eventually(async () => assert.deepEqual(test.values, []))
    await test.leftovers.close()
  })

  it('goes on counting what it may not take back', async () => {
    const test = new BrakeUnderTest()
    const failure = new DirectoryError('notLeaf', 'refused')
    const work = async (): Promise<never> => {
      test.directory.failNext(new DirectoryError('refused', 'no right'), 'modify')
      throw failure
    }
    await assert.rejects(test.brake.pass(test.users, reason, work), failure)
    assert.equal(test.values.length, 1)
    assert.deepEqual(test.warnings, ['the brake counts what was not done'])
  })

  it('does nothing where nobody answers whether it is counted, and does not count it for long', async () => {
    const test = new BrakeUnderTest()
    let isAnswered = false
    const unanswered: Directory = {
      capabilities: async () => await test.directory.capabilities(),
      search: (request) => test.directory.search(request),
      compare: async (...args) => await test.directory.compare(...args),
      isReachable: async () => await test.directory.isReachable(),
      close: async () => await test.directory.close(),
      execute: async (plan, why) => {
        const entryAfter = await test.directory.execute(plan, why)
        if (isAnswered) return entryAfter
        isAnswered = true
        throw new DirectoryError('outcomeUnknown', 'no answer')
      },
    }
    const brake = test.brakeOn(() => test.now, unanswered)
    await assert.rejects(test.deletes('deleted', brake), { failure: 'unavailable' })
    assert.equal(test.values.length, 1)
    await eventually(async () => assert.deepEqual(test.values, []))
    assert.equal(await test.deletes('deleted', brake), true)
    await test.leftovers.close()
  })

  it('does nothing while the directory is away, and says so', async () => {
    const test = new BrakeUnderTest()
    test.directory.isDown = true
    await assert.rejects(test.deletes(), { name: 'DirectoryError', failure: 'unavailable' })
  })

  it('counts the users when the sixth of them comes, and then for five minutes no more', async () => {
    const test = new BrakeUnderTest({ maxCount: 50, maxShare: 10 }, 90)
    const searches = async (): Promise<number> => {
      const before = test.directory.searchCount
      assert.equal(await test.deletes('deactivated'), true)
      return test.directory.searchCount - before
    }
    const counts: number[] = []
    for (let time = 0; time < 7; time += 1) counts.push(await searches())
    assert.deepEqual(counts, [1, 1, 1, 1, 1, 2, 1])
    test.now += 5 * minuteMs
    assert.equal(await searches(), 2)
  })

  it('takes the share of those who were there before the period', async () => {
    const test = new BrakeUnderTest({ maxCount: 50, maxShare: 10 }, 80)
    for (let time = 0; time < 8; time += 1) {
      const dn = `uid=u${time},${people}`
      assert.equal(await test.deletes(), true)
      await test.directory.execute({ operations: [{ kind: 'delete', dn }], read: [] }, reason)
    }
    assert.equal(await test.deletes(), false)
  })

  it('takes the lesser of count and share, and lets five go in any case', async () => {
    const limits: [settings: object, userCount: number, limit: number][] = [
      [{ maxCount: 50, maxShare: 10 }, 0, 5],
      [{ maxCount: 50, maxShare: 10 }, 79, 7],
      [{ maxCount: 50, maxShare: 100 }, 60, 50],
      [{ maxCount: 3, maxShare: 10 }, 60, 3],
      [{ maxCount: 7, maxShare: 7 }, 120, 7],
    ]
    for (const [settings, userCount, limit] of limits) {
      const { limits: found } = await new BrakeUnderTest(settings, userCount).state()
      assert.equal(found.user, limit, JSON.stringify(settings))
    }
  })
})

describe('the brake of bridges whose clocks differ', () => {
  const wrong: [what: string, aheadMs: number][] = [
    ['two hours ahead', 120 * minuteMs],
    ['two minutes ahead', 2 * minuteMs],
    ['two minutes behind', -2 * minuteMs],
    ['two hours behind', -120 * minuteMs],
    ['a year ahead', 365 * 24 * 60 * minuteMs],
  ]
  for (const [what, aheadMs] of wrong) {
    it(`counts what the others have counted by a clock that is ${what}`, async () => {
      const test = new BrakeUnderTest()
      const other = test.brakeAhead(aheadMs)
      for (let time = 0; time < 3; time += 1) assert.equal(await test.deletes(), true)
      // Nearly a period later, by the right clock.
      test.now += 60 * minuteMs - 1
      assert.equal(await test.deletes('deleted', other), false)
    })

    it(`is counted by the others for a period where its clock is ${what}, and no longer`, async () => {
      const test = new BrakeUnderTest()
      const other = test.brakeAhead(aheadMs)
      for (let time = 0; time < 3; time += 1) {
        assert.equal(await test.deletes('deleted', other), true)
      }
      test.now += 59 * minuteMs
      await assert.rejects(test.brake.look(test.users), { status: 403 })
      test.now += 2 * minuteMs
      assert.equal(await test.deletes(), true)
      assert.equal((await test.state()).counts.user, 1)
    })

    it(`says once that its clock is ${what}, and once that it is right again`, async () => {
      const test = new BrakeUnderTest({ maxCount: 10 })
      let clockMs = aheadMs
      const other = test.brakeOn(() => test.now + clockMs)
      for (let time = 0; time < 2; time += 1) await test.deletes('deleted', other)
      clockMs = 0
      for (let time = 0; time < 2; time += 1) await test.deletes('deleted', other)
      assert.deepEqual(test.warnings, ['the clocks of bridge and directory differ'])
      assert.deepEqual(test.news, ['the clocks of bridge and directory agree again'])
      assert.equal(test.values.length, 4)
    })
  }

  it('are taken to be right within a minute, which no write more is made for', async () => {
    const test = new BrakeUnderTest()
    for (const ms of [-minuteMs, minuteMs]) await test.deletes('deleted', test.brakeAhead(ms))
    assert.deepEqual(test.warnings, [])
    assert.equal(test.directory.executed.length, 2)
  })

  it('makes one write more for a wrong clock, and knows it then', async () => {
    const test = new BrakeUnderTest()
    const other = test.brakeAhead(120 * minuteMs)
    for (let time = 0; time < 2; time += 1) await test.deletes('deleted', other)
    assert.equal(test.directory.executed.length, 3)
    assert.equal(test.values.length, 2)
  })

  it('goes by its own clock where the directory does not show when the entry was changed, and says so once', async () => {
    const test = new BrakeUnderTest({}, 0, { kind: 'other' })
    for (let time = 0; time < 3; time += 1) assert.equal(await test.deletes(), true)
    test.now += 60 * minuteMs
    assert.equal(await test.deletes(), true)
    assert.equal(test.values.length, 1)
    assert.deepEqual(test.warnings, ['the brake goes by the clock of this bridge'])
  })
})

describe('the settings of the brake', () => {
  it('count no more than an entry can hold', () => {
    assert.throws(() => decode(BrakeSettings, { maxCount: 1001 }), /maxCount must be 1000 at most/u)
    assert.equal(decode(BrakeSettings, { maxCount: 1000 }).maxCount, 1000)
  })
})
