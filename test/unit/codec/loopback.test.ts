import assert from 'node:assert/strict'
import { isLoopback } from '../../../src/codec/loopback.ts'

describe('isLoopback', () => {
  for (const host of [
    'localhost',
    'LocalHost',
    '127.0.0.1',
    '127.255.0.254',
    '::1',
    '0:0:0:0:0:0:0:1',
    '0000::0001',
    '::ffff:127.0.0.1',
    '::FFFF:127.0.0.1',
  ]) {
    it(`takes ${host} for this machine`, () => assert.equal(isLoopback(host), true))
  }

  for (const host of [
    '0.0.0.0',
    '::',
    '192.0.2.127',
    '128.0.0.1',
    '127.0.0.256',
    '127.0.0',
    '127.0.0.1.example.org',
    'user@127.0.0.1',
    '::2',
    '::11',
    '1::1',
    '2001:db8::1',
    '::ffff:192.0.2.1',
    'localhost.example.org',
    'ldap.example.org',
    '',
  ]) {
    it(`does not take ${JSON.stringify(host)} for it`, () => assert.equal(isLoopback(host), false))
  }
})
