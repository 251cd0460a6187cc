import { normalForm } from '../codec/normal-form.ts'
import { type AttributeValue, toBytes } from '../directory/entry.ts'

/** Values of an attribute, found by their bytes however many there are. */
export class ValueSet {
  readonly #keys: ReadonlySet<string>

  constructor(values: readonly AttributeValue[]) {
    this.#keys = new Set(values.map(byteKey))
  }

  /** Whether the same bytes are among them. */
  has(value: AttributeValue): boolean {
    return this.#keys.has(byteKey(value))
  }
}

/** The bytes of a value as a text that is the same for the same bytes and for no others. */
export function byteKey(value: AttributeValue): string {
  return toBytes(value).toString('latin1')
}

/** The same for texts that differ in nothing but the code points for the same characters, and for the same bytes: what people
 *  cannot tell apart is no change. Unicode Standard Annex 15, canonical equivalence */
export function spellingKey(value: AttributeValue): string {
  return typeof value === 'string' ? `text:${normalForm(value, 'NFC')}` : `bytes:${byteKey(value)}`
}
