import type { Entry } from '../directory/entry.ts'
import type { Needs } from '../mapping/attributes-behind.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { JsonObject } from '../scim/json.ts'
import type { View } from './list-source.ts'
import type { ReferenceFinder } from './references.ts'

/** Shows entries of groups. Members that nobody looks at are neither read nor looked up. */
export class GroupViews {
  readonly #references: ReferenceFinder

  constructor({ references }: { readonly references: ReferenceFinder }) {
    this.#references = references
  }

  /** How groups are read and shown as far as they are looked at. */
  view(mappings: Mappings, needs: Needs, baseUrl: string): View {
    return {
      attributes: mappings.groups.attributesBehind(needs),
      render: async (entries) => await this.#render(mappings, entries, { needs, baseUrl }),
    }
  }

  /** The groups that entries hold, with the members that they were read with. */
  async render(
    mappings: Mappings,
    entries: readonly Entry[],
    baseUrl: string,
  ): Promise<readonly JsonObject[]> {
    return await this.#render(mappings, entries, { needs: () => true, baseUrl })
  }

  async #render(
    mappings: Mappings,
    entries: readonly Entry[],
    { needs, baseUrl }: { readonly needs: Needs; readonly baseUrl: string },
  ): Promise<readonly JsonObject[]> {
    const { groups } = mappings
    const values = entries.flatMap((entry) => groups.memberValues(entry))
    const areNamed = groups.needsNames(needs)
    const members = await this.#references.byMember(mappings, values, { areNamed })
    return entries.map((entry) => groups.toGroup(entry, { members, baseUrl }))
  }
}
