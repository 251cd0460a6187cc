import type { Problem } from '../codec/decode.ts'
import type { DirectorySchema } from '../directory/directory-schema.ts'
import { parentDn } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import type { LdapOperation, Modification, Plan } from '../directory/operation.ts'
import type { JsonObject } from '../scim/json.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { groupResourceType } from '../scim/schema/resource-types.ts'
import { advertisedType, storedBySlots } from './advertised-type.ts'
import { batches } from './batches.ts'
import { EntryMapping } from './entry-mapping.ts'
import { translateFilter, type Translation } from './filter-translation.ts'
import type { Identity } from './identity.ts'
import { checkEntries, checkLdapAttribute } from './mapping-check.ts'
import { dnKey, type RenderContext } from './reference.ts'
import type { GroupSettings } from './settings.ts'
import { type DnLookup, referenceAttribute, referencePaths } from './special-attributes.ts'
import { finish } from './resource.ts'
import { assertionFor } from './assertion.ts'

/** What a write does to the members of a group, as DNs: none of those added is there, all of those removed are. */
export interface MemberChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** The placeholder is a member now. */
  readonly hasPlaceholder: boolean
  /** Nobody is left after the change, so that the placeholder has to stand in. */
  readonly isEmptied: boolean
}

/** A change of a group, worked out as far as SCIM goes. */
export interface GroupChange {
  readonly entry: Entry
  readonly before: JsonObject
  readonly after: JsonObject
  readonly members: MemberChange
  /** What the server is asked to check of the entry beside its id. */
  readonly version: string | undefined
}

/** SCIM groups and LDAP entries, each made from the other. Pure. */
export class GroupMapping {
  readonly entries: EntryMapping
  readonly settings: GroupSettings
  readonly schema: ResourceSchema
  readonly problems: readonly Problem[]

