import assert from 'node:assert/strict'
import { Entry } from '../../../src/directory/entry.ts'
import { and, equals, not } from '../../../src/directory/filter.ts'
import { ValueStatus } from '../../../src/mapping/value-status.ts'
import { schema } from './example.ts'

const attribute = 'carLicense'

function account(...values: readonly string[]): Entry {
  return new Entry('uid=ada', [[attribute, values]])
}

function statusOf(inactive: string, active?: string): ValueStatus {
  return new ValueStatus({ attribute, inactive, active }, schema)
}

describe('A status that is a truth in an attribute with room for several values (nsAccountLock of 389 DS)', () => {
  const status = statusOf('true')

  it('is read from the first value alone', () => {
    const shown = [['true'], ['false', 'TRUE'], ['TRUE', 'false'], ['no', 'true'], []].map(
      (values) => status.isActive(account(...values)),
    )
    assert.deepEqual(shown, [false, true, false, true, true])
  })

  const changes: readonly (readonly [readonly string[], boolean, readonly string[]])[] = [
    [['false'], false, ['delete false', 'add true']],
    [['false', 'true'], false, ['delete false']],
    [['true', 'false'], false, []],
    [['true', 'false'], true, ['delete true false']],
    [['false', 'true'], true, []],
    [['no'], false, ['delete no', 'add true']],
  ]
  for (const [values, isActive, expected] of changes) {
    const wanted = isActive ? 'active' : 'disabled'
    it(`has one value at most where it changes: ${values.join(', ')} becomes ${wanted}`, () => {
      const modifications = status.modifications(account(...values), isActive, false)
      const written = modifications.map((each) => [each.operation, ...each.values].join(' '))
      assert.deepEqual(written, expected)
    })
  }

  it('is asked for by both truths, in the letter case of the one that is set', () => {
    const disabled = and([equals(attribute, 'true'), not(equals(attribute, 'false'))])
    assert.deepEqual(status.filter(false), disabled)
    assert.deepEqual(status.filter(true), not(disabled))
    const off = and([equals(attribute, 'FALSE'), not(equals(attribute, 'TRUE'))])
    assert.deepEqual(statusOf('FALSE', 'TRUE').filter(false), off)
  })

  it('is as it was read as long as the value that disables is there, or is not, whatever stands first', () => {
    const held = equals(attribute, 'true')
    assert.deepEqual(status.asRead(account('false', 'true')), held)
    assert.deepEqual(status.asRead(account('false')), not(held))
  })
})
