import { randomUUID } from 'node:crypto'
import type { Directory, WriteReason } from '../directory/directory.ts'
import { DirectoryError } from '../directory/error.ts'
import type { Modification } from '../directory/operation.ts'
import type { Logger } from '../logging/logger.ts'
import { dnKey } from '../mapping/reference.ts'
import {
  type NotedName,
  parseUpkeepValue,
  type UpkeepNote,
  upkeepValue,
} from '../mapping/upkeep-note.ts'
import type { EntryReader } from './entry-reader.ts'
import type { UpkeepSettings } from './settings.ts'

/** What notes are kept with. */
export interface UpkeepNotesDependencies {
  /** The port that writes are sent to, journal included. */
  readonly directory: Directory
  readonly reader: EntryReader
  readonly logger: Logger
}

/** What of a write is noted. */
export interface NotedWork {
  /** The base of the users of the tenant. */
  readonly base: string
  readonly names: readonly NotedName[]
}

/** Has a note stay when the work around which it was made is over.
 *  @returns what removes it later. */
export type KeepNote = () => () => Promise<void>

/** The notes that bridges leave in an entry of the directory of what they are about to do to names, so that another one can finish what
 *  one that is lost has begun. docs/decisions/0049-notes-of-what-is-begun.md */
export class UpkeepNotes {
  readonly #dependencies: UpkeepNotesDependencies
  readonly #settings: UpkeepSettings | undefined

  constructor(dependencies: UpkeepNotesDependencies, settings: UpkeepSettings | undefined) {
    this.#dependencies = dependencies
    this.#settings = settings
  }

  /** Does work with its note around it, which stays where the work says so: something of it is left over then.
   *  @throws {DirectoryError} `unavailable` or `notRecorded` when it could not be noted; nothing was done then. */
  async around<T>(
    noted: NotedWork,
    reason: WriteReason,
    work: (keep: KeepNote) => Promise<T>,
  ): Promise<T> {
    const value = await this.#write(noted, reason)
    const remove = async (): Promise<void> => {
      if (value !== undefined) await this.remove(value, reason)
    }
    let isKept = false
    try {
      return await work(() => {
        isKept = true
        return remove
      })
    } finally {
      if (!isKept) await remove()
    }
  }

  /** The notes of a tenant that are there, by their values. */
  async read(base: string): Promise<ReadonlyMap<string, UpkeepNote>> {
    const { entry, attribute } = this.#settings ?? {}
    if (entry === undefined || attribute === undefined) return new Map()
    const found = await this.#dependencies.reader.at(entry, [attribute])
    const notes = (found?.texts(attribute) ?? []).flatMap((value) => {
      const note = parseUpkeepValue(value)
      return note !== undefined && dnKey(note.base) === dnKey(base) ? [[value, note] as const] : []
    })
    return new Map(notes)
  }

  /** Takes a note away; one that cannot be taken away is found, and worked off, again. */
  async remove(value: string, reason: WriteReason): Promise<void> {
    try {
      await this.#change('delete', value, reason)
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      const { failure } = error
      if (failure === 'valueAbsent') return
      const { requestId } = reason
      this.#dependencies.logger.warn('note not taken away', { requestId, failure })
    }
  }

  async #write({ base, names }: NotedWork, reason: WriteReason): Promise<string | undefined> {
    if (names.length === 0 || this.#settings?.entry === undefined) return undefined
    const value = upkeepValue({ key: randomUUID(), requestId: reason.requestId, base, names })
    try {
      await this.#change('add', value, reason)
      return value
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error
      if (error.failure === 'unavailable' || error.failure === 'notRecorded') throw error
      // It may have come there all the same, and is harmless then.
      const { requestId } = reason
      this.#dependencies.logger.error('rename or deletion not noted', { requestId }, error)
      return value
    }
  }

  async #change(
    operation: Modification['operation'],
    value: string,
    reason: WriteReason,
  ): Promise<void> {
    const { entry: dn, attribute } = this.#settings ?? {}
    if (dn === undefined || attribute === undefined) return
    const modifications = [{ operation, attribute, values: [value] }]
    const operations = [{ kind: 'modify', dn, modifications }] as const
    await this.#dependencies.directory.execute({ operations, read: [] }, reason)
  }
}
