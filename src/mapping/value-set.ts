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
