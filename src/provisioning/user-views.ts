import type { Entry } from '../directory/entry.ts'
import type { Needs } from '../mapping/attributes-behind.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference, type RenderContext } from '../mapping/reference.ts'
import type { JsonObject } from '../scim/json.ts'
import type { View } from './list-source.ts'
import type { Membership } from './membership.ts'
import type { ReferenceFinder } from './references.ts'

/** Shows entries of users. What nobody looks at is neither read nor looked up. */
export class UserViews {
  readonly #references: ReferenceFinder
  readonly #membership: Membership

  constructor(parts: { readonly references: ReferenceFinder; readonly membership: Membership }) {
    this.#references = parts.references
    this.#membership = parts.membership
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
    const references = await this.#references.byDn(mappings, dns)
    if (users.settings.memberOf !== undefined || !users.needsGroups(needs)) {
      return { references, baseUrl }
    }
    const groupsByMember = new Map<string, readonly Reference[]>()
    for (const { dn } of entries) {
      groupsByMember.set(dnKey(dn), await this.#groupsNaming(mappings, dn))
    }
    return { references, baseUrl, groupsByMember }
  }

  async #groupsNaming(mappings: Mappings, dn: string): Promise<readonly Reference[]> {
    const groups = await this.#membership.groupsNaming(mappings, dn)
    const dns = groups.map((group) => group.dn)
    return [...(await this.#references.byDn(mappings, dns)).values()]
  }
}

/** What of users is looked at, and from where. */
export interface Look {
  readonly needs: Needs
  /** The absolute URL of the SCIM root. */
  readonly baseUrl: string
}
