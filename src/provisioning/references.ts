import { isWithin } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { equals, or } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference } from '../mapping/reference.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'

const batchSize = 200
const parallelBatches = 4

/** Finds the resources behind DNs and ids, many with one search, and only within the configured bases. */
export class ReferenceFinder {
  readonly #reader: EntryReader

  constructor(reader: EntryReader) {
    this.#reader = reader
  }

  /** The resources that DNs name, by `dnKey`; a DN of anything else is left out. */
  async byDn(mappings: Mappings, dns: Iterable<string>): Promise<Map<string, Reference>> {
    const wanted = new Map(Array.from(dns, (dn) => [dnKey(dn), dn] as const))
    const found = new Map<string, Reference>()
    await this.#each(mappings, async (type, mapping) => {
      const inside = [...wanted.values()].filter((dn) => isBelow(dn, mapping.settings.base))
      const { dnAttribute } = mapping.identity
      await concurrently(parallelBatches, portions(inside), async (batch) => {
        const filter = or(batch.map((dn) => equals(dnAttribute, dn)))
        for await (const entry of this.#search(mapping, filter)) {
          found.set(dnKey(entry.dn), referenceTo(type, mapping, entry))
        }
      })
    })
    return found
  }

  /** The resources with these ids; an id of nothing, or of anything out of reach, is left out. */
  async byId(mappings: Mappings, ids: Iterable<string>): Promise<Map<string, Reference>> {
    const wanted = [...new Set(ids)]
    const found = new Map<string, Reference>()
    await this.#each(mappings, async (type, mapping) => {
      const filters = wanted.flatMap((id) => idFilter(mapping.identity, id) ?? [])
      await concurrently(parallelBatches, portions(filters), async (batch) => {
        for await (const entry of this.#search(mapping, or(batch))) {
          const reference = referenceTo(type, mapping, entry)
          found.set(reference.id.toLowerCase(), reference)
        }
      })
    })
    return new Map(
      wanted.flatMap((id) => {
        const reference = found.get(id.toLowerCase())
        return reference === undefined ? [] : [[id, reference] as const]
      }),
    )
  }

  async #each(
    { users, groups }: Mappings,
    visit: (type: Reference['type'], mapping: EntryMapping) => Promise<void>,
  ): Promise<void> {
    await Promise.all([visit('User', users.entries), visit('Group', groups.entries)])
  }

  #search(mapping: EntryMapping, filter: ReturnType<typeof or>): AsyncIterable<Entry> {
    const attributes = [mapping.identity.idAttribute, ...displayAttributes(mapping)]
    return this.#reader.search(mapping, filter, { attributes, limit: batchSize })
  }
}

/** The reference to an entry that was read with its id and its name. */
function referenceTo(type: Reference['type'], mapping: EntryMapping, entry: Entry): Reference {
  const [display] = displayAttributes(mapping).flatMap((name) => entry.text(name) ?? [])
  return { type, id: idOf(mapping.identity, entry), dn: entry.dn, display }
}

/** The attributes that name an entry to a person, the best first. */
function displayAttributes(mapping: EntryMapping): string[] {
  return ['displayName', 'name.formatted'].flatMap((key) => mapping.slot(key)?.type.name ?? [])
}

function isBelow(dn: string, base: string): boolean {
  try {
    return isWithin(dn, base)
  } catch {
    // A value that is no DN names nothing.
    return false
  }
}

function portions<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / batchSize)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  )
}
