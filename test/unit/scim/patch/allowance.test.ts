import assert from 'node:assert/strict'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { ScimError } from '../../../../src/scim/error.ts'
import { normalizeResource } from '../../../../src/scim/normalize.ts'
import { applyPatch } from '../../../../src/scim/patch/apply-patch.ts'
import { splitMembership } from '../../../../src/scim/patch/membership.ts'
import { decodePatch } from '../../../../src/scim/patch/patch-operation.ts'
import { enterpriseUrn, groups, keepsAll, userUrn, users } from '../example.ts'

function listOf<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

function mails(count: number): JsonObject[] {
  return listOf(count, (index) => ({ value: `m${index}@example.org` }))
}

function patched(resource: JsonObject, operations: readonly JsonObject[]): JsonObject {
  return applyPatch(keepsAll(users), resource, decodePatch({ Operations: operations })).resource
}

function elementsIn(resource: JsonObject, name: string): number {
  const value = resource[name]
  return Array.isArray(value) ? value.length : 0
}

const parts = ['formatted', 'streetAddress', 'region', 'postalCode', 'country', 'type']

/** Each with another choice of parts, as long as there are any. */
function addressWithSomeOf(index: number): JsonObject {
  const some = parts.filter((_, place) => (index & (2 ** place)) > 0)
  return { locality: `l${index}`, ...Object.fromEntries(some.map((name) => [name, 'x'])) }
}

const tooLong = 'x'.repeat(1000)
const manyTerms = listOf(200, (index) => `value co "q${index}"`).join(' or ')

function refusal(text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ScimError && error.status === 413 && text.test(error.message)
}

const byName = (path: string, value: JsonValue): JsonObject => ({ op: 'replace', path, value })

const all = (op: string, value: JsonValue): JsonObject[] => [{ op, value }]

describe('how many attributes a PATCH names', () => {
  const tooMany: [what: string, operations: JsonObject[]][] = [
    [
      'keys that are paths',
      all(
        'replace',
        Object.fromEntries(listOf(1001, (index) => [`emails[value co "z${index}"]`, null])),
      ),
    ],
    [
      'keys that nobody knows',
      all('add', { title: 'x', ...Object.fromEntries(listOf(1000, (index) => [`k${index}`, 1])) }),
    ],
    [
      'keys below the URN of the core schema',
      all('add', {
        [userUrn]: Object.fromEntries(listOf(1001, (index) => [`emails[value eq "${index}"]`, {}])),
      }),
    ],
    [
      'keys below the URN of an extension',
      all('add', {
        [enterpriseUrn]: Object.fromEntries(listOf(1001, (index) => [`k${index}`, 'x'])),
      }),
    ],
    [
      'attributes of an extension that is taken away again and again',
      listOf(500, () => ({ op: 'remove', path: enterpriseUrn })),
    ],
  ]
  for (const [what, operations] of tooMany) {
    it(`refuses ${what}, where they are more than 1000`, () => {
      assert.throws(
        () => patched({ userName: 'k' }, operations),
        refusal(/^A PATCH may name at most 1000 attributes/),
      )
    })
  }

  it('takes 1000 operations, and a value with many names', () => {
    const titles = listOf(1000, (index) => byName('title', `t${index}`))
    assert.equal(patched({ userName: 'k' }, titles)['title'], 't999')
    const value = Object.fromEntries(listOf(999, (index) => [`k${index}`, 1]))
    assert.equal(patched({}, [{ op: 'add', value: { ...value, title: 'x' } }])['title'], 'x')
  })
})

