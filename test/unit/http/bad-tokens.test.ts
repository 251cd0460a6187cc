import assert from 'node:assert/strict'
import { BadTokens } from '../../../src/http/bad-tokens.ts'

const borne = { delayMs: 0, isFirstTooMany: false }

function counter(): { readonly tokens: BadTokens; readonly pass: (milliseconds: number) => void } {
  let now = 1000
  return {
    tokens: new BadTokens({ limit: 2, periodMs: 60_000, maxDelayMs: 0 }, () => now),
    pass: (milliseconds) => {
      now += milliseconds
    },
  }
}

function countTimes(tokens: BadTokens, times: number, address: string): void {
  for (let time = 0; time < times; time += 1) tokens.count(address)
}

describe('BadTokens', () => {
  it('bears as many within a period as the limit says, and then tells how long the period lasts', () => {
    const { tokens, pass } = counter()
    assert.deepEqual(tokens.count('192.0.2.1'), borne)
    assert.deepEqual(tokens.count('192.0.2.1'), borne)
    pass(10_500)
    assert.deepEqual(tokens.count('192.0.2.1'), {
      delayMs: 0,
      isFirstTooMany: true,
      retryAfterSeconds: 50,
    })
    assert.deepEqual(tokens.count('192.0.2.1'), {
      delayMs: 0,
      isFirstTooMany: false,
      retryAfterSeconds: 50,
    })
  })

  it('begins anew when the period is over, and tells the first too many of each period', () => {
    const { tokens, pass } = counter()
    countTimes(tokens, 3, '192.0.2.1')
    pass(59_999)
    assert.equal(tokens.count('192.0.2.1').retryAfterSeconds, 1)
    pass(1)
    assert.deepEqual(tokens.count('192.0.2.1'), borne)
    assert.deepEqual(tokens.count('192.0.2.1'), borne)
    assert.equal(tokens.count('192.0.2.1').isFirstTooMany, true)
  })

  it('delays the answer to each one but the first, by twice as much as to the one before it, up to the longest', () => {
    const limits = { limit: 10, periodMs: 60_000, maxDelayMs: 5000 }
    const tokens = new BadTokens(limits, () => 0)
    const delays = Array.from({ length: 12 }, () => tokens.count('192.0.2.1').delayMs)
    assert.deepEqual(delays, [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 0, 0])
    assert.equal(tokens.count('192.0.2.2').delayMs, 0)
  })

  it('delays a hundred answers at a time, and sends more of them at once', async () => {
    const { tokens } = counter()
    const verdict = { delayMs: 20, isFirstTooMany: false }
    const sent: string[] = []
    const delayed = Array.from({ length: 100 }, async () => {
      await tokens.delay(verdict)
      sent.push('delayed')
    })
    await tokens.delay(verdict)
    assert.deepEqual(sent, [])
    await Promise.all(delayed)
    const startedAt = performance.now()
    await tokens.delay(verdict)
    assert.ok(performance.now() - startedAt > 10)
  })
})
