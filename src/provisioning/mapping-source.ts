import type { Directory } from '../directory/directory.ts'
import { compileMappings, type Mappings } from '../mapping/mappings.ts'
import type { GroupSettings, ProtectedEntry, UserSettings } from '../mapping/settings.ts'

/** The settings of what is stored where. */
export interface StoreSettings {
  readonly users: UserSettings & ProtectedEntry
  readonly groups: GroupSettings & ProtectedEntry
}

/** Makes the mappings as soon as the directory has been reached for the first time, since they depend on its schema. */
export class MappingSource {
  readonly #directory: Directory
  readonly #settings: StoreSettings
  #mappings: Mappings | undefined

  constructor(directory: Directory, settings: StoreSettings) {
    this.#directory = directory
    this.#settings = settings
  }

  /** The mappings.
   *  @throws {DirectoryError} while the directory has not been reached.
   *  @throws {MappingError} when they cannot work on this directory. */
  async get(): Promise<Mappings> {
    this.#mappings ??= compileMappings(this.#settings, await this.#directory.capabilities())
    return this.#mappings
  }
}
