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
      brakeValue({ state: 'emptied', subject: 'group' }, later(4), key),
    ])
    assert.deepEqual(record.tally('user', noon.getTime()), { count: 2, deleted: 1 })
    assert.deepEqual(record.tally('group', noon.getTime()), { count: 2, deleted: 1 })
    assert.deepEqual(record.countedUntil(noon.getTime()), [brakeValue(counted, noon, key)])
  })

  it('shows the first of the marks that stop what follows', () => {
    const trip = (limit: number, time: Date): string =>
      brakeValue({ state: 'tripped', subject: 'user', limit }, time, key)
    const record = new BrakeRecord([trip(7, later(1)), trip(5, noon), trip(6, later(2))])
    const first = record.tripOf('user')
    assert.deepEqual([first?.limit, first?.time, first?.subject], [5, noon.getTime(), 'user'])
    assert.deepEqual(
      record.trips.map(({ limit }) => limit),
      [5, 7, 6],
    )
    assert.equal(new BrakeRecord([brakeValue(counted, noon, key)]).tripOf('user'), undefined)
  })

  it('stops groups by a mark of users, and users by none of groups', () => {
    const [users, groups] = (['user', 'group'] as const).map(
      (subject) =>
        new BrakeRecord([brakeValue({ state: 'tripped', subject, limit: 5 }, noon, key)]),
    )
    assert.equal(users?.tripOf('group')?.subject, 'user')
    assert.equal(groups?.tripOf('group')?.subject, 'group')
    assert.equal(groups?.tripOf('user'), undefined)
  })

  it('knows when it was changed, where the directory tells that', () => {
    assert.equal(new BrakeRecord([], '20261122120000Z').changed, Date.parse('2026-11-22T12:00:00Z'))
    assert.equal(
      new BrakeRecord([], '20261122130000.0+0100').changed,
      Date.parse('2026-11-22T12:00:00Z'),
    )
    for (const changed of [undefined, '', 'yesterday']) {
      assert.equal(new BrakeRecord([], changed).changed, undefined)
    }
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
