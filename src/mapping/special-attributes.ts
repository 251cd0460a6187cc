import { equals, type Filter, or, present } from '../directory/filter.ts'
import type { Comparison, ScimFilter } from '../scim/filter/filter.ts'
import { comparable } from '../scim/filter/matches.ts'
import { formatAttributePath } from '../scim/schema/attribute-path.ts'
import { schemaUrns } from '../scim/urn.ts'
import type { MemberNames } from './member-names.ts'
import type { Status } from './status.ts'

/** An attribute that is not in the map, as filters see it. */
export interface SpecialAttribute {
  /** The LDAP filter of a comparison, or nothing when it can only be decided on the resource. */
  readonly translate: (comparison: Comparison) => Filter | undefined
  /** What `translate` answers finds the matches and nothing else. */
  readonly isExact: boolean
  /** The exact LDAP filter for having a value. */
  readonly present?: Filter
}

/** What the ids of `referencedIds` stand for, looked up before the filter is translated. */
export interface ReferenceLookup {
  /** The DN of the resource with an id; none when there is none. */
  readonly dnOf: (id: string) => readonly string[]
  /** The values by which groups name the resource with an id as a member; none when there are none. */
  readonly membersOf: (id: string) => readonly string[]
  /** The DNs of the groups whose members belong to the group with an id: that one, and where membership through other groups
   *  is shown those nested in it. None when there is no such group; nothing when they are too many to ask for. */
  readonly groupsWithin: (id: string) => readonly string[] | undefined
  /** The values that name the members of the group with an id, where users do not say themselves what groups they are in. None
   *  when there is no such group; nothing when they are too many to ask for. */
  readonly membersWithin: (id: string) => readonly string[] | undefined
}

/** The paths, as texts in lower case, whose values are ids in SCIM and not in the directory. */
export const referencePaths = {
  manager: `${schemaUrns.enterpriseUser}:manager.value`.toLowerCase(),
  groups: 'groups.value',
  members: 'members.value',
} as const

/** The ids that a filter compares references with; they are looked up before it is translated.
 *  @param paths of the references in question. */
export function referencedIds(
  filter: ScimFilter,
  paths: readonly string[] = Object.values(referencePaths),
): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.flatMap((each) => referencedIds(each, paths))
    case 'not':
    case 'valuePath':
      return referencedIds(filter.filter, paths)
    case 'present':
      return []
    case 'compare': {
      const path = formatAttributePath(filter.path).toLowerCase()
      const isReference = paths.includes(path)
      return isReference && typeof filter.value === 'string' ? [comparedId(filter)] : []
    }
  }
}

/** The id that a comparison is made with, as it is compared: blanks around it count for nothing. */
export function comparedId({ path, value }: Comparison): string {
  const id = comparable(path.subAttribute ?? path.attribute, value)
  return typeof id === 'string' ? id : ''
}

/** An attribute that names resources, by their DNs or otherwise: equality with an id is equality with a value that names that
 *  resource. An id that names nothing matches nothing. Nothing else can be asked of such values: neither their order nor their
 *  parts mean anything to a client.
 *  @param valuesOf the values that name the resource with an id. */
export function referenceAttribute(
  ldapAttribute: string,
  valuesOf: (id: string) => readonly string[],
): SpecialAttribute {
  return {
    isExact: true,
    translate: (comparison): Filter | undefined => {
      const { operator, value } = comparison
      if (operator !== 'eq' || typeof value !== 'string') return undefined
      return or(valuesOf(comparedId(comparison)).map((each) => equals(ldapAttribute, each)))
    },
  }
}

/** The manager, of whom SCIM shows one where the directory may have several, and groups, too. */
export function managerAttribute(ldapAttribute: string, lookup: ReferenceLookup): SpecialAttribute {
  return { ...referenceAttribute(ldapAttribute, lookup.dnOf), isExact: false }
}

/** The groups of users, where the server keeps those alone that name a user themselves. */
export function groupsAttribute(
  ldapAttribute: string,
  { groupsWithin }: ReferenceLookup,
): SpecialAttribute {
  return {
    isExact: true,
    translate: (comparison): Filter | undefined => {
      if (comparison.operator !== 'eq' || typeof comparison.value !== 'string') return undefined
      const dns = groupsWithin(comparedId(comparison))
      return dns && or(dns.map((dn) => equals(ldapAttribute, dn)))
    },
  }
}

/** The groups of users, where these do not say what groups they are in: the users whom the members of the group name.
 *  @param dnAttribute by which entries can be asked for by their DNs. */
export function membershipAttribute(
  { type }: MemberNames,
  dnAttribute: string,
  { membersWithin }: ReferenceLookup,
): SpecialAttribute {
  const ldapAttribute = type?.name ?? dnAttribute
  return {
    // An attribute of users may be compared more loosely than that of groups: it finds those of another letter case, too.
    isExact: type === undefined,
    translate: (comparison): Filter | undefined => {
      if (comparison.operator !== 'eq' || typeof comparison.value !== 'string') return undefined
      const values = membersWithin(comparedId(comparison))
      return values && or(values.map((value) => equals(ldapAttribute, value)))
    },
  }
}

/** The status of an account, which is compared with true or false. */
export function statusAttribute(status: Status): SpecialAttribute {
  return {
    isExact: true,
    translate: ({ operator, value }): Filter | undefined =>
      typeof value === 'boolean' ? status.filter((operator === 'eq') === value) : undefined,
    // Every account is active or not.
    present: present('objectClass'),
  }
}
