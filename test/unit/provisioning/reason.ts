import type { WriteReason } from '../../../src/directory/directory.ts'

/** Why something is written, in tests that do not look at it: a request of OneLogin about one user. */
export const reason: WriteReason = {
  requestId: 'r-1',
  actor: 'onelogin',
  clientAddress: '192.0.2.1',
  method: 'PUT',
  path: '/Users/1',
}
