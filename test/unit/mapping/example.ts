import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { decode } from '../../../src/codec/decode.ts'
import { parseDirectorySchema } from '../../../src/directory/directory-schema-parser.ts'
import type { DirectorySchema } from '../../../src/directory/directory-schema.ts'
import { type AttributeValue, Entry } from '../../../src/directory/entry.ts'
import { MappingError } from '../../../src/mapping/mapping-error.ts'
import { compileMappings, type Mappings } from '../../../src/mapping/mappings.ts'
import type { GroupContext, Reference, RenderContext } from '../../../src/mapping/reference.ts'
import { dnKey } from '../../../src/mapping/reference.ts'
import { GroupSettings, UserSettings } from '../../../src/mapping/settings.ts'

const root = join(import.meta.dirname, '../../..')
const subschema = readFileSync(join(root, 'test/fixture/openldap-schema.ldif'), 'utf8')

/** OpenLDAP's definitions of people and groups, and those of scim-directory-bridge.schema, as slapd 2.5 lists them. */
export const schema = schemaWith()

/** The same with further attributes, by their definitions. */
export function schemaWith(...attributeTypes: readonly string[]): DirectorySchema {
  return parseDirectorySchema(
    [...definitionsOf('attributeTypes'), ...attributeTypes],
    definitionsOf('objectClasses'),
  )
}

interface Preset {
  readonly users: Readonly<Record<string, unknown>>
  readonly groups: Readonly<Record<string, unknown>>
}

/** The sections of config/openldap.yaml that say what is stored where. */
export const preset = parse(readFileSync(join(root, 'config/openldap.yaml'), 'utf8')) as Preset

/** What a test changes of the preset; an attribute that is undefined is left out. */
export interface Changes {
  readonly users?: Readonly<Record<string, unknown>>
  readonly groups?: Readonly<Record<string, unknown>>
  /** Lines of the users' attribute map, beside or in place of those of the preset. */
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly hasPasswordModify?: boolean
}

/** The mappings of the preset with some changes, passwords by `userPassword` among them.
 *  @throws {MappingError} */
export function mappings(changes: Changes = {}): Mappings {
  const map = { ...(preset.users['attributes'] as object), ...changes.attributes }
  const password = { method: 'userPassword' }
  const given = { ...preset.users, password, attributes: without(map) }
  const users = without({ ...given, ...changes.users })
  const groups = without({ ...preset.groups, ...changes.groups })
  return compileMappings(
    { users: decode(UserSettings, users), groups: decode(GroupSettings, groups) },
    { kind: 'openldap', schema, hasPasswordModify: changes.hasPasswordModify ?? true },
  )
}

/** Why mappings cannot work: `path: reason`, one by one. */
export function problemsOf(changes: Changes): string[] {
  try {
    mappings(changes)
    return []
  } catch (error) {
    if (!(error instanceof MappingError)) throw error
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`)
  }
}

/** The attributes of an entry, each with one value or several. */
export type Attributes = Readonly<Record<string, AttributeValue | readonly AttributeValue[]>>

export const people = 'ou=people,dc=example,dc=org'
export const groupsBase = 'ou=groups,dc=example,dc=org'
export const baseUrl = 'https://bridge.example.org/scim/v2'
export const id = '0c3b4a90-5c5e-103d-8f1a-2b7f4bb1a001'
export const csn = '20261122084405.000001Z#000000#000#000000'

/** An entry as the directory would give it. */
export function entryOf(dn: string, attributes: Attributes): Entry {
  const all = {
    entryUUID: id,
    entryCSN: csn,
    createTimestamp: '20261122084405Z',
    modifyTimestamp: '20261122084406Z',
    ...attributes,
  }
  return new Entry(
    dn,
    Object.entries(all).map(([name, value]) => [name, [value].flat() as AttributeValue[]] as const),
  )
}

/** An inetOrgPerson that is named by its uid `anna`. */
export function person(attributes: Attributes = {}, dn = `uid=anna,${people}`): Entry {
  const demanded = { objectClass: ['inetOrgPerson'], uid: 'anna', cn: 'Anna Berg', sn: 'Berg' }
  return entryOf(dn, { ...demanded, ...attributes })
}

/** A groupOfNames that is named by its cn `staff`. */
export function groupEntry(attributes: Attributes = {}): Entry {
  const demanded = { objectClass: ['groupOfNames'], cn: 'staff' }
  return entryOf(`cn=staff,${groupsBase}`, { ...demanded, ...attributes })
}

/** What a user is shown with, given those it points to. */
export function context(...references: readonly Reference[]): RenderContext {
  return { baseUrl, references: new Map(references.map((each) => [dnKey(each.dn), each])) }
}

/** What a group is shown with, given those it names. */
export function groupContext(...references: readonly Reference[]): GroupContext {
  return { baseUrl, members: new Map(references.map((each) => [dnKey(each.dn), [each]])) }
}

/** A user that others point to. */
export function userReference(name: string): Reference {
  const dn = `uid=${name},${people}`
  return { type: 'User', id: `id-of-${name}`, dn, memberValues: [dn], display: name }
}

function definitionsOf(attribute: string): string[] {
  return subschema
    .split('\n')
    .filter((line) => line.startsWith(`${attribute}: `))
    .map((line) => line.slice(attribute.length + 2))
}

function without(section: object): object {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined))
}
