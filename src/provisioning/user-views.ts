import type { Entry } from '../directory/entry.ts'
import type { Needs } from '../mapping/attributes-behind.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference, type RenderContext } from '../mapping/reference.ts'
import type { JsonObject } from '../scim/json.ts'
import { concurrently } from './concurrently.ts'
import { GroupAncestors } from './group-ancestors.ts'
import type { View } from './list-source.ts'
import type { Membership } from './membership.ts'
import type { NameLook, ReferenceFinder } from './references.ts'

const parallelSearches = 4

/** Shows entries of users. What nobody looks at is neither read nor looked up. */
export class UserViews {
  readonly #references: ReferenceFinder
  readonly #membership: Membership
  readonly #ancestors: GroupAncestors

  constructor(parts: { readonly references: ReferenceFinder; readonly membership: Membership }) {
    this.#references = parts.references
    this.#membership = parts.membership
    this.#ancestors = new GroupAncestors(parts)
  }

  /** How users are read and shown as far as they are looked at. */
  view(mappings: Mappings, needs: Needs, baseUrl: string): View {
    return {
      attributes: mappings.users.attributesBehind(needs),
      render: async (entries) => await this.render(mappings, entries, { needs, baseUrl }),
    }
  }

  /** The users that entries hold, as far as they are looked at. */
  async render(
    mappings: Mappings,
    entries: readonly Entry[],
    look: Look,
  ): Promise<readonly JsonObject[]> {
    const context = await this.contextFor(mappings, entries, look)
    return entries.map((entry) => mappings.users.toUser(entry, context))
  }

  /** What entries are shown with: the resources that they point to, as far as these are looked at. */
  async contextFor(
    mappings: Mappings,
    entries: readonly Entry[],
    { needs, baseUrl }: Look,
  ): Promise<RenderContext> {
    const { users } = mappings
    const dns = entries.flatMap((entry) => users.referencedDns(entry, needs))
    const look = { areNamed: users.needsNames(needs) }
    const references = await this.#references.byDn(mappings, dns, look)
    if (!users.needsGroups(needs)) return { references, baseUrl }
    const { memberOf, indirectGroups } = users.settings
    const context =
      memberOf === undefined
        ? {
            references,
            baseUrl,
            groupsByMember: await this.#groupsByMember(mappings, entries, look),
          }
        : { references, baseUrl }
    if (!indirectGroups) return context
    const direct = entries.map(
      (entry) => [dnKey(entry.dn), users.directGroups(entry, context).map(({ dn }) => dn)] as const,
    )
    const indirect = await this.#ancestors.above(mappings, new Map(direct), look)
    return { ...context, indirectGroups: indirect }
  }

  async #groupsByMember(
    mappings: Mappings,
    entries: readonly Entry[],
    look: NameLook,
  ): Promise<ReadonlyMap<string, readonly Reference[]>> {
    const groups = new Map<string, readonly Reference[]>()
    await concurrently(parallelSearches, entries, async (entry) => {
      groups.set(dnKey(entry.dn), await this.#groupsNaming(mappings, entry, look))
    })
    return groups
  }

  async #groupsNaming(
    mappings: Mappings,
    entry: Entry,
    look: NameLook,
  ): Promise<readonly Reference[]> {
    const values = mappings.groups.names.ofUser(entry)
    const groups = await this.#membership.groupsNaming(mappings, values)
    const dns = groups.map((group) => group.dn)
    return [...(await this.#references.byDn(mappings, dns, look)).values()]
  }
}

/** What of users is looked at, and from where. */
export interface Look {
  readonly needs: Needs
  /** The absolute URL of the SCIM root. */
  readonly baseUrl: string
}
