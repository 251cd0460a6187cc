import assert from 'node:assert/strict'
import { Entry } from '../../../src/directory/entry.ts'
import { versionOfValues } from '../../../src/mapping/version.ts'

function version(attributes: Readonly<Record<string, readonly string[]>>, dn = 'uid=anna'): string {
  return versionOfValues(new Entry(dn, Object.entries(attributes)), ['memberOf'])
}

describe('A version that is made from what an entry holds (RFC 7644 §3.14)', () => {
  const first = version({ mail: ['a', 'b'], sn: ['S'] })

  it('is the same however the server orders the attributes, and spells their names', () => {
    assert.equal(version({ SN: ['S'], mail: ['a', 'b'] }), first)
  })

  it('is another when a value, the first of several, or the DN is another', () => {
    const others = [
      version({ mail: ['a', 'c'], sn: ['S'] }),
      version({ mail: ['b', 'a'], sn: ['S'] }),
      version({ mail: ['a', 'b'] }),
      version({ mail: ['a', 'b'], sn: ['S'] }, 'uid=anne'),
    ]
    assert.equal(new Set([first, ...others]).size, 5)
  })

  it('does not depend on what others keep in the entry', () => {
    assert.equal(version({ mail: ['a', 'b'], sn: ['S'], memberof: ['cn=g'] }), first)
  })

  it('is text that can stand in an ETag', () => {
    assert.match(first, /^[\w-]{22}$/u)
  })
})
