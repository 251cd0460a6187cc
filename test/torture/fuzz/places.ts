import { dnTexts, hostileTexts, idOf } from './corpus.ts'
import {
  findingNobody,
  namingNobody,
  namingNobodyInBulk,
  type Place,
  withoutManager,
} from './place-rules.ts'
import type { RawRequest } from './raw-http.ts'
import { base, type Header, inHeader, tokenMark, usualHeaders } from './request-parts.ts'

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
  takesDns: true,
})

const inQuery = (name: string, parameter: string, valueWith: (text: string) => string): Place => ({
  name: `${name} of a list`,
  request: (text) => sent('GET', `/Users?${parameter}=${encoded(valueWith(text))}`),
  takesDns: true,
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
  takesDns: true,
})

const inHeaderOf = (name: string, method: string, body?: object): Place => ({
  name: `${name} of a ${method}`,
  request: (text) => sent(method, user, body, [[name, inHeader(text)]]),
  takesDns: true,
})

/** Whoever can be found by a text is called so, too: those who bear none are told by their ordinary names. */
const called = (text: string): object => ({ displayName: text, name: { formatted: text } })

const titled = { userName: 'placed', title: 'placed' }
const retitling = { Operations: [{ op: 'replace', path: 'title', value: 'placed' }] }

const places: readonly Place[] = [
  inBody('userName', (userName) => ({ userName })),
  inBody('externalId', (externalId) => ({ externalId, ...called(externalId) })),
  inBody('name', (value) => ({ name: { familyName: value, givenName: value, formatted: value } })),
  inBody('emails', (value) => ({ emails: [{ value, type: value, display: value }] })),
  inBody('addresses', (value) => ({
    addresses: [{ type: 'work', formatted: value, locality: value }],
  })),
  inBody('active', (active) => ({ active })),
  withoutManager(inBody('manager', (value) => ({ [enterprise]: { manager: { value } } }))),
  withoutManager(inBody('managerId', (manager) => ({ [enterprise]: { manager } }))),
  inBody('employeeNumber', (employeeNumber) => ({ [enterprise]: { employeeNumber } })),
  inBody('a key', (key) => ({ [key]: 'placed' })),
  inBody('schemas', (schema) => ({ schemas: [schema] })),
  namingNobody({
    name: 'displayName and members of a new group',
    request: (value) =>
      sent('POST', '/Groups', { displayName: value, members: [{ value, display: value }] }),
  }),
  namingNobody({
    name: 'displayName and members of a group that is replaced',
    request: (value) =>
      sent('PUT', group, { displayName: value, members: [{ value, $ref: value }] }),
  }),
  {
    name: 'userName of a user who is replaced',
    request: (userName) => sent('PUT', user, { userName, ...called(userName) }),
  },
  namingNobody(inId('GET', '/Users')),
  namingNobody(inId('PUT', '/Users', titled)),
  namingNobody(inId('PATCH', '/Groups', retitling)),
  namingNobody(inId('DELETE', '/Users')),
  namingNobody(inId('DELETE', '/Groups')),
  inId('GET', '/Schemas'),
  findingNobody(inQuery('value in the filter', 'filter', (text) => `userName eq ${quoted(text)}`)),
  findingNobody(
    inQuery('part in the filter', 'filter', (text) => `userName co ${quoted(text)}`),
    (name, text) => name.includes(text.trim().toLowerCase()),
  ),
  findingNobody(inQuery('id in the filter', 'filter', (text) => `id eq ${quoted(text)}`)),
  findingNobody(
    inQuery(
      'manager in the filter',
      'filter',
      (text) => `${enterprise}:manager.value eq ${quoted(text)}`,
    ),
  ),
  findingNobody(
    inQuery('group in the filter', 'filter', (text) => `groups.value eq ${quoted(text)}`),
  ),
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
  findingNobody(inSearch('filter', (text) => ({ filter: `userName eq ${quoted(text)}` }))),
  inSearch('sortBy', (sortBy) => ({ sortBy })),
  inSearch('attributes', (text) => ({ attributes: [text], excludedAttributes: [] })),
  inSearch('cursor', (cursor) => ({ cursor })),
  inPatch('path', user, (path) => ({ op: 'replace', path, value: 'placed' })),
  inPatch('value', user, (value) => ({ op: 'replace', path: 'title', value })),
  withoutManager(
    inPatch('manager', user, (value) => ({ op: 'replace', path: `${enterprise}:manager`, value })),
  ),
  inPatch('filter in the path', user, (text) => ({
    op: 'replace',
    path: `emails[type eq ${quoted(text)}].value`,
    value: text,
  })),
  namingNobody(
    inPatch('member', group, (value) => ({ op: 'add', path: 'members', value: [{ value }] })),
  ),
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
  namingNobodyInBulk(inBulk('path', (text) => ({ method: 'DELETE', path: `/Users/${text}` }))),
  inBulk('version', (version) => ({ method: 'PATCH', path: user, version, data: retitling })),
  inBulk('bulkId', (bulkId) => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: { userName: bulkId },
  })),
  namingNobodyInBulk(
    inBulk('member', (value) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: 'b',
      data: { displayName: 'placed', members: [{ value }, { value: `bulkId:${value}` }] },
    })),
  ),
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

/** Hostile texts in all places, and DNs where a client may take them for something else.
 *  @param share of how many pairs of a text and a place there is one: of every text and of every place.
 *  @param turn which. */
export function placedRequests(share: number, turn: number): readonly RawRequest[] {
  return [...hostileTexts, ...dnTexts].flatMap((text, row) =>
    places.flatMap((place, column) =>
      (row + column + turn) % share === 0 && (place.takesDns === true || row < hostileTexts.length)
        ? [placed(place, text, `placed-${row}-${column}`)]
        : [],
    ),
  )
}

function placed({ request, isRight }: Place, text: string, fresh: string): RawRequest {
  const sentWith = request(text, fresh)
  return isRight === undefined
    ? sentWith
    : { ...sentWith, isRight: (answer) => isRight(answer, text) }
}
