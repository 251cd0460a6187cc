import type { AttributeType, DirectorySchema } from '../directory/directory-schema.ts'
import type { Attribute, Entry } from '../directory/entry.ts'
import { and, equals, type Filter, not } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { isKnownRule, valueKey } from './matching-rule.ts'
import { modificationsFor } from './modification-plan.ts'
import type { Status } from './status.ts'

/** The values that say whether an account is disabled. */
export interface StatusValues {
  readonly attribute: string
  readonly inactive: string
  /** None: an active account has no value. */
  readonly active: string | undefined
}

/** How an account is disabled: one value of one attribute. Any other value leaves the account active: OpenLDAP's
 *  pwdAccountLockedTime also holds the time at which too many wrong passwords locked it for a while. A truth, `true` or `false`, is
 *  the first of several values, by which 389 DS goes: nsAccountLock has room for more than one. */
export class ValueStatus implements Status {
  readonly attribute: string
  readonly #settings: StatusValues
  readonly #schema: DirectorySchema

  constructor(settings: StatusValues, schema: DirectorySchema) {
    this.attribute = settings.attribute
    this.#settings = settings
    this.#schema = schema
  }

  isActive(entry: Entry): boolean {
    const values = entry.texts(this.attribute)
    return !this.#holdsInactive(this.#contrary === undefined ? values : values.slice(0, 1))
  }

  attributesFor(isActive: boolean): Attribute[] {
    const values = this.#valuesFor(isActive)
    return values.length === 0 ? [] : [{ type: this.attribute, values }]
  }

  modifications(entry: Entry, isActive: boolean, isPasswordSet: boolean): Modification[] {
    if (!isActive && isPasswordSet && this.#type.isSingleValued) return this.#relock(entry)
    if (this.isActive(entry) === isActive) return []
    return this.#changes(entry, isActive)
  }

  /** What disables an account again behind an operation that set its password. Where there is room for other values the attribute
   *  is none that a password policy looks at. */
  modificationsBehindPassword(): Modification[] {
    if (!this.#type.isSingleValued) return []
    return [{ operation: 'replace', attribute: this.attribute, values: this.#valuesFor(false) }]
  }

  /** Other values are not looked at: too many wrong passwords may put one there, and take it away. */
  asRead(entry: Entry): Filter | undefined {
    if (this.#type.equality === undefined) return undefined
    const inactive = equals(this.attribute, this.#settings.inactive)
    return this.#holdsInactive(entry.texts(this.attribute)) ? inactive : not(inactive)
  }

  /** Accounts that are active, or those that are not; nothing when the directory compares the values by a rule that the bridge
   *  does not know, or by none. No filter can ask for the first value: with both truths, an account counts as active. */
  filter(isActive: boolean): Filter | undefined {
    const { equality } = this.#type
    if (equality === undefined || !isKnownRule(equality)) return undefined
    const held = equals(this.attribute, this.#settings.inactive)
    const contrary = this.#contrary
    const inactive =
      contrary === undefined ? held : and([held, not(equals(this.attribute, contrary))])
    return isActive ? not(inactive) : inactive
  }

  /** OpenLDAP takes the lock that it finds away with the old password, behind all modifications of the request; it does not
   *  where the request itself deletes that lock. */
  #relock(entry: Entry): Modification[] {
    const { attribute } = this
    const current = entry.texts(attribute)
    const lock: Modification = { operation: 'add', attribute, values: this.#valuesFor(false) }
    return current.length === 0
      ? [lock]
      : [{ operation: 'delete', attribute, values: current }, lock]
  }

  get #type(): AttributeType {
    const type = this.#schema.attributeType(this.attribute)
    if (type === undefined) throw new Error(`${this.attribute} is not in the schema`)
    return type
  }

  #valuesFor(isActive: boolean): readonly string[] {
    const value = isActive ? this.#settings.active : this.#settings.inactive
    return value === undefined ? [] : [value]
  }

  /** Where there is room for several values, those that say nothing of the status stay; none stays beside a truth. */
  #changes(entry: Entry, isActive: boolean): Modification[] {
    const type = this.#type
    const current = entry.texts(this.attribute)
    const meant = [...this.#valuesFor(true), ...this.#valuesFor(false)]
    const others = current.filter((value) => !meant.some((each) => this.#isSame(value, each)))
    const isAlone = type.isSingleValued || this.#contrary !== undefined
    const wanted = [...this.#valuesFor(isActive), ...(isAlone ? [] : others)]
    return modificationsFor({ type, current, wanted })
  }

  /** The other truth, where it is a truth that disables and there is room for both. */
  get #contrary(): string | undefined {
    const { inactive } = this.#settings
    if (this.#type.isSingleValued) return undefined
    const [, contrary] = truths.find(([truth]) => truth === inactive.toLowerCase()) ?? []
    return inactive === inactive.toUpperCase() ? contrary?.toUpperCase() : contrary
  }

  #holdsInactive(values: readonly string[]): boolean {
    return values.some((value) => this.#isSame(value, this.#settings.inactive))
  }

  #isSame(one: string, other: string): boolean {
    const { equality } = this.#type
    return valueKey(equality, one) === valueKey(equality, other)
  }
}

const truths = [
  ['true', 'false'],
  ['false', 'true'],
] as const