describe('how many values a PATCH looks at', () => {
  const stored = { userName: 'k', emails: mails(2000) }
  const tooMany: [what: string, resource: JsonObject, operations: JsonObject[]][] = [
    [
      'many filters over many values that are there',
      stored,
      listOf(999, (index) => ({ op: 'remove', path: `emails[value co "z${index}"]` })),
    ],
    [
      'many filters over many values that it adds itself',
      { userName: 'k' },
      [
        { op: 'add', path: 'emails', value: mails(2000) },
        ...listOf(60, (index) => ({ op: 'remove', path: `emails[value co "z${index}"]` })),
      ],
    ],
    [
      'many additions to a long list',
      stored,
      listOf(100, (index) => ({ op: 'add', path: 'emails', value: [{ value: `n${index}` }] })),
    ],
    [
      'one filter of many terms',
      { userName: 'k', emails: mails(1000) },
      [{ op: 'remove', path: `emails[${manyTerms}]` }],
    ],
    [
      'a long text that goes into each of many values',
      stored,
      [byName('emails.display', tooLong.repeat(100))],
    ],
    [
      'parts of a long text, each character against each',
      { userName: 'k', emails: [{ value: tooLong.repeat(60) }] },
      listOf(10, (index) => ({
        op: 'remove',
        path: `emails[value co "${tooLong}${index}"]`,
      })),
    ],
    [
      'a long text again and again',
      { userName: 'k', name: { familyName: tooLong.repeat(100) } },
      listOf(999, (index) => byName('name.givenName', `g${index}`)),
    ],
    [
      'values by many choices of names',
      { userName: 'k' },
      [{ op: 'add', path: 'addresses', value: listOf(2000, addressWithSomeOf) }],
    ],
  ]
  for (const [what, resource, operations] of tooMany) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => patched(resource, operations),
        refusal(/^The operations of a PATCH may look at 50000 values beside those that are there/),
      )
    })
  }

  it('adds 2000 values at once, also such as have no value', () => {
    const locality = listOf(2000, (index) => ({ type: `t${index}`, locality: `l${index}` }))
    const after = patched({}, [
      { op: 'add', path: 'emails', value: mails(2000) },
      { op: 'add', path: 'addresses', value: locality },
    ])
    assert.equal(elementsIn(after, 'emails'), 2000)
    assert.equal(elementsIn(after, 'addresses'), 2000)
  })

  it('takes 1000 operations on the few values that people have', () => {
    const operations = listOf(1000, (index) =>
      byName('emails[type eq "work"].value', `m${index}@example.org`),
    )
    const emails = [{ value: 'a', type: 'work' }, ...mails(40)]
    assert.equal(elementsIn(patched({ emails }, operations), 'emails'), 41)
  })

  it('looks through a group of any size', () => {
    const members = listOf(150_000, (index) => ({ value: `u${index}`, display: `d${index % 2}` }))
    const operations = decodePatch({
      Operations: [{ op: 'remove', path: 'members[display eq "d1"]' }],
    })
    const { resource } = applyPatch(keepsAll(groups), { members }, operations)
    assert.equal(elementsIn(resource, 'members'), 75_000)
  })

  it('sums up 1000 members who are taken out one by one without looking at the others', () => {
    const Operations = listOf(1000, (index) => ({
      op: 'remove',
      path: `members[value eq "u${index}"]`,
    }))
    const { change } = splitMembership(keepsAll(groups), decodePatch({ Operations }))
    assert.equal(change.kind === 'delta' ? change.remove.length : 0, 1000)
  })
})

describe('how long the paths of a PATCH are', () => {
  const refused = refusal(/^The paths of a PATCH may have at most 524288 characters together/)
  // Parsed before it is known that there is nothing to look at.
  const filter = `emails[${listOf(900, () => 'type pr').join(' or ')}]`

  it('refuses many filters of many terms, also where there is no value to ask', () => {
    const operations = listOf(60, () => ({ op: 'remove', path: filter }))
    assert.throws(() => patched({ userName: 'k' }, operations), refused)
  })

  it('refuses the same in the keys of values, also below a URN', () => {
    const filters = listOf(60, (index) => [`${filter}${' '.repeat(index)}`, null] as const)
    const value = Object.fromEntries(filters)
    assert.throws(() => patched({}, [{ op: 'add', value }]), refused)
    assert.throws(() => patched({}, [{ op: 'add', value: { [userUrn]: value } }]), refused)
  })

  it('takes 9000 members out by such filters', () => {
    const ids = listOf(9, (share) => listOf(1000, (index) => `value eq "u${share}-${index}"`))
    const Operations = ids
      .flatMap((each) => [each.slice(0, 500), each.slice(500)])
      .map((each) => ({ op: 'remove', path: `members[${each.join(' or ')}]` }))
    const { change } = splitMembership(keepsAll(groups), decodePatch({ Operations }))
    assert.equal(change.kind === 'delta' ? change.remove.length : 0, 9000)
  })
})

describe('how many values a list of a request has', () => {
  const refused = refusal(/^emails may have at most 2000 values in one request\.$/)

  it('refuses more than 2000, in a resource and in a PATCH', () => {
    const emails = mails(2001)
    assert.throws(() => normalizeResource(users, { userName: 'k', emails }), refused)
    for (const op of ['add', 'replace', 'remove']) {
      assert.throws(() => patched({}, [{ op, path: 'emails', value: emails }]), refused)
    }
    assert.equal(elementsIn(normalizeResource(users, { emails: mails(2000) }), 'emails'), 2000)
  })

  it('takes any number of members', () => {
    const members = listOf(50_000, (index) => ({ value: `u${index}` }))
    assert.equal(elementsIn(normalizeResource(groups, { members }), 'members'), 50_000)
    const operations = decodePatch({ Operations: [{ op: 'add', path: 'members', value: members }] })
    const { change } = splitMembership(keepsAll(groups), operations)
    assert.equal(change.kind === 'delta' ? change.add.length : 0, 50_000)
  })
})
