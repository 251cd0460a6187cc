import * as fc from 'fast-check'
import { hostileTexts, idOf, oddText, oddValue, secret, text, withRawFragments } from './corpus.ts'
import { filter, path } from './filters.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const message = 'urn:ietf:params:scim:api:messages:2.0'

const anyId = fc.oneof(
  { weight: 6, arbitrary: fc.nat(7).map((index) => idOf('user', index)) },
  { weight: 2, arbitrary: fc.nat(3).map((index) => idOf('group', index)) },
  { weight: 1, arbitrary: oddText },
)

const labelled = fc.record({
  value: text,
  type: fc.constantFrom('work', 'home', 'mobile', 'fax', 'other'),
  primary: fc.boolean(),
})

const user = fc.record(
  {
    schemas: fc.constant([`${core}:User`, enterprise]),
    userName: text,
    externalId: text,
    name: fc.record({ familyName: text, givenName: text, formatted: text }, { requiredKeys: [] }),
    displayName: text,
    title: text,
    preferredLanguage: text,
    profileUrl: text,
    active: fc.oneof(fc.boolean(), fc.constantFrom('True', 'false')),
    password: fc.constant(secret),
    emails: fc.array(labelled, { maxLength: 3 }),
    phoneNumbers: fc.array(labelled, { maxLength: 3 }),
    addresses: fc.array(
      fc.record({ type: fc.constantFrom('work', 'home'), locality: text, formatted: text }),
      { maxLength: 2 },
    ),
    [enterprise]: fc.record(
      {
        employeeNumber: text,
        department: text,
        manager: fc.oneof(
          anyId.map((value) => ({ value })),
          anyId,
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['schemas', 'userName'] },
)

const member = fc.oneof(
  { weight: 6, arbitrary: anyId.map((value) => ({ value })) },
  { weight: 1, arbitrary: anyId.map((value) => ({ value, operation: 'delete' })) },
  { weight: 1, arbitrary: oddValue },
)

const group = fc.record(
  {
    schemas: fc.constant([`${core}:Group`]),
    displayName: text,
    externalId: text,
    members: fc.array(member, { maxLength: 5 }),
  },
  { requiredKeys: ['schemas', 'displayName'] },
)

const operation = fc.record(
  {
    op: fc.constantFrom(
      'add',
      'remove',
      'replace',
      'Add',
      'REMOVE',
      'Replace',
      'move',
      '__proto__',
    ),
    path,
    value: fc.oneof(text, oddValue, member, fc.array(member, { maxLength: 3 }), user, labelled),
  },
  { requiredKeys: ['op'] },
)

const passwordOperation = fc.constantFrom(
  { op: 'replace', path: 'password', value: secret },
  { op: 'add', path: `${core}:User:Password`, value: secret },
  { op: 'Replace', value: { password: secret } },
  { op: 'replace', path: 'password', value: [secret] },
  { op: 'replace', path: `password[value eq "${secret}"]`, value: { value: secret } },
  { op: 'remove', path: 'PASSWORD', value: secret },
)

const patchOf = (Operations: readonly unknown[]): object => ({
  schemas: [`${message}:PatchOp`],
  Operations,
})

const patch = fc.oneof(
  { weight: 6, arbitrary: fc.array(operation, { minLength: 1, maxLength: 4 }).map(patchOf) },
  {
    weight: 1,
    arbitrary: fc.record({
      schemas: fc.constant(['urn:scim:schemas:core:1.0']),
      members: fc.array(member, { maxLength: 4 }),
      meta: fc.record({ attributes: fc.array(fc.oneof(path, oddText), { maxLength: 3 }) }),
    }),
  },
)

const search = fc.record(
  {
    schemas: fc.constant([`${message}:SearchRequest`]),
    filter,
    attributes: fc.array(path, { maxLength: 3 }),
    sortBy: path,
    sortOrder: fc.constantFrom('ascending', 'descending', 'sideways'),
    startIndex: fc.oneof(fc.integer({ min: -2, max: 50 }), oddValue),
    count: fc.oneof(fc.integer({ min: -2, max: 50 }), oddValue),
    cursor: oddText,
  },
  { requiredKeys: ['schemas'] },
)

const bulkOperation = fc.record(
  {
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'post'),
    path: fc.oneof(
      fc.constantFrom('/Users', '/Groups', '/Users/bulkId:1', '/Bulk', '/Users/../Groups', '//'),
      anyId.map((id) => `/Users/${id}`),
      anyId.map((id) => `/Groups/${id}`),
    ),
    bulkId: fc.oneof(fc.constantFrom('1', '2', '3'), oddText),
    version: oddText,
    data: fc.oneof(
      user,
      group,
      patch,
      fc.constant({ displayName: 'fuzz1', members: [{ value: 'bulkId:1' }] }),
      oddValue,
    ),
  },
  { requiredKeys: ['method', 'path'] },
)

const bulk = fc.record(
  {
    schemas: fc.constant([`${message}:BulkRequest`]),
    failOnErrors: fc.oneof(fc.nat(3), oddValue),
    Operations: fc.array(bulkOperation, { maxLength: 4 }),
  },
  { requiredKeys: ['schemas', 'Operations'] },
)

/** What a body is meant to be. */
export type BodyKind = 'user' | 'group' | 'patch' | 'search' | 'bulk'

const bodies: Readonly<Record<BodyKind, fc.Arbitrary<unknown>>> = {
  user,
  group,
  patch,
  search,
  bulk,
}

interface Mutation {
  readonly place: number
  readonly how: 'replace' | 'wrap' | 'addKey' | 'remove'
  readonly key: string
  readonly value: unknown
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(200),
  how: fc.constantFrom('replace', 'replace', 'wrap', 'addKey', 'remove'),
  key: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'id', 'meta', 'USERNAME', 'groups'),
    oddText,
  ),
  value: oddValue,
})

