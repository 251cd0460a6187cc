import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference } from '../mapping/reference.ts'
import { concurrently } from './concurrently.ts'
import type { Membership } from './membership.ts'
import type { NameLook, ReferenceFinder } from './references.ts'

const parallelSearches = 4

/** Deeper nesting of groups than this is not followed. */
export const mostLevels = 20

/** The groups that name others as members, by the `dnKey` of the member. */
type Parents = ReadonlyMap<string, readonly string[]>

/** Finds the groups that people belong to through other groups. */
export class GroupAncestors {
  readonly #references: ReferenceFinder
  readonly #membership: Membership

  constructor(parts: { readonly references: ReferenceFinder; readonly membership: Membership }) {
    this.#references = parts.references
    this.#membership = parts.membership
  }

  /** The groups above those that people belong to themselves, each once and without these.
   *  @param direct the groups of each, by the `dnKey` of the person. */
  async above(
    mappings: Mappings,
    direct: ReadonlyMap<string, readonly string[]>,
    look: NameLook,
  ): Promise<ReadonlyMap<string, readonly Reference[]>> {
    const parents = await this.#parents(mappings, [...direct.values()].flat())
    const all = [...new Set([...parents.values()].flat())]
    const references = await this.#references.byDn(mappings, all, look)
    return new Map(
      [...direct].map(([person, groups]) => {
        const keys = ancestorsOf(groups.map(dnKey), parents)
        return [person, keys.flatMap((key) => references.get(key) ?? [])]
      }),
    )
  }

  /** Goes up level by level; a group that was met before is not asked about again, so that circles end. */
  async #parents(mappings: Mappings, groups: readonly string[]): Promise<Parents> {
    const parents = new Map<string, readonly string[]>()
    let level = new Map(groups.map((dn) => [dnKey(dn), dn]))
    for (let depth = 0; depth < mostLevels && level.size > 0; depth += 1) {
      const found: string[] = []
      await concurrently(parallelSearches, [...level], async ([key, dn]) => {
        const values = mappings.groups.names.ofGroup(dn)
        const naming = await this.#membership.groupsNaming(mappings, values)
        const dns = naming.map((group) => group.dn)
        parents.set(key, dns)
        found.push(...dns)
      })
      const next = found.map((dn) => [dnKey(dn), dn] as const)
      level = new Map(next.filter(([key]) => !parents.has(key)))
    }
    return parents
  }
}

/** The keys of everything above some groups, without these. */
function ancestorsOf(groups: readonly string[], parents: Parents): readonly string[] {
  const met = new Set(groups)
  for (const key of met) for (const dn of parents.get(key) ?? []) met.add(dnKey(dn))
  return [...met].slice(new Set(groups).size)
}
