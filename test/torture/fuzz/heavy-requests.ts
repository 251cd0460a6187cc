import { idOf } from './corpus.ts'
import type { RawRequest } from './raw-http.ts'
import { base, tokenMark, usualHeaders } from './request-parts.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0'
const message = 'urn:ietf:params:scim:api:messages:2.0'

type Endpoint = readonly [method: string, target: string]

/** @param status what it is answered with: it is read to where that is decided. */
function heavy(status: number, [method, target]: Endpoint, body: string): RawRequest {
  return {
    method,
    target: `${base}${target}`,
    headers: [...usualHeaders, ['Authorization', `Bearer ${tokenMark}`]],
    body: Buffer.from(body),
    isRight: (answer) => answer.status === status,
  }
}

const many = <T>(count: number, one: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => one(index))

function newUser(status: number, body: string): RawRequest {
  const text = `{"schemas":["${core}:User"],"userName":"heavy ${body.length}",${body}}`
  return heavy(status, ['POST', '/Users'], text)
}

function patchOf(
  status: number,
  target: string,
  count: number,
  operation: (index: number) => object,
): RawRequest {
  const body = { schemas: [`${message}:PatchOp`], Operations: many(count, operation) }
  return heavy(status, ['PATCH', target], JSON.stringify(body))
}

function bulkOf(status: number, count: number, operation: (index: number) => object): RawRequest {
  const body = { schemas: [`${message}:BulkRequest`], Operations: many(count, operation) }
  return heavy(status, ['POST', '/Bulk'], JSON.stringify(body))
}

function searchFor(status: number, filter: string): RawRequest {
  const body = { schemas: [`${message}:SearchRequest`], filter }
  return heavy(status, ['POST', '/Users/.search'], JSON.stringify(body))
}

const user = `/Users/${idOf('user', 0)}`
const group = `/Groups/${idOf('group', 0)}`
const titles = (index: number): object => ({ op: 'replace', path: 'title', value: `T${index}` })
const noEmails = (): object => ({ op: 'remove', path: 'emails[type eq "work"]' })
const members = (index: number): object => ({
  op: 'add',
  path: 'members',
  value: [{ value: idOf('user', index % 8) }],
})
const email = (index: number): object => ({ value: `${index}@x` })

/** Requests whose bodies are large, deep, or both, each where it belongs: what is too much, and what is as much as there may
 *  be. */
export const heavyRequests: readonly RawRequest[] = [
  patchOf(413, user, 10_000, titles),
  patchOf(200, user, 1000, titles),
  patchOf(413, user, 10_000, noEmails),
  patchOf(200, user, 1000, noEmails),
  patchOf(413, group, 10_000, members),
  patchOf(204, group, 1000, members),
  bulkOf(413, 10_000, (index) => ({ method: 'DELETE', path: `/Users/${index}` })),
  bulkOf(200, 900, (index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `${index}`,
    data: { members: [{ value: `bulkId:${index + 1}` }] },
  })),
  newUser(413, `"a":${'['.repeat(500_000)}`),
  newUser(400, `"a":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  newUser(400, `"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  newUser(400, `"title":"${'x'.repeat(3_000_000)}"`),
  newUser(413, `"title":"${'x'.repeat(6_000_000)}"`),
  newUser(201, `"title":"${'x'.repeat(65_536)}"`),
  newUser(413, `"emails":${JSON.stringify(many(50_000, email))}`),
  newUser(201, `"emails":${JSON.stringify(many(2000, email))}`),
  heavy(
    400,
    ['PUT', group],
    JSON.stringify({
      schemas: [`${core}:Group`],
      displayName: 'heavy',
      members: many(20_000, (index) => ({ value: `${index}` })),
    }),
  ),
  searchFor(400, many(20_000, () => 'title pr').join(' or ')),
  searchFor(200, many(1300, () => 'title pr').join(' or ')),
  searchFor(400, `${'('.repeat(100_000)}title pr${')'.repeat(100_000)}`),
  searchFor(400, `${'not ('.repeat(2000)}title pr${')'.repeat(2000)}`),
  searchFor(400, `userName co "${'\\u0041'.repeat(50_000)}"`),
  searchFor(200, `userName co "${'\\u0041'.repeat(2000)}"`),
  newUser(201, many(100_000, (index) => `"k${index}":${index}`).join(',')),
  heavy(
    400,
    ['POST', '/Users'],
    `{"schemas":["${core}:User"],"userName":${'9'.repeat(1_000_000)}}`,
  ),
]
