import assert from 'node:assert/strict'
import { DirectoryError } from '../../../src/directory/error.ts'
import type { Logger } from '../../../src/logging/logger.ts'
import { type LeftoverEnding, Leftovers, untilLate } from '../../../src/provisioning/leftovers.ts'
import { eventually } from '../../support/eventually.ts'
import { reason } from './reason.ts'

const left = 'warn work left over until the directory is back'

describe('What is left over until the directory is back', () => {
  let events: string[]
  let leftovers: Leftovers

  beforeEach(() => {
    events = []
    const logger: Logger = {
      debug: (message) => void events.push(`debug ${message}`),
      info: (message) => void events.push(`info ${message}`),
      warn: (message) => void events.push(`warn ${message}`),
      error: (message) => void events.push(`error ${message}`),
    }
    leftovers = new Leftovers(logger)
  })

  it('is left undone, and said to be, when the bridge ends before', async () => {
    leftovers.leave(reason, isAway)
    await leftovers.close()
    assert.deepEqual(events, [left, 'error work left undone'])
  })

  it('is not said to be left undone when it was done, and only watched for a write that nobody answered', async () => {
    let times = 0
    const work = untilLate(async () => {
      times += 1
      return false
    })
    leftovers.leave(reason, work)
    await eventually(async () => assert.equal(times, 2))
    await leftovers.close()
    assert.deepEqual(events, [left, 'warn left-over work watched no longer'])
  })

  it('is not said to be left undone either when the directory goes away while it is watched', async () => {
    let times = 0
    const work = untilLate(async () => {
      times += 1
      return times > 1 ? await isAway() : false
    })
    leftovers.leave(reason, work)
    await eventually(async () => assert.equal(times, 2))
    await leftovers.close()
    assert.deepEqual(events, [left, 'warn left-over work watched no longer'])
  })

  it('is tried again at once where others were faster, and is left undone when they are until the end', async () => {
    let times = 0
    const work = untilLate(async () => {
      times += 1
      return 'overtaken'
    }, 300)
    leftovers.leave(reason, work)
    await leftovers.tryNow()
    await leftovers.tryNow()
    assert.equal(times, 2)
    await eventually(async () => assert.deepEqual(events, [left, 'error work left undone']))
  })

  it('is watched for longer where the directory goes away once more', async () => {
    const times: number[] = []
    const work = untilLate(async () => {
      times.push(performance.now())
      return times.length === 2 ? await isAway() : false
    }, 400)
    leftovers.leave(reason, work)
    await eventually(async () => assert.deepEqual(events, [left, 'info left-over work done']))
    const [third = 0, last = 0] = [times[2], times.at(-1)]
    assert.ok(last - third >= 400)
  })

  it('is tried before something that builds on it also where other work is being tried', async () => {
    const held = Promise.withResolvers<undefined>()
    let isTried = false
    leftovers.leave(reason, async () => await held.promise)
    const first = leftovers.tryNow()
    leftovers.leave(reason, async () => void (isTried = true))
    const second = leftovers.tryNow()
    held.resolve(undefined)
    await Promise.all([first, second])
    assert.ok(isTried)
  })

  it('is tried before something that builds on it also where it was watched before, and is due again', async () => {
    const endings: readonly LeftoverEnding[] = ['watched', true, false]
    let times = 0
    leftovers.leave(reason, async () => endings[(times += 1) - 1])
    await eventually(async () => assert.ok(times >= 2))
    await leftovers.tryNow()
    assert.equal(times, 3)
  })

  it('keeps what builds on it waiting for a directory that is away once', async () => {
    let times = 0
    const held = Promise.withResolvers<undefined>()
    leftovers.leave(reason, async () => {
      times += 1
      await held.promise
      return await isAway()
    })
    const both = [leftovers.tryNow(), leftovers.tryNow()]
    held.resolve(undefined)
    await Promise.all(both)
    assert.equal(times, 1)
  })

  it('is over once, whether it is done, refused, or the bridge ends', async () => {
    const over: string[] = []
    const onOver = (name: string) => (): void => void over.push(name)
    leftovers.leave(reason, async () => {}, onOver('done'))
    leftovers.leave(reason, refuse, onOver('refused'))
    await eventually(async () => assert.deepEqual(over, ['done', 'refused']))
    leftovers.leave(reason, isAway, onOver('ended'))
    assert.deepEqual(over, ['done', 'refused'])
    await leftovers.close()
    leftovers.leave(reason, isAway, onOver('not left'))
    await leftovers.close()
    assert.deepEqual(over, ['done', 'refused', 'ended', 'not left'])
  })
})

async function isAway(): Promise<never> {
  throw new DirectoryError('unavailable', 'away')
}

async function refuse(): Promise<never> {
  throw new DirectoryError('refused', 'no')
}
