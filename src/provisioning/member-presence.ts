import type { Directory } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { equals, or } from '../directory/filter.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { batches, parallelBatches } from './batches.ts'
import { concurrently } from './concurrently.ts'
import type { ReferenceFinder } from './references.ts'

const parallelComparisons = 16

/** So many values are asked of the group with one search. It takes time for each of them and each of its members. */
const askedAtOnce = 20

/** What presence is found out with. */
export interface MemberPresenceDependencies {
  readonly directory: Directory
  readonly references: ReferenceFinder
}

/** The values that a change of members names. */
export interface NamedValues {
  readonly coming: readonly string[]
  readonly leaving: readonly string[]
  /** Whether the directory has refused to add somebody who is there, or will not be asked to. */
  readonly isDoubted: boolean
}

/** Where the members of a group are. */
interface MemberList {
  readonly dn: string
  readonly attribute: string
}

/** Finds out which values a group has without reading the others. */
export class MemberPresence {
  readonly #directory: Directory
  readonly #references: ReferenceFinder

  constructor({ directory, references }: MemberPresenceDependencies) {
    this.#directory = directory
    this.#references = references
  }

  /** Those of the values that the group has. Where the members can say so themselves, whoever does not say it is asked for at the
   *  group if he is to leave, for his entry may not show it. Who is to come need not be: the directory refuses to add who is
   *  there, and then he is doubted.
   *  @throws {DirectoryError} `noSuchEntry` when the group is gone. */
  async among(
    mappings: Mappings,
    group: Entry,
    { coming, leaving, isDoubted }: NamedValues,
  ): Promise<ReadonlySet<string>> {
    const list = { dn: group.dn, attribute: mappings.groups.settings.members.attribute }
    const saying = await this.#saying(mappings, group, [...coming, ...leaving])
    if (saying === undefined) return new Set(await this.#compared(list, [...coming, ...leaving]))
    const open = [...(isDoubted ? coming : []), ...leaving].filter((value) => !saying.has(value))
    const present = new Set(saying)
    await concurrently(parallelBatches, batches(open, askedAtOnce), async (batch) => {
      if (!(await this.isAny(mappings, group, batch))) return
      for (const value of await this.#compared(list, batch)) present.add(value)
    })
    return present
  }

  /** Whether the group has any of the values; it is asked with one search.
   *  @throws {DirectoryError} `noSuchEntry` when the group is gone. */
  async isAny({ groups }: Mappings, { dn }: Entry, values: readonly string[]): Promise<boolean> {
    if (values.length === 0) return false
    const filter = or(values.map((value) => equals(groups.settings.members.attribute, value)))
    const search = { base: dn, scope: 'base', filter, attributes: [] } as const
    for await (const _ of this.#directory.search(search)) return true
    return false
  }

  /** Those who name the group as theirs.
   *  @returns nothing where members do not. */
  async #saying(
    mappings: Mappings,
    { dn }: Entry,
    values: readonly string[],
  ): Promise<ReadonlySet<string> | undefined> {
    const { names, entries } = mappings.groups
    const { backLink } = entries.identity
    if (backLink === undefined || names.type !== undefined) return undefined
    const look = { areNamed: false, condition: equals(backLink, dn) }
    const found = await this.#references.byDn(mappings, values, look)
    return new Set(values.filter((value) => found.has(names.key(value))))
  }

  async #compared(
    { dn, attribute }: MemberList,
    values: readonly string[],
  ): Promise<readonly string[]> {
    const present: string[] = []
    await concurrently(parallelComparisons, values, async (value) => {
      if (await this.#directory.compare(dn, attribute, value)) present.push(value)
    })
    return present
  }
}
