import assert from 'node:assert/strict'
import { Entry } from '../../../src/directory/entry.ts'

describe('An entry', () => {
  it('has its attributes by their names, with and without the option binary (RFC 4522 §3)', () => {
    const entry = new Entry('cn=a', [
      ['userCertificate;binary', [Buffer.from([1])]],
      ['Title;lang-de', ['Chef']],
    ])
    for (const name of ['userCertificate', 'usercertificate;binary']) {
      assert.deepEqual(entry.bytes(name), [Buffer.from([1])])
      assert.equal(entry.has(name), true)
    }
    assert.deepEqual(entry.names, ['usercertificate', 'title;lang-de'])
    assert.equal(entry.has('title'), false)
  })
})
