import { METHODS } from 'node:http'
import * as fc from 'fast-check'
import { bodyOf, type BodyKind } from './bodies.ts'
import { hostileTexts, idOf, oddText, secret } from './corpus.ts'
import { filter, path } from './filters.ts'
import { heavyRequests } from './heavy-requests.ts'
import type { RawRequest } from './raw-http.ts'
import { base, type Header, inHeader, tokenMark, usualHeaders } from './request-parts.ts'

const userId = fc.nat(7).map((index) => idOf('user', index))
const groupId = fc.nat(3).map((index) => idOf('group', index))

/** A text in a path or query, encoded well or badly, and never with what would end the request line. */
const encoded = oddText.map((value) => encodeURIComponent(value.toWellFormed()))
const unencoded = oddText.map((value) => value.replace(/[\s\p{Cc}?#]/gu, ''))
const segment = fc.oneof(
  { weight: 3, arbitrary: encoded },
  { weight: 1, arbitrary: unencoded },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%',
      '%f',
      '%ff',
      '%00',
      '%c0%af',
      '%ed%a0%80',
      '%2e%2e',
      '..%2fGroups',
      '%252e%252e',
      '..',
      '.',
      'x'.repeat(3000),
      '%41'.repeat(3000),
    ),
  },
)

type Endpoint = readonly [method: string, path: string, body?: BodyKind]

const usual: fc.Arbitrary<Endpoint> = fc.oneof(
  ...([
    fc.constant(['POST', '/Users', 'user']),
    userId.map((id) => ['PUT', `/Users/${id}`, 'user']),
    userId.map((id) => ['PATCH', `/Users/${id}`, 'patch']),
    groupId.map((id) => ['PATCH', `/Groups/${id}`, 'patch']),
    fc.constant(['POST', '/Groups', 'group']),
    groupId.map((id) => ['PUT', `/Groups/${id}`, 'group']),
    fc.constantFrom<Endpoint>(['GET', '/Users'], ['GET', '/Groups'], ['GET', '/']),
    userId.map((id) => ['GET', `/Users/${id}`]),
    groupId.map((id) => ['GET', `/Groups/${id}`]),
    fc.constantFrom<Endpoint>(
      ['POST', '/Users/.search', 'search'],
      ['POST', '/Groups/.search', 'search'],
      ['POST', '/.search', 'search'],
    ),
    fc.constant(['POST', '/Bulk', 'bulk']),
    segment.map((id) => ['GET', `/Users/${id}`]),
    segment.map((id) => ['PUT', `/Users/${id}`, 'user']),
    segment.map((id) => ['PATCH', `/Groups/${id}`, 'patch']),
    segment.map((id) => ['DELETE', `/Groups/${id}`]),
    fc.oneof(userId, segment).map((id) => ['DELETE', `/Users/${id}`]),
  ] as fc.Arbitrary<Endpoint>[]),
)

const kinds: readonly BodyKind[] = ['user', 'group', 'patch', 'search', 'bulk']

const odd: fc.Arbitrary<Endpoint> = fc.tuple(
  fc.oneof(
    fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
    fc.constantFrom(...METHODS),
  ),
  fc.oneof(
    fc.constantFrom(
      '/Me',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
      '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
      '/ResourceTypes/__proto__',
      '/Schemas/constructor',
      '//Users//',
      '/users',
      '/Users/../Groups',
      '/Users/.search/..',
      '/Nothing',
      '/Bulk/',
      '/.search',
      '/../../health/live',
    ),
    segment.map((value) => `/${value}`),
    fc.tuple(segment, segment).map((both) => `/${both.join('/')}`),
    segment.map((value) => `/Schemas/${value}`),
    segment.map((value) => `/Users/${value}/members`),
  ),
  fc.constantFrom(...kinds),
)

const parameter = fc.oneof(
  filter.map((value) => ['filter', value]),
  path.map((value) => ['sortBy', value]),
  fc.constantFrom('ascending', 'DESCENDING', 'x').map((value) => ['sortOrder', value]),
  fc.array(path, { maxLength: 3 }).map((values) => ['attributes', values.join(',')]),
  fc.array(path, { maxLength: 3 }).map((values) => ['excludedAttributes', values.join(',')]),
  fc.oneof(fc.integer({ min: -5, max: 100 }).map(String), oddText).map((value) => ['count', value]),
  fc
    .oneof(fc.integer({ min: -5, max: 100 }).map(String), oddText)
    .map((value) => ['startIndex', value]),
  fc.oneof(fc.constant(''), oddText).map((value) => ['cursor', value]),
  fc.tuple(oddText, oddText),
  oddText.map((value) => ['access_token', value]),
)

const query = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc
      .array(parameter, { minLength: 1, maxLength: 3 })
      .map(
        (all) =>
          `?${all.map((pair) => pair.map((each) => encodeURIComponent(each.toWellFormed())).join('=')).join('&')}`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '?',
      '?&&=',
      '?filter',
      '?filter=%',
      '?filter=%ff',
      '?count=1&count=2',
      '?%00=%00',
    ),
  },
)

const headerText = oddText.map(inHeader)

