import type { DirectorySchema } from '../directory/directory-schema.ts'
import type { Entry } from '../directory/entry.ts'
import { equals, type Filter, not } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { modificationsFor } from './modification-plan.ts'
import type { UserSettings } from './settings.ts'

type StatusSettings = NonNullable<UserSettings['active']>

/** How an account is disabled: one value of one attribute. Any other value leaves the account active: OpenLDAP's
 *  pwdAccountLockedTime also holds the time at which too many wrong passwords locked it for a while. */
export class Status {
  readonly attribute: string
  readonly #settings: StatusSettings
  readonly #schema: DirectorySchema

  constructor(settings: StatusSettings, schema: DirectorySchema) {
    this.attribute = settings.attribute
    this.#settings = settings
    this.#schema = schema
  }

  /** Whether the account is active. */
  isActive(entry: Entry): boolean {
    return !entry.texts(this.attribute).some((value) => this.#isInactive(value))
  }

  /** The values of a new entry. */
  valuesFor(isActive: boolean): readonly string[] {
    const value = isActive ? this.#settings.active : this.#settings.inactive
    return value === undefined ? [] : [value]
  }

  /** What makes the account active or disabled; nothing when it is so already.
   *  @param isPasswordSet the same modify sets a password, which takes the lock away. */
  modifications(entry: Entry, isActive: boolean, isPasswordSet: boolean): Modification[] {
    if (!isActive && isPasswordSet) return this.#relock(entry)
    if (this.isActive(entry) === isActive) return []
    const type = this.#schema.attributeType(this.attribute)
    const current = entry.texts(this.attribute)
    if (type === undefined) throw new Error(`${this.attribute} is not in the schema`)
    return modificationsFor({ type, current, wanted: this.valuesFor(isActive) })
  }

  /** Accounts that are active, or those that are not. */
  filter(isActive: boolean): Filter {
    const inactive = equals(this.attribute, this.#settings.inactive)
    return isActive ? not(inactive) : inactive
  }

  /** OpenLDAP takes the lock that it finds away with the old password, behind all modifications of the request; it does not where
   *  the request itself deletes that lock. */
  #relock(entry: Entry): Modification[] {
    const { attribute } = this
    const current = entry.texts(attribute)
    const lock: Modification = { operation: 'add', attribute, values: this.valuesFor(false) }
    return current.length === 0
      ? [lock]
      : [{ operation: 'delete', attribute, values: current }, lock]
  }

  #isInactive(value: string): boolean {
    return value.toLowerCase() === this.#settings.inactive.toLowerCase()
  }
}
