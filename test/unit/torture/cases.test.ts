import assert from 'node:assert/strict'
import { casesAsked, seedAsked } from '../../torture/cases.ts'

const asked: readonly (readonly [
  variable: string,
  ask: (usual: number) => number,
  least: number,
])[] = [
  ['SCIM_TEST_CASES', casesAsked, 1],
  ['SCIM_TEST_SEED', seedAsked, 0],
]

for (const [variable, ask, least] of asked) {
  describe(variable, () => {
    const before = process.env[variable]

    afterEach(() => {
      if (before === undefined) delete process.env[variable]
      else process.env[variable] = before
    })

    it('is as usual where it is not set', () => {
      delete process.env[variable]
      assert.equal(ask(7), 7)
    })

    it('is what it says', () => {
      for (const number of [least, 20_261_122]) {
        process.env[variable] = String(number)
        assert.equal(ask(7), number)
      }
    })

    for (const text of [String(least - 1), '2.5', '10O', 'many', '', ' ', '1e99']) {
      it(`is refused by its name when it says "${text}"`, () => {
        process.env[variable] = text
        const message = `${variable} is "${text}", and must be a whole number from ${least}`
        assert.throws(() => ask(7), { message })
      })
    }
  })
}
