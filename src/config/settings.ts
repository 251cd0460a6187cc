import type * as t from 'io-ts'
import { mapOf } from '../codec/structures.ts'
import { required, settings, withDefault } from '../codec/settings.ts'
import { DirectorySettings, isProtected } from '../directory/settings.ts'
import { HttpSettings } from '../http/settings.ts'
import { JournalSettings } from '../journal/settings.ts'
import { LoggingSettings } from '../logging/settings.ts'
import { GroupSettings, UserSettings } from '../mapping/settings.ts'
import { BrakeSettings, ListSettings, UpkeepSettings } from '../provisioning/settings.ts'
import { TenantSettings } from './tenant-settings.ts'
import { type SettingsOfTenant, tenantProblems } from './tenants.ts'

/** All settings of the bridge, a section for each room. */
export const Settings = settings(
  'Settings',
  {
    http: required(HttpSettings, { text: 'How clients reach the bridge, and which are let in.' }),
    directory: required(DirectorySettings, {
      text: 'The directory that is written to, and the account to write with.',
    }),
    users: required(UserSettings, { text: 'How users are stored in the directory.' }),
    groups: required(GroupSettings, { text: 'How groups are stored in the directory.' }),
    lists: required(ListSettings, { text: 'How many resources are answered at once.' }),
    brake: required(BrakeSettings, {
      text: 'How many deletions and deactivations are let through before an administrator has to look.',
    }),
    upkeep: required(UpkeepSettings, {
      text: 'How what one bridge has begun is finished by another one.',
    }),
    logging: required(LoggingSettings, { text: 'What is logged and how.' }),
    journal: required(JournalSettings, { text: 'Whether and where writes are recorded.' }),
    tenants: withDefault(
      mapOf(TenantSettings),
      {},
      {
        text: 'Further tenants beside the one of the sections above, by names that stand in log and journal: each has its own path, tokens and places in the directory, shares all other settings, and knows nothing of the others.',
      },
    ),
  },
  ({ directory, users }) =>
    users.password?.method === 'unicodePwd' && !isProtected(directory)
      ? [
          {
            path: 'users.password.method',
            reason:
              'unicodePwd is sent over TLS alone: use ldaps:// or startTls for directory.urls',
          },
        ]
      : [],
  tenantProblems,
)

/** All settings of the bridge, a section for each room. */
export type Settings = t.TypeOf<typeof Settings>

/** All settings as one tenant has them. */
export type Tenant = SettingsOfTenant<Settings>
