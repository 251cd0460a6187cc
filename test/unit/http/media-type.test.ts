import assert from 'node:assert/strict'
import { answerType, isReadable } from '../../../src/http/media-type.ts'

describe('isReadable (RFC 7644 §3.1)', () => {
  const readable = [
    'application/json',
    'application/scim+json',
    'text/json',
    'Application/JSON',
    'application/scim+json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8; q=1',
    'application/json;',
    '',
  ]
  for (const type of readable) {
    it(`reads ${JSON.stringify(type)}`, () => assert.equal(isReadable(type), true))
  }

  const unreadable = [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'json',
    'application/json, text/plain',
  ]
  for (const type of unreadable) {
    it(`does not read ${JSON.stringify(type)}`, () => assert.equal(isReadable(type), false))
  }
})

describe('answerType', () => {
  const cases: readonly (readonly [string, readonly string[], string, string])[] = [
    [
      'what Accept names: Okta',
      ['application/scim+json'],
      'application/json',
      'application/scim+json',
    ],
    [
      'what Accept names: OneLogin',
      ['application/json'],
      'application/scim+json',
      'application/json',
    ],
    [
      'the first of what Accept names',
      ['text/html', 'application/json', 'application/scim+json'],
      '',
      'application/json',
    ],
    [
      'what the request used, when Accept names nothing',
      [],
      'application/json; charset=utf-8',
      'application/json',
    ],
    [
      'what the request used, when Accept takes anything',
      ['*/*'],
      'application/scim+json',
      'application/scim+json',
    ],
    ['JSON for JSON by its older name', ['*/*'], 'text/json', 'application/json'],
    ['the type of SCIM, when the request used none', ['*/*'], '', 'application/scim+json'],
    [
      'the type of SCIM, when the request used one that is not JSON',
      [],
      'text/plain',
      'application/scim+json',
    ],
    [
      'the type of SCIM, when Accept names only what there is not',
      ['text/html'],
      '',
      'application/scim+json',
    ],
  ]
  for (const [what, accepted, used, answer] of cases) {
    it(`is ${what}`, () => assert.equal(answerType(accepted, used), answer))
  }
})
