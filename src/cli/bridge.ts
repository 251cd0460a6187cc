import { SettingsError } from '../config/settings-error.ts'
import type { Settings } from '../config/settings.ts'
import type { Directory } from '../directory/directory.ts'
import { createLdapDirectory } from '../directory/ldap-directory.ts'
import { journaling } from '../journal/journaling.ts'
import { openJournal } from '../journal/open-journal.ts'
import { JournalError, type JournalWriter } from '../journal/record.ts'
import type { JournalSettings } from '../journal/settings.ts'
import type { Logger } from '../logging/logger.ts'
import { Groups } from '../provisioning/groups.ts'
import { createParts, type ProvisioningParts } from '../provisioning/parts.ts'
import { StoredTypes } from '../provisioning/stored-types.ts'
import { Users } from '../provisioning/users.ts'
import { unusableJournal } from './local-check.ts'

/** The bridge without its HTTP side. */
export interface Bridge {
  readonly users: Users
  readonly groups: Groups
  readonly discovery: StoredTypes
  readonly directory: Directory
  readonly parts: ProvisioningParts
  /** Finishes what is under way, then closes the connections and the journal. */
  close(): Promise<void>
}

/** Puts the bridge together; it connects when the first thing is asked of it.
 *  @throws {DecodeError} when a certificate or key file cannot be used.
 *  @throws {SettingsError} when the journal cannot be opened. */
export async function openBridge(settings: Settings, logger: Logger): Promise<Bridge> {
  const journal = await openConfiguredJournal(settings.journal)
  const plain = await createLdapDirectory(settings.directory, logger)
  const directory = journal === undefined ? plain : journaling(plain, { journal, logger })
  const { users, groups, lists, brake } = settings
  const stored = { users, groups, maxResults: lists.maxResults, brake }
  const parts = createParts(directory, stored, logger)
  return {
    users: new Users(parts),
    groups: new Groups(parts),
    discovery: new StoredTypes(parts),
    directory,
    parts,
    close: async () => {
      await parts.leftovers.close()
      await directory.close()
      await journal?.close()
    },
  }
}

/** The bridge of a command that writes nothing: without a journal, which would otherwise be begun by, and belong to, whoever
 *  runs the command. */
export async function openReadingBridge(settings: Settings, logger: Logger): Promise<Bridge> {
  return await openBridge({ ...settings, journal: { sync: false } }, logger)
}

async function openConfiguredJournal({
  file,
  sync,
}: JournalSettings): Promise<JournalWriter | undefined> {
  if (file === undefined) return undefined
  try {
    return await openJournal({ file, sync })
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    throw new SettingsError([unusableJournal(error.cause)])
  }
}
