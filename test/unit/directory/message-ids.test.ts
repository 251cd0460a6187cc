import assert from 'node:assert/strict'
import { MessageIds } from '../../../src/directory/message-ids.ts'

describe('MessageIds (RFC 4511 §4.1.1.1)', () => {
  it('counts from 1', () => {
    const ids = new MessageIds(() => false)
    assert.deepEqual([ids.next(), ids.next(), ids.next()], [1, 2, 3])
  })

  it('starts anew behind the largest id and never gives 0, which belongs to the server', () => {
    const ids = new MessageIds(() => false, 2 ** 31 - 2)
    assert.deepEqual([ids.next(), ids.next(), ids.next()], [2 ** 31 - 1, 1, 2])
  })

  it('passes over ids that may still be answered', () => {
    const ids = new MessageIds((id) => id === 2 ** 31 - 1 || id === 1 || id === 3, 2 ** 31 - 2)
    assert.deepEqual([ids.next(), ids.next()], [2, 4])
  })
})
