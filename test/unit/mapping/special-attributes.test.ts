import assert from 'node:assert/strict'
import { referencedIds } from '../../../src/mapping/special-attributes.ts'
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts'
import { mappings } from './example.ts'

const { users, groups } = mappings()
const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'

describe('The ids that a filter compares references with', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    [`${manager}.value eq "a"`, ['a']],
    [`${manager} eq "a" and groups.value eq "b"`, ['a', 'b']],
    ['groups eq "a" or not (groups[value eq "b"])', ['a', 'b']],
    ['groups.value eq null', []],
    ['groups pr', []],
    ['groups.display eq "a"', []],
    ['userName eq "a"', []],
  ]
  for (const [text, ids] of table) {
    it(`are ${ids.length === 0 ? 'none' : ids.join(' and ')} in ${text}`, () => {
      assert.deepEqual(referencedIds(parseFilter(text, users.schema)), ids)
    })
  }

  it('are those of members, too', () => {
    assert.deepEqual(referencedIds(parseFilter('members[value eq "a"]', groups.schema)), ['a'])
  })
})
