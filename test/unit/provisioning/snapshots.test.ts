import assert from 'node:assert/strict'
import { IdList } from '../../../src/provisioning/id-list.ts'
import { snapshotLimits, Snapshots } from '../../../src/provisioning/snapshots.ts'

function listOf(count: number): IdList {
  const list = new IdList()
  for (let number = 0; number < count; number += 1) list.push(String(number).padStart(36, '0'))
  return list
}

describe('Snapshots', () => {
  let now: number
  let snapshots: Snapshots

  beforeEach(() => {
    now = 0
    snapshots = new Snapshots({ lifetimeMs: 1000, maxBytes: 20_000, maxCount: 10 }, () => now)
  })

  it('finds a snapshot by its key, and the latest one by its question', () => {
    const earlier = snapshots.keep('all', listOf(1))
    const later = snapshots.keep('all', listOf(2))
    assert.equal(snapshots.byKey(earlier.key), earlier)
    assert.equal(snapshots.byQuestion('all'), later)
    assert.equal(snapshots.byQuestion('others'), undefined)
  })

  it('gives out keys that cannot be guessed', () => {
    const { key } = snapshots.keep('all', listOf(1))
    assert.match(key, /^[\w-]{24}$/u)
    assert.notEqual(key, snapshots.keep('all', listOf(1)).key)
  })

  it('forgets a snapshot that was not used for its lifetime', () => {
    const used = snapshots.keep('used', listOf(1))
    const unused = snapshots.keep('unused', listOf(1))
    now = 900
    assert.equal(snapshots.byKey(used.key), used)
    now = 1100
    assert.equal(snapshots.byKey(used.key), used)
    assert.equal(snapshots.byKey(unused.key), undefined)
    assert.equal(snapshots.byQuestion('unused'), undefined)
  })

  it('answers a question from no snapshot that is older than its lifetime, however often it is used', () => {
    const { key } = snapshots.keep('all', listOf(1))
    for (now = 400; now < 1000; now += 400) assert.equal(snapshots.byQuestion('all')?.key, key)
    now = 999
    assert.equal(snapshots.byKey(key)?.key, key)
    assert.equal(snapshots.byQuestion('all')?.key, key)
    now = 1000
    assert.equal(snapshots.byQuestion('all'), undefined)
    assert.equal(snapshots.byKey(key)?.key, key)
  })

  it('answers a question from a new snapshot once the old one is too old', () => {
    const old = snapshots.keep('all', listOf(1))
    now = 900
    snapshots.byKey(old.key)
    now = 1000
    const later = snapshots.keep('all', listOf(2))
    assert.equal(snapshots.byQuestion('all'), later)
    assert.equal(snapshots.byKey(old.key), old)
  })

  it('lets those that would end first give way when they take too much memory', () => {
    const [first, second, third] = ['a', 'b', 'c'].map((question) =>
      snapshots.keep(question, listOf(200)),
    )
    assert.ok(first && second && third)
    assert.equal(snapshots.byKey(first.key), undefined)
    assert.equal(snapshots.byQuestion('a'), undefined)
    assert.equal(snapshots.byKey(third.key), third)
    assert.equal(snapshots.byQuestion('c'), third)
  })

  it('lets those that would end first give way when they are too many, even empty ones', () => {
    const kept = Array.from({ length: 11 }, (_, number) =>
      snapshots.keep(String(number), new IdList()),
    )
    const found = kept.map(({ key }) => snapshots.byKey(key) !== undefined)
    assert.deepEqual(found, [false, ...Array.from({ length: 10 }, () => true)])
  })

  it('gives back the memory of those that have gone', () => {
    snapshots.keep('a', listOf(200))
    const second = snapshots.keep('b', listOf(200))
    snapshots.keep('c', listOf(20))
    assert.equal(snapshots.byKey(second.key), second)
  })

  it('keeps the newest even when it alone is too large', () => {
    const large = snapshots.keep('large', listOf(5000))
    assert.equal(snapshots.byKey(large.key), large)
  })
})

describe('snapshotLimits', () => {
  let now: number
  let snapshots: Snapshots

  beforeEach(() => {
    now = 0
    snapshots = new Snapshots(snapshotLimits, () => now)
  })

  function keep(count: number, ids: IdList): readonly string[] {
    return Array.from({ length: count }, (_, number) => snapshots.keep(String(number), ids).key)
  }

  const isKept = (key: string): boolean => snapshots.byKey(key) !== undefined

  it('let a thousand lists be kept', () => {
    const keys = keep(1001, new IdList())
    assert.deepEqual(keys.map(isKept), [false, ...Array.from({ length: 1000 }, () => true)])
  })

  it('let 64 MiB of ids be kept', () => {
    const ids = new IdList()
    // It makes room for 64 at once.
    ids.push('x'.repeat(256 * 1024))
    assert.equal(ids.byteLength, 16 * 1024 * 1024)
    assert.deepEqual(keep(5, ids).map(isKept), [false, true, true, true, true])
  })

  it('let a list be kept for five minutes', () => {
    const [used = '', unused = ''] = keep(2, new IdList())
    now = 5 * 60_000 - 1
    assert.ok(isKept(used))
    now += 1
    assert.deepEqual([used, unused].map(isKept), [true, false])
  })
})
