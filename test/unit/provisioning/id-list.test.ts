import assert from 'node:assert/strict'
import { IdList } from '../../../src/provisioning/id-list.ts'

const id = (number: number): string => String(number).padStart(36, '0')

describe('IdList', () => {
  it('gives back every id in its place', () => {
    const list = new IdList()
    for (let number = 0; number < 1000; number += 1) list.push(id(number))
    assert.equal(list.length, 1000)
    assert.deepEqual(list.slice(997, 1000), [id(997), id(998), id(999)])
  })

  it('gives what there is of a window that reaches beyond it', () => {
    const list = new IdList()
    list.push(id(1))
    assert.deepEqual(list.slice(-3, 7), [id(1)])
    assert.deepEqual(list.slice(1, 2), [])
    assert.deepEqual(new IdList().slice(0, 10), [])
  })

  it('takes some 36 bytes for a UUID, and never more than twice that', () => {
    const list = new IdList()
    for (let number = 0; number < 100_000; number += 1) list.push(id(number))
    assert.ok(list.byteLength <= 2 * 36 * 100_000)
  })

  it('refuses an id of another length, which would shift all that follow', () => {
    const list = new IdList()
    list.push('abc')
    assert.throws(() => list.push('ab'), /not as long/u)
  })
})
