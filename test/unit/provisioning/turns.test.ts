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
})
