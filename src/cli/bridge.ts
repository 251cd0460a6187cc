import { SettingsError } from '../config/settings-error.ts'
import type { Settings, Tenant } from '../config/settings.ts'
import { tenantsOf } from '../config/tenants.ts'
import type { Directory } from '../directory/directory.ts'
import { createLdapDirectory } from '../directory/ldap-directory.ts'
import { journaling } from '../journal/journaling.ts'
import { openJournal } from '../journal/open-journal.ts'
import { JournalError, type JournalWriter } from '../journal/record.ts'
import type { JournalSettings } from '../journal/settings.ts'
import type { Logger } from '../logging/logger.ts'
import { withFields } from '../logging/with-fields.ts'
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
  /** Finishes what is under way, then closes the connections, and the journal where it is open for this bridge alone. */
  close(): Promise<void>
}

/** The bridge of one tenant. */
export interface TenantBridge {
  readonly tenant: Tenant
  readonly bridge: Bridge
  /** Names the tenant where there are several. */
  readonly logger: Logger
}

/** The bridges of all tenants. */
export interface Bridges {
  readonly tenants: readonly TenantBridge[]
  /** Finishes what is under way, then closes the connections and the journal. */
  close(): Promise<void>
}

/** Puts the bridge of one tenant together; it connects when the first thing is asked of it.
 *  @throws {DecodeError} when a certificate or key file cannot be used.
 *  @throws {SettingsError} when the journal cannot be opened. */
export async function openBridge(tenant: Tenant, logger: Logger): Promise<Bridge> {
  const opened = await openTenants([tenant], tenant, logger)
  const [only] = opened.tenants
  if (only === undefined) throw new TypeError('no tenant was opened')
  return { ...only.bridge, close: () => opened.close() }
}

/** Puts the bridges of all tenants together, in front of one journal. What is remembered of the directory is kept for each
 *  tenant by itself.
 *  @throws like `openBridge`. */
export async function openBridges(settings: Settings, logger: Logger): Promise<Bridges> {
  return await openTenants(tenantsOf(settings), settings, logger)
}

async function openTenants(
  wanted: readonly Tenant[],
  { journal: journalSettings }: Pick<Settings, 'journal'>,
  logger: Logger,
): Promise<Bridges> {
  const journal = await openConfiguredJournal(journalSettings)
  const tenants: TenantBridge[] = []
  const close = async (): Promise<void> => {
    await Promise.all(tenants.map(({ bridge }) => bridge.close()))
    await journal?.close()
  }
  try {
    for (const tenant of wanted) {
      const named = tenant.tenant === undefined ? logger : withFields(logger, tenantFields(tenant))
      const bridge = await openOn(journal, tenant, named)
      tenants.push({ tenant, bridge, logger: named })
    }
  } catch (error) {
    await close()
    throw error
  }
  return { tenants, close }
}

function tenantFields({ tenant }: Tenant): { readonly tenant?: string } {
  return tenant === undefined ? {} : { tenant }
}

async function openOn(
  journal: JournalWriter | undefined,
  settings: Tenant,
  logger: Logger,
): Promise<Bridge> {
  const plain = await createLdapDirectory(settings.directory, logger)
  const directory =
    journal === undefined
      ? plain
      : journaling(plain, { journal, logger, ...tenantFields(settings) })
  const { users, groups, lists, brake, upkeep } = settings
  const { maxResults } = lists
  const stored = { users, groups, maxResults, brake, upkeep, ...tenantFields(settings) }
  const parts = createParts(directory, stored, logger)
  return {
    users: new Users(parts),
    groups: new Groups(parts),
    discovery: new StoredTypes(parts),
    directory,
    parts,
    close: async () => {
      await Promise.all([parts.leftovers.close(), parts.caretaker.close()])
      await directory.close()
    },
  }
}

/** The bridge of a command that writes nothing: without a journal, which would otherwise be begun by, and belong to, whoever
 *  runs the command. */
export async function openReadingBridge(tenant: Tenant, logger: Logger): Promise<Bridge> {
  return await openBridge({ ...tenant, journal: { sync: false } }, logger)
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
