import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { casesAsked, seedAsked } from '../../../torture/cases.ts'

const usualCases = 300

/** Where the random choices of this run begin. Everything that is not shrunk follows from it, so that a failure comes again
 *  with `SCIM_TEST_SEED` set to the seed that it names. */
export const seed = seedAsked(randomInt(2 ** 31))

/** Tries a property on many cases, as many as `SCIM_TEST_CASES` says where it is set.
 *  @param cases how many by default; a share of them for a property whose cases cost more. */
export async function holdsAlways<T>(
  arbitrary: fc.Arbitrary<T>,
  test: (value: T) => Promise<void>,
  cases: number = usualCases,
): Promise<void> {
  const numRuns = Math.max(1, Math.round((casesAsked(usualCases) * cases) / usualCases))
  await fc.assert(fc.asyncProperty(arbitrary, test), { seed, numRuns })
}

/** One value that follows from the seed of the run. */
export function drawn<T>(arbitrary: fc.Arbitrary<T>): T {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 })
  if (value === undefined) throw new Error('nothing was drawn')
  return value
}
