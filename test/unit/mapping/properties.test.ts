import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Entry } from '../../../src/directory/entry.ts'
import type { Plan } from '../../../src/directory/operation.ts'
import { leafOf, type Slot } from '../../../src/mapping/slot.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/scim/json.ts'
import { normalizeResource } from '../../../src/scim/normalize.ts'
import { matchKey } from '../../support/memory-directory-entry.ts'
import { applyOperations } from './apply.ts'
import { context, mappings, people, person, schema } from './example.ts'

const { users } = mappings()
const words = ['Anna', 'anna', 'ANNA', 'Anna  Berg', 'Anna Berg', 'Bergström', 'x', '日本', 'a,b+c']
const numbers = ['+49 30-1', '+49301', '+4930 1', '1', '2', '(3) 4']
const mails = ['a@example.org', 'A@example.org', 'b@example.org', 'c@example.org']

function held(
  attribute: string,
  pool: readonly string[],
  limits: { readonly minLength?: number; readonly maxLength: number },
) {
  const rule = schema.attributeType(attribute)?.equality
  const selector = (value: string): string => matchKey(rule, Buffer.from(value)) ?? value
  return fc.uniqueArray(fc.constantFrom(...pool), { ...limits, selector })
}

const unmapped = { description: ['kept', 'as it is'], roomNumber: '4', carLicense: 'B-X 1' }
const several = { maxLength: 3 }
const one = { maxLength: 1 }
const some = { minLength: 1, maxLength: 3 }

const entries: fc.Arbitrary<Entry> = fc
  .record({
    uid: held('uid', words, some),
    cn: held('cn', words, some),
    sn: held('sn', words, some),
    givenName: held('givenName', words, several),
    displayName: held('displayName', words, one),
    title: held('title', words, several),
    employeeType: held('employeeType', words, several),
    mail: held('mail', mails, several),
    telephoneNumber: held('telephoneNumber', numbers, several),
    mobile: held('mobile', numbers, one),
    facsimileTelephoneNumber: held('facsimileTelephoneNumber', numbers, several),
    street: held('street', words, several),
    l: held('l', words, several),
    employeeNumber: held('employeeNumber', words, one),
    departmentNumber: held('departmentNumber', words, several),
    pwdAccountLockedTime: fc.constantFrom([], ['000001010000Z'], ['20261122084405Z']),
    names: fc.constantFrom<readonly string[]>(['uid'], ['cn'], ['cn', 'uid'], ['roomNumber']),
  })
  .map(({ names, ...attributes }) => {
    const all: Record<string, string | readonly string[]> = { ...attributes, ...unmapped }
    const rdn = names.map((name) => `${name}=${escaped([all[name]].flat().at(-1) ?? '')}`)
    return person(all, `${rdn.join('+')},${people}`)
  })

const word = fc.constantFrom(...words)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined })

const bodies: fc.Arbitrary<JsonObject> = fc
  .record({
    userName: word,
    name: maybe(
      fc.record({ formatted: maybe(word), familyName: maybe(word), givenName: maybe(word) }),
    ),
    displayName: maybe(word),
    title: maybe(word),
    userType: maybe(word),
    externalId: maybe(word),
    active: fc.boolean(),
    emails: fc
      .record({
        values: held('mail', mails, several),
        type: fc.constantFrom('work', undefined),
        primary: fc.nat(6),
      })
      .map(({ values, type, primary }) =>
        values.map((value, index) => ({ value, type, primary: index === primary || undefined })),
      ),
    phoneNumbers: fc.array(
      fc.record({ value: fc.constantFrom(...numbers), type: fc.constantFrom('work', 'fax') }),
      { maxLength: 4 },
    ),
    addresses: fc.array(
      fc.record({ type: fc.constant('work'), locality: word, region: maybe(word) }),
      one,
    ),
  })
  .map((body) => JSON.parse(JSON.stringify(body)) as JsonObject)

/** A PUT of a body that leaves the manager alone. */
function planPut(entry: Entry, after: JsonObject): Plan {
  return users.planChange({
    entry,
    before: users.toWriteModel(entry, context()),
    resource: users.entries.withoutRepeated(entry, after),
    manager: { dn: undefined, pending: undefined },
    password: undefined,
    version: undefined,
  })
}

/** What SCIM can see of the values: those the directory takes for the same are one. */
function keysOf(resource: JsonObject, slot: Slot): string[] {
  const values = users.entries.valuesOf(resource, slot).map(textOf)
  const kept = values.filter(
    (value, index) =>
      values.findIndex((other) => ruleKey(slot, other) === ruleKey(slot, value)) === index,
  )
  return kept.sort()
}

function ruleKey({ type }: Slot, value: string): string {
  return matchKey(type.equality, Buffer.from(value)) ?? value
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function escaped(value: string): string {
  return value.replace(/[,+]/gu, String.raw`\$&`)
}

describe('Any change of any user', () => {
  it('makes the entry show what was asked for, keeps what is not mapped, and is done after once', () => {
    fc.assert(
      fc.property(entries, bodies, (entry, body) => {
        const after = normalizeResource(users.schema, body)
        const changed = applyOperations(entry, planPut(entry, after).operations)
        const user = users.toUser(changed, context())
        assert.equal(user['active'], after['active'])
        for (const slot of users.entries.slots) {
          const wanted = keysOf(after, slot)
          if (wanted.length === 0 && slot.fallback.length > 0) continue
          const single = leafOf(slot).name === 'value' ? wanted : wanted.slice(0, 1)
          assert.deepEqual(
            keysOf(user, slot).map((value) => ruleKey(slot, value)),
            single.map((value) => ruleKey(slot, value)),
            slot.key,
          )
        }
        for (const name of Object.keys(unmapped)) {
          assert.deepEqual(changed.texts(name), entry.texts(name))
        }
        assert.deepEqual(planPut(changed, after).operations, [])
      }),
      { numRuns: 1000 },
    )
  })

  it('shows the primary address first', () => {
    fc.assert(
      fc.property(entries, bodies, (entry, body) => {
        const after = normalizeResource(users.schema, body)
        const list = after['emails']
        const primary = (Array.isArray(list) ? (list as JsonValue[]) : [])
          .filter(isJsonObject)
          .find((each) => each['primary'] === true)
        fc.pre(primary !== undefined)
        const changed = applyOperations(entry, planPut(entry, after).operations)
        assert.equal(changed.text('mail'), primary['value'])
      }),
    )
  })

  it('names no attribute that is not mapped', () => {
    const mapped = users.attributes.map((name) => name.toLowerCase())
    fc.assert(
      fc.property(entries, bodies, (entry, body) => {
        const { operations } = planPut(entry, normalizeResource(users.schema, body))
        const named = operations.flatMap((operation) =>
          operation.kind === 'modify'
            ? operation.modifications.map(({ attribute }) => attribute.toLowerCase())
            : [],
        )
        assert.deepEqual(
          named.filter((name) => !mapped.includes(name)),
          [],
        )
      }),
    )
  })
})