const header: fc.Arbitrary<Header> = fc.oneof(
  ...[
    'Accept',
    'If-Match',
    'If-None-Match',
    'Prefer',
    'User-Agent',
    'X-Request-Id',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'Forwarded',
    'Cookie',
    'Content-Type',
    'X-HTTP-Method-Override',
  ].map((name) => headerText.map((value): Header => [name, value])),
  fc.constantFrom<Header>(
    ['Accept', 'application/json'],
    ['Accept', 'text/html;q=0.9,*/*;q=0.1'],
    ['If-Match', '*'],
    ['If-Match', 'W/"0123456789abcdef"'],
    ['If-Match', '"a", W/"b", "'],
    ['If-None-Match', '*'],
    ['Prefer', 'return=minimal'],
    ['Prefer', 'dry-run'],
    ['Prefer', 'return=representation; foo="x\\"'],
    ['Content-Type', 'application/json; charset=utf-16'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Type', 'multipart/form-data; boundary=x'],
    ['Content-Encoding', 'gzip'],
    ['Content-Encoding', 'identity'],
    ['X-Forwarded-For', '::ffff:1.2.3.4, 5.6.7.8'],
    ['Expect', '100-continue'],
    ['Expect', 'something'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Range', 'bytes=0-1'],
    ['Transfer-Encoding', 'gzip, chunked'],
    ['Host', 'a b'],
    ['Host', '[::1'],
    ['Host', '/../'],
    ['Content-Length', '1'],
    ['X-Long', 'x'.repeat(20_000)],
  ),
)

const authorization: fc.Arbitrary<readonly Header[]> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.constant<readonly Header[]>([['Authorization', `Bearer ${tokenMark}`]]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<readonly Header[]>(
      [],
      [['Authorization', '']],
      [['Authorization', 'Bearer']],
      [['Authorization', `bearer   ${tokenMark} `]],
      [['Authorization', tokenMark]],
      [['Authorization', `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`]],
      [['Authorization', `Bearer ${secret}`]],
      [['Authorization', `Bearer ${'x'.repeat(10_000)}`]],
      [
        ['Authorization', `Bearer ${secret}`],
        ['Authorization', `Bearer ${tokenMark}`],
      ],
    ),
  },
  {
    weight: 1,
    arbitrary: headerText.map((value): readonly Header[] => [['Authorization', `Bearer ${value}`]]),
  },
)

const headers = fc
  .tuple(
    authorization,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(header, { maxLength: 3 }) },
    ),
  )
  .map(([allowed, more]): readonly Header[] => {
    const named = new Set(more.map(([name]) => name.toLowerCase()))
    return [...usualHeaders.filter(([name]) => !named.has(name.toLowerCase())), ...allowed, ...more]
  })

function requestTo([method, where, kind]: Endpoint): fc.Arbitrary<RawRequest> {
  const isWithBody = kind !== undefined && !['GET', 'HEAD', 'DELETE'].includes(method)
  return fc
    .tuple(query, headers, isWithBody ? bodyOf(kind) : fc.constant(undefined))
    .map(([asked, given, body]) => ({
      method,
      target: `${base}${where}${asked}`,
      headers: given,
      ...(body === undefined ? {} : { body }),
    }))
}

/** A heavy body, mostly where it does not belong. */
const heavy = fc
  .tuple(fc.constantFrom(...heavyRequests), fc.constantFrom(...heavyRequests))
  .map(([{ method, target, headers: given }, { body = Buffer.alloc(0) }]): RawRequest => ({
    method,
    target,
    headers: given,
    body,
  }))

/** What is no HTTP, or hardly. */
const broken: fc.Arbitrary<RawRequest> = fc
  .tuple(
    fc.constantFrom('GET', 'get', 'G ET', 'FOO', '', '\u0016\u0003\u0001', 'PRI', 'CONNECT'),
    fc.constantFrom(
      base,
      'http://other.example/scim/v2/Users',
      '*',
      'x',
      '/scim/v2/Users HTTP/1.0',
      `${base}/${'x'.repeat(20_000)}`,
      `${base}/Üsers`,
      `${base}/\u0000`,
      '//[',
      'http://[/x',
    ),
    fc.constantFrom<readonly Header[]>(
      [],
      usualHeaders,
      [
        ['Host', 'x'],
        ['Host', 'y'],
      ],
      [...usualHeaders, ['Na me', 'x']],
      [...usualHeaders, ['X', 'a\u0000b']],
      [...usualHeaders, ['X', `a\r\nX-Forged: b`]],
      [...usualHeaders, ['Content-Length', '-1']],
      [...usualHeaders, ['Content-Length', '5'], ['Transfer-Encoding', 'chunked']],
      [...usualHeaders, ['Transfer-Encoding', 'chunked'], ['Authorization', `Bearer ${tokenMark}`]],
      Array.from({ length: 3000 }, (_, index): Header => [`X${index}`, 'x']),
    ),
  )
  .map(([method, target, given]) => ({
    method,
    target,
    headers: given,
    body: Buffer.from('zz\r\n\r\n'),
  }))

/** Any request, mostly one that gets past the door. */
export const anyRequest: fc.Arbitrary<RawRequest> = fc.oneof(
  { weight: 400, arbitrary: usual.chain(requestTo) },
  { weight: 60, arbitrary: odd.chain(requestTo) },
  { weight: 15, arbitrary: broken },
  { weight: 2, arbitrary: heavy },
  {
    weight: 10,
    arbitrary: fc.constantFrom(...hostileTexts).map((value): RawRequest => ({
      method: 'GET',
      target: `${base}/Users?filter=${encodeURIComponent(`userName eq ${JSON.stringify(value.toWellFormed())}`)}`,
      headers: [...usualHeaders, ['Authorization', `Bearer ${tokenMark}`]],
    })),
  },
)
