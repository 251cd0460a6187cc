import assert from 'node:assert/strict'
import { and, equals, type Filter, isNever, not, or } from '../../../src/directory/filter.ts'

const some = equals('uid', 'a')
const never = or([])

describe('A filter is known to match nothing', () => {
  const cases: readonly (readonly [what: string, filter: Filter, isKnown: boolean])[] = [
    ['where it is any of none', never, true],
    ['where all that it joins by or are', or([never, and([some, never])]), true],
    ['where one that it joins by and is', and([some, never]), true],
    ['but not where it asks for something', some, false],
    ['but not where it is all of none', and([]), false],
    ['but not where one that it joins by or asks for something', or([never, some]), false],
    ['but not where it is the complement of nothing', not(never), false],
  ]
  for (const [what, filter, isKnown] of cases) {
    it(what, () => {
      assert.equal(isNever(filter), isKnown)
    })
  }
})
