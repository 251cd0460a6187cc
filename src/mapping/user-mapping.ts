import type { Problem } from '../codec/decode.ts'
import type { DirectorySchema } from '../directory/directory-schema.ts'
import type { Attribute, Entry } from '../directory/entry.ts'
import { equals, type Filter, or } from '../directory/filter.ts'
import { formatRdn, parentDn, rdnOf } from '../directory/dn.ts'
import type { LdapOperation, Modification, Plan } from '../directory/operation.ts'
import type { JsonObject } from '../scim/json.ts'
import { isJsonObject } from '../scim/json.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { userResourceType } from '../scim/schema/resource-types.ts'
import { schemaUrns } from '../scim/urn.ts'
import { assertionFor } from './assertion.ts'
import { advertisedType, storedBySlots, type StoredAttribute } from './advertised-type.ts'
import { EntryMapping } from './entry-mapping.ts'
import { type SpecialAttribute, translateFilter, type Translation } from './filter-translation.ts'
import { idFilter, type Identity } from './identity.ts'
import { checkEntries, checkLdapAttribute } from './mapping-check.ts'
import { modificationsFor } from './modification-plan.ts'
import { dnKey, type Reference, type RenderContext } from './reference.ts'
import { finish } from './resource.ts'
import type { UserSettings } from './settings.ts'
import type { Draft } from './slot.ts'
import {
  type DnLookup,
  referenceAttribute,
  referencePaths,
  statusAttribute,
} from './special-attributes.ts'
import { Status } from './status.ts'

/** What a user's manager is in the directory after a write: a DN, or a reference that nobody answers to yet. */
export interface ManagerLink {
  readonly dn: string | undefined
  readonly pending: string | undefined
}

/** A write of a user, worked out as far as SCIM goes. */
export interface UserWrite {
  readonly resource: JsonObject
  readonly manager: ManagerLink
  readonly password: string | undefined
}

/** A change of a user, worked out as far as SCIM goes. */
export interface UserChange extends UserWrite {
  readonly entry: Entry
  /** How the entry showed before, pending manager included. */
  readonly before: JsonObject
  /** What the server is asked to check of the entry beside its id. */
  readonly version: string | undefined
}

/** SCIM users and LDAP entries, each made from the other. Pure. */
export class UserMapping {
  readonly entries: EntryMapping
  readonly settings: UserSettings
  readonly schema: ResourceSchema
  readonly problems: readonly Problem[]
  readonly #status: Status | undefined

  constructor(settings: UserSettings, identity: Identity, directorySchema: DirectorySchema) {
    const full = new ResourceSchema(userResourceType)
    this.settings = settings
    this.entries = new EntryMapping({ settings, schema: full, directorySchema }, identity)
    const stored = [...storedBySlots(this.entries.slots), ...storedBeside(settings)]
    this.schema = new ResourceSchema(advertisedType(userResourceType, stored))
    this.#status = settings.active && new Status(settings.active, directorySchema)
    this.problems = [
      ...checkEntries(this.entries, full, []),
      ...problemsOf(settings, this.entries),
    ].map(({ path, reason }) => ({ path: `users.${path}`, reason }))
  }

  /** The status of accounts, when it is mapped. */
  get status(): Status | undefined {
    return this.#status
  }

  /** The LDAP attributes to read for a whole user. */
  get attributes(): readonly string[] {
    const { active, manager, memberOf } = this.settings
    const more = [active?.attribute, manager?.attribute, manager?.pendingAttribute, memberOf]
    return [...this.entries.attributes, ...more.filter((name) => name !== undefined)]
  }

  /** The DNs that an entry of a user points to. */
  referencedDns(entry: Entry): string[] {
    const { manager, memberOf } = this.settings
    return [manager?.attribute, memberOf].flatMap((name) =>
      name === undefined ? [] : entry.texts(name),
    )
  }

