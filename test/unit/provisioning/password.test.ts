import assert from 'node:assert/strict'
import { passwordOf, withoutPassword } from '../../../src/provisioning/password.ts'

const before = { active: false, title: 'Countess' }
const enabled = { active: true, title: 'Duchess' }

function settings(whenMissing: 'enable' | 'disable' | 'random') {
  return { password: { method: 'unicodePwd', whenMissing, mustChange: false } } as const
}

describe('A user whom the directory does not enable without a password', () => {
  it('stays disabled, with all other changes, where new ones are', () => {
    const expected = { active: false, title: 'Duchess' }
    assert.deepEqual(withoutPassword(before, enabled, settings('disable')), expected)
  })

  it('gets a password that nobody knows where new ones do, each another', () => {
    const [one = {}, other = {}] = [1, 2].map(() =>
      withoutPassword(before, enabled, settings('random')),
    )
    assert.deepEqual({ ...one, password: '' }, { ...enabled, password: '' })
    assert.match(passwordOf(one) ?? '', /^.{36}$/u)
    assert.notEqual(passwordOf(one), passwordOf(other))
  })

  it('is the client’s to mend where it gave a password, enabled nobody, or the settings know no way', () => {
    const given = { ...enabled, password: 'weak' }
    for (const whenMissing of ['disable', 'random'] as const) {
      assert.equal(withoutPassword(before, given, settings(whenMissing)), undefined)
      assert.equal(withoutPassword(enabled, enabled, settings(whenMissing)), undefined)
      assert.equal(withoutPassword(before, before, settings(whenMissing)), undefined)
    }
    assert.equal(withoutPassword(before, enabled, settings('enable')), undefined)
    assert.equal(withoutPassword(before, enabled, {}), undefined)
  })
})
