import assert from 'node:assert/strict'
import { bulkResponse } from '../../../../src/scim/message/bulk-response.ts'

describe('bulkResponse (RFC 7644 §3.7.3)', () => {
  it('gives the status of each operation as a text, and of what is unknown nothing', () => {
    const location = 'https://example.com/v2/Users/92b725cd-9465-4e7d-8c16-01f8e146b87a'
    const created = { method: 'POST', bulkId: 'qwerty', version: 'W/"4weymrEsh5O6cAEK"', location }
    assert.deepEqual(bulkResponse([{ ...created, status: 201 }, { status: 400 }]), {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: [{ ...created, status: '201' }, { status: '400' }],
    })
  })
})
