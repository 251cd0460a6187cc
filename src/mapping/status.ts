import type { DirectorySchema } from '../directory/directory-schema.ts'
import type { Attribute, Entry } from '../directory/entry.ts'
import type { Filter } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { BitStatus } from './bit-status.ts'
import type { UserSettings } from './settings.ts'
import { ValueStatus } from './value-status.ts'

/** How an account is disabled. */
export interface Status {
  readonly attribute: string
  /** Whether the account is active. */
  isActive(entry: Entry): boolean
  /** The attribute of a new entry; none where the account needs no value. */
  attributesFor(isActive: boolean): Attribute[]
  /** What makes the account active or disabled; nothing when it is so already.
   *  @param isPasswordSet the same modify sets a password, which may take the lock away. */
  modifications(entry: Entry, isActive: boolean, isPasswordSet: boolean): Modification[]
  /** What disables an account again behind an operation that set its password. */
  modificationsBehindPassword(): Modification[]
  /** What holds of an entry as long as its status is as it was read; nothing where no server could check that. */
  asRead(entry: Entry): Filter | undefined
  /** Accounts that are active, or those that are not; nothing when only the bridge can tell. */
  filter(isActive: boolean): Filter | undefined
}

/** The status as the settings store it: as a value, or as a bit. */
export function statusFor(
  { attribute, inactive, active, bit }: NonNullable<UserSettings['active']>,
  schema: DirectorySchema,
): Status {
  if (bit !== undefined) return new BitStatus({ attribute, bit, base: Number(active ?? 0) })
  return new ValueStatus({ attribute, inactive: inactive ?? '', active }, schema)
}
