import { isWithin } from '../directory/dn.ts'
import type { Entry } from '../directory/entry.ts'
import { and, equals, type Filter, or } from '../directory/filter.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import type { Mappings } from '../mapping/mappings.ts'
import { dnKey, type Reference } from '../mapping/reference.ts'
import { batches, batchSize, parallelBatches } from './batches.ts'
import { concurrently } from './concurrently.ts'
import type { EntryReader } from './entry-reader.ts'

/** What of references is looked at. */
export interface NameLook {
  /** Whether it is what people call them, too; otherwise that is not read, and not shown. */
  readonly areNamed: boolean
  /** What must hold of those who are looked for. */
  readonly condition?: Filter
}

const withNames: NameLook = { areNamed: true }

/** Finds the resources behind DNs and ids, many with one search, and only within the configured bases. */
export class ReferenceFinder {
  readonly #reader: EntryReader

  constructor(reader: EntryReader) {
    this.#reader = reader
  }

  /** The resources that DNs name, by `dnKey`; a DN of anything else is left out. */
  async byDn(
    mappings: Mappings,
    dns: Iterable<string>,
    look: NameLook = withNames,
  ): Promise<Map<string, Reference>> {
    const wanted = new Map(Array.from(dns, (dn) => [dnKey(dn), dn] as const))
    const found = new Map<string, Reference>()
    await this.#each(mappings, async (mapping) => {
      const inside = [...wanted.values()].filter((dn) => isBelow(dn, mapping.settings.base))
      const { dnAttribute } = mapping.identity
      await concurrently(parallelBatches, batches(inside), async (batch) => {
        const filter = or(batch.map((dn) => equals(dnAttribute, dn)))
        for await (const reference of this.#search(mappings, mapping, { filter, ...look })) {
          found.set(dnKey(reference.dn), reference)
        }
      })
    })
    return found
  }

  /** The resources whom groups name as members by these values, by the keys of the values; a value that names nobody within
   *  reach is left out. */
  async byMember(
    mappings: Mappings,
    values: Iterable<string>,
    look: NameLook = withNames,
  ): Promise<ReadonlyMap<string, readonly Reference[]>> {
    const { names } = mappings.groups
    if (names.type === undefined) {
      const found = await this.byDn(mappings, values, look)
      return new Map([...found].map(([key, reference]) => [key, [reference]]))
    }
    const { name } = names.type
    const { entries } = mappings.users
    const attributes = attributesFor(mappings, entries, look)
    const wanted = new Map(Array.from(values, (value) => [names.key(value), value] as const))
    const found = new Map<string, readonly Reference[]>()
    await concurrently(parallelBatches, batches([...wanted]), async (batch) => {
      const filter = or(batch.map(([, value]) => equals(name, value)))
      const asked = new Set(batch.map(([key]) => key))
      for (const entry of await this.#reader.all(entries, filter, attributes)) {
        const reference = referenceTo(mappings, entries, entry)
        // Users' attribute may be compared more loosely than that of groups: those of another letter case are found, too.
        const keys = new Set(reference.memberValues.map(names.key))
        for (const key of keys.intersection(asked)) {
          found.set(key, [...(found.get(key) ?? []), reference])
        }
      }
    })
    return found
  }

  /** The resources with these ids; an id of nothing, or of anything out of reach, is left out. */
  async byId(mappings: Mappings, ids: Iterable<string>): Promise<Map<string, Reference>> {
    const wanted = [...new Set(ids)]
    const found = new Map<string, Reference>()
    await this.#each(mappings, async (mapping) => {
      const filters = wanted.flatMap((id) => idFilter(mapping.identity, id) ?? [])
      await concurrently(parallelBatches, batches(filters), async (batch) => {
        const search = { filter: or(batch), ...withNames }
        for await (const reference of this.#search(mappings, mapping, search)) {
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
    visit: (mapping: EntryMapping) => Promise<void>,
  ): Promise<void> {
    await Promise.all([visit(users.entries), visit(groups.entries)])
  }

  /** The entries that match, no more than are asked for, as references. */
  async *#search(
    mappings: Mappings,
    mapping: EntryMapping,
    { filter, condition, ...look }: NameLook & { readonly filter: Filter },
  ): AsyncIterable<Reference> {
    const options = { attributes: attributesFor(mappings, mapping, look), limit: batchSize }
    const whole = condition === undefined ? filter : and([condition, filter])
    for await (const entry of this.#reader.search(mapping, whole, options)) {
      yield referenceTo(mappings, mapping, entry)
    }
  }
}

/** What is read of an entry to refer to it. */
function attributesFor(
  { groups: { names } }: Mappings,
  mapping: EntryMapping,
  { areNamed }: NameLook,
): string[] {
  const naming = names.type === undefined ? [] : [names.type.name]
  const display = areNamed ? displayAttributes(mapping) : []
  return [mapping.identity.idAttribute, ...display, ...naming]
}

function referenceTo(
  { users, groups: { names } }: Mappings,
  mapping: EntryMapping,
  entry: Entry,
): Reference {
  const { dn } = entry
  const [display] = displayAttributes(mapping).flatMap((name) => entry.text(name) ?? [])
  const common = { id: idOf(mapping.identity, entry), dn, display }
  return mapping === users.entries
    ? { ...common, type: 'User', memberValues: names.ofUser(entry) }
    : { ...common, type: 'Group', memberValues: names.ofGroup(dn) }
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
