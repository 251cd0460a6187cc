import type { Logger } from '../logging/logger.ts'
import { MappingError } from '../mapping/mapping-error.ts'
import type { Mappings } from '../mapping/mappings.ts'
import type { UpkeepNote } from '../mapping/upkeep-note.ts'
import { isAway } from './leftovers.ts'
import type { MappingSource } from './mapping-source.ts'
import { Pauses } from './pauses.ts'
import type { ReferenceKeeper } from './reference-keeper.ts'
import type { UpkeepSettings } from './settings.ts'
import type { UpkeepNotes } from './upkeep-notes.ts'

/** What a caretaker works with. */
export interface CaretakerDependencies {
  readonly keeper: ReferenceKeeper
  readonly notes: UpkeepNotes
  readonly mappings: MappingSource
  readonly logger: Logger
}

/** Finishes what bridges have begun that are lost: what is noted still after a while. No clocks are compared: a note is old that was
 *  there at the last look. */
export class Caretaker {
  readonly #dependencies: CaretakerDependencies
  readonly #settings: UpkeepSettings | undefined
  readonly #pauses = new Pauses()
  #underWay: Promise<void> | undefined
  #known: ReadonlySet<string> = new Set()

  constructor(dependencies: CaretakerDependencies, settings: UpkeepSettings | undefined) {
    this.#dependencies = dependencies
    this.#settings = settings
  }

  /** Looks from now on until it is closed, where anything is noted at all. */
  start(): void {
    const { entry, afterMs = 0 } = this.#settings ?? {}
    if (entry !== undefined) this.#underWay ??= this.#watch(afterMs)
  }

  /** Looks no more, once the look that is under way is done. */
  async close(): Promise<void> {
    this.#pauses.end()
    await this.#underWay
  }

  /** @param afterMs from one look to the next. */
  async #watch(afterMs: number): Promise<void> {
    while (!this.#pauses.areOver) {
      await this.#look()
      await this.#pauses.take(afterMs)
    }
  }

  async #look(): Promise<void> {
    const { notes, mappings: source, logger } = this.#dependencies
    try {
      const mappings = await source.get()
      const found = await notes.read(mappings.users.settings.base)
      for (const [value, note] of found) {
        if (this.#known.has(value)) await this.#finish(mappings, value, note)
      }
      this.#known = new Set(found.keys())
    } catch (error) {
      // A directory that is away, or that the settings do not fit, is spoken of elsewhere.
      if (isAway(error) || error instanceof MappingError) return
      logger.error('notes of lost bridges cannot be read', {}, error)
    }
  }

  async #finish(mappings: Mappings, value: string, note: UpkeepNote): Promise<void> {
    const { keeper, notes, logger } = this.#dependencies
    const { requestId } = note
    const reason = { ...finder, requestId }
    try {
      await keeper.finish(mappings, note, reason)
      await notes.remove(value, reason)
      logger.warn('work of a lost bridge finished', { requestId })
    } catch (error) {
      if (isAway(error)) throw error
      logger.error('work of a lost bridge left undone', { requestId }, error)
    }
  }
}

const finder = {
  actor: 'the bridge that found it left over',
  clientAddress: 'local',
  method: 'upkeep',
  path: '',
}
