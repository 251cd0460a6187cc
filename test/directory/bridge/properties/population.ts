import * as fc from 'fast-check'
import { childDn } from '../../../../src/directory/dn.ts'
import type { Scene } from '../users/scene.ts'
import { distinct, mail, phone, word } from './words.ts'

type Attributes = Readonly<Record<string, readonly string[]>>

/** A person whose uid is made unlike all others by a number. */
interface Person {
  readonly uid: string
  readonly attributes: Attributes
  /** The place of the manager among those before; of himself or nobody where there is none. */
  readonly manager: number | undefined
}

/** A group by the places of its members. */
interface Group {
  readonly cn: string
  readonly people: readonly number[]
  readonly groups: readonly number[]
  readonly hasStranger: boolean
}

/** Everybody in a directory and the groups they are in. */
export interface Population {
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
}

const some = { minLength: 1, maxLength: 2 }
const few = { maxLength: 2 }
const one = { maxLength: 1 }
const lock = fc.constantFrom([], [], ['000001010000Z'], ['20261122084405Z'])

/** What an entry of a person holds beside its uid and its manager. */
export const personAttributes: fc.Arbitrary<Attributes> = fc
  .record({
    cn: distinct(word, some),
    sn: distinct(word, some),
    givenName: distinct(word, few),
    displayName: distinct(word, one),
    title: distinct(word, few),
    employeeType: distinct(word, one),
    preferredLanguage: distinct(word, one),
    mail: distinct(mail, few),
    carLicense: distinct(word, few),
    telephoneNumber: distinct(phone, few),
    mobile: distinct(phone, one),
    homePhone: distinct(phone, one),
    facsimileTelephoneNumber: distinct(phone, one),
    pager: distinct(phone, one),
    street: distinct(word, one),
    l: distinct(word, few),
    st: distinct(word, one),
    postalCode: distinct(word, one),
    postalAddress: distinct(fc.constantFrom('a$b', 'A $ B', '\\24 5$x'), one),
    employeeNumber: distinct(word, one),
    departmentNumber: distinct(word, few),
    o: distinct(word, one),
    businessCategory: distinct(word, few),
    // The same to all but a rule that tells letters apart by their case.
    labeledURI: fc.uniqueArray(
      fc.constantFrom('https://a/B', 'https://a/b', 'HTTPS://A/b c', 'Straße', 'STRAßE', 'ΟΔΟΣ'),
      few,
    ),
    scimExternalId: distinct(word, one),
    pwdAccountLockedTime: lock,
  })
  .map(withoutEmpty)

const person: fc.Arbitrary<Person> = fc.record({
  uid: word,
  manager: fc.option(fc.nat(1000), { nil: undefined }),
  attributes: personAttributes,
})

const group: fc.Arbitrary<Group> = fc.record({
  cn: word,
  people: fc.uniqueArray(fc.nat(1000), { maxLength: 6 }),
  groups: fc.uniqueArray(fc.nat(1000), { maxLength: 2 }),
  hasStranger: fc.boolean(),
})

/** A directory of this many people and groups. */
export function populationOf(people: number, groups: number): fc.Arbitrary<Population> {
  return fc.record({
    people: fc.array(person, { minLength: people, maxLength: people }),
    groups: fc.array(group, { minLength: groups, maxLength: groups }),
  })
}

const stranger = 'uid=stranger,ou=elsewhere,dc=example,dc=org'
const placeholder = 'cn=empty-membership,dc=example,dc=org'

/** Adds everybody to the section of a scene, as others than the bridge would. */
export async function settle({ admin, bridge }: Scene, population: Population): Promise<void> {
  const { people, groups } = bridge.section
  const dns = population.people.map(({ uid }, place) => childDn('uid', `${uid}${place}`, people))
  await admin.addAll(
    population.people.map(({ uid, manager, attributes }, place) => ({
      dn: dns[place] ?? '',
      attributes: withoutEmpty({
        ...attributes,
        objectClass: ['inetOrgPerson', 'scimResource'],
        uid: [`${uid}${place}`],
        manager: manager === undefined ? [] : [dns[manager % (place + 1)] ?? stranger],
      }),
    })),
  )
  const groupDns = population.groups.map(({ cn }, place) => childDn('cn', `${cn}${place}`, groups))
  await admin.addAll(
    population.groups.map((each, place) => ({
      dn: groupDns[place] ?? '',
      attributes: {
        objectClass: 'groupOfNames',
        cn: `${each.cn}${place}`,
        member: membersOf(each, dns, groupDns),
      },
    })),
  )
}

function membersOf(
  { people, groups, hasStranger }: Group,
  dns: readonly string[],
  groupDns: readonly string[],
): string[] {
  const chosen = new Set([
    ...people.map((place) => dns[place % dns.length] ?? stranger),
    ...groups.map((place) => groupDns[place % groupDns.length] ?? stranger),
    ...(hasStranger ? [stranger] : []),
  ])
  return chosen.size === 0 ? [placeholder] : [...chosen]
}

function withoutEmpty(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, values]) => values.length > 0))
}

/** The preset's map with a line of every other shape: a second type of e-mail address, an attribute without types, a
 *  reference, an address in lines, some to which letter case counts, alone and beside one to which it does not, some that are
 *  only shown. */
export const wideMap = JSON.stringify({
  userName: 'uid',
  externalId: 'scimExternalId',
  'name.formatted': { attribute: 'cn', fallback: ['displayName', 'userName'] },
  'name.familyName': { attribute: 'sn', fallback: ['displayName', 'userName'] },
  'name.givenName': { attribute: 'givenName', fallback: ['displayName', 'name.formatted'] },
  displayName: 'displayName',
  nickName: { attribute: 'title', fallback: ['userType'] },
  profileUrl: { attribute: 'labeledURI' },
  timezone: { attribute: 'labeledURI', isReadOnly: true },
  'ims[type eq "aim"]': { attribute: 'labeledURI', isReadOnly: true },
  'ims[type eq "icq"]': { attribute: 'title', isReadOnly: true },
  entitlements: { attribute: 'labeledURI', isReadOnly: true },
  title: { attribute: 'title', isReadOnly: true },
  userType: 'employeeType',
  locale: 'preferredLanguage',
  'emails[type eq "work"]': { attribute: 'mail', isPrimary: true },
  'emails[type eq "other"]': 'carLicense',
  'phoneNumbers[type eq "work"]': 'telephoneNumber',
  'phoneNumbers[type eq "fax"]': 'facsimileTelephoneNumber',
  'phoneNumbers[type eq "mobile"]': 'mobile',
  'addresses[type eq "work"].formatted': 'postalAddress',
  'addresses[type eq "work"].locality': 'l',
  'addresses[type eq "home"].locality': 'st',
  roles: 'businessCategory',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber': 'employeeNumber',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department': 'departmentNumber',
})
