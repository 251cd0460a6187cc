import assert from 'node:assert/strict'
import { ScimError } from '../../../../src/scim/error.ts'
import { FilterWork } from '../../../../src/scim/filter/filter-work.ts'
import { matches } from '../../../../src/scim/filter/matches.ts'
import { parseFilter } from '../../../../src/scim/filter/parse-filter.ts'
import type { JsonObject } from '../../../../src/scim/json.ts'
import { groups, users } from '../example.ts'

const most = 2_000_000

function listOf<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function anyOf(count: number, term: (index: number) => string): string {
  return listOf(count, term).join(' or ')
}

function groupOf(count: number): JsonObject {
  return {
    displayName: 'all',
    members: listOf(count, (index) => ({ value: `id${index}`, display: `Person ${index}` })),
  }
}

function pictured(length: number): JsonObject {
  return { userName: 'k', photos: [{ value: `data:image/jpeg;base64,${'A'.repeat(length)}` }] }
}

/** @returns what was counted, and whether the resource meets the filter. */
function asked(schema: typeof users, resource: JsonObject, filter: string): [number, boolean] {
  const work = new FilterWork()
  const isMatch = matches(parseFilter(filter, schema), resource, work)
  return [work.done, isMatch]
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof ScimError &&
    error.status === 400 &&
    error.scimType === 'tooMany' &&
    error.message.startsWith(
      'The filter would take more than 2000000 comparisons on a single resource',
    )
  )
}

describe('what it costs to ask one resource whether it meets a filter (RFC 7644 §3.12)', () => {
  const needle = `${'A'.repeat(4000)}b${'A'.repeat(8000)}`
  const refused: [what: string, schema: typeof users, resource: JsonObject, filter: string][] = [
    [
      'many terms over a large group',
      groups,
      groupOf(50_000),
      anyOf(400, (index) => `members.display co "z${index}"`),
    ],
    [
      'many terms on one member each of a large group',
      groups,
      groupOf(50_000),
      anyOf(400, (index) => `members[display co "z${index}"]`),
    ],
    [
      'many terms that are negated',
      groups,
      groupOf(50_000),
      listOf(400, (index) => `not (members.display co "z${index}")`).join(' and '),
    ],
    [
      'many searches in a picture',
      users,
      pictured(135_000),
      anyOf(500, (index) => `photos.value co "A${index}="`),
    ],
    [
      'one search for a long text in a long one',
      users,
      pictured(135_000),
      `photos.value co "${needle}"`,
    ],
    [
      'one long text that has to be folded',
      users,
      { title: 'é'.repeat(3_000_000) },
      'title eq "a"',
    ],
  ]
  for (const [what, schema, resource, filter] of refused) {
    it(`is too much for ${what}`, () => {
      assert.throws(() => asked(schema, resource, filter), isRefusal)
    })
  }

  const allowed: [what: string, schema: typeof users, resource: JsonObject, filter: string][] = [
    [
      'many names of one user',
      users,
      { userName: 'u399' },
      anyOf(400, (index) => `userName eq "u${index}"`),
    ],
    [
      'one of the members of the largest group',
      groups,
      groupOf(100_000),
      'members.value eq "id99999"',
    ],
    [
      'a part of the names of the members of the largest group',
      groups,
      groupOf(100_000),
      'members.display co "person 99999"',
    ],
    [
      'many members of the largest group',
      groups,
      groupOf(100_000),
      anyOf(400, (index) => `members.value eq "id${99_600 + index}"`),
    ],
    [
      'many members of the largest group, one of whom has one of many names',
      groups,
      groupOf(100_000),
      `members[${anyOf(400, (index) => `display eq "person ${99_600 + index}"`)}]`,
    ],
    [
      'everybody who is not one of many',
      groups,
      groupOf(100_000),
      listOf(400, (index) => `members.value ne "id${index}"`).join(' and '),
    ],
    ['a part of a picture', users, pictured(1_000_000), 'photos.value sw "data:image/jpeg"'],
  ]
  for (const [what, schema, resource, filter] of allowed) {
    it(`is little enough for ${what}`, () => {
      const [done, isMatch] = asked(schema, resource, filter)
      assert.equal(isMatch, true)
      assert.ok(done > 0 && done < most / 2, String(done))
    })
  }

  it('grows with the elements and the length of texts, and not with the terms that ask for equality', () => {
    const group = groupOf(1000)
    const [one] = asked(groups, group, 'members.value co "z"')
    const [ten] = asked(
      groups,
      group,
      anyOf(10, (index) => `members.value co "z${index}"`),
    )
    assert.ok(ten > 3 * one && ten < 10 * one, `${one} and ${ten}`)
    const [two] = asked(
      groups,
      group,
      anyOf(2, (index) => `members.value eq "z${index}"`),
    )
    const [many] = asked(
      groups,
      group,
      anyOf(400, (index) => `members.value eq "z${index}"`),
    )
    assert.equal(many, two)
    const [short] = asked(users, pictured(1280), 'photos.value co "b"')
    const [long] = asked(users, pictured(128_000), 'photos.value co "b"')
    assert.ok(long > 50 * short, `${short} and ${long}`)
  })
})
