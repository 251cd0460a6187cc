import assert from 'node:assert/strict'
import { BadTokens } from '../../../src/http/bad-tokens.ts'

const borne = { isFirstTooMany: false }

function counter(): { readonly tokens: BadTokens; readonly pass: (milliseconds: number) => void } {
  let now = 1000
  return {
    tokens: new BadTokens({ limit: 2, periodMs: 60_000 }, () => now),
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
    assert.deepEqual(tokens.count('192.0.2.1'), { isFirstTooMany: true, retryAfterSeconds: 50 })
    assert.deepEqual(tokens.count('192.0.2.1'), { isFirstTooMany: false, retryAfterSeconds: 50 })
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

  it('counts each address of IPv4 by itself', () => {
    const { tokens } = counter()
    countTimes(tokens, 3, '192.0.2.1')
    assert.deepEqual(tokens.count('192.0.2.2'), borne)
  })

  const sameNetwork: readonly (readonly [string, string])[] = [
    ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:db8:0:0:9::'],
    ['::1', '::2'],
    ['unknown', 'not an address'],
  ]
  for (const [one, other] of sameNetwork) {
    it(`takes ${one} and ${other} for one sender`, () => {
      const { tokens } = counter()
      countTimes(tokens, 2, one)
      assert.equal(tokens.count(other).isFirstTooMany, true)
    })
  }

  const otherNetwork: readonly (readonly [string, string])[] = [
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::1', '192.0.2.1'],
  ]
  for (const [one, other] of otherNetwork) {
    it(`takes ${one} and ${other} for two senders`, () => {
      const { tokens } = counter()
      countTimes(tokens, 3, one)
      assert.deepEqual(tokens.count(other), borne)
    })
  }

  it('remembers 10,000 networks and forgets the one whose period began first', () => {
    const { tokens } = counter()
    countTimes(tokens, 2, '192.0.2.1')
    countTimes(tokens, 2, '192.0.2.2')
    for (let each = 0; each < 9999; each += 1) {
      tokens.count(`10.0.${Math.floor(each / 256)}.${each % 256}`)
    }
    assert.equal(tokens.size, 10_000)
    assert.equal(tokens.count('192.0.2.2').isFirstTooMany, true)
    assert.deepEqual(tokens.count('192.0.2.1'), borne)
    assert.equal(tokens.size, 10_000)
  })
})
