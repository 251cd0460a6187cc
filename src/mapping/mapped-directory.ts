import type { Capabilities } from '../directory/directory.ts'
import type { Identity } from './identity.ts'

/** What the mappings know of the directory they are made for. */
export interface MappedDirectory extends Pick<Capabilities, 'schema' | 'hasPasswordModify'> {
  readonly identity: Identity
}
