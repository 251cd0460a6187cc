import type { Problem } from '../codec/decode.ts'
import type { Entry } from '../directory/entry.ts'
import type { LdapOperation, Plan } from '../directory/operation.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import type { JsonObject } from '../scim/json.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { groupResourceType } from '../scim/schema/resource-types.ts'
import { advertisedType, storedBySlots } from './advertised-type.ts'
import { guardFor } from './assertion.ts'
import { attributesBehind, type Needs, needsVersion, needsAnyOf } from './attributes-behind.ts'
import type { DerivedValues } from './derivation.ts'
import { EntryMapping } from './entry-mapping.ts'
import { entryOperations } from './entry-operations.ts'
import { ForeignPrincipals } from './foreign-principals.ts'
import { withExtensions } from './extension-schema.ts'
import { translateFilter, type Translation } from './filter-translation.ts'
import { withLetterCase } from './letter-case.ts'
import { checkGroups } from './mapping-check.ts'
import type { MappedDirectory } from './mapped-directory.ts'
import { type MemberChange, memberModification, memberModifications } from './member-change.ts'
import { portions } from './portions.ts'
import type { MemberNames } from './member-names.ts'
import { dnKey, type GroupContext } from './reference.ts'
import { finish } from './resource.ts'
import type { GroupSettings } from './settings.ts'
import {
  type ReferenceLookup,
  referenceAttribute,
  referencePaths,
  type SpecialAttribute,
} from './special-attributes.ts'
import { StoredPlaces } from './stored-places.ts'
import { timeAttributes } from './time-attribute.ts'

/** A group to be created, worked out as far as SCIM goes. */
export interface NewGroup {
  readonly resource: JsonObject
  readonly memberValues: readonly string[]
  readonly derived?: DerivedValues
}

/** A change of a group, worked out as far as SCIM goes. */
export interface GroupChange {
  readonly entry: Entry
  readonly before: JsonObject
  readonly after: JsonObject
  readonly members: MemberChange
  /** What the server is asked to check of the entry beside its id. */
  readonly version: string | undefined
  /** What the derived attributes get that change. */
  readonly derived?: DerivedValues
}

/** SCIM groups and LDAP entries, each made from the other. Pure. */
export class GroupMapping {
  readonly entries: EntryMapping
  readonly settings: GroupSettings
  /** By what the groups name their members. */
  readonly names: MemberNames
  readonly schema: ResourceSchema
  /** Members whom groups show and whom the bridge neither adds nor removes. */
  readonly foreignPrincipals: ForeignPrincipals
  readonly storage: StoredPlaces
  readonly problems: readonly Problem[]
  readonly #placeholderKey: string | undefined

  constructor(
    settings: GroupSettings,
    { identity, schema: directorySchema }: MappedDirectory,
    names: MemberNames,
  ) {
    const declared = withExtensions(groupResourceType, settings.extensions)
    const resourceType = withLetterCase(declared, settings, directorySchema)
    const schema = new ResourceSchema(resourceType)
    const sections = new Map([['members', 'members']])
    this.settings = settings
    this.names = names
    const { placeholder } = settings.members
    this.#placeholderKey = placeholder === undefined ? undefined : dnKey(placeholder)
    const unversioned = [settings.members.attribute]
    const source = { settings, schema, directorySchema, sections, unversioned }
    this.entries = new EntryMapping(source, identity)
    this.foreignPrincipals = new ForeignPrincipals(identity, settings.base)
    const members = {
      urn: undefined,
      name: 'members',
      subAttributes: memberParts,
      terms: names.type === undefined ? {} : { type: 'User' },
    }
    const stored = [...storedBySlots(this.entries), members]
    this.schema = new ResourceSchema(advertisedType(resourceType, stored))
    this.storage = new StoredPlaces(this.schema.resourceType, schema, this.entries.slots)
    this.problems = checkGroups(settings, this.entries, schema)
  }

  /** The LDAP attributes to read for a group. The members are read only when they are to be shown: there may be
   *  a hundred thousand of them. */
  attributes(withMembers: boolean): readonly string[] {
    return [...this.entries.attributes, ...(withMembers ? [this.settings.members.attribute] : [])]
  }

  /** The LDAP attributes to read of a group that is deleted; the others may be more than can be read.
   *  @param isVersioned the version counts, which where it is made from what was read is made from all but the members. */
  attributesToDelete(isVersioned: boolean): readonly string[] {
    const isWhole = isVersioned && !this.entries.identity.isVersionKept
    return isWhole ? this.attributes(false) : this.entries.attributesToDelete
  }

  /** The LDAP attributes to read for what is looked at of a group. */
  attributesBehind(needs: Needs): readonly string[] {
    const withMembers = this.needsMembers(needs)
    // A version that is made from what was read is made from all of it.
    const isWhole = needsVersion(needs) && !this.entries.identity.isVersionKept
    if (isWhole) return this.attributes(withMembers)
    const members = withMembers ? [this.settings.members.attribute] : []
    return [...attributesBehind(this.entries, needs), ...members]
  }

