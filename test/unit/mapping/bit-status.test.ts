import assert from 'node:assert/strict'
import { Entry } from '../../../src/directory/entry.ts'
import { and, extensible, not, present } from '../../../src/directory/filter.ts'
import { BitStatus } from '../../../src/mapping/bit-status.ts'

const attribute = 'userAccountControl'
const status = new BitStatus({ attribute, bit: 2, base: 512 })

function account(...values: readonly string[]): Entry {
  return new Entry('CN=Ada', [[attribute, values]])
}

describe('A status that is a bit of a number (userAccountControl, MS-ADTS §2.2.16)', () => {
  it('is read from the bit alone; without a number the account is active', () => {
    const shown = [['512'], ['514'], ['66050'], ['66048'], []].map((values) =>
      status.isActive(account(...values)),
    )
    assert.deepEqual(shown, [true, false, false, true, true])
  })

  it('changes the bit alone, of the number as it was read, and nothing when it is right already', () => {
    const changes = [
      status.modifications(account('66048'), false),
      status.modifications(account('66050'), true),
      status.modifications(account('66050'), false),
      status.modifications(account(), false),
    ].map((modifications) => modifications.map(({ operation, values }) => [operation, ...values]))
    assert.deepEqual(changes, [
      [
        ['delete', '66048'],
        ['add', '66050'],
      ],
      [
        ['delete', '66050'],
        ['add', '66048'],
      ],
      [],
      [['add', '514']],
    ])
  })

  it('gives a new account its number, with the bit when it is disabled', () => {
    assert.deepEqual(status.attributesFor(true), [{ type: attribute, values: ['512'] }])
    assert.deepEqual(status.attributesFor(false), [{ type: attribute, values: ['514'] }])
  })

  it('is filtered by the rule for bits, which is Undefined where there is no number', () => {
    const isSet = extensible(attribute, '1.2.840.113556.1.4.803', '2')
    assert.deepEqual(status.filter(false), isSet)
    assert.deepEqual(status.filter(true), not(and([present(attribute), isSet])))
  })

  it('is left alone by a password', () => {
    assert.deepEqual(status.modificationsBehindPassword(), [])
  })
})
