import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../src/scim/json.ts'
import { enterprise } from '../users/scene.ts'
import { mail, phone, word } from './words.ts'

/** A place that a PATCH can name and the values that may be put there. */
interface Target {
  readonly path: string
  readonly value: fc.Arbitrary<JsonValue>
}

const blank = fc.constantFrom<JsonValue>('', ' ', null)
const text = fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: blank })
const flag = fc.constantFrom<JsonValue>(true, false, 'True', 'False', 'false', 1)
const kind = fc.constantFrom('work', 'Work', 'home', 'mobile', 'fax', 'pager', 'other')

function maybe<T extends JsonValue>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 })
}

/** Without what is undefined, as it goes over the wire. */
function sent(value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonValue> {
  return value.map((each) => JSON.parse(JSON.stringify(each)) as JsonValue)
}

function elements(value: fc.Arbitrary<string>): fc.Arbitrary<JsonValue> {
  const element = sent(fc.record({ value, type: maybe(kind), primary: maybe(flag) }))
  return fc.oneof(fc.array(element, { maxLength: 3 }), element, value)
}

const address = sent(
  fc.record({
    type: maybe(fc.constantFrom('work', 'home')),
    formatted: maybe(text),
    streetAddress: maybe(text),
    locality: maybe(text),
    region: maybe(text),
    country: maybe(text),
  }),
)
const name = sent(
  fc.record({ formatted: maybe(text), familyName: maybe(text), GivenName: maybe(text) }),
)

function listTargets(
  attribute: string,
  value: fc.Arbitrary<string>,
  known: fc.Arbitrary<string>,
): fc.Arbitrary<Target> {
  const element = sent(fc.record({ value: maybe(value), type: maybe(kind), primary: maybe(flag) }))
  const quoted = fc.oneof(known, value).map((each) => JSON.stringify(each))
  const filter = fc.oneof(
    kind.map((each) => `type eq "${each}"`),
    quoted.map((each) => `value eq ${each}`),
    fc.tuple(kind, quoted).map(([type, each]) => `type eq "${type}" and value eq ${each}`),
    fc.constantFrom(
      'primary eq true',
      'value pr',
      'not (type eq "work")',
      'value co "1" or type eq "fax"',
    ),
  )
  return fc.oneof(
    fc.constant({ path: attribute, value: elements(value) }),
    filter.map((each) => ({ path: `${attribute}[${each}]`, value: element })),
    filter.map((each) => ({ path: `${attribute}[${each}].value`, value })),
    filter.map((each) => ({ path: `${attribute}[${each}].primary`, value: flag })),
    fc.constant({ path: `${attribute}.type`, value: kind }),
  )
}

/** PATCH operations over everything that the preset maps, and a little that it does not. RFC 7644 §3.5.2
 *  @param managers the ids of those who may be a manager.
 *  @param userName names that nobody has. */
export function operationsFor(
  managers: fc.Arbitrary<string>,
  userName: fc.Arbitrary<string>,
): fc.Arbitrary<JsonObject> {
  const extension = sent(
    fc.record({ department: maybe(text), Organization: maybe(text), manager: maybe(managers) }),
  )
  const manager = fc.oneof(
    managers,
    managers.map((value) => ({ value })),
    managers.map((value) => [{ value, $ref: 'x' }]),
    blank,
  )
  const plain = ['displayName', 'title', 'userType', 'preferredLanguage', 'externalId']
  const parts = ['name.formatted', 'name.familyName', 'name.givenName', 'NAME.GIVENNAME']
  const places = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode']
  const target: fc.Arbitrary<Target> = fc.oneof(
    fc.constantFrom(...plain, ...parts).map((path) => ({ path, value: text })),
    fc.constant({ path: 'name', value: name }),
    fc.constant({ path: 'active', value: flag }),
    fc.constant({ path: 'profileUrl', value: fc.oneof(fc.webUrl(), blank) }),
    fc.constant({ path: 'userName', value: userName }),
    listTargets('emails', mail, mail),
    listTargets('phoneNumbers', phone, phone),
    fc
      .constantFrom(...places)
      .map((each) => ({ path: `addresses[type eq "work"].${each}`, value: text })),
    fc
      .constantFrom('addresses', 'addresses[type eq "work"]')
      .map((path) => ({ path, value: address })),
    fc
      .constantFrom('employeeNumber', 'department', 'organization')
      .map((each) => ({ path: `${enterprise}:${each}`, value: text })),
    fc.constantFrom(enterprise).map((path) => ({ path, value: extension })),
    fc
      .constantFrom('manager', `${enterprise}:manager`, `${enterprise}.manager`)
      .map((path) => ({ path, value: manager })),
    fc
      .constantFrom('id', 'meta', 'groups', 'nickName', 'nonsense', 'emails[')
      .map((path) => ({ path, value: text })),
  )
  const withPath = fc
    .tuple(fc.constantFrom('add', 'Add', 'replace', 'Replace', 'remove', 'Remove'), target)
    .chain(([op, { path, value }]) =>
      fc.option(value, { nil: undefined, freq: 5 }).map((each) => {
        const isBare = op.toLowerCase() === 'remove' && JSON.stringify(each)?.length % 2 === 0
        return each === undefined || isBare ? { op, path } : { op, path, value: each }
      }),
    )
  const withoutPath = fc
    .tuple(
      fc.constantFrom('add', 'replace', 'Replace'),
      fc.array(target, { minLength: 1, maxLength: 3 }),
    )
    .chain(([op, targets]) =>
      fc
        .tuple(...targets.map(({ path, value }) => value.map((each) => [path, each] as const)))
        .map((entries) => ({ op, value: Object.fromEntries(entries) })),
    )
  return fc.oneof({ weight: 3, arbitrary: withPath }, { weight: 1, arbitrary: withoutPath })
}
