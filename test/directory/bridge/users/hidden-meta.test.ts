import assert from 'node:assert/strict'
import { openTestBridge, type TestBridge } from '../../../support/bridge.ts'
import { sharedOpenldap } from '../../../support/shared-openldap.ts'

describe('A projection that hides meta (RFC 7644 §3.9)', () => {
  let bridge: TestBridge

  before(async () => {
    bridge = await openTestBridge(sharedOpenldap())
  })

  after(async () => bridge.close())

  it('keeps Location and ETag of what was created, and the version that GET and If-None-Match go by', async () => {
    const body = { userName: 'hidden-meta', name: { familyName: 'H' } }
    const created = await bridge.scim.post('/Users?attributes=userName', body)
    assert.equal(created.status, 201, created.text)
    const location = String(created.headers.get('location'))
    assert.match(location, /\/Users\/[0-9a-f-]{36}$/u)
    assert.equal(created.answer?.['meta'], undefined)
    const etag = String(created.headers.get('etag'))
    const path = `/Users/${String(location.split('/').at(-1))}`
    for (const query of ['attributes=userName', 'excludedAttributes=meta']) {
      const read = await bridge.scim.get(`${path}?${query}`)
      assert.equal(read.headers.get('etag'), etag)
      assert.equal(read.answer?.['meta'], undefined)
      const again = await bridge.scim.get(`${path}?${query}`, { 'if-none-match': etag })
      assert.equal(again.status, 304)
    }
  })
})
