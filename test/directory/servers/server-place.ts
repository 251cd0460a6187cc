import type { AdminSearch } from '../../support/admin-client.ts'
import type { BridgePlace, Overrides } from '../../support/bridge.ts'
import type { DirectoryEndpoint } from '../../support/directory-server.ts'
import type { ViewedDirectory } from '../../walkthrough/directory-view.ts'

type Values = Readonly<Record<string, string | readonly string[]>>

/** An entry as an administrator adds it. */
export interface NewEntry {
  readonly dn: string
  readonly attributes: Values
}

/** A server that is there for the cases. */
export interface ObtainedServer {
  /** As its administrator reaches it. */
  readonly server: DirectoryEndpoint
  /** How the bridge reaches it. */
  readonly settings: Overrides
  release(): Promise<void>
}

/** A kind of server, set up in one way, with the settings of the bridge for it: what the cases have to know of it. */
export interface ServerPlace {
  /** As docs/directories.md names it. */
  readonly name: string
  /** What is special about it, for readers of docs/directories.md. */
  readonly about: string
  /** The server as its versions count: `Samba`. */
  readonly server: string
  readonly bridge: BridgePlace
  /** Settings beside the preset. */
  readonly settings: Overrides
  readonly obtain: () => Promise<ObtainedServer>
  readonly view: ViewedDirectory
  /** The attribute whose value is the id of a resource. */
  readonly identity: string
  /** The search that finds the entry with an id, and nothing else. */
  readonly locate: (id: string) => AdminSearch
  /** The attribute in which a manager is remembered who does not exist yet. */
  readonly pendingManager: string
  /** How many users a long list has, a multiple of 20. */
  readonly many: number
  /** An entry that the bridge serves as a user of that userName. */
  readonly person: (userName: string, people: string) => NewEntry
  readonly group: (displayName: string, groups: string, members: readonly string[]) => NewEntry
}
