import assert from 'node:assert/strict'
import { Bulk } from '../../../src/provisioning/bulk.ts'
import { scimErrors } from '../../../src/scim/error.ts'

describe('Bulk', () => {
  it('fails as a whole when the directory is away before anything was begun', async () => {
    const unavailable = scimErrors.unavailable('The directory cannot be reached at the moment.')
    const discovery = { resourceTypes: () => Promise.reject(unavailable) }
    const reason = { requestId: 'a', actor: 'b', clientAddress: 'c', method: 'POST', path: '' }
    const run = new Bulk({ services: new Map(), discovery }).run({
      request: { operations: [{ method: 'DELETE', endpoint: '/Users', id: '1', data: {} }] },
      context: { baseUrl: '', reason },
      isDryRun: false,
      redact: (data) => data,
      isAbandoned: () => false,
    })
    await assert.rejects(run, unavailable)
  })
})
