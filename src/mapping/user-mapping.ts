import type { Problem } from '../codec/decode.ts'
import type { Entry } from '../directory/entry.ts'
import type { Filter } from '../directory/filter.ts'
import type { Plan } from '../directory/operation.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { isJsonObject, type JsonObject } from '../scim/json.ts'
import { findAttributePath } from '../scim/schema/attribute-path.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { userResourceType } from '../scim/schema/resource-types.ts'
import { schemaUrns } from '../scim/urn.ts'
import { advertisedType, storedBySlots, type StoredAttribute } from './advertised-type.ts'
import {
  attributesBehind,
  attributesBehindSlots,
  type Needs,
  needsVersion,
  needsAnyOf,
} from './attributes-behind.ts'
import { EntryMapping } from './entry-mapping.ts'
import { withExtensions } from './extension-schema.ts'
import { translateFilter, type Translation } from './filter-translation.ts'
import { withLetterCase } from './letter-case.ts'
import { ManagerMapping } from './manager-mapping.ts'
import type { MappedDirectory } from './mapped-directory.ts'
import type { MemberNames } from './member-names.ts'
import { withoutMade } from './own-values.ts'
import { dnKey, type Reference, type RenderContext } from './reference.ts'
import { finish } from './resource.ts'
import type { UserSettings } from './settings.ts'
import type { Draft } from './slot-values.ts'
import {
  groupsAttribute,
  managerAttribute,
  membershipAttribute,
  type ReferenceLookup,
  referencePaths,
  type SpecialAttribute,
  statusAttribute,
} from './special-attributes.ts'
import { type Status, statusFor } from './status.ts'
import { StoredPlaces } from './stored-places.ts'
import { checkUsers } from './user-check.ts'
import { timeAttributes } from './time-attribute.ts'
import { type UserChange, UserPlans, type UserWrite } from './user-plans.ts'

/** SCIM users and LDAP entries, each made from the other. Pure. */
export class UserMapping {
  readonly entries: EntryMapping
  readonly settings: UserSettings
  readonly schema: ResourceSchema
  readonly storage: StoredPlaces
  readonly problems: readonly Problem[]
  readonly #names: MemberNames
  readonly #status: Status | undefined
  readonly #manager: ManagerMapping | undefined
  readonly #plans: UserPlans

  /** @param names by what groups name users. */
  constructor(settings: UserSettings, directory: MappedDirectory, names: MemberNames) {
    this.#names = names
    const { identity, schema: directorySchema } = directory
    const declared = withExtensions(userResourceType, settings.extensions)
    const resourceType = withLetterCase(declared, settings, directorySchema)
    const schema = new ResourceSchema(resourceType)
    // memberOf is not the user's own, and the server that keeps it touches the time of the last change.
    const unversioned = [settings.memberOf ?? [], identity.modifiedAttribute].flat()
    const sections = sectionsOf(settings)
    const source = { settings, schema, directorySchema, sections, unversioned }
    const entries = new EntryMapping(source, identity)
    const stored = [...storedBySlots(entries), ...storedBeside(settings)]
    const status = settings.active && statusFor(settings.active, directorySchema)
    const manager = settings.manager && new ManagerMapping(settings.manager, entries)
    this.settings = settings
    this.entries = entries
    this.schema = new ResourceSchema(advertisedType(resourceType, stored))
    this.storage = new StoredPlaces(this.schema.resourceType, schema, entries.slots)
    this.problems = checkUsers(settings, entries, schema, directory)
    this.#status = status
    this.#manager = manager
    this.#plans = new UserPlans({ settings, entries, status, manager, attributes: this.attributes })
  }

