import assert from 'node:assert/strict'
import { plainAddress } from '../../../src/http/client-address.ts'

describe('plainAddress', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8::1]:50123', '2001:db8::1'],
    ['[::ffff:192.0.2.1]', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
    ['', ''],
  ]
  for (const [address, plain] of rows) {
    it(`of "${address}" is "${plain}"`, () => assert.equal(plainAddress(address), plain))
  }
})
