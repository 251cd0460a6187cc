import assert from 'node:assert/strict'
import { BodyBudget, type BodyRoom } from '../../../src/http/body-budget.ts'
import { ScimError } from '../../../src/scim/error.ts'

const never = (): void => assert.fail('it was made to give way')
const shortMs = 30
const longMs = 60_000

function budgetOf(maxTotalBytes: number, waitMs: number, now = (): number => 0): BodyBudget {
  return new BodyBudget({ maxTotalBytes, waitMs }, now)
}

function isRefusal(error: unknown): boolean {
  return error instanceof ScimError && error.status === 503
}

/** Asks for room, and notes when it is given. */
function ask(budget: BodyBudget, bytes: number, given: number[]): Promise<BodyRoom> {
  const reserving = budget.reserve(bytes, never)
  void reserving.then(() => given.push(bytes))
  return reserving
}

describe('BodyBudget', () => {
  it('gives room at once as long as there is some', async () => {
    const budget = budgetOf(100, longMs)
    await budget.reserve(60, never)
    await budget.reserve(40, never)
    await budget.reserve(0, never)
  })

  it('lets a body wait until another has gone, and gives no room twice', async () => {
    const budget = budgetOf(100, longMs)
    const given: number[] = []
    const first = await budget.reserve(100, never)
    const second = ask(budget, 70, given)
    const third = ask(budget, 71, given)
    await new Promise(setImmediate)
    assert.deepEqual(given, [])
    first.release()
    first.release()
    const room = await second
    await new Promise(setImmediate)
    assert.deepEqual(given, [70])
    room.release()
    await third
  })

  it('lets those who wait in by the order of arrival, but for smaller ones that fit beside', async () => {
    const budget = budgetOf(100, longMs)
    const given: number[] = []
    const [first, second] = [await budget.reserve(50, never), await budget.reserve(50, never)]
    const waiting = [90, 40, 30, 10].map((bytes) => ask(budget, bytes, given))
    first.release()
    await Promise.all(waiting.slice(1, 2))
    assert.deepEqual(given, [40, 10])
    second.release()
    await waiting[2]
    assert.deepEqual(given, [40, 10, 30])
    for (const room of [waiting[1], waiting[2], waiting[3]]) (await room)?.release()
    await waiting[0]
    assert.deepEqual(given, [40, 10, 30, 90])
  })

  it('refuses with 503, and when to come again, who has waited for the whole time', async () => {
    const budget = budgetOf(100, shortMs)
    const room = await budget.reserve(100, never)
    room.complete()
    const startedAt = performance.now()
    const refusal = { status: 503, retryAfterSeconds: 1 }
    await assert.rejects(budget.reserve(1, never), refusal)
    assert.ok(performance.now() - startedAt >= shortMs - 1)
    room.release()
    await budget.reserve(100, never)
  })

  it('takes room back from who has been sending for longer than others wait', async () => {
    const budget = budgetOf(100, shortMs)
    const gone: string[] = []
    const slow = await budget.reserve(60, () => gone.push('slow'))
    await budget.reserve(40, () => gone.push('small'))
    await budget.reserve(50, never)
    assert.deepEqual(gone, ['slow'])
    slow.release()
    await budget.reserve(10, never)
  })

  it('takes it back at once from who has been sending for so long already', async () => {
    let now = 0
    const budget = budgetOf(100, longMs, () => now)
    const gone: string[] = []
    const slow = await budget.reserve(60, () => gone.push('slow'))
    now += longMs - 1
    const given: number[] = []
    const waiting = ask(budget, 50, given)
    assert.deepEqual(gone, [])
    now += 1
    const room = await ask(budget, 80, given)
    slow.release()
    assert.deepEqual([gone, given], [['slow'], [80]])
    room.release()
    await waiting
  })

  it('takes it back neither from whose body is here, nor where that would not suffice', async () => {
    const budget = budgetOf(100, shortMs)
    const room = await budget.reserve(60, never)
    room.complete()
    await budget.reserve(40, never)
    await assert.rejects(budget.reserve(50, never), isRefusal)
  })

  it('lets a body grow into what is left, and no further', async () => {
    const budget = budgetOf(100, longMs)
    const room = await budget.reserve(10, never)
    room.growTo(5)
    room.growTo(80)
    assert.throws(() => room.growTo(101), isRefusal)
    await budget.reserve(20, never)
    assert.throws(() => room.growTo(81), isRefusal)
    room.release()
    await budget.reserve(80, never)
  })

  it('never lets a body grow at its own expense', async () => {
    let now = 0
    const budget = budgetOf(100, longMs, () => now)
    const room = await budget.reserve(60, never)
    const other = await budget.reserve(40, never)
    other.complete()
    now += longMs
    assert.throws(() => room.growTo(61), isRefusal)
  })

  it('keeps a sixteenth for small bodies, of up to 64 KiB, so that large ones cannot keep them out', async () => {
    const budget = budgetOf(1_600_000, shortMs)
    const large = await budget.reserve(1_500_000, never)
    large.complete()
    await assert.rejects(budget.reserve(65_537, never), isRefusal)
    const growing = await budget.reserve(30_000, never)
    assert.throws(() => growing.growTo(65_537), isRefusal)
    growing.growTo(65_536)
    await budget.reserve(34_464, never)
    large.release()
    growing.growTo(1_465_536)
  })
})
