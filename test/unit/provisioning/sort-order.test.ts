import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseSortOrder, sortIds, sortKey } from '../../../src/provisioning/sort-order.ts'
import { ScimError } from '../../../src/scim/error.ts'
import type { JsonObject } from '../../../src/scim/json.ts'
import { ResourceSchema } from '../../../src/scim/schema/resource-schema.ts'
import { groupResourceType, userResourceType } from '../../../src/scim/schema/resource-types.ts'

const schema = new ResourceSchema(userResourceType)

const people: readonly (JsonObject & { readonly id: string })[] = [
  { id: '1', userName: 'bob', active: true, name: { familyName: 'Zed' } },
  { id: '2', userName: 'Alice', emails: [{ value: 'z@x' }, { value: 'a@x', primary: true }] },
  { id: '3', userName: 'carol', active: false, emails: [{ value: 'M@x' }] },
]

function sorted(
  sortBy: string,
  sortOrder: 'ascending' | 'descending' = 'ascending',
): readonly string[] {
  const order = parseSortOrder({ sortBy, sortOrder }, schema)
  assert.ok(order)
  const sortables = people.map((each) => ({ id: each.id, key: sortKey(order, each) }))
  return sortIds(order, sortables)
}

function keyOf(text: string, sortBy: 'title' | 'profileUrl' = 'title'): unknown {
  const order = parseSortOrder({ sortBy }, schema)
  assert.ok(order)
  return sortKey(order, { [sortBy]: text })
}

describe('sorting (RFC 7644 §3.4.2.3)', () => {
  const cases = [
    ['by text without regard to case', 'userName', undefined, ['2', '1', '3']],
    ['the other way round when it is descending', 'userName', 'descending', ['3', '1', '2']],
    ['by the primary value of several, else the first', 'emails', undefined, ['2', '3', '1']],
    ['by a sub-attribute of several values', 'emails.value', undefined, ['2', '3', '1']],
    ['what has no value last', 'name.familyName', undefined, ['1', '2', '3']],
    [
      'what has no value first when it is descending',
      'name.familyName',
      'descending',
      ['2', '3', '1'],
    ],
    ['false before true', 'active', undefined, ['3', '1', '2']],
    ['equals as they were, also when it is descending', 'nickName', 'descending', ['1', '2', '3']],
  ] as const
  for (const [what, sortBy, sortOrder, expected] of cases) {
    it(`puts ${what}`, () => {
      assert.deepEqual(sorted(sortBy, sortOrder), expected)
    })
  }

  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  const refusals = [
    ['noSuchAttribute', 'There is no attribute "noSuchAttribute" to sort by.'],
    ['password', 'There is no attribute "password" to sort by.'],
    ['Name', 'name cannot be sorted by as a whole; name a part of it, such as name.formatted.'],
    ['meta', 'meta cannot be sorted by as a whole; name a part of it, such as meta.resourceType.'],
    [
      'addresses',
      'addresses cannot be sorted by as a whole; name a part of it, such as addresses.formatted.',
    ],
    [
      'X509Certificates',
      'x509Certificates cannot be sorted by: it holds bytes, which have no order. Sort by another attribute.',
    ],
    [
      'x509Certificates.value',
      'x509Certificates.value cannot be sorted by: it holds bytes, which have no order. Sort by another attribute.',
    ],
    [
      enterprise,
      `${enterprise} cannot be sorted by as a whole; name a part of it, such as ${enterprise}:employeeNumber.`,
    ],
  ] as const
  for (const [sortBy, message] of refusals) {
    it(`answers 400 invalidPath for sortBy=${sortBy}`, () => {
      assert.throws(
        () => parseSortOrder({ sortBy }, schema),
        (error) =>
          error instanceof ScimError &&
          error.scimType === 'invalidPath' &&
          error.message === message,
      )
    })
  }

  it('keeps no order by what only another type has that is asked the same, and refuses what none has', () => {
    const groups = new ResourceSchema(groupResourceType)
    const orderOf = (sortBy: string) => parseSortOrder({ sortBy }, groups, [schema])
    assert.equal(orderOf('userName'), undefined)
    assert.equal(orderOf('displayName')?.path.attribute, groups.attribute('displayName'))
    for (const sortBy of ['noSuchAttribute', 'password', 'name']) {
      assert.throws(
        () => orderOf(sortBy),
        (error) => error instanceof ScimError && error.scimType === 'invalidPath',
      )
    }
  })

  it('takes a complex attribute for its value, as filters do', () => {
    const order = parseSortOrder({ sortBy: `${enterprise}:manager` }, schema)
    assert.ok(order)
    const user = { [enterprise]: { manager: { value: 'Id-1', displayName: 'A' } } }
    assert.equal(sortKey(order, user), 'id-1')
  })

  it('goes by the first 256 UTF-16 units of a text, as they are compared', () => {
    assert.equal(keyOf(`${'Ab'.repeat(128)}c`), 'ab'.repeat(128))
    assert.equal(keyOf('Ab'.repeat(128)), 'ab'.repeat(128))
    assert.equal(keyOf(`${'e\u0301 '.repeat(200)}c`), '\u00e9 '.repeat(128))
    assert.equal(
      keyOf(`  ${'\ufdfa'.repeat(20)}`),
      '\ufdfa'.normalize('NFKC').repeat(15).slice(0, 256),
    )
  })

  it('folds no more of a text than that takes', () => {
    const text = 'A'.repeat(10_000_000)
    const before = performance.now()
    for (let turn = 0; turn < 1000; turn += 1) keyOf(text)
    assert.ok(performance.now() - before < 5000)
  })

  it('keeps nothing else of a text in memory', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const keys: unknown[] = []
    collect()
    const before = process.memoryUsage().heapUsed
    // What is not folded is the text itself.
    for (let index = 0; index < 100; index += 1)
      keys.push(keyOf(`${index} ${'a'.repeat(1_000_000)}`, 'profileUrl'))
    collect()
    const kept = process.memoryUsage().heapUsed - before
    assert.ok(kept < 10_000_000, `${kept} bytes for ${keys.length} keys`)
  })
})
