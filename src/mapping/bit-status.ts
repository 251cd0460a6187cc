import type { Attribute, Entry } from '../directory/entry.ts'
import { and, extensible, type Filter, not, present } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import type { Status } from './status.ts'

/** Matches numbers that have all bits of the given one. MS-ADTS §3.1.1.3.4.4.1 */
const bitAnd = '1.2.840.113556.1.4.803'

/** Where the bit is. */
export interface StatusBit {
  readonly attribute: string
  /** Disables the account when it is set. */
  readonly bit: number
  /** The number that a new, active account gets. */
  readonly base: number
}

/** An account that is disabled by one bit of a number, as by ACCOUNTDISABLE in userAccountControl of Active Directory. All other
 *  bits are the administrators' own. */
export class BitStatus implements Status {
  readonly attribute: string
  readonly #bit: number
  readonly #base: number

  constructor({ attribute, bit, base }: StatusBit) {
    this.attribute = attribute
    this.#bit = bit
    this.#base = base
  }

  isActive(entry: Entry): boolean {
    return (this.#numberOf(entry) & this.#bit) === 0
  }

  attributesFor(isActive: boolean): Attribute[] {
    return [{ type: this.attribute, values: [this.#with(this.#base, isActive)] }]
  }

  modifications(entry: Entry, isActive: boolean): Modification[] {
    if (this.isActive(entry) === isActive) return []
    const { attribute } = this
    const held = entry.texts(attribute)
    const added = { attribute, values: [this.#with(this.#numberOf(entry), isActive)] }
    // The number as it was read must still be there: another bit that an administrator changes meanwhile would be lost. Active
    // Directory takes a deletion of userAccountControl only with what comes in its place, as samba-tool sends it, too.
    return held.length === 0
      ? [{ operation: 'add', ...added }]
      : [
          { operation: 'delete', attribute, values: held },
          { operation: 'add', ...added },
        ]
  }

  /** A password leaves the bit alone. */
  modificationsBehindPassword(): Modification[] {
    return []
  }

  /** Active Directory, which alone compares bits, has no assertions. RFC 4528 */
  asRead(): undefined {
    return undefined
  }

  filter(isActive: boolean): Filter {
    const isSet = extensible(this.attribute, bitAnd, String(this.#bit))
    // An account without the number is active, and of it the rule alone would be Undefined. RFC 4511 §4.5.1.7
    return isActive ? not(and([present(this.attribute), isSet])) : isSet
  }

  #with(number: number, isActive: boolean): string {
    return String(isActive ? number & ~this.#bit : number | this.#bit)
  }

  #numberOf(entry: Entry): number {
    const number = Number(entry.text(this.attribute) ?? this.#base)
    return Number.isInteger(number) ? number : 0
  }
}
