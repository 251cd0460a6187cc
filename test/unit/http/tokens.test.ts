import assert from 'node:assert/strict'
import { createToken, hashToken, TokenTable } from '../../../src/http/tokens.ts'
import type { TokenRecord } from '../../../src/http/tokens.ts'

const rights = ['read', 'users'] as const
const caller = { address: '192.0.2.1' }
const now = new Date('2026-11-22T12:00:00Z')

function tableOf(...records: readonly TokenRecord[]): TokenTable {
  return new TokenTable(records, () => now)
}

describe('hashToken', () => {
  it('is SHA-256 in hexadecimal, as sha256sum prints it', () => {
    assert.equal(
      hashToken('abc'),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})

describe('createToken', () => {
  it('makes a recognisable token of 256 random bits that fits into a header as it is', () => {
    assert.match(createToken(), /^sdb_[\w-]{43}$/u)
  })

  it('never makes the same token twice', () => {
    const tokens = new Set(Array.from({ length: 100 }, createToken))
    assert.equal(tokens.size, 100)
  })
})

describe('TokenTable', () => {
  const onelogin = { name: 'onelogin', sha256: hashToken('one'), rights }
  const okta = { name: 'okta', sha256: hashToken('two').toUpperCase(), rights }

  it('tells the holder of each of several tokens', () => {
    const tokens = tableOf(onelogin, okta)
    assert.deepEqual(tokens.identify('one', caller), { name: 'onelogin', rights })
    assert.deepEqual(tokens.identify('two', caller), { name: 'okta', rights })
  })

  it('does not know another token, a part of one, an empty one or the hash itself', () => {
    const tokens = tableOf(onelogin, okta)
    for (const secret of ['three', 'on', 'one ', 'One', '', onelogin.sha256]) {
      assert.equal(tokens.identify(secret, caller), undefined)
    }
  })

  it('says that a token is expired from the very moment on', () => {
    const before = tableOf({ ...onelogin, expires: new Date('2026-11-22T12:00:00.001Z') })
    const after = tableOf({ ...onelogin, expires: now })
    assert.deepEqual(before.identify('one', caller), { name: 'onelogin', rights })
    assert.deepEqual(after.identify('one', caller), { name: 'onelogin', fault: 'expired', rights })
  })

  it('lets a token in under its second name when it is expired under its first', () => {
    const tokens = tableOf({ ...onelogin, expires: now }, { ...onelogin, name: 'renewed' })
    assert.deepEqual(tokens.identify('one', caller), { name: 'renewed', rights })
  })

  it('does not let a token in from an address that is not its own', () => {
    const tokens = tableOf({ ...onelogin, addresses: ['198.51.100.0/24', '2001:db8::/32'] })
    const faultFrom = (address: string): unknown => tokens.identify('one', { address })?.fault
    assert.equal(faultFrom('198.51.100.7'), undefined)
    assert.equal(faultFrom('2001:db8::7'), undefined)
    assert.equal(faultFrom('192.0.2.1'), 'address')
    assert.equal(faultFrom('unknown'), 'address')
  })

  it('lets a token in where its second name may come from when its first may not', () => {
    const tokens = tableOf(
      { ...onelogin, addresses: ['198.51.100.7'] },
      { ...onelogin, name: 'office', addresses: ['192.0.2.0/24'] },
    )
    assert.deepEqual(tokens.identify('one', caller), { name: 'office', rights })
  })
})