interface Place {
  readonly container: Record<string, unknown>
  readonly key: string
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const container = value as Record<string, unknown>
  return Object.keys(container).flatMap((key) => [{ container, key }, ...placesIn(container[key])])
}

/** @param body a tree of its own, which is changed. */
function mutate(body: unknown, { place, how, key, value: given }: Mutation): void {
  // The next mutation may change it, and fast-check gives the same again.
  const value: unknown = structuredClone(given)
  const places = placesIn(body)
  const target = places[place % Math.max(1, places.length)]
  if (target === undefined) return
  const { container } = target
  const define = (name: string, content: unknown): void => {
    Object.defineProperty(container, name, {
      value: content,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  if (how === 'replace') define(target.key, value)
  else if (how === 'wrap') define(target.key, [container[target.key]])
  else if (how === 'remove') Reflect.deleteProperty(container, target.key)
  else if (!Array.isArray(container)) define(key, value)
}

/** What happens to a body after it is written. */
const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  { weight: 30, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  { weight: 1, arbitrary: fc.nat(400).map((at) => (bytes: Buffer) => bytes.subarray(0, at)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.nat(400),
        fc.constantFrom([0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x00], [0x0d, 0x0a]),
      )
      .map(
        ([at, wrong]) =>
          (bytes: Buffer) =>
            Buffer.concat([bytes.subarray(0, at), Buffer.from(wrong), bytes.subarray(at)]),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constant((bytes: Buffer) => Buffer.concat([Buffer.from('\ufeff'), bytes])),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...hostileTexts).map(
      (value) => (bytes: Buffer) =>
        // The same key twice, one of them last.
        Buffer.from(
          bytes.toString().replace('{', `{"userName":${JSON.stringify(value)},"displayName":1,`),
        ),
    ),
  },
)

/** A body of a kind, right or wrong in some places. */
export function bodyOf(kind: BodyKind): fc.Arbitrary<Buffer> {
  const mutations = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
  )
  return fc
    .tuple(bodies[kind], mutations, damage, fc.option(passwordOperation, { freq: 12 }))
    .map(([body, changes, damaged, withPassword]) => {
      const copy: unknown = structuredClone(body)
      for (const change of changes) mutate(copy, change)
      // Not to be mutated: a password under another name would rightly be shown.
      if (kind === 'patch' && withPassword !== null) addOperation(copy, withPassword)
      return damaged(Buffer.from(withRawFragments(JSON.stringify(copy))))
    })
}

function addOperation(body: unknown, operationToAdd: object): void {
  const { Operations } = body as { readonly Operations?: unknown }
  if (Array.isArray(Operations)) Operations.push(operationToAdd)
}
