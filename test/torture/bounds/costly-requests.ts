import type { JsonObject, JsonValue } from '../../../src/scim/json.ts'
import { ScimClient } from '../../walkthrough/scim-client.ts'
import type { Nuisance } from './nuisances.ts'

/** A request within the bounds of what may be sent, whose cost would be the product of what it holds. */
interface CostlyRequest {
  readonly name: string
  readonly method: 'PATCH' | 'POST'
  /** Below the SCIM root. */
  readonly path: string
  readonly body: JsonObject
  /** What it is answered: done at a cost that grows with its length, or refused. */
  readonly status: number
}

function listOf<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

const search = (members: JsonObject): Pick<CostlyRequest, 'method' | 'path' | 'body'> => ({
  method: 'POST',
  path: '/Users/.search',
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...members },
})

const patch = (
  id: string,
  Operations: readonly JsonValue[],
): Pick<CostlyRequest, 'method' | 'path' | 'body'> => ({
  method: 'PATCH',
  path: `/Users/${id}`,
  body: { Operations },
})

const mails = (count: number): JsonValue =>
  listOf(count, (index) => ({ value: `m${index}@example.org` }))

const manyTerms = listOf(1000, () => 'type pr').join(' or ')
/** Two that belong into the other order. */
const accents = '\u0300\u0323'

/** What the directory is not asked for, because it could find too little. */
const noneOf = (count: number, term: (index: number) => string): string =>
  `not (${listOf(count, term).join(' or ')})`

const manyMails = (index: number): string => `emails.value co "q${index}@office.mail.example.org"`

/** Titles are long and of one letter, so that these are looked for from each place of them. */
const longPart = (index: number): string =>
  `title co "${'x'.repeat(12 + index)}y${'x'.repeat(288)}"`

/** @param id of somebody with 2000 mail addresses. */
function requestsOn(id: string): readonly CostlyRequest[] {
  const numbered = listOf(40_000, (index) => [`attributes[${index}]`, 'userName'] as const)
  const paths = listOf(1500, (index) => [`emails[value co "z${index}"]`, null] as const)
  return [
    {
      name: 'many filters over many values that are there',
      ...patch(
        id,
        listOf(1000, (index) => ({ op: 'remove', path: `emails[value co "z${index}"]` })),
      ),
      status: 413,
    },
    {
      name: 'many filters over many values that it adds',
      ...patch(id, [
        { op: 'add', path: 'emails', value: mails(2000) },
        ...listOf(999, (index) => ({ op: 'remove', path: `emails[value co "z${index}"]` })),
      ]),
      status: 413,
    },
    {
      name: 'many keys of one value that are paths',
      ...patch(id, [{ op: 'replace', value: Object.fromEntries(paths) }]),
      status: 413,
    },
    {
      name: 'many addresses without a value',
      ...patch(id, [
        {
          op: 'add',
          path: 'addresses',
          value: listOf(2000, (index) => ({ type: `t${index}`, locality: `l${index}` })),
        },
      ]),
      status: 200,
    },
    {
      name: 'more addresses than a list may have',
      ...patch(id, [
        { op: 'add', path: 'addresses', value: listOf(60_000, (index) => ({ type: `t${index}` })) },
      ]),
      status: 413,
    },
    {
      name: 'many filters of many terms that meet nothing',
      ...patch(
        id,
        listOf(350, () => ({ op: 'remove', path: `addresses[${manyTerms}]` })),
      ),
      status: 413,
    },
    {
      name: 'a name with a long run of blanks',
      ...patch(id, [{ op: 'replace', path: 'userName', value: `a${' '.repeat(60_000)}b` }]),
      status: 400,
    },
    {
      name: 'a filter with a long run of blanks',
      ...search({ filter: `displayName co "é${' '.repeat(16_000)}b"`, count: 0 }),
      status: 200,
    },
    {
      name: 'a letter with many accents',
      ...patch(id, [{ op: 'replace', path: 'title', value: `a${accents.repeat(30_000)}` }]),
      status: 400,
    },
    {
      name: 'a filter with a letter of many accents',
      ...search({ filter: `title eq "a${accents.repeat(4000)}"`, count: 0 }),
      status: 400,
    },
    {
      name: 'many characters that become a phrase',
      ...patch(id, [
        {
          op: 'add',
          path: 'phoneNumbers',
          value: listOf(2000, (index) => ({ type: '\uFDFA'.repeat(400), value: `${index}` })),
        },
      ]),
      status: 400,
    },
    {
      name: 'many names of attributes that nobody knows',
      ...search({ excludedAttributes: listOf(200_000, (index) => `x${index}`), count: 300 }),
      status: 400,
    },
    {
      name: 'as many of them as there may be',
      ...search({ excludedAttributes: listOf(1000, (index) => `x${index}`), count: 300 }),
      status: 200,
    },
    {
      name: 'one name of an attribute again and again',
      ...search({ attributes: listOf(200_000, () => 'emails.value'), count: 300 }),
      status: 200,
    },
    {
      name: 'many parameters with a number',
      ...search({ ...Object.fromEntries(numbered), count: 0 }),
      status: 200,
    },
    {
      name: 'a filter that is more work on one user than there may be',
      ...search({ filter: `userName eq "many-mails" and ${noneOf(310, manyMails)}` }),
      status: 400,
    },
    {
      name: 'a filter that is much work on each of many users',
      ...search({
        filter: `(${listOf(3, (index) => `userName sw "u3${index}"`).join(' or ')}) and ${noneOf(4, longPart)}`,
        attributes: ['userName'],
      }),
      status: 200,
    },
    {
      name: 'a filter of many terms',
      ...search({
        filter: listOf(300, (index) => `emails[type eq "work" and value co "q${index}"]`).join(
          ' or ',
        ),
        count: 300,
      }),
      status: 200,
    },
  ]
}

/** How long others may wait beside several of these, on a machine that is busy with this test as well. */
const longestMs = 2000

/** One request after the other that would keep everybody waiting if its cost were not bounded. */
export const costlyRequests: Nuisance = {
  name: 'requests whose cost would be a product',
  longestMs,
  async run({ bridge }) {
    const scim = new ScimClient(bridge.baseUrl, bridge.token)
    const { status, answer } = await scim.post('/Users', {
      userName: 'many-mails',
      name: { familyName: 'Mails', formatted: 'Many Mails' },
      emails: mails(2000),
    })
    const id = answer?.['id']
    if (typeof id !== 'string') return [`a user with many mails was not made: ${status}`]
    const problems: string[] = []
    for (const { name, method, path, body, status: wanted } of requestsOn(id)) {
      const { status: found } = await scim.send(method, path, { body })
      if (found !== wanted) problems.push(`${name}: answered ${found}, not ${wanted}`)
    }
    return problems
  },
}
