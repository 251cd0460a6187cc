import { hostileTexts, idOf } from './corpus.ts'
import type { RawRequest } from './raw-http.ts'
import { base, type Header, inHeader, tokenMark, usualHeaders } from './request-parts.ts'

/** Where a text of a client can go, but for its token, for who sends many bad ones is slowed down; and a request that has it there and is right otherwise. */
interface Place {
  readonly name: string
  /** @param fresh a name that nobody has. */
  readonly request: (text: string, fresh: string) => RawRequest
}

const user = `/Users/${idOf('user', 0)}`
const group = `/Groups/${idOf('group', 0)}`
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** @param body lacks its schema, unless that is what is tried. */
function sent(
  method: string,
  target: string,
  body?: object,
  more: readonly Header[] = [],
): RawRequest {
  const whole = { schemas: [schemaOf(method, target)], ...body }
  return {
    method,
    target: `${base}${target}`,
    headers: [...usualHeaders, ['Authorization', `Bearer ${tokenMark}`], ...more],
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(whole)) }),
  }
}

function schemaOf(method: string, target: string): string {
  const message = 'urn:ietf:params:scim:api:messages:2.0'
  if (target === '/Bulk') return `${message}:BulkRequest`
  if (target.endsWith('/.search')) return `${message}:SearchRequest`
  if (method === 'PATCH') return `${message}:PatchOp`
  return `urn:ietf:params:scim:schemas:core:2.0:${target.startsWith('/Users') ? 'User' : 'Group'}`
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())
const quoted = (text: string): string => JSON.stringify(text.toWellFormed())

const inBody = (name: string, bodyWith: (text: string) => object): Place => ({
  name: `${name} of a new user`,
  request: (text, fresh) => sent('POST', '/Users', { userName: fresh, ...bodyWith(text) }),
})

const inId = (method: string, endpoint: string, body?: object): Place => ({
  name: `id of ${method} ${endpoint}`,
  request: (text) => sent(method, `${endpoint}/${encoded(text)}`, body),
})

const inQuery = (name: string, parameter: string, valueWith: (text: string) => string): Place => ({
  name: `${name} of a list`,
  request: (text) => sent('GET', `/Users?${parameter}=${encoded(valueWith(text))}`),
})

const inSearch = (name: string, bodyWith: (text: string) => object): Place => ({
  name: `${name} of a search`,
  request: (text) => sent('POST', '/Users/.search', bodyWith(text)),
})

const inPatch = (name: string, target: string, operationWith: (text: string) => object): Place => ({
  name: `${name} of a PATCH of ${target.split('/')[1]}`,
  request: (text) => sent('PATCH', target, { Operations: [operationWith(text)] }),
})

const inBulk = (name: string, operationWith: (text: string) => object): Place => ({
  name: `${name} of a bulk operation`,
  request: (text) => sent('POST', '/Bulk', { Operations: [operationWith(text)] }),
})

const inHeaderOf = (name: string, method: string, body?: object): Place => ({
  name: `${name} of a ${method}`,
  request: (text) => sent(method, user, body, [[name, inHeader(text)]]),
})

const titled = { userName: 'placed', title: 'placed' }
const retitling = { Operations: [{ op: 'replace', path: 'title', value: 'placed' }] }

