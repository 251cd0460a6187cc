import { rdnOf } from '../../../src/directory/dn.ts'
import { type AttributeValue, Entry, toBytes } from '../../../src/directory/entry.ts'
import { dnAfter, type LdapOperation, type Modification } from '../../../src/directory/operation.ts'
import { matchKey } from '../../support/memory-directory-entry.ts'
import { schema } from './example.ts'

/** The entry after operations on it, as strict as a directory: what is deleted must be there, what is added must not, nothing is deleted
 *  from or added to values without equality rule, and a single-valued attribute has one at the end. RFC 4511 §4.6, §4.9 */
export function applyOperations(entry: Entry, operations: readonly LdapOperation[]): Entry {
  return operations.reduce(apply, entry)
}

function apply(entry: Entry, operation: LdapOperation): Entry {
  if (operation.dn !== entry.dn) throw new Error('it is another entry')
  const draft = new Draft(entry)
  if (operation.kind === 'modify') {
    for (const modification of operation.modifications) draft.modify(modification)
  } else if (operation.kind === 'modifyDn') {
    draft.rename(dnAfter(operation) ?? '', operation.deleteOldRdn)
  }
  return draft.finished()
}

class Draft {
  #dn: string
  readonly #values: Map<string, Buffer[]>

  constructor(entry: Entry) {
    this.#dn = entry.dn
    this.#values = new Map(entry.names.map((name) => [nameOf(name), [...entry.bytes(name)]]))
  }

  modify({ operation, attribute, values }: Modification): void {
    const name = nameOf(attribute)
    if (operation === 'replace' || values.length === 0) {
      this.#values.set(name, values.map(toBytes))
      return
    }
    if (!hasEquality(name) && this.#of(name).length > 0) throw new Error(`18: ${attribute}`)
    for (const value of values) {
      if (this.#has(name, value) !== (operation === 'delete'))
        throw new Error(`16, 20: ${attribute}`)
      const others = this.#without(name, value)
      this.#values.set(name, operation === 'delete' ? others : [...others, toBytes(value)])
    }
  }

  rename(dn: string, deletesOld: boolean): void {
    for (const { type, value } of deletesOld ? rdnOf(this.#dn) : []) {
      this.#values.set(nameOf(type), this.#without(nameOf(type), value))
    }
    for (const { type, value } of rdnOf(dn)) {
      const name = nameOf(type)
      if (!this.#has(name, value)) this.#values.set(name, [...this.#of(name), Buffer.from(value)])
    }
    this.#dn = dn
  }

  finished(): Entry {
    for (const [name, values] of this.#values) {
      const isSingle = schema.attributeType(name)?.isSingleValued === true
      if (isSingle && values.length > 1) throw new Error(`19: several values of ${name}`)
    }
    for (const { type, value } of rdnOf(this.#dn)) {
      if (!this.#has(nameOf(type), value)) throw new Error(`64: ${type} names the entry`)
    }
    return new Entry(this.#dn, this.#values)
  }

  #of(name: string): Buffer[] {
    return this.#values.get(name) ?? []
  }

  #has(name: string, value: AttributeValue): boolean {
    return this.#without(name, value).length < this.#of(name).length
  }

  #without(name: string, value: AttributeValue): Buffer[] {
    return this.#of(name).filter((each) => keyOf(name, each) !== keyOf(name, value))
  }
}

function nameOf(attribute: string): string {
  return (schema.attributeType(attribute)?.name ?? attribute).toLowerCase()
}

function hasEquality(name: string): boolean {
  return schema.attributeType(name)?.equality !== undefined
}

function keyOf(name: string, value: AttributeValue): string {
  const bytes = toBytes(value)
  return matchKey(schema.attributeType(name)?.equality, bytes) ?? bytes.toString('latin1')
}
