import assert from 'node:assert/strict'
import { createToken, hashToken, TokenTable } from '../../../src/http/tokens.ts'
import type { TokenRecord } from '../../../src/http/tokens.ts'

const rights = ['read', 'users'] as const
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
    assert.deepEqual(tokens.identify('one'), { name: 'onelogin', isExpired: false, rights })
    assert.deepEqual(tokens.identify('two'), { name: 'okta', isExpired: false, rights })
  })

  it('does not know another token, a part of one, an empty one or the hash itself', () => {
    const tokens = tableOf(onelogin, okta)
    for (const secret of ['three', 'on', 'one ', 'One', '', onelogin.sha256]) {
      assert.equal(tokens.identify(secret), undefined)
    }
  })

  it('says that a token is expired from the very moment on', () => {
    const before = tableOf({ ...onelogin, expires: new Date('2026-11-22T12:00:00.001Z') })
    const after = tableOf({ ...onelogin, expires: now })
    assert.deepEqual(before.identify('one'), { name: 'onelogin', isExpired: false, rights })
    assert.deepEqual(after.identify('one'), { name: 'onelogin', isExpired: true, rights })
  })

  it('lets a token in under its second name when it is expired under its first', () => {
    const tokens = tableOf({ ...onelogin, expires: now }, { ...onelogin, name: 'renewed' })
    assert.deepEqual(tokens.identify('one'), { name: 'renewed', isExpired: false, rights })
  })
})