const places: readonly Place[] = [
  inBody('userName', (userName) => ({ userName })),
  inBody('externalId', (externalId) => ({ externalId })),
  inBody('name', (value) => ({ name: { familyName: value, givenName: value, formatted: value } })),
  inBody('emails', (value) => ({ emails: [{ value, type: value, display: value }] })),
  inBody('addresses', (value) => ({
    addresses: [{ type: 'work', formatted: value, locality: value }],
  })),
  inBody('active', (active) => ({ active })),
  inBody('manager', (value) => ({ [enterprise]: { manager: { value } } })),
  inBody('managerId', (manager) => ({ [enterprise]: { manager } })),
  inBody('employeeNumber', (employeeNumber) => ({ [enterprise]: { employeeNumber } })),
  inBody('a key', (key) => ({ [key]: 'placed' })),
  inBody('schemas', (schema) => ({ schemas: [schema] })),
  {
    name: 'displayName and members of a new group',
    request: (value) =>
      sent('POST', '/Groups', { displayName: value, members: [{ value, display: value }] }),
  },
  {
    name: 'displayName and members of a group that is replaced',
    request: (value) =>
      sent('PUT', group, { displayName: value, members: [{ value, $ref: value }] }),
  },
  {
    name: 'userName of a user who is replaced',
    request: (userName) => sent('PUT', user, { userName }),
  },
  inId('GET', '/Users'),
  inId('PUT', '/Users', titled),
  inId('PATCH', '/Groups', retitling),
  inId('DELETE', '/Users'),
  inId('DELETE', '/Groups'),
  inId('GET', '/Schemas'),
  inQuery('value in the filter', 'filter', (text) => `userName eq ${quoted(text)}`),
  inQuery('part in the filter', 'filter', (text) => `userName co ${quoted(text)}`),
  inQuery('id in the filter', 'filter', (text) => `id eq ${quoted(text)}`),
  inQuery(
    'manager in the filter',
    'filter',
    (text) => `${enterprise}:manager.value eq ${quoted(text)}`,
  ),
  inQuery('group in the filter', 'filter', (text) => `groups.value eq ${quoted(text)}`),
  inQuery('time in the filter', 'filter', (text) => `meta.created gt ${quoted(text)}`),
  inQuery('type in the filter', 'filter', (text) => `emails[type eq ${quoted(text)}]`),
  inQuery('attribute in the filter', 'filter', (text) => `${text} eq "placed"`),
  inQuery('the filter', 'filter', (text) => text),
  inQuery('sortBy', 'sortBy', (text) => text),
  inQuery('sortOrder', 'sortBy=title&sortOrder', (text) => text),
  inQuery('attributes', 'attributes', (text) => text),
  inQuery('excludedAttributes', 'excludedAttributes', (text) => text),
  inQuery('count', 'count', (text) => text),
  inQuery('cursor', 'cursor', (text) => text),
  inSearch('filter', (text) => ({ filter: `userName eq ${quoted(text)}` })),
  inSearch('sortBy', (sortBy) => ({ sortBy })),
  inSearch('attributes', (text) => ({ attributes: [text], excludedAttributes: [] })),
  inSearch('cursor', (cursor) => ({ cursor })),
  inPatch('path', user, (path) => ({ op: 'replace', path, value: 'placed' })),
  inPatch('value', user, (value) => ({ op: 'replace', path: 'title', value })),
  inPatch('manager', user, (value) => ({ op: 'replace', path: `${enterprise}:manager`, value })),
  inPatch('filter in the path', user, (text) => ({
    op: 'replace',
    path: `emails[type eq ${quoted(text)}].value`,
    value: text,
  })),
  inPatch('member', group, (value) => ({ op: 'add', path: 'members', value: [{ value }] })),
  inPatch('member who leaves', group, (value) => ({
    op: 'remove',
    path: 'members',
    value: [{ value }],
  })),
  inPatch('member in the path', group, (text) => ({
    op: 'remove',
    path: `members[value eq ${quoted(text)}]`,
  })),
  inPatch('displayName', group, (value) => ({ op: 'replace', path: 'displayName', value })),
  inBulk('path', (text) => ({ method: 'DELETE', path: `/Users/${text}` })),
  inBulk('version', (version) => ({ method: 'PATCH', path: user, version, data: retitling })),
  inBulk('bulkId', (bulkId) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { userName: bulkId },
  })),
  inBulk('member', (value) => ({
    method: 'POST',
    path: '/Groups',
    bulkId: 'b',
    data: { displayName: 'placed', members: [{ value }, { value: `bulkId:${value}` }] },
  })),
  inHeaderOf('If-Match', 'PATCH', retitling),
  inHeaderOf('If-Match', 'DELETE'),
  inHeaderOf('If-None-Match', 'GET'),
  inHeaderOf('If-None-Match', 'PUT', titled),
  inHeaderOf('Prefer', 'PATCH', retitling),
  inHeaderOf('X-Request-Id', 'PATCH', retitling),
  inHeaderOf('User-Agent', 'GET'),
  inHeaderOf('X-Forwarded-For', 'GET'),
  inHeaderOf('Accept', 'GET'),
]

/** Hostile texts in all places.
 *  @param share of how many pairs of a text and a place there is one: of every text and of every place.
 *  @param turn which. */
export function placedRequests(share: number, turn: number): readonly RawRequest[] {
  return hostileTexts.flatMap((text, row) =>
    places.flatMap(({ request }, column) =>
      (row + column + turn) % share === 0 ? [request(text, `placed-${row}-${column}`)] : [],
    ),
  )
}