  /** Whether the members of groups are looked at. */
  needsMembers(needs: Needs): boolean {
    const attribute = this.schema.attribute('members')
    return attribute !== undefined && needs({ attribute })
  }

  /** Whether the names of members are looked at. */
  needsNames(needs: Needs): boolean {
    return needsAnyOf(needs, this.schema, ['members.display'])
  }

  /** The values that name the members of an entry that was read with them, without the placeholder. */
  memberValues(entry: Entry): string[] {
    const values = entry.texts(this.settings.members.attribute)
    return values.filter((value) => !this.isPlaceholder(value))
  }

  /** The SCIM attribute that an LDAP attribute stands for, as clients know it. */
  scimName(ldapAttribute: string): string | undefined {
    const isMember = ldapAttribute.toLowerCase() === this.settings.members.attribute.toLowerCase()
    return this.entries.slotOfLdap(ldapAttribute)?.key ?? (isMember ? 'members' : undefined)
  }

  /** Whether a value is the one that stands in for members. */
  isPlaceholder(value: string): boolean {
    return this.#placeholderKey !== undefined && dnKey(value) === this.#placeholderKey
  }

  /** The group an entry holds. A member whose entry is gone or out of reach is not shown, but for principals of other forests. */
  toGroup(entry: Entry, context: GroupContext): JsonObject {
    const draft = this.entries.toDraft(entry, 'Group')
    const named = this.memberValues(entry).flatMap((value) => this.#toMembers(value, context))
    // Several values may name one user.
    const members = [...new Map(named.map((member) => [member['value'], member])).values()]
    if (members.length > 0) draft['members'] = members
    return finish(draft, this.schema, context.baseUrl)
  }

  #toMembers(value: string, { members, baseUrl }: GroupContext): JsonObject[] {
    const references = members.get(this.names.key(value))
    if (references === undefined) {
      const sid = this.foreignPrincipals.sidOf(value)
      return sid === undefined ? [] : [{ value: sid, display: sid }]
    }
    return references.map(({ id, type, display }) => {
      const name = display === undefined ? {} : { display }
      return { value: id, $ref: `${baseUrl}/${type}s/${id}`, ...name, type }
    })
  }

  /** The LDAP filter of a SCIM filter on groups.
   *  @param lookup knows the ids of `referencedIds`. */
  translate(filter: ScimFilter, lookup: ReferenceLookup): Translation {
    const members = referenceAttribute(this.settings.members.attribute, lookup.membersOf)
    const specials = new Map<string, SpecialAttribute>([
      ...timeAttributes(this.entries),
      [referencePaths.members, members],
    ])
    return translateFilter({ entries: this.entries, specials }, filter)
  }

  /** The operations that create a group. More members than one request should carry are added behind it. */
  planCreate(
    { resource, memberValues, derived = new Map() }: NewGroup,
    isRead: boolean,
  ): { dn: string; plan: Plan } {
    const { attribute, placeholder } = this.settings.members
    const dn = this.entries.dnFor(resource, derived)
    const [first = [], ...rest] = portions(memberValues, (member) => [member])
    const values = first.length === 0 && placeholder !== undefined ? [placeholder] : first
    const attributes = this.entries.attributesFor(resource, [
      { type: attribute, values },
      ...Array.from(derived, ([type, value]) => ({ type, values: [value] })),
    ])
    const operations: LdapOperation[] = [
      { kind: 'add', dn, attributes },
      ...rest.map((more) => {
        const modifications = [memberModification(this.settings.members, 'add', more)]
        return { kind: 'modify', dn, modifications } as const
      }),
    ]
    return { dn, plan: { operations, read: this.attributes(isRead) } }
  }

  /** The operations that change a group; none when nothing changes.
   *  @param isRead whether the answer shows the members. */
  planChange(change: GroupChange, isRead: boolean): Plan {
    const { entry, before, after, version, derived } = change
    const { newRdn, modifications } = this.entries.changes(entry, before, after, derived)
    const [first = [], ...rest] = memberModifications(this.settings.members, change.members)
    const together = this.entries.withClasses(entry, [...modifications, ...first])
    const steps = { newRdn, modifies: [together, ...rest] }
    const { operations } = entryOperations(this.entries, entry, steps, version)
    return { operations, read: this.attributes(isRead) }
  }

  /** The operation that removes a group. */
  planDelete(entry: Entry, version: string | undefined): Plan {
    const guard = guardFor(this.entries.identity, entry, 'delete', version)
    return { operations: [{ kind: 'delete', dn: entry.dn, ...guard }], read: [] }
  }
}

const memberParts = ['value', '$ref', 'display', 'type']
