import assert from 'node:assert/strict'
import { parseUpkeepValue, type UpkeepNote, upkeepValue } from '../../../src/mapping/upkeep-note.ts'

const note: UpkeepNote = {
  key: 'k',
  requestId: 'r',
  base: 'ou=people,dc=example',
  names: [
    { attribute: 'members', from: 'uid="a\\,b",ou=people', to: 'uid=c' },
    { attribute: 'manager', from: 'uid=ünal' },
  ],
}

describe('the value of a note', () => {
  it('stands for all that was noted', () => {
    assert.deepEqual(parseUpkeepValue(upkeepValue(note)), note)
  })

  it('is told from whatever else the attribute holds', () => {
    const whole = upkeepValue(note)
    const others = [
      '',
      'scim-upkeep',
      'scim-upkeep ',
      'scim-upkeep {}',
      'scim-upkeep null',
      whole.slice(0, -1),
      whole.replace('"members"', '"owner"'),
      whole.replace('"uid=c"', '1'),
      whole.replace('scim-upkeep', 'scim-brake'),
      ` ${whole}`,
      'scim-brake user deleted 20261122114905.123Z 1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    ]
    for (const value of others) assert.equal(parseUpkeepValue(value), undefined, value)
  })
})
