import assert from 'node:assert/strict'
import { closest } from '../../../src/codec/closest.ts'

describe('closest', () => {
  const known = ['bindDn', 'bindPassword', 'base', 'url']

  for (const [word, meant] of [
    ['bindPasword', 'bindPassword'],
    ['BINDDN', 'bindDn'],
    ['bases', 'base'],
    ['uri', 'url'],
    ['timeout', undefined],
    ['', undefined],
  ] as const) {
    it(`takes "${word}" for ${meant ?? 'none of the candidates'}`, () => {
      assert.equal(closest(word, known), meant)
    })
  }
})