  constructor(settings: GroupSettings, identity: Identity, directorySchema: DirectorySchema) {
    const full = new ResourceSchema(groupResourceType)
    this.settings = settings
    this.entries = new EntryMapping({ settings, schema: full, directorySchema }, identity)
    const members = { urn: undefined, name: 'members', subAttributes: memberParts }
    const stored = [...storedBySlots(this.entries.slots), members]
    this.schema = new ResourceSchema(advertisedType(groupResourceType, stored))
    this.problems = [
      ...checkEntries(this.entries, full, this.#filled),
      ...checkLdapAttribute(this.entries, 'members.attribute', settings.members.attribute, true),
    ].map(({ path, reason }) => ({ path: `groups.${path}`, reason }))
  }

  /** The LDAP attributes to read for a group. The members are read only when they are to be shown: there may be
   *  a hundred thousand of them. */
  attributes(withMembers: boolean): readonly string[] {
    return [...this.entries.attributes, ...(withMembers ? [this.settings.members.attribute] : [])]
  }

  /** The DNs of the members of an entry that was read with them, without the placeholder. */
  memberDns(entry: Entry): string[] {
    return entry.texts(this.settings.members.attribute).filter((dn) => !this.isPlaceholder(dn))
  }

  /** The SCIM attribute that an LDAP attribute stands for, as clients know it. */
  scimName(ldapAttribute: string): string | undefined {
    const isMember = ldapAttribute.toLowerCase() === this.settings.members.attribute.toLowerCase()
    return this.entries.slotOfLdap(ldapAttribute)?.key ?? (isMember ? 'members' : undefined)
  }

  /** Whether a DN is the one that stands in for members. */
  isPlaceholder(dn: string): boolean {
    const { placeholder } = this.settings.members
    return placeholder !== undefined && dnKey(dn) === dnKey(placeholder)
  }

  /** The group an entry holds. A member whose entry is gone or out of reach is not shown. */
  toGroup(entry: Entry, context: RenderContext): JsonObject {
    const draft = this.entries.toDraft(entry, 'Group')
    const members = this.memberDns(entry).flatMap((dn) => {
      const reference = context.references.get(dnKey(dn))
      if (reference === undefined) return []
      const { id, type, display } = reference
      const name = display === undefined ? {} : { display }
      return [{ value: id, $ref: `${context.baseUrl}/${type}s/${id}`, ...name, type }]
    })
    if (members.length > 0) draft['members'] = members
    return finish(draft, this.schema, context.baseUrl)
  }

  /** The LDAP filter of a SCIM filter on groups.
   *  @param dnOf knows the ids of `referencedIds`. */
  translate(filter: ScimFilter, dnOf: DnLookup): Translation {
    const members = referenceAttribute(this.settings.members.attribute, dnOf)
    const specials = new Map([[referencePaths.members as string, members]])
    return translateFilter({ entries: this.entries, specials }, filter)
  }

  /** The operations that create a group. More members than one request should carry are added behind it. */
  planCreate(
    resource: JsonObject,
    memberDns: readonly string[],
    isRead: boolean,
  ): { dn: string; plan: Plan } {
    const { attribute, placeholder } = this.settings.members
    const dn = this.entries.dnFor(resource)
    const [first = [], ...rest] = batches(memberDns)
    const values = first.length === 0 && placeholder !== undefined ? [placeholder] : first
    const attributes = this.entries.attributesFor(resource, [{ type: attribute, values }])
    const operations: LdapOperation[] = [
      { kind: 'add', dn, attributes },
      ...rest.map((more): LdapOperation => ({
        kind: 'modify',
        dn,
        modifications: [this.#modification('add', more)],
      })),
    ]
    return { dn, plan: { operations, read: this.attributes(isRead) } }
  }

  /** The operations that change a group; none when nothing changes.
   *  @param isRead whether the answer shows the members. */
  planChange(change: GroupChange, isRead: boolean): Plan {
    const { entry, before, after, version } = change
    const { newRdn, modifications } = this.entries.changes(entry, before, after)
    const [first = [], ...rest] = this.#memberModifications(change.members)
    const all = this.entries.withClasses(entry, [...modifications, ...first])
    const dn = newRdn === undefined ? entry.dn : `${newRdn},${parentDn(entry.dn)}`
    const isSame = assertionFor(this.entries.identity, entry, undefined)
    const asserted = assertionFor(this.entries.identity, entry, version)
    const operations: LdapOperation[] = []
    if (newRdn !== undefined) {
      operations.push({
        kind: 'modifyDn',
        dn: entry.dn,
        newRdn,
        deleteOldRdn: true,
        assertion: asserted,
      })
    }
    for (const [index, each] of [all, ...rest].entries()) {
      if (each.length === 0) continue
      const assertion = index === 0 && newRdn === undefined ? asserted : isSame
      operations.push({ kind: 'modify', dn, modifications: each, assertion })
    }
    return { operations, read: this.attributes(isRead) }
  }

  /** The operation that removes a group. */
  planDelete(entry: Entry, version: string | undefined): Plan {
    const assertion = assertionFor(this.entries.identity, entry, version)
    return { operations: [{ kind: 'delete', dn: entry.dn, assertion }], read: [] }
  }

  get #filled(): string[] {
    const { attribute, placeholder } = this.settings.members
    return placeholder === undefined ? [] : [attribute]
  }

  /** Value by value, never the list; in batches that servers take, each of which leaves the group with a member. */
  #memberModifications({
    added,
    removed,
    hasPlaceholder,
    isEmptied,
  }: MemberChange): Modification[][] {
    const { placeholder } = this.settings.members
    const filler = placeholder === undefined ? [] : [placeholder]
    const additions = [...(isEmptied && !hasPlaceholder ? filler : []), ...added]
    const removals = [...(hasPlaceholder && added.length > 0 ? filler : []), ...removed]
    const [adds, deletes] = [batches(additions), batches(removals)]
    // The last additions and the first removals share a modify, so that a change of a few members is one.
    const shared = [
      ...((adds.at(-1) ?? []).length > 0 ? [this.#modification('add', adds.at(-1) ?? [])] : []),
      ...((deletes[0] ?? []).length > 0 ? [this.#modification('delete', deletes[0] ?? [])] : []),
    ]
    return [
      ...adds.slice(0, -1).map((values) => [this.#modification('add', values)]),
      shared,
      ...deletes.slice(1).map((values) => [this.#modification('delete', values)]),
    ].filter((modifications) => modifications.length > 0)
  }

  #modification(operation: 'add' | 'delete', values: readonly string[]): Modification {
    return { operation, attribute: this.settings.members.attribute, values }
  }
}

const memberParts = ['value', '$ref', 'display', 'type']