  /** The user an entry holds. References that are not among the given ones lead nowhere a client could follow and are
   *  not shown. */
  toUser(entry: Entry, context: RenderContext): JsonObject {
    const draft = this.entries.toDraft(entry, 'User')
    if (this.#status !== undefined) draft['active'] = this.#status.isActive(entry)
    this.#putManager(draft, entry, context)
    this.#putGroups(draft, entry, context)
    return finish(draft, this.schema, context.baseUrl)
  }

  /** The user as a write sees it: with the manager who is not there yet, so that taking him away is a change. */
  toWriteModel(entry: Entry, context: RenderContext): JsonObject {
    const user = this.toUser(entry, context)
    const pending = this.pendingOf(entry)
    if (pending === undefined || managerValueOf(user) !== undefined) return user
    const extension = user[schemaUrns.enterpriseUser]
    return {
      ...user,
      [schemaUrns.enterpriseUser]: {
        ...(isJsonObject(extension) ? extension : {}),
        manager: { value: pending },
      },
    }
  }

  /** The SCIM attribute that an LDAP attribute stands for, as clients know it. */
  scimName(ldapAttribute: string): string | undefined {
    const { active, manager } = this.settings
    const others: Readonly<Record<string, string | undefined>> = {
      [manager?.attribute.toLowerCase() ?? '']: 'manager',
      [manager?.pendingAttribute?.toLowerCase() ?? '']: 'manager',
      [active?.attribute.toLowerCase() ?? '']: 'active',
      userpassword: 'password',
    }
    return this.entries.slotOfLdap(ldapAttribute)?.key ?? others[ldapAttribute.toLowerCase()]
  }

  /** The reference of a manager who does not exist yet. */
  pendingOf(entry: Entry): string | undefined {
    const attribute = this.settings.manager?.pendingAttribute
    return attribute === undefined ? undefined : entry.text(attribute)
  }

  /** What finds the user that a given manager means, in the order in which it is looked up. */
  managerFilters(value: string): Filter[] {
    return this.#manager.lookup.flatMap((key) => {
      if (key === 'id') return idFilter(this.entries.identity, value) ?? []
      const slot = this.entries.slot(key)
      return slot === undefined ? [] : [equals(slot.type.name, value)]
    })
  }

  /** Those who wait for this user as their manager: whatever the user may be called by. Nothing when nobody can wait. */
  waitingFilter(user: JsonObject): Filter | undefined {
    const { pendingAttribute, lookup } = this.settings.manager ?? {}
    if (pendingAttribute === undefined || lookup === undefined) return undefined
    const names = lookup.flatMap((key) => {
      const slot = this.entries.slot(key)
      if (key === 'id') return [user['id']]
      return slot === undefined ? [] : this.entries.valuesOf(user, slot)
    })
    const texts = [...new Set(names.filter((name) => typeof name === 'string'))]
    return texts.length === 0 ? undefined : or(texts.map((text) => equals(pendingAttribute, text)))
  }

  /** The LDAP filter of a SCIM filter on users.
   *  @param dnOf knows the ids of `referencedIds`. */
  translate(filter: ScimFilter, dnOf: DnLookup): Translation {
    const { manager, memberOf } = this.settings
    const specials = new Map<string, SpecialAttribute>()
    if (this.#status !== undefined) specials.set('active', statusAttribute(this.#status))
    if (manager !== undefined) {
      specials.set(referencePaths.manager, referenceAttribute(manager.attribute, dnOf))
    }
    if (memberOf !== undefined) {
      specials.set(referencePaths.groups, referenceAttribute(memberOf, dnOf))
    }
    return translateFilter({ entries: this.entries, specials }, filter)
  }

  /** The operations that create a user. */
  planCreate(write: UserWrite): { dn: string; plan: Plan } {
    const { resource, manager, password } = write
    const dn = this.entries.dnFor(resource)
    const isActive = resource['active'] !== false
    const { method } = this.#password
    const attributes = this.entries.attributesFor(resource, [
      ...this.#managerAttributes(manager),
      ...this.#statusAttributes(isActive),
      ...given('userPassword', method === 'userPassword' ? password : undefined),
    ])
    const operations: LdapOperation[] = [{ kind: 'add', dn, attributes }]
    if (method === 'passwordModify' && password !== undefined) {
      operations.push({ kind: 'passwordModify', dn, newPassword: password })
      if (!isActive) operations.push(...this.#relock(dn))
    }
    return { dn, plan: { operations, read: this.attributes } }
  }

  /** The operations that change a user; none when nothing changes. A rename comes first, so that what follows names the
   *  entry as it is then. */
  planChange(change: UserChange): Plan {
    const { entry, before, resource, password, version } = change
    const { newRdn, modifications } = this.entries.changes(entry, before, resource)
    const isPasswordHere = this.#password.method === 'userPassword' && password !== undefined
    const isActive = resource['active'] !== false
    const all = this.entries.withClasses(entry, [
      ...modifications,
      ...this.#managerModifications(entry, change.manager),
      ...(isPasswordHere ? [replace('userPassword', password)] : []),
      ...(this.#status?.modifications(entry, isActive, isPasswordHere) ?? []),
    ])
    const assertion = this.#assertion(entry, version)
    const dn = newRdn === undefined ? entry.dn : `${newRdn},${parentDn(entry.dn)}`
    const operations: LdapOperation[] = []
    if (newRdn !== undefined) {
      operations.push({ kind: 'modifyDn', dn: entry.dn, newRdn, deleteOldRdn: true, assertion })
    }
    if (all.length > 0)
      operations.push({
        kind: 'modify',
        dn,
        modifications: all,
        assertion: newRdn === undefined ? assertion : this.#assertion(entry, undefined),
      })
    if (this.#password.method === 'passwordModify' && password !== undefined) {
      operations.push({ kind: 'passwordModify', dn, newPassword: password })
      if (!isActive) operations.push(...this.#relock(dn))
    }
    return { operations, read: this.attributes }
  }

  /** The operations that take a user away, as the settings say; none when he is disabled already. */
  planDelete(entry: Entry, version: string | undefined): Plan {
    const { onDelete, deletedBase } = this.settings
    const assertion = this.#assertion(entry, version)
    const { dn } = entry
    if (onDelete === 'delete') return { operations: [{ kind: 'delete', dn, assertion }], read: [] }
    const modifications = this.#status?.modifications(entry, false, false) ?? []
    const operations: LdapOperation[] =
      modifications.length === 0 ? [] : [{ kind: 'modify', dn, modifications, assertion }]
    if (onDelete === 'move' && deletedBase !== undefined) {
      const isSame = this.#assertion(entry, undefined)
      const move = { newRdn: formatRdn(rdnOf(dn)), deleteOldRdn: false, newSuperior: deletedBase }
      operations.push({ kind: 'modifyDn', dn, ...move, assertion: isSame })
    }
    return { operations, read: [] }
  }

  /** Sets the manager that an entry was waiting for. The pending value is deleted by name, so that of several who settle it
   *  one succeeds and nobody overwrites a manager that was given meanwhile. */
  planSettle(entry: Entry, pending: string, managerDn: string): Plan {
    const { attribute, pendingAttribute } = this.#manager
    const assertion = this.#assertion(entry, undefined)
    const modifications: Modification[] = [
      { operation: 'delete', attribute: pendingAttribute ?? '', values: [pending] },
      { operation: 'add', attribute, values: [managerDn] },
    ]
    return { operations: [{ kind: 'modify', dn: entry.dn, modifications, assertion }], read: [] }
  }

  #assertion(entry: Entry, version: string | undefined): Filter {
    return assertionFor(this.entries.identity, entry, version)
  }

  get #password(): { method: 'passwordModify' | 'userPassword' | 'ignore' } {
    return this.settings.password ?? { method: 'ignore' }
  }

  get #manager(): NonNullable<UserSettings['manager']> {
    if (this.settings.manager === undefined) throw new Error('the manager is not mapped')
    return this.settings.manager
  }

  #relock(dn: string): LdapOperation[] {
    if (this.settings.active === undefined) return []
    const { attribute, inactive } = this.settings.active
    return [{ kind: 'modify', dn, modifications: [replace(attribute, inactive)] }]
  }

  #managerAttributes({ dn, pending }: ManagerLink): Attribute[] {
    if (this.settings.manager === undefined) return []
    const { attribute, pendingAttribute } = this.settings.manager
    return [...given(attribute, dn), ...given(pendingAttribute ?? '', pending)]
  }

  #statusAttributes(isActive: boolean): Attribute[] {
    if (this.#status === undefined) return []
    const values = this.#status.valuesFor(isActive)
    return values.length === 0 ? [] : [{ type: this.#status.attribute, values }]
  }

  #managerModifications(entry: Entry, { dn, pending }: ManagerLink): Modification[] {
    if (this.settings.manager === undefined) return []
    const { attribute, pendingAttribute } = this.settings.manager
    const isSame = entry
      .texts(attribute)
      .some((value) => dn !== undefined && dnKey(value) === dnKey(dn))
    return [
      ...(isSame ? [] : this.#changeTo(entry, attribute, dn)),
      ...(pendingAttribute === undefined ? [] : this.#changeTo(entry, pendingAttribute, pending)),
    ]
  }

  #changeTo(entry: Entry, attribute: string, value: string | undefined): Modification[] {
    const type = this.entries.directorySchema.attributeType(attribute)
    if (type === undefined) throw new Error(`${attribute} is not in the schema`)
    return modificationsFor({
      type,
      current: entry.texts(attribute),
      wanted: value === undefined ? [] : [value],
    })
  }

  #putManager(draft: Draft, entry: Entry, { references, baseUrl }: RenderContext): void {
    const attribute = this.settings.manager?.attribute
    const dns = attribute === undefined ? [] : entry.texts(attribute)
    const reference = dns
      .map((dn) => references.get(dnKey(dn)))
      .find((each) => each?.type === 'User')
    if (reference === undefined) return
    const extension = (draft[schemaUrns.enterpriseUser] ?? {}) as Draft
    const { id, display } = reference
    const name = display === undefined ? {} : { displayName: display }
    extension['manager'] = { value: id, $ref: `${baseUrl}/Users/${id}`, ...name }
    draft[schemaUrns.enterpriseUser] = extension
  }

  #putGroups(draft: Draft, entry: Entry, context: RenderContext): void {
    const groups = this.#groupsOf(entry, context).map(({ id, display }) => {
      const name = display === undefined ? {} : { display }
      return { value: id, $ref: `${context.baseUrl}/Groups/${id}`, ...name, type: 'direct' }
    })
    if (groups.length > 0) draft['groups'] = groups
  }

  #groupsOf(entry: Entry, { references, groupsByMember }: RenderContext): readonly Reference[] {
    const { memberOf } = this.settings
    if (memberOf === undefined) return groupsByMember?.get(dnKey(entry.dn)) ?? []
    return entry
      .texts(memberOf)
      .flatMap((dn) => references.get(dnKey(dn)) ?? [])
      .filter(({ type }) => type === 'Group')
  }
}

