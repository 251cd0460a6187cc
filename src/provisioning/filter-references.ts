import { equals, or } from '../directory/filter.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference } from '../mapping/reference.ts'
import {
  referencedIds,
  type ReferenceLookup,
  referencePaths,
} from '../mapping/special-attributes.ts'
import type { ScimFilter } from '../scim/filter/filter.ts'
import { concurrently } from './concurrently.ts'
import { mostLevels } from './group-ancestors.ts'
import type { ProvisioningParts } from './parts.ts'

const parallelSearches = 4

/** An LDAP filter that names more groups, or members, than this is not sent. */
const mostNamed = 500

type Parts = Pick<ProvisioningParts, 'reader' | 'references'>

/** Looks up what a filter names by id, before it is translated. */
export async function referencesIn(
  parts: Parts,
  mappings: Mappings,
  filter: ScimFilter,
): Promise<ReferenceLookup> {
  const references = await parts.references.byId(mappings, referencedIds(filter))
  const within = new Map<string, readonly string[] | undefined>()
  await concurrently(parallelSearches, [...references], async ([id, reference]) => {
    if (reference.type === 'Group') within.set(id, await groupsWithin(parts, mappings, reference))
  })
  const members = new Map<string, readonly string[] | undefined>()
  const ofGroups = referencedIds(filter, [referencePaths.groups])
  await concurrently(parallelSearches, new Set(ofGroups), async (id) => {
    members.set(id, await membersWithin(parts, mappings, references.get(id)))
  })
  return {
    dnOf: (id) => [references.get(id)?.dn ?? []].flat(),
    membersOf: (id) =>
      references.get(id)?.memberValues ?? [mappings.groups.foreignPrincipals.dnOf(id) ?? []].flat(),
    groupsWithin: (id) => (within.has(id) ? within.get(id) : []),
    membersWithin: (id) => (members.has(id) ? members.get(id) : []),
  }
}

/** The DNs of a group and of those nested in it, at any depth that is shown; nothing when they are too many. */
async function groupsWithin(
  { reader }: Parts,
  { users, groups }: Mappings,
  { dn }: Reference,
): Promise<readonly string[] | undefined> {
  const { memberOf, indirectGroups } = users.settings
  if (memberOf === undefined || !indirectGroups) return [dn]
  const found = new Map([[dnKey(dn), dn]])
  let level = [dn]
  for (let depth = 0; depth < mostLevels && level.length > 0; depth += 1) {
    const isIn = or(level.map((each) => equals(memberOf, each)))
    const nested = await reader.all(groups.entries, isIn, [groups.entries.identity.idAttribute])
    level = nested.map((entry) => entry.dn).filter((each) => !found.has(dnKey(each)))
    for (const each of level) found.set(dnKey(each), each)
    if (found.size > mostNamed) return undefined
  }
  return [...found.values()]
}

/** The values that name the members of a group, where they are asked for; nothing when they are too many, or not all there is. */
async function membersWithin(
  { reader }: Parts,
  { users, groups }: Mappings,
  group: Reference | undefined,
): Promise<readonly string[] | undefined> {
  const { memberOf, indirectGroups } = users.settings
  if (group?.type !== 'Group') return []
  if (memberOf !== undefined || indirectGroups) return undefined
  const { attribute } = groups.settings.members
  const attributes = [groups.entries.identity.idAttribute, attribute]
  const entry = await reader.find(groups.entries, group.id, attributes)
  const values = entry === undefined ? [] : groups.memberValues(entry)
  return values.length > mostNamed ? undefined : values
}