  /** The LDAP attributes to read for a whole user. */
  get attributes(): readonly string[] {
    const { active, memberOf, onDelete, givesUp } = this.settings
    const leaving = onDelete === 'move' ? givesUp : []
    const more = [active?.attribute, memberOf, ...leaving].filter((name) => name !== undefined)
    return [...new Set([...this.entries.attributes, ...(this.#manager?.attributes ?? []), ...more])]
  }

  /** The LDAP attributes to read for what is looked at of a user. */
  attributesBehind(needs: Needs): readonly string[] {
    // A version that is made from what was read is made from all of it.
    if (needsVersion(needs) && !this.entries.identity.isVersionKept) return this.attributes
    const status = this.#needsAny(needs, 'active') ? this.settings.active?.attribute : undefined
    const { memberOf } = this.settings
    const isSearched = this.needsGroups(needs) && memberOf === undefined
    const name = isSearched ? this.#names.type?.name : undefined
    const beside = [status, name].filter((each) => each !== undefined)
    const references = this.#referenceAttributes(needs)
    return [...new Set([...attributesBehind(this.entries, needs), ...beside, ...references])]
  }

  /** The LDAP attributes to read of a user who was written: those behind what is looked at, and those that tell what else is due. */
  attributesAfterWrite(needs: Needs): readonly string[] {
    const shown = this.attributesBehind(needs)
    if (this.#manager === undefined) return shown
    const names = attributesBehindSlots(this.entries, this.#manager.lookupSlots)
    return [...new Set([...shown, ...names, 'objectClass', ...this.#manager.attributes])]
  }

  /** The LDAP attributes to read of a user who is deleted: what is changed of him, and what groups name him by. The others may be
   *  more than can be read.
   *  @param isVersioned the version counts, which where it is made from what was read is made from all of it. */
  attributesToDelete(isVersioned: boolean): readonly string[] {
    if (isVersioned && !this.entries.identity.isVersionKept) return this.attributes
    const { active, onDelete, givesUp } = this.settings
    const changed = [
      onDelete === 'delete' ? undefined : active?.attribute,
      this.#names.type?.name,
    ].filter((name) => name !== undefined)
    const leaving = onDelete === 'move' ? givesUp : []
    return [...new Set([...this.entries.attributesToDelete, ...changed, ...leaving])]
  }

  /** Whether the groups of users are looked at. */
  needsGroups(needs: Needs): boolean {
    return this.#needsAny(needs, 'groups')
  }

  /** Whether the names of those whom users refer to are looked at. */
  needsNames(needs: Needs): boolean {
    const names = ['groups.display', `${schemaUrns.enterpriseUser}:manager.displayName`]
    return needsAnyOf(needs, this.schema, names)
  }

  /** The DNs that an entry of a user points to, as far as these are looked at. */
  referencedDns(entry: Entry, needs: Needs): string[] {
    return this.#referenceAttributes(needs).flatMap((name) => entry.texts(name))
  }

  /** The groups that an entry of a user is a member of itself. */
  directGroups(entry: Entry, { references, groupsByMember }: RenderContext): readonly Reference[] {
    const { memberOf } = this.settings
    if (memberOf === undefined) return groupsByMember?.get(dnKey(entry.dn)) ?? []
    return entry
      .texts(memberOf)
      .flatMap((dn) => references.get(dnKey(dn)) ?? [])
      .filter(({ type }) => type === 'Group')
  }

  /** The user an entry holds. References that are not among the given ones lead nowhere a client could follow and are
   *  not shown. */
  toUser(entry: Entry, context: RenderContext): JsonObject {
    const draft = this.entries.toDraft(entry, 'User')
    if (this.#status !== undefined) draft['active'] = this.#status.isActive(entry)
    this.#manager?.put(draft, entry, context)
    this.#putGroups(draft, entry, context)
    return finish(draft, this.schema, context.baseUrl)
  }

  /** The user as a write sees it: without what is only shown in place of a value that is not there, or was made, and with the
   *  manager who is not there yet in place of the one who is, so that taking him away, or naming another, is a change. */
  toWriteModel(entry: Entry, context: RenderContext): JsonObject {
    const shown = this.entries.withoutRepeated(entry, this.toUser(entry, context))
    const user = withoutMade(this.entries, shown)
    const pending = this.pendingOf(entry)
    if (pending === undefined) return user
    const extension = user[schemaUrns.enterpriseUser]
    const others = isJsonObject(extension) ? extension : {}
    return { ...user, [schemaUrns.enterpriseUser]: { ...others, manager: { value: pending } } }
  }

  /** The SCIM attribute that an LDAP attribute stands for, as clients know it. */
  scimName(ldapAttribute: string): string | undefined {
    const { active, manager } = this.settings
    const others = [
      [manager?.attribute, 'manager'],
      [manager?.pendingAttribute, 'manager'],
      [active?.attribute, 'active'],
      ['userPassword', 'password'],
      ['unicodePwd', 'password'],
    ] as const
    const name = ldapAttribute.toLowerCase()
    const other = others.find(([attribute]) => attribute?.toLowerCase() === name)
    return this.entries.slotOfLdap(ldapAttribute)?.key ?? other?.[1]
  }

  /** The reference of a manager who does not exist yet. */
  pendingOf(entry: Entry): string | undefined {
    return this.#manager?.pendingOf(entry)
  }

  /** What finds the user that a given manager means, in the order in which it is looked up. */
  managerFilters(value: string): Filter[] {
    return this.#manager?.filtersFor(value) ?? []
  }

  /** Those who wait for this user as their manager: whatever the user may be called by. None when nobody can wait. */
  waitingFilters(user: JsonObject): Filter[] {
    return this.#manager?.waitingFilters(user) ?? []
  }

  /** The LDAP filter of a SCIM filter on users.
   *  @param lookup knows the ids of `referencedIds`. */
  translate(filter: ScimFilter, lookup: ReferenceLookup): Translation {
    const { manager, memberOf } = this.settings
    const specials = new Map<string, SpecialAttribute>(timeAttributes(this.entries))
    if (this.#status !== undefined) specials.set('active', statusAttribute(this.#status))
    if (manager !== undefined) {
      specials.set(referencePaths.manager, managerAttribute(manager.attribute, lookup))
    }
    const { dnAttribute } = this.entries.identity
    const groups =
      memberOf === undefined
        ? membershipAttribute(this.#names, dnAttribute, lookup)
        : groupsAttribute(memberOf, lookup)
    specials.set(referencePaths.groups, groups)
    return translateFilter({ entries: this.entries, specials }, filter)
  }

  /** The operations that create a user. */
  planCreate(write: UserWrite): { dn: string; plan: Plan } {
    return this.#plans.create(write)
  }

  /** The operations that change a user; none when nothing changes. */
  planChange(change: UserChange): Plan {
    return this.#plans.change(change)
  }

  /** The operations that take a user away, as the settings say; none when he is disabled already.
   *  @param isNameTaken where he is moved to somebody has his name, so that he gets one that nobody has. */
  planDelete(entry: Entry, version: string | undefined, isNameTaken = false): Plan {
    return this.#plans.delete(entry, version, isNameTaken)
  }

  /** Sets the manager that an entry was waiting for.
   *  @param pending what the entry remembers of him. */
  planSettle(entry: Entry, pending: string, managerDn: string): Plan {
    if (this.#manager === undefined) throw new Error('the manager is not mapped')
    return this.#manager.planSettle(entry, pending, managerDn)
  }

  #referenceAttributes(needs: Needs): string[] {
    const { manager, memberOf } = this.settings
    return [
      this.#needsAny(needs, managerPath) ? manager?.attribute : undefined,
      this.needsGroups(needs) ? memberOf : undefined,
    ].filter((name) => name !== undefined)
  }

  #needsAny(needs: Needs, name: string): boolean {
    const path = findAttributePath(name, this.schema)
    return path !== undefined && needs(path)
  }

  #putGroups(draft: Draft, entry: Entry, context: RenderContext): void {
    const show = (type: string, { id, display }: Reference): Draft => {
      const name = display === undefined ? {} : { display }
      return { value: id, $ref: `${context.baseUrl}/Groups/${id}`, ...name, type }
    }
    const indirect = context.indirectGroups?.get(dnKey(entry.dn)) ?? []
    const groups = [
      ...this.directGroups(entry, context).map((group) => show('direct', group)),
      ...indirect.map((group) => show('indirect', group)),
    ]
    if (groups.length > 0) draft['groups'] = groups
  }
}

const managerPath = `${schemaUrns.enterpriseUser}:manager`

/** The SCIM attributes that have sections of their own. */
function sectionsOf({ active }: UserSettings): ReadonlyMap<string, string> {
  return new Map([
    ['password', 'password'],
    [managerPath, 'manager'],
    ...(active === undefined ? [] : [['active', 'active'] as const]),
  ])
}

function storedBeside({
  active,
  manager,
  password,
  indirectGroups,
}: UserSettings): StoredAttribute[] {
  const core = { urn: undefined }
  const managerParts = ['value', '$ref', 'displayName']
  return [
    {
      ...core,
      name: 'groups',
      subAttributes: ['value', '$ref', 'display', 'type'],
      terms: indirectGroups ? {} : { type: 'direct' },
    },
    ...(active === undefined ? [] : [{ ...core, name: 'active' }]),
    ...(password === undefined || password.method === 'ignore'
      ? []
      : [{ ...core, name: 'password' }]),
    ...(manager === undefined
      ? []
      : [{ urn: schemaUrns.enterpriseUser, name: 'manager', subAttributes: managerParts }]),
  ]
}
