import assert from 'node:assert/strict'
import { Turns } from '../../../src/provisioning/turns.ts'

describe('Turns', () => {
  it('are taken by those who work on the same thing one after the other, in their order', async () => {
    const turns = new Turns()
    const events: string[] = []
    const work = async (name: string): Promise<string> =>
      await turns.take('thing', async () => {
        events.push(`${name} begins`)
        await new Promise(setImmediate)
        events.push(`${name} ends`)
        return name
      })
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(work)), ['a', 'b', 'c'])
    const expected = ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`])
    assert.deepEqual(events, expected)
  })

  it('are not waited for by those who work on something else', async () => {
    const turns = new Turns()
    const { promise, resolve } = Promise.withResolvers<string>()
    const waiting = turns.take('one', async () => await promise)
    assert.equal(await turns.take('other', async () => 'done'), 'done')
    resolve('late')
    assert.equal(await waiting, 'late')
  })

  it('go on behind one that failed, which fails for nobody else', async () => {
    const turns = new Turns()
    const failing = turns.take('thing', async () => await Promise.reject(new Error('no')))
    const next = turns.take('thing', async () => 'done')
    await assert.rejects(failing, /no/u)
    assert.equal(await next, 'done')
  })

  it('of several things are taken in one order by all, so that nobody waits for ever', async () => {
    const turns = new Turns()
    const events: string[] = []
    const work = async (...things: readonly string[]): Promise<void> => {
      await turns.takeAll(things, async () => {
        events.push(`${things.join('')} begins`)
        await new Promise(setImmediate)
        events.push(`${things.join('')} ends`)
      })
    }
    await Promise.all([work('a', 'b'), work('b', 'a', 'a'), work('c')])
    const ofBoth = events.filter((event) => !event.startsWith('c'))
    assert.deepEqual(ofBoth, ['ab begins', 'ab ends', 'baa begins', 'baa ends'])
    assert.ok(events.indexOf('c begins') < events.indexOf('baa begins'))
  })

  it('of nothing are no turns', async () => {
    assert.equal(await new Turns().takeAll([], async () => 'done'), 'done')
  })
})
