import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { hashToken, TokenTable } from '../../../src/http/tokens.ts'
import { sourceFiles, withoutComments } from '../../support/source-tree.ts'

type Comparison = typeof crypto.timingSafeEqual

const genuine = crypto.timingSafeEqual
const caller = { address: '192.0.2.1' }
const names = ['first', 'second', 'third']

/** Does something while the comparison of Node in constant time is another one. */
function comparingBy<T>(comparison: Comparison, work: () => T): T {
  crypto.timingSafeEqual = comparison
  syncBuiltinESMExports()
  try {
    return work()
  } finally {
    crypto.timingSafeEqual = genuine
    syncBuiltinESMExports()
  }
}

describe('The comparison of tokens', () => {
  const tokens = new TokenTable(
    names.map((name) => ({ name, sha256: hashToken(name), rights: ['read'] })),
    () => new Date('2026-11-22T12:00:00Z'),
  )

  for (const secret of [...names, 'unknown', '']) {
    it(`is made with every token, in constant time and over whole hashes, for ${JSON.stringify(secret)}`, () => {
      const compared: string[] = []
      const noting: Comparison = (one, other) => {
        compared.push(Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('hex'))
        assert.equal(other.byteLength, 32)
        return genuine(one, other)
      }
      const holder = comparingBy(noting, () => tokens.identify(secret, caller))
      assert.deepEqual(compared, names.map(hashToken))
      assert.equal(
        holder?.name,
        names.find((name) => name === secret),
      )
    })
  }

  it('alone decides who is let in', () => {
    const nobody = comparingBy(
      () => false,
      () => names.map((name) => tokens.identify(name, caller)),
    )
    assert.deepEqual(nobody, [undefined, undefined, undefined])
    const anybody = comparingBy(
      () => true,
      () => tokens.identify('unknown', caller),
    )
    assert.equal(anybody?.name, 'first')
  })

  it('is made in one place: nothing else takes the hash of a token, but the command that makes one', () => {
    const takers = sourceFiles()
      .filter(({ path }) => path.startsWith('src/'))
      .filter(({ text }) => /\bhashToken\(/u.test(withoutComments(text)))
      .map(({ path }) => path)
    assert.deepEqual(takers.toSorted(), ['src/cli/token.ts', 'src/http/tokens.ts'])
  })
})
