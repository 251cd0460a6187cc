import assert from 'node:assert/strict'
import { SharedWalks } from '../../../src/provisioning/shared-walks.ts'

/** Walks that end when they are told to, and the names of those that have begun. */
function walks() {
  const begun: string[] = []
  const ends: PromiseWithResolvers<string>[] = []
  const walk = (name: string) => () => {
    begun.push(name)
    const end = Promise.withResolvers<string>()
    ends.push(end)
    return end.promise
  }
  return { begun, ends, walk }
}

describe('SharedWalks', () => {
  it('lets so many go on at a time, and the others in their order', async () => {
    const { begun, ends, walk } = walks()
    const shared = new SharedWalks<string>(2)
    const all = ['a', 'b', 'c', 'd'].map((name) => shared.run(name, walk(name)))
    assert.deepEqual(begun, ['a', 'b'])
    ends[1]?.resolve('b')
    assert.equal(await all[1], 'b')
    assert.deepEqual(begun, ['a', 'b', 'c'])
    ends[0]?.resolve('a')
    assert.equal(await all[0], 'a')
    assert.deepEqual(begun, ['a', 'b', 'c', 'd'])
    for (const [index, name] of [[2, 'c'] as const, [3, 'd'] as const]) ends[index]?.resolve(name)
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd'])
  })

  it('shares a walk with whoever asks for the same before it begins, and with nobody after that', async () => {
    const { begun, ends, walk } = walks()
    const shared = new SharedWalks<string>(1)
    const first = shared.run('same', walk('first'))
    const others = ['second', 'third', 'fourth'].map((name) => shared.run('same', walk(name)))
    ends[0]?.resolve('one')
    assert.equal(await first, 'one')
    assert.deepEqual(begun, ['first', 'second'])
    const last = shared.run('same', walk('last'))
    ends[1]?.resolve('two')
    assert.deepEqual(await Promise.all(others), ['two', 'two', 'two'])
    ends[2]?.resolve('three')
    assert.equal(await last, 'three')
  })

  it('goes on behind a walk that fails, which fails for all who shared it', async () => {
    const { ends, walk } = walks()
    const shared = new SharedWalks<string>(1)
    const first = shared.run('a', walk('a'))
    const [second, third] = [shared.run('b', walk('b')), shared.run('b', walk('b'))]
    ends[0]?.reject(new Error('first'))
    await assert.rejects(first, /first/u)
    ends[1]?.reject(new Error('second'))
    for (const each of [second, third]) await assert.rejects(each, /second/u)
    const after = shared.run('c', walk('c'))
    ends[2]?.resolve('c')
    assert.equal(await after, 'c')
  })
})
