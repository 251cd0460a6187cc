import assert from 'node:assert/strict'
import { type JsonObject, type JsonValue, isJsonObject } from '../../../../src/scim/json.ts'
import { enterprise, managerOf } from '../users/scene.ts'

/** What the preset's map can store of a user, by the names of the LDAP attributes. Of a list that is a set of keys: of two values
 *  that differ in case, blanks or hyphens the directory takes one. */
function storable(user: JsonObject): Record<string, JsonValue | undefined> {
  const name = partOf(user['name'])
  const extension = partOf(user[enterprise])
  const address = partOf(elementsOf(user['addresses']).find(isWork))
  const home = partOf(elementsOf(user['addresses']).find((each) => typeOf(each) === 'home'))
  const phones = (type: string): string[] =>
    elementsOf(user['phoneNumbers'])
      .filter((each) => typeOf(each) === type || (type === 'work' && typeOf(each) === undefined))
      .map(valueOf)
  const singles = ['userName', 'externalId', 'displayName', 'title', 'userType'] as const
  return {
    ...Object.fromEntries(singles.map((each) => [each, user[each]])),
    preferredLanguage: user['preferredLanguage'],
    active: user['active'],
    cn: name['formatted'],
    sn: name['familyName'],
    givenName: name['givenName'],
    mail: asSet(elementsOf(user['emails']).filter(isWork).map(valueOf)),
    telephoneNumber: asSet(phones('work')),
    mobile: asSet(phones('mobile')),
    homePhone: asSet(phones('home')),
    facsimileTelephoneNumber: asSet(phones('fax')),
    pager: asSet(phones('pager')),
    postalAddress: address['formatted'],
    homePostalAddress: home['formatted'],
    labeledURI: user['profileUrl'],
    street: address['streetAddress'],
    l: address['locality'],
    st: address['region'],
    postalCode: address['postalCode'],
    employeeNumber: extension['employeeNumber'],
    departmentNumber: extension['department'],
    o: extension['organization'],
    manager: managerOf(user),
  }
}

/** The e-mail address that a user says is the primary one, as far as the map stores it, in small letters. */
function primaryMail(user: JsonObject): string | undefined {
  const primary = elementsOf(user['emails']).filter(isWork).find(isPrimary)
  return primary === undefined ? undefined : valueOf(primary).toLowerCase()
}

/** A user before and after a write, and what was asked for. */
export interface Comparison {
  readonly before: JsonObject
  readonly after: JsonObject
  readonly wanted: JsonObject
  /** What to say of a failure. */
  readonly hint: string
}

const withFallback = ['cn', 'sn', 'givenName']

/** Asserts that a user is what was asked for, as far as the map can store it. */
export function assertStored({ before, after, wanted, hint }: Comparison): void {
  const [was, is, asked] = [storable(before), storable(after), storable(wanted)]
  // Every account has a status; taking it away changes nothing.
  asked['active'] ??= was['active']
  for (const name of withFallback) {
    // What is only shown in place of a value goes with what it was made from.
    if (asked[name] !== undefined) continue
    delete is[name]
    delete asked[name]
  }
  assert.deepEqual(composed(is), composed(asked), hint)
  const primary = primaryMail(wanted)
  if (primary !== undefined) assert.equal(primaryMail(after), primary, hint)
}

/** What people cannot tell apart is no change, and stays as the directory spells it. */
function composed(values: object): unknown {
  return JSON.parse(JSON.stringify(values).normalize('NFC'))
}

function asSet(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.toLowerCase().replace(/[\s-]/gu, '')))].sort()
}

function elementsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : []
}

function partOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function typeOf({ type }: JsonObject): string | undefined {
  return typeof type === 'string' ? type.toLowerCase() : undefined
}

/** The map's only type of address and of e-mail address stands for those without one, too. */
function isWork(element: JsonObject): boolean {
  return (typeOf(element) ?? 'work') === 'work'
}

function isPrimary({ primary }: JsonObject): boolean {
  return primary === true
}

function valueOf({ value }: JsonObject): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
