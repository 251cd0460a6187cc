import assert from 'node:assert/strict'
import { NetworkCounts } from '../../../src/http/network-counts.ts'

function countTimes(counts: NetworkCounts, times: number, address: string): void {
  for (let time = 0; time < times; time += 1) counts.count(address)
}

describe('NetworkCounts', () => {
  it('count on until the period that began with the first is over', () => {
    let now = 1000
    const counts = new NetworkCounts(500, () => now)
    assert.deepEqual(counts.count('192.0.2.1'), { count: 1, endsAt: 1500 })
    now = 1499
    assert.deepEqual(counts.count('192.0.2.1'), { count: 2, endsAt: 1500 })
    now = 1500
    assert.deepEqual(counts.count('192.0.2.1'), { count: 1, endsAt: 2000 })
  })

  it('count each address of IPv4 by itself', () => {
    const counts = new NetworkCounts(500, () => 0)
    counts.count('192.0.2.1')
    assert.equal(counts.count('192.0.2.2').count, 1)
  })

  const sameNetwork: readonly (readonly [string, string])[] = [
    ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:db8:0:0:9::'],
    ['::1', '::2'],
    ['unknown', 'not an address'],
  ]
  for (const [one, other] of sameNetwork) {
    it(`takes ${one} and ${other} for one sender`, () => {
      const counts = new NetworkCounts(500, () => 0)
      counts.count(one)
      assert.equal(counts.count(other).count, 2)
    })
  }

  const otherNetwork: readonly (readonly [string, string])[] = [
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::1', '192.0.2.1'],
  ]
  for (const [one, other] of otherNetwork) {
    it(`takes ${one} and ${other} for two senders`, () => {
      const counts = new NetworkCounts(500, () => 0)
      counts.count(one)
      assert.equal(counts.count(other).count, 1)
    })
  }

  it('remembers 10,000 networks and forgets the one whose period began first', () => {
    const counts = new NetworkCounts(500, () => 0)
    countTimes(counts, 2, '192.0.2.1')
    countTimes(counts, 2, '192.0.2.2')
    for (let each = 0; each < 9999; each += 1) {
      counts.count(`10.0.${Math.floor(each / 256)}.${each % 256}`)
    }
    assert.equal(counts.size, 10_000)
    assert.equal(counts.count('192.0.2.2').count, 3)
    assert.equal(counts.count('192.0.2.1').count, 1)
    assert.equal(counts.size, 10_000)
  })
})
