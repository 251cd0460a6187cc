import type { Directory, WriteReason } from '../directory/directory.ts'
import type { Entry } from '../directory/entry.ts'
import { DirectoryError } from '../directory/error.ts'
import { guardFor } from '../mapping/assertion.ts'
import type { DerivedValues } from '../mapping/derivation.ts'
import type { EntryMapping } from '../mapping/entry-mapping.ts'
import { idOf } from '../mapping/identity.ts'
import { hasFrom, hasNumber, type NumberedAttribute } from '../mapping/numbered-attribute.ts'
import type { EntryReader } from './entry-reader.ts'
import { maxAttempts } from './retry.ts'

/** What free numbers are found with. */
export interface FreeNumbersDependencies {
  readonly directory: Directory
  readonly reader: EntryReader
}

/** Finds numbers for new entries that nobody else has: the one behind the highest, so that the number of somebody who is gone,
 *  whose files may still be there, is given to nobody else. docs/decisions/0030-numbers-of-the-range.md */
export class FreeNumbers {
  readonly #directory: Directory
  readonly #reader: EntryReader
  /** The highest number that was given, or known to be taken, by base and attribute. */
  readonly #highest = new Map<string, number>()

  constructor({ directory, reader }: FreeNumbersDependencies) {
    this.#directory = directory
    this.#reader = reader
  }

  /** What a new entry would get, for a preview.
   *  @throws {DirectoryError} `refused` when a range is used up. */
  async preview(entries: EntryMapping): Promise<DerivedValues> {
    return await this.#each(entries, async (numbered) => await this.#next(entries, numbered))
  }

  /** What a new entry gets, and nobody else who asks here.
   *  @throws {DirectoryError} `refused` when a range is used up. */
  async take(entries: EntryMapping): Promise<DerivedValues> {
    return await this.#each(entries, async (numbered) => await this.#take(entries, numbered))
  }

  /** Gives back what was taken for an entry that was not created after all, as far as nobody has taken more since. */
  giveBack(entries: EntryMapping, given: DerivedValues): void {
    for (const numbered of entries.numbered) {
      const key = keyOf(entries, numbered)
      const number = Number(given.get(numbered.type.name))
      if (this.#highest.get(key) === number) this.#highest.set(key, number - 1)
    }
  }

  /** Looks whether somebody else, through another bridge, has got the number of a new entry at the same time, and gives it
   *  another one then: where the server keeps numbers unique itself it has refused one of the two already.
   *  @returns whether the entry was changed.
   *  @throws {DirectoryError} `unavailable` when others get the same numbers again and again. */
  async settle(
    entries: EntryMapping,
    entry: Entry,
    given: DerivedValues,
    reason: WriteReason,
  ): Promise<boolean> {
    let isChanged = false
    for (const numbered of entries.numbered) {
      const { name } = numbered.type
      let number = given.get(name)
      for (let attempt = 1; number !== undefined; attempt += 1) {
        const place = await this.#placeAmongEqual(entries, entry, hasNumber(numbered, number))
        if (place === undefined) break
        if (attempt > maxAttempts) throw new DirectoryError('unavailable', contested(name))
        // Those who see each other go different ways.
        for (let step = 0; step <= place; step += 1) {
          number = String(await this.#take(entries, numbered))
        }
        const change = { operation: 'replace', attribute: name, values: [number] } as const
        const guard = guardFor(entries.identity, entry, 'modify')
        const operation = {
          kind: 'modify',
          dn: entry.dn,
          modifications: [change],
          ...guard,
        } as const
        await this.#directory.execute({ operations: [operation], read: [] }, reason)
        isChanged = true
      }
    }
    return isChanged
  }

  /** How many of the others who match come before an entry by their ids; nothing when there are no others. */
  async #placeAmongEqual(
    entries: EntryMapping,
    entry: Entry,
    filter: ReturnType<typeof hasNumber>,
  ): Promise<number | undefined> {
    const { identity } = entries
    const own = idOf(identity, entry)
    const found = await this.#reader.all(entries, filter, [identity.idAttribute])
    const others = found.map((each) => idOf(identity, each)).filter((id) => id !== own)
    return others.length === 0 ? undefined : others.filter((id) => id < own).length
  }

  async #each(
    { numbered }: EntryMapping,
    numberOf: (numbered: NumberedAttribute) => Promise<number>,
  ): Promise<DerivedValues> {
    const values = new Map<string, string>()
    for (const each of numbered) values.set(each.type.name, String(await numberOf(each)))
    return values
  }

  async #take(entries: EntryMapping, numbered: NumberedAttribute): Promise<number> {
    const looked = await this.#next(entries, numbered)
    const key = keyOf(entries, numbered)
    // Others may have taken it here while the directory was asked.
    const number = Math.max(looked, (this.#highest.get(key) ?? 0) + 1)
    if (number > numbered.to) throw usedUp(numbered)
    this.#highest.set(key, number)
    return number
  }

  async #next(entries: EntryMapping, numbered: NumberedAttribute): Promise<number> {
    const { from, to } = numbered
    const known = this.#highest.get(keyOf(entries, numbered)) ?? from - 1
    if (!(await this.#isTakenFrom(entries, numbered, known + 1))) {
      if (known === to) throw usedUp(numbered)
      return known + 1
    }
    // Some entry has `low` or more, and none has `high` or more.
    let [low, high] = [known + 1, to + 1]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (await this.#isTakenFrom(entries, numbered, middle)) low = middle
      else high = middle
    }
    if (high > to) throw usedUp(numbered)
    return high
  }

  /** Whether an entry has this number or a higher one of the range. */
  async #isTakenFrom(
    entries: EntryMapping,
    numbered: NumberedAttribute,
    number: number,
  ): Promise<boolean> {
    if (number > numbered.to) return false
    const options = { attributes: [], limit: 1 }
    for await (const _ of this.#reader.search(entries, hasFrom(numbered, number), options)) {
      return true
    }
    return false
  }
}

function keyOf({ settings }: EntryMapping, { type }: NumberedAttribute): string {
  return `${type.name} below ${settings.base}`
}

function usedUp({ type, to }: NumberedAttribute): DirectoryError {
  const reason = `there is no number left for ${type.name}: the highest, ${to}, is taken; raise the end of its range in the settings`
  return new DirectoryError('refused', reason)
}

function contested(name: string): string {
  return `other entries get the same ${name} again and again`
}
