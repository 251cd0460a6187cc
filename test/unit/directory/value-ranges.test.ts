import assert from 'node:assert/strict'
import { Entry } from '../../../src/directory/entry.ts'
import { rangeFrom, rangesIn, withWhole } from '../../../src/directory/value-ranges.ts'

const [one, two] = [Buffer.from('one'), Buffer.from('two')]

describe('value ranges (MS-ADTS 3.1.1.3.1.3.3)', () => {
  it('finds the attributes of which an entry shows a part, and where the next part begins', () => {
    const entry = new Entry('cn=g', [
      ['cn', ['g']],
      ['member', []],
      ['member;range=0-1499', [one]],
      ['url;Range=1500-*', [two]],
    ])
    assert.deepEqual(rangesIn(entry), [
      { attribute: 'member', values: [one], next: 1500 },
      { attribute: 'url', values: [two], next: undefined },
    ])
    assert.deepEqual(rangesIn(new Entry('cn=g', [['member', [one]]])), [])
  })

  it('asks for all values from a place on', () => {
    assert.equal(rangeFrom('member', 1500), 'member;range=1500-*')
  })

  it('puts the whole attribute in place of its part', () => {
    const entry = new Entry('cn=g', [
      ['cn', ['g']],
      ['member;range=0-0', [one]],
    ])
    const whole = withWhole(entry, new Map([['member', [one, two]]]))
    assert.deepEqual(whole.names, ['cn', 'member'])
    assert.deepEqual(whole.texts('member'), ['one', 'two'])
  })
})
