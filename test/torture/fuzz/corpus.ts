import * as fc from 'fast-check'

/** Stands in passwords alone, and so may be read nowhere. */
export const secret = 'Fz9-nobody-may-read-this'

/** What pollutes a prototype would show up in resources that never had it. */
export const pollution = 'polluted-by-a-prototype'

/** Stands for the id of a user or a group that is there, until the request is sent. */
export const idOf = (kind: 'user' | 'group', index: number): string => `~~${kind}${index}~~`

/** Stands for the base of the users, until the request is sent. */
export const sectionMark = '~~people~~'

/** What a client may take for an id: an answer may show it, for the client knows it, but no log may. */
export const dnTexts: readonly string[] = [
  `uid=standing-json-0,${sectionMark}`,
  `cn=a\\,b+uid=x, ${sectionMark}`,
]

const forgedEvents = [
  '\n2026-01-01T00:00:00.000Z ERROR forged',
  '\r\n{"time":"2026-01-01T00:00:00.000Z","level":"error","message":"forged"}',
  '\u2028{"level":"error"}\u0085\u001b[2J\u001b[31mERROR',
]

/** Texts that mean something else to LDAP where they are not escaped: to filters (RFC 4515 §3), DNs (RFC 4514 §2.4) and URLs. */
export const ldapInjections: readonly string[] = [
  '*',
  '*)(uid=*',
  '*)(uid=*))(|(uid=*',
  '*)(|(objectClass=*',
  ')(cn=*))\\00',
  'admin)(&)',
  'x)(!(&(1=0',
  '\\00',
  '\\2a',
  '\\5c\\2a',
  '(objectClass=*)',
  '(&(uid=*)(userPassword=*))',
  'uid=bridge,ou=services,dc=example,dc=org',
  'cn=admin,dc=example,dc=org',
  'cn=empty-membership,dc=example,dc=org',
  'x,ou=secret,dc=example,dc=org',
  'x+cn=y,ou=services,dc=example,dc=org',
  'ou=secret,dc=example,dc=org??sub?(objectClass=*)',
  'ldap://127.0.0.1/dc=example,dc=org??sub',
  '#04024869',
  '<GUID=00000000-0000-0000-0000-000000000000>',
  ',',
  '+',
  '"',
  '\\',
  '<>',
  ';',
  '#',
  '=',
  ',+"\\<>;=#',
  '\\,',
  ' leading and trailing ',
  ' ',
  '  ',
  '# hash',
  'a\\',
]

const oddTexts = [
  '',
  '\0',
  'nul\0within',
  '\u0001\u0008\u000b\u001f\u007f',
  'tab\there',
  'line\nbreak',
  'a: b\nchangetype: delete',
  '\n\ndn: cn=admin,dc=example,dc=org\nchangetype: delete\n',
  '\ud800',
  'x\udc00\ud800y',
  '\ufeffbyte order mark',
  '\u202egnidaer',
  'é',
  'e\u0301',
  `e${'\u0301\u0323'.repeat(1000)}`,
  `a${' '.repeat(5000)}b`,
  'ß',
  'İ',
  '👩‍👩‍👧‍👦',
  '😀'.repeat(300),
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '1e999',
  '../../Groups',
  '..%2f..%2f',
  '%00',
  '%ff',
  '${jndi:ldap://x}',
  "'; DROP TABLE users; --",
  '<script>alert(1)</script>',
  '$ref',
  'bulkId:1',
  'urn:ietf:params:scim:schemas:core:2.0:User',
  '000001010000Z',
  '19700101000000Z',
  '{SSHA}AAAA',
  'data:image/jpeg;base64,AAAA',
]

/** Texts that somebody might get something out of. */
export const hostileTexts: readonly string[] = [...ldapInjections, ...oddTexts, ...forgedEvents]

const anyUnits = fc
  .array(fc.nat(0xffff), { maxLength: 24 })
  .map((units) => String.fromCharCode(...units))

/** Any text, with a liking for hostile ones. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostileTexts) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts))
      .map((both) => both.join('')),
  },
  { weight: 1, arbitrary: anyUnits },
  { weight: 1, arbitrary: fc.nat(7).map((index) => idOf('user', index)) },
  { weight: 1, arbitrary: fc.nat(3).map((index) => idOf('group', index)) },
)

/** A text that is right, mostly. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.nat(40).map((number) => `fuzz${number}`) },
  { weight: 1, arbitrary: oddText },
)

/** What JSON cannot hold comes in by a text that is replaced when the body is written. */
const rawFragments: readonly string[] = [
  '1e999',
  '-1e999',
  '-0',
  '123456789012345678901234567890',
  '0.1e-400',
  '"\\ud800"',
  '"\\u0000"',
  '"\\/\\b\\f"',
  `{"__proto__":{"${pollution}":"${pollution}"}}`,
  `{"constructor":{"prototype":{"${pollution}":"${pollution}"}}}`,
  `${'['.repeat(40)}${']'.repeat(40)}`,
  `${'{"a":'.repeat(31)}1${'}'.repeat(31)}`,
  '{"value":"a","value":"b","VALUE":"c"}',
  '01',
  'NaN',
  '',
]

/** A text of `rawFragments`, by its place. */
const rawMark = (index: number): string => `#RAW${index}#`

/** JSON with the raw fragments in their places. */
export function withRawFragments(json: string): string {
  return json.replace(/"#RAW(\d+)#"/gu, (_, index: string) => rawFragments[Number(index)] ?? '')
}

/** A value of any type. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: oddText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 2 ** 53, [], {}, [[]], [null]),
  },
  { weight: 4, arbitrary: fc.nat(rawFragments.length - 1).map(rawMark) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: oddText.map((value) => ({ value, type: value, $ref: value, display: value })),
  },
)
