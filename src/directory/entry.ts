import { type Rdn, rdnOf } from './dn.ts'

/** A value of an LDAP attribute as it is written: text is sent as UTF-8, bytes as they are. RFC 4511 §4.1.5 */
export type AttributeValue = string | Buffer

/** An attribute with its values, as it is added. The list of values is never empty. RFC 4511 §4.1.7 */
export interface Attribute {
  readonly type: string
  readonly values: readonly AttributeValue[]
}

/** An entry as the directory returned it: its DN and those of its attributes that were asked for.
 *  Attribute names are compared without case and without the option `binary`; an absent attribute has no values. RFC 4512 §2 */
export class Entry {
  readonly dn: string
  readonly #values: ReadonlyMap<string, readonly Buffer[]>
  #rdn: Rdn | undefined

  /** @param attributes name and values, in the order of the server; names in any case. */
  constructor(dn: string, attributes: Iterable<readonly [string, readonly AttributeValue[]]>) {
    const values = new Map<string, readonly Buffer[]>()
    for (const [name, list] of attributes) {
      if (list.length > 0) values.set(attributeKey(name), list.map(toBytes))
    }
    this.dn = dn
    this.#values = values
  }

  /** The first RDN of the DN. It is read once: every attribute is asked whether it names the entry.
   *  @throws {InvalidDnError} also for the empty DN, which has none. */
  get rdn(): Rdn {
    this.#rdn ??= rdnOf(this.dn)
    return this.#rdn
  }

  /** The names of the attributes that are present, in lower case. */
  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  /** Whether the attribute has a value. */
  has(name: string): boolean {
    return this.#values.has(attributeKey(name))
  }

  /** The values of an attribute as bytes, in the order of the server; empty when it is absent. */
  bytes(name: string): readonly Buffer[] {
    return this.#values.get(attributeKey(name)) ?? []
  }

  /** The values of an attribute as text; bytes that are not UTF-8 become U+FFFD. */
  texts(name: string): readonly string[] {
    return this.bytes(name).map((value) => value.toString('utf8'))
  }

  /** The first value of an attribute as text. */
  text(name: string): string | undefined {
    return this.bytes(name)[0]?.toString('utf8')
  }
}

/** What names an attribute, as texts that are equal: case does not count, nor does the option `binary`, which says how values travel,
 *  not what they are. RFC 4512 §2.5, RFC 4522 §3 */
export function attributeKey(name: string): string {
  return name.toLowerCase().replace(/;binary$/u, '')
}

/** The bytes of a value as they go over the wire. */
export function toBytes(value: AttributeValue): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}
