import assert from 'node:assert/strict'
import { type BrakeCount, BrakeRecord, brakeValue } from '../../../src/mapping/brake-record.ts'

const key = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
const noon = new Date('2026-11-22T12:00:00.250Z')
const counted: BrakeCount = { state: 'deleted', subject: 'user' }
const later = (ms: number): Date => new Date(noon.getTime() + ms)

describe('the record of the brake', () => {
  it('is written as values that name what is counted, when, and nobody', () => {
    assert.equal(
      brakeValue(counted, noon, key),
      `scim-brake user deleted 20261122120000.25Z ${key}`,
    )
    assert.equal(
      brakeValue({ state: 'tripped', subject: 'group', limit: 50 }, noon, key),
      `scim-brake group tripped 50 20261122120000.25Z ${key}`,
    )
  })

  it('counts users and groups by themselves, what is younger than a time alone', () => {
    const record = new BrakeRecord([
      brakeValue(counted, noon, key),
      brakeValue(counted, later(1), key),
      brakeValue({ ...counted, state: 'deactivated' }, later(2), key),
      brakeValue({ state: 'deleted', subject: 'group' }, later(3), key),
    ])
    assert.deepEqual(record.tally('user', noon.getTime()), { count: 2, deleted: 1 })
    assert.deepEqual(record.tally('group', noon.getTime()), { count: 1, deleted: 1 })
    assert.deepEqual(record.countedUntil(noon.getTime()), [brakeValue(counted, noon, key)])
  })

  it('shows the first of the marks that stop what follows', () => {
    const trip = (limit: number, time: Date): string =>
      brakeValue({ state: 'tripped', subject: 'user', limit }, time, key)
    const { trip: first } = new BrakeRecord([trip(7, later(1)), trip(5, noon), trip(6, later(2))])
    assert.deepEqual([first?.limit, first?.time, first?.subject], [5, noon.getTime(), 'user'])
    assert.equal(new BrakeRecord([brakeValue(counted, noon, key)]).trip, undefined)
  })

  it('passes over the values of others, also those that look alike', () => {
    const record = new BrakeRecord([
      'The record of the brake',
      `scim-brake user deleted 20261322120000Z ${key}`,
      `scim-brake users deleted 20261122120000Z ${key}`,
      `scim-brake user tripped 20261122120000Z ${key}`,
      ` scim-brake user deleted 20261122120000Z ${key}`,
    ])
    assert.deepEqual(record.values, [])
    assert.deepEqual(record.tally('user', 0), { count: 0, deleted: 0 })
  })
})
