import type { Entry } from '../directory/entry.ts'
import { or } from '../directory/filter.ts'
import { idFilter, idOf } from '../mapping/identity.ts'
import type { JsonObject } from '../scim/json.ts'
import { largestPortion, sizeOf } from './entry-size.ts'
import type { EntryReader } from './entry-reader.ts'
import type { IdList } from './id-list.ts'
import type { ListSource } from './list-source.ts'
import { Queue } from './queue.ts'

/** Enough to keep directory and bridge busy; with more, others would wait behind each portion of every list. */
const portionsAtATime = 2

/** A part of a list. */
export interface Window {
  /** From 0. */
  readonly from: number
  /** Left out itself. */
  readonly to: number
}

/** Reads the resources of a list a portion at a time. */
export class PortionReader {
  readonly #reader: EntryReader
  readonly #queue = new Queue(portionsAtATime)

  constructor(reader: EntryReader) {
    this.#reader = reader
  }

  /** The resources of a window, read when they are asked for. One that has gone since the ids were read is left out. A portion
   *  that turns out to be large is read again in smaller ones. */
  async *read(
    source: ListSource,
    ids: IdList,
    { from, to }: Window,
  ): AsyncGenerator<JsonObject, void, void> {
    const end = Math.min(to, ids.length)
    let size = source.portion
    let at = from
    while (at < end) {
      const wanted = ids.slice(at, Math.min(at + size, end))
      const { resources, total, fitting } = await this.#queue.take(() =>
        this.#readPortion(source, wanted),
      )
      if (resources === undefined) {
        // Some of the others may be larger.
        size = Math.max(1, Math.floor(fitting / 2))
        continue
      }
      for (const resource of resources) yield source.show(resource)
      at += wanted.length
      if (total < largestPortion / 4) size = Math.min(source.portion, 2 * size)
    }
  }

  async #readPortion({ mapping, shown }: ListSource, wanted: readonly string[]): Promise<Portion> {
    const filters = wanted.flatMap((id) => idFilter(mapping.identity, id) ?? [])
    const options = { attributes: shown.attributes, limit: wanted.length }
    const places = new Map(wanted.map((id, place) => [id, place]))
    const entries: Entry[] = []
    let total = 0
    let fitting = 0
    for await (const entry of this.#reader.search(mapping, or(filters), options)) {
      total += sizeOf(entry)
      if (total > largestPortion && fitting > 0) return { total, fitting }
      entries[places.get(idOf(mapping.identity, entry)) ?? 0] = entry
      fitting += 1
    }
    const resources = await shown.render(entries.filter((entry) => entry !== undefined))
    return { resources, total, fitting }
  }
}

interface Portion {
  /** Left out when they are too large to be worked on at once. */
  readonly resources?: readonly JsonObject[]
  readonly total: number
  /** How many had arrived when they became too large. */
  readonly fitting: number
}