/** The manager of a user in its canonical form. */
export function managerValueOf(user: JsonObject): string | undefined {
  const extension = user[schemaUrns.enterpriseUser]
  const manager = isJsonObject(extension) ? extension['manager'] : undefined
  const value = isJsonObject(manager) ? manager['value'] : undefined
  return typeof value === 'string' ? value : undefined
}

function storedBeside({ active, manager, password }: UserSettings): StoredAttribute[] {
  const urn = undefined
  return [
    { urn, name: 'groups', subAttributes: ['value', '$ref', 'display', 'type'] },
    ...(active === undefined ? [] : [{ urn, name: 'active' }]),
    ...(password === undefined || password.method === 'ignore' ? [] : [{ urn, name: 'password' }]),
    ...(manager === undefined
      ? []
      : [
          {
            urn: schemaUrns.enterpriseUser,
            name: 'manager',
            subAttributes: ['value', '$ref', 'displayName'],
          },
        ]),
  ]
}

function problemsOf(settings: UserSettings, entries: EntryMapping): Problem[] {
  const { active, manager, password, memberOf } = settings
  const check = (path: string, name: string | undefined, isWritten: boolean): Problem[] =>
    name === undefined ? [] : checkLdapAttribute(entries, path, name, isWritten)
  return [
    ...check('active.attribute', active?.attribute, true),
    ...check('manager.attribute', manager?.attribute, true),
    ...check('manager.pendingAttribute', manager?.pendingAttribute, true),
    ...(manager?.lookup ?? [])
      .filter((key) => key !== 'id' && entries.slot(key) === undefined)
      .map((key) => ({ path: 'manager.lookup', reason: `${key} is not mapped` })),
    ...check('memberOf', memberOf, false),
    ...check(
      'password.method',
      password?.method === 'userPassword' ? 'userPassword' : undefined,
      true,
    ),
  ]
}

function given(type: string, value: string | undefined): Attribute[] {
  return value === undefined ? [] : [{ type, values: [value] }]
}

function replace(attribute: string, value: string): Modification {
  return { operation: 'replace', attribute, values: [value] }
}
