import assert from 'node:assert/strict'
import { toListQuery, toProjectionQuery } from '../../../src/http/query.ts'
import type { Parameters } from '../../../src/http/query.ts'
import { ScimError } from '../../../src/scim/error.ts'

function refusalOf(run: () => unknown): Pick<ScimError, 'status' | 'scimType' | 'message'> {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof ScimError)
    return { status: error.status, scimType: error.scimType, message: error.message }
  }
  return assert.fail('nothing was refused')
}

describe('toListQuery (RFC 7644 §3.4.2)', () => {
  it('reads every parameter', () => {
    const parameters = {
      filter: 'userName eq "kelly"',
      startIndex: '11',
      count: '10',
      sortBy: 'name.familyName',
      sortOrder: 'descending',
      attributes: 'userName,name',
    }
    assert.deepEqual(toListQuery(parameters), {
      filter: 'userName eq "kelly"',
      startIndex: 11,
      count: 10,
      sortBy: 'name.familyName',
      sortOrder: 'descending',
      attributes: ['userName', 'name'],
    })
  })

  it('reads the members of a SearchRequest, numbers and lists as JSON has them (RFC 7644 §3.4.3)', () => {
    const members = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      excludedAttributes: ['members', 'meta'],
      startIndex: 1,
      count: 0,
      filter: null,
    }
    assert.deepEqual(toListQuery(members), {
      excludedAttributes: ['members', 'meta'],
      startIndex: 1,
      count: 0,
    })
  })

  it('has nothing when nothing is given', () => assert.deepEqual(toListQuery({}), {}))

  it('ignores parameters that it does not know', () => {
    assert.deepEqual(toListQuery({ foo: 'bar', __proto__: 'x', page: ['1', '2'] }), {})
  })

  it('ignores blank parameters', () => {
    const blanks = { startIndex: '', count: ' ', sortBy: '', sortOrder: '', attributes: ' , ' }
    assert.deepEqual(toListQuery(blanks), {})
  })

  it('keeps a blank filter, so that it does not become a question for everything', () => {
    assert.deepEqual(toListQuery({ filter: '' }), { filter: '' })
  })

  it('leaves it to the list what numbers below one mean', () => {
    assert.deepEqual(toListQuery({ startIndex: '-5', count: '+0' }), { startIndex: -5, count: 0 })
  })

  it('takes the sort order in any case', () => {
    assert.deepEqual(toListQuery({ sortOrder: 'Ascending' }), { sortOrder: 'ascending' })
  })

  it('takes names in any case, and with the brackets that some libraries put behind those of lists', () => {
    const members = { Filter: 'userName pr', STARTINDEX: 2, Count: 3, CURSOR: '', sortby: 'id' }
    assert.deepEqual(toListQuery({ ...members, SortOrder: 'ascending' }), {
      filter: 'userName pr',
      startIndex: 2,
      count: 3,
      cursor: '',
      sortBy: 'id',
      sortOrder: 'ascending',
    })
    const query = { 'attributes[]': ['userName', 'name'], 'filter[]': 'a pr' }
    assert.deepEqual(toListQuery(query), { attributes: ['userName', 'name'], filter: 'a pr' })
    const numbered = { 'excludedAttributes[0]': 'groups', 'excludedattributes[1]': 'members' }
    assert.deepEqual(toListQuery(numbered), { excludedAttributes: ['groups', 'members'] })
  })

  it('is not disturbed by a null beside the same name in another case', () => {
    assert.deepEqual(toListQuery({ Filter: null, filter: 'a pr' }), { filter: 'a pr' })
  })

  const refusals: readonly (readonly [string, Parameters, string])[] = [
    ['a count that is a word', { count: 'ten' }, 'count must be a whole number.'],
    ['a count with a fraction', { count: '1.5' }, 'count must be a whole number.'],
    ['a count with a fraction in JSON', { count: 1.5 }, 'count must be a whole number.'],
    ['a count in hexadecimal', { count: '0x10' }, 'count must be a whole number.'],
    ['a count past all counting', { count: '9'.repeat(400) }, 'count must be a whole number.'],
    ['a start that is a word', { startIndex: 'one' }, 'startIndex must be a whole number.'],
    ['a start given twice', { startIndex: ['1', '2'] }, 'startIndex must be a whole number.'],
    ['a filter given twice', { filter: ['a pr', 'b pr'] }, 'filter must be text, given once.'],
    [
      'a filter given in two cases',
      { filter: 'a', Filter: 'b' },
      'filter must be text, given once.',
    ],
    ['a filter that is not text', { filter: { a: 1 } }, 'filter must be text, given once.'],
    ['another sort order', { sortOrder: 'up' }, 'sortOrder must be "ascending" or "descending".'],
    ['names that are not text', { attributes: [1] }, 'attributes must be attribute names.'],
    [
      'two wrong parameters, naming both',
      { startIndex: 'a', count: 'b' },
      'startIndex must be a whole number; count must be a whole number.',
    ],
    [
      'attributes together with excludedAttributes (RFC 7644 §3.9)',
      { attributes: 'userName', excludedAttributes: 'members' },
      'attributes and excludedAttributes cannot be given together.',
    ],
  ]
  for (const [what, parameters, message] of refusals) {
    it(`refuses ${what}`, () => {
      const refusal = refusalOf(() => toListQuery(parameters))
      assert.deepEqual(refusal, { status: 400, scimType: 'invalidValue', message })
    })
  }
})

describe('toProjectionQuery (RFC 7644 §3.9)', () => {
  it('reads names between commas, with blanks around them', () => {
    const query = toProjectionQuery({ attributes: 'userName, emails.value ,,name' })
    assert.deepEqual(query, { attributes: ['userName', 'emails.value', 'name'] })
  })

  it('adds up a parameter that is repeated', () => {
    const query = toProjectionQuery({ excludedAttributes: ['members', 'meta,groups'] })
    assert.deepEqual(query, { excludedAttributes: ['members', 'meta', 'groups'] })
  })

  it('ignores what only lists have', () => {
    assert.deepEqual(toProjectionQuery({ count: 'ten', filter: 'x' }), {})
  })

  it('is not disturbed by a blank one beside the other', () => {
    const query = toProjectionQuery({ attributes: '', excludedAttributes: 'members' })
    assert.deepEqual(query, { excludedAttributes: ['members'] })
  })
})

describe('the names of attributes in a request (RFC 7644 §3.9)', () => {
  it('counts each name once, however often a request repeats it', () => {
    const attributes = Array.from({ length: 200_000 }, () => 'emails.value, title')
    assert.deepEqual(toProjectionQuery({ attributes }), { attributes: ['emails.value', 'title'] })
  })

  it('reads as many numbered parameters as there are', () => {
    const entries = Array.from({ length: 300_000 }, (_, index) => [
      `attributes[${index}]`,
      `name${index % 1000}`,
    ])
    const { attributes = [] } = toListQuery(Object.fromEntries(entries) as Parameters)
    assert.equal(attributes.length, 1000)
  })

  for (const name of ['attributes', 'excludedAttributes']) {
    it(`refuses more than 1000 names in ${name}`, () => {
      const names = Array.from({ length: 1001 }, (_, index) => `x${index}`)
      assert.equal(refusalOf(() => toListQuery({ [name]: names })).scimType, 'invalidValue')
      assert.equal(
        refusalOf(() => toProjectionQuery({ [name]: names.join(',') })).message,
        `${name} may name at most 1000 attributes.`,
      )
    })
  }
})
