import type { Directory } from '../directory/directory.ts'
import type { Logger } from '../logging/logger.ts'
import { Brake } from './brake.ts'
import { Caretaker } from './caretaker.ts'
import { DerivedValueFinder } from './derived-values.ts'
import { EntryReader } from './entry-reader.ts'
import { FreeNumbers } from './free-numbers.ts'
import { Leftovers } from './leftovers.ts'
import { ManagerLinks } from './managers.ts'
import { MappingSource, type StoreSettings } from './mapping-source.ts'
import { Membership } from './membership.ts'
import { PageReader } from './page-reader.ts'
import { ReferenceFollower } from './reference-follower.ts'
import { ReferenceKeeper } from './reference-keeper.ts'
import { ReferenceFinder } from './references.ts'
import type { BrakeSettings, UpkeepSettings } from './settings.ts'
import { snapshotLimits, Snapshots } from './snapshots.ts'
import { UpkeepNotes } from './upkeep-notes.ts'

/** What the operations on users and groups are made from. */
export interface ProvisioningParts {
  readonly directory: Directory
  readonly mappings: MappingSource
  readonly reader: EntryReader
  readonly references: ReferenceFinder
  readonly keeper: ReferenceKeeper
  readonly follower: ReferenceFollower
  readonly leftovers: Leftovers
  readonly caretaker: Caretaker
  readonly managers: ManagerLinks
  readonly membership: Membership
  readonly derived: DerivedValueFinder
  readonly pages: PageReader
  readonly brake: Brake
  readonly logger: Logger
  /** The most resources that one list answer holds. */
  readonly maxResults: number
}

/** What the parts go by. */
type PartsSettings = StoreSettings & {
  readonly maxResults: number
  readonly brake: BrakeSettings
  /** Without it nothing is noted. */
  readonly upkeep?: UpkeepSettings
  /** Absent for the first. */
  readonly tenant?: string
}

/** Puts the parts together.
 *  @param directory the port that writes are sent to, journal included. */
export function createParts(
  directory: Directory,
  settings: PartsSettings,
  logger: Logger,
): ProvisioningParts {
  const { brake, tenant } = settings
  const tenantFields = tenant === undefined ? {} : { tenant }
  const reader = new EntryReader(directory)
  const references = new ReferenceFinder(reader)
  const membership = new Membership({ directory, reader, references })
  const leftovers = new Leftovers(logger)
  const follower = new ReferenceFollower({ directory, reader, references, leftovers })
  const notes = new UpkeepNotes({ directory, reader, logger }, settings.upkeep)
  const keeper = new ReferenceKeeper({ directory, reader, references, leftovers, follower, notes })
  const mappings = new MappingSource(directory, withoutOwnEntries(settings))
  const snapshots = new Snapshots(snapshotLimits, Date.now)
  return {
    directory,
    mappings,
    reader,
    references,
    follower,
    keeper,
    caretaker: new Caretaker({ keeper, notes, mappings, logger }, settings.upkeep),
    leftovers,
    managers: new ManagerLinks({ directory, reader, follower, logger }),
    membership,
    derived: new DerivedValueFinder({ reader, numbers: new FreeNumbers({ directory, reader }) }),
    pages: new PageReader(reader, snapshots, settings.maxResults),
    brake: new Brake(
      { directory, reader, leftovers, logger, now: Date.now, ...tenantFields },
      brake,
    ),
    logger,
    maxResults: settings.maxResults,
  }
}

/** No client may change the entries in which the bridges count and note, wherever they are. */
function withoutOwnEntries({ users, groups, brake, upkeep }: PartsSettings): StoreSettings {
  const protectedEntries = [brake.entry, upkeep?.entry].filter((entry) => entry !== undefined)
  return { users: { ...users, protectedEntries }, groups: { ...groups, protectedEntries } }
}
