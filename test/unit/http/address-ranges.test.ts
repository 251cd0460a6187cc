import assert from 'node:assert/strict'
import { AddressRanges, isAddressRange } from '../../../src/http/address-ranges.ts'

describe('isAddressRange', () => {
  for (const text of [
    '192.0.2.1',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '192.0.2.1/32',
    '::1',
    '2001:db8::/32',
    '::/0',
    '2001:db8::1/128',
  ]) {
    it(`is true of ${text}`, () => assert.equal(isAddressRange(text), true))
  }

  for (const text of [
    '',
    'localhost',
    '192.0.2',
    '192.0.2.1/33',
    '192.0.2.1/',
    '/8',
    '192.0.2.1/-1',
    '10.0.0.0/8/8',
    '192.0.2.256',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:192.0.2.1',
    '192.0.2.1:443',
    ' 192.0.2.1',
  ]) {
    it(`is false of "${text}"`, () => assert.equal(isAddressRange(text), false))
  }
})

describe('AddressRanges', () => {
  const ranges = new AddressRanges(['192.0.2.1', '10.0.0.0/8', '2001:db8::1', '2001:db8:5::/48'])

  for (const address of [
    '192.0.2.1',
    '10.0.0.0',
    '10.255.255.255',
    '2001:db8::1',
    '2001:DB8:0:0:0:0:0:1',
    '2001:db8:5:ffff::9',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '::ffff:10.1.2.3',
  ]) {
    it(`have ${address}`, () => assert.equal(ranges.has(address), true))
  }

  for (const address of [
    '192.0.2.2',
    '11.0.0.0',
    '9.255.255.255',
    '2001:db8::2',
    '2001:db8:6::1',
    '::ffff:192.0.2.2',
    '::192.0.2.1',
    'unknown',
    '',
    '192.0.2.1, 10.0.0.1',
  ]) {
    it(`do not have "${address}"`, () => assert.equal(ranges.has(address), false))
  }

  it('may be everything of one family', () => {
    const v4 = new AddressRanges(['0.0.0.0/0'])
    assert.equal(v4.has('203.0.113.9'), true)
    assert.equal(v4.has('2001:db8::1'), false)
    const v6 = new AddressRanges(['::/0'])
    assert.equal(v6.has('2001:db8::1'), true)
    assert.equal(v6.has('203.0.113.9'), false)
  })

  it('are none when there is no range', () => {
    assert.equal(new AddressRanges([]).has('192.0.2.1'), false)
  })
})
