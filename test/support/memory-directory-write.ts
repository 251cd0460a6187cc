import { createHash, randomUUID } from 'node:crypto'
import { isWithin, parentDn, parseDn, formatDn, rdnOf, isSameDn } from '../../src/directory/dn.ts'
import type { AttributeType } from '../../src/directory/directory-schema.ts'
import { toBytes, type AttributeValue } from '../../src/directory/entry.ts'
import type { Filter } from '../../src/directory/filter.ts'
import {
  type AddOperation,
  dnAfter,
  type LdapOperation,
  type Modification,
  type ModifyDnOperation,
  type ModifyOperation,
} from '../../src/directory/operation.ts'
import {
  failed,
  isWellFormed,
  keyOfDn,
  matchKey,
  type StoredEntry,
  type Tree,
  valuesOf,
} from './memory-directory-entry.ts'
import { evaluate } from './memory-directory-filter.ts'
import { memorySchema } from './memory-directory-schema.ts'

/** What the overlays of the server do. */
export interface Overlays {
  /** `uid` may stand only once below this DN (unique). */
  readonly uniqueBase: string | undefined
  /** References to a renamed or deleted entry follow; an attribute that would be left empty gets this DN (refint). */
  readonly emptyMembership: string | undefined
  /** The clock of the server in milliseconds since 1970; that of this machine unless given. */
  readonly now?: () => number
}

const minPasswordLength = 8

/** Makes one operation on the tree, or fails as OpenLDAP would; a tree after a failure is not to be used. */
export function apply(tree: Tree, operation: LdapOperation, overlays: Overlays): void {
  switch (operation.kind) {
    case 'add':
      return add(tree, operation, overlays)
    case 'modify':
      return modify(tree, operation, overlays)
    case 'modifyDn':
      return rename(tree, operation, overlays)
    case 'delete':
      return remove(tree, operation.dn, operation.assertion, overlays)
    case 'passwordModify':
      return setPassword(tree, operation.dn, operation.newPassword)
  }
}

/** The stored form of a clear password, one way. */
export function hashed(password: string): string {
  return `{SHA512}${createHash('sha512').update(password).digest('base64')}`
}

function add(tree: Tree, operation: AddOperation, overlays: Overlays): void {
  const key = keyOfDn(operation.dn)
  const draft = new Draft({ dn: operation.dn, attributes: new Map() })
  for (const { type, values } of operation.attributes) draft.add(type, values, 'add')
  if (tree.has(key)) throw failed('alreadyExists', 68)
  if (!tree.has(keyOfDn(parentDn(operation.dn)))) throw failed('noSuchEntry', 32)
  for (const { type, value } of rdnOf(operation.dn)) draft.ensure(type, value)
  const now = stamp(overlays)
  draft.set('entryUUID', [randomUUID()])
  draft.set('createTimestamp', [now.time])
  put(tree, draft, overlays)
}

function modify(tree: Tree, operation: ModifyOperation, overlays: Overlays): void {
  const draft = new Draft(found(tree, operation.dn, operation.assertion))
  const setsLock = operation.modifications.some(({ attribute }) => isLock(attribute))
  for (const modification of operation.modifications) {
    draft.modify(modification)
    // ppolicy: a new password unlocks, unless the same modify says otherwise.
    if (modification.attribute.toLowerCase() === 'userpassword' && !setsLock) draft.unlock()
  }
  put(tree, draft, overlays)
}

function isLock(attribute: string): boolean {
  return attribute.toLowerCase() === 'pwdaccountlockedtime'
}

function setPassword(tree: Tree, dn: string, password: string): void {
  const draft = new Draft(found(tree, dn, undefined))
  draft.set('userPassword', [])
  draft.add('userPassword', [password], 'add')
  draft.unlock()
  put(tree, draft, { uniqueBase: undefined, emptyMembership: undefined })
}

function remove(tree: Tree, dn: string, assertion: Filter | undefined, overlays: Overlays): void {
  found(tree, dn, assertion)
  const hasChildren = tree.values().some((entry) => isSameDn(parentDn(entry.dn), dn))
  if (hasChildren) throw failed('notLeaf', 66)
  tree.delete(keyOfDn(dn))
  refer(tree, dn, undefined, overlays)
}

function rename(tree: Tree, operation: ModifyDnOperation, overlays: Overlays): void {
  const entry = found(tree, operation.dn, operation.assertion)
  const dn = dnAfter(operation) ?? operation.dn
  if (!tree.has(keyOfDn(parentDn(dn)))) throw failed('noSuchEntry', 32)
  const draft = new Draft({ ...entry, dn })
  if (operation.deleteOldRdn) {
    for (const { type, value } of rdnOf(operation.dn)) draft.drop(type, value)
  }
  for (const { type, value } of rdnOf(dn)) draft.ensure(type, value)
  const below = [...tree.values()].filter(
    (other) => other !== entry && isWithin(other.dn, operation.dn),
  )
  tree.delete(keyOfDn(operation.dn))
  // The unique overlay looks before the name itself is looked at.
  checkUnique(tree, { ...draft.entry(), dn: operation.dn }, overlays)
  if (tree.has(keyOfDn(dn))) throw failed('alreadyExists', 68)
  put(tree, draft, overlays)
  refer(tree, operation.dn, dn, overlays)
  const depth = parseDn(operation.dn).length
  for (const other of below) {
    const path = parseDn(other.dn)
    const moved = formatDn([...path.slice(0, path.length - depth), ...parseDn(dn)])
    tree.delete(keyOfDn(other.dn))
    tree.set(keyOfDn(moved), { ...other, dn: moved })
    refer(tree, other.dn, moved, overlays)
  }
}

function found(tree: Tree, dn: string, assertion: Filter | undefined): StoredEntry {
  const entry = tree.get(keyOfDn(dn))
  if (entry === undefined) throw failed('noSuchEntry', 32)
  if (assertion !== undefined && evaluate(assertion, entry) !== true) {
    throw failed('assertionFailed', 122)
  }
  return entry
}

function put(tree: Tree, draft: Draft, overlays: Overlays): void {
  const now = stamp(overlays)
  draft.set('modifyTimestamp', [now.time])
  draft.set('entryCSN', [now.csn])
  draft.set('entryDN', [draft.dn])
  draft.check()
  const entry = draft.entry()
  checkUnique(tree, entry, overlays)
  tree.set(keyOfDn(entry.dn), entry)
}

function checkUnique(tree: Tree, entry: StoredEntry, { uniqueBase: base }: Overlays): void {
  if (base === undefined || !isWithin(entry.dn, base)) return
  const own = new Set(valuesOf(entry, 'uid').map((value) => matchKey('caseIgnoreMatch', value)))
  const isTaken = tree
    .values()
    .some(
      (other) =>
        !isSameDn(other.dn, entry.dn) &&
        isWithin(other.dn, base) &&
        valuesOf(other, 'uid').some((value) => own.has(matchKey('caseIgnoreMatch', value))),
    )
  if (isTaken) throw failed('notUnique', 19, 'uid')
}

/** Puts references right, as refint does. */
function refer(tree: Tree, from: string, to: string | undefined, overlays: Overlays): void {
  if (overlays.emptyMembership === undefined) return
  for (const [key, entry] of tree) {
    for (const name of ['member', 'manager', 'owner']) {
      const values = valuesOf(entry, name)
      const others = values.filter((value) => !isSameDn(value.toString(), from))
      if (others.length === values.length) continue
      const draft = new Draft(tree.get(key) ?? entry)
      const rest = to === undefined ? others : [...others, toBytes(to)]
      const isEmptied = rest.length === 0 && name === 'member'
      draft.set(name, isEmptied ? [overlays.emptyMembership] : rest)
      draft.set('entryCSN', [stamp(overlays).csn])
      tree.set(key, draft.entry())
    }
  }
}

let changes = 0

function stamp({ now = Date.now }: Overlays): { readonly time: string; readonly csn: string } {
  changes += 1
  const time = new Date(now()).toISOString().replace(/[-:T]|\.\d+/g, '')
  const count = changes.toString(16).padStart(6, '0')
  return { time, csn: `${time.slice(0, -1)}.000000Z#${count}#000#000000` }
}

/** An entry while it is changed. */
class Draft {
  readonly dn: string
  readonly #attributes: Map<string, { type: AttributeType; values: readonly Buffer[] }>
  readonly #classes: string

  constructor(entry: StoredEntry) {
    this.dn = entry.dn
    this.#attributes = new Map(entry.attributes)
    this.#classes = this.#structuralClass()
  }

  entry(): StoredEntry {
    return { dn: this.dn, attributes: this.#attributes }
  }

  /** Sets what only the server may set. */
  set(name: string, values: readonly AttributeValue[]): void {
    const type = memorySchema.attributeType(name)
    if (type === undefined) throw new Error(`the memory directory lacks ${name}`)
    const key = type.name.toLowerCase()
    if (values.length === 0) this.#attributes.delete(key)
    else this.#attributes.set(key, { type, values: values.map(toBytes) })
  }

  unlock(): void {
    this.set('pwdAccountLockedTime', [])
  }

  modify({ operation, attribute, values }: Modification): void {
    if (operation === 'add') return this.add(attribute, values, 'modify')
    if (operation === 'delete' && values.length > 0) return this.delete(attribute, values)
    const type = writable(attribute)
    if (operation === 'delete' && this.#values(type).length === 0) {
      throw failed('valueAbsent', 16, attribute)
    }
    this.set(type.name, [])
    if (operation === 'replace' && values.length > 0) this.add(attribute, values, 'add')
  }

  add(attribute: string, values: readonly AttributeValue[], kind: 'add' | 'modify'): void {
    const type = writable(attribute)
    const added = values.map((value) => accepted(type, attribute, toBytes(value)))
    const known = this.#values(type)
    if (type.equality === undefined && known.length > 0) throw failed('refused', 18, attribute)
    const keyOf = (value: Buffer): string | undefined =>
      matchKey(type.equality ?? 'octetStringMatch', value)
    const keys = new Set(known.map(keyOf))
    const addedKeys = added.map(keyOf)
    const isRepeated = new Set(addedKeys).size < addedKeys.length
    if (isRepeated) throw failed('invalidValue', 20, attribute)
    if (addedKeys.some((key) => keys.has(key))) {
      throw failed(kind === 'add' ? 'invalidValue' : 'valueExists', 20, attribute)
    }
    if (type.isSingleValued && known.length + added.length > 1) {
      throw failed('tooManyValues', 19, attribute)
    }
    this.set(type.name, [...known, ...added])
  }

  delete(attribute: string, values: readonly AttributeValue[]): void {
    const type = writable(attribute)
    if (type.equality === undefined) throw failed('refused', 18, attribute)
    for (const value of values) {
      const rest = this.#without(type, toBytes(value))
      if (rest.length === this.#values(type).length) throw failed('valueAbsent', 16, attribute)
      this.set(type.name, rest)
    }
  }

  /** Takes a value away if it is there. */
  drop(attribute: string, value: string): void {
    const type = writable(attribute)
    this.set(type.name, this.#without(type, toBytes(value)))
  }

  /** Adds a value of the RDN if it is not there. */
  ensure(attribute: string, value: string): void {
    const type = writable(attribute)
    const bytes = accepted(type, attribute, toBytes(value))
    if (this.#without(type, bytes).length < this.#values(type).length) return
    this.set(type.name, [...this.#values(type), bytes])
  }

  /** RFC 4512 §2.4, §2.6 */
  check(): void {
    for (const { type, value } of rdnOf(this.dn)) {
      const stored = memorySchema.attributeType(type)
      const isThere =
        stored !== undefined &&
        this.#without(stored, toBytes(value)).length < this.#values(stored).length
      if (!isThere) throw failed('schemaViolation', 64, type)
    }
    if (this.#classes !== '' && this.#classes !== this.#structuralClass()) {
      throw failed('readOnly', 69, 'objectClass')
    }
    this.#checkClasses()
  }

  #checkClasses(): void {
    const names = valuesOf(this.entry(), 'objectClass').map(String)
    if (names.length === 0) throw failed('schemaViolation', 65, 'objectClass')
    const classes = names.map((name) => memorySchema.objectClass(name))
    if (classes.includes(undefined)) throw failed('schemaViolation', 21, 'objectClass')
    const must = classes.flatMap((each) => each?.must ?? [])
    const may = classes.flatMap((each) => each?.may ?? [])
    const allowed = new Set([...must, ...may].map((name) => name.toLowerCase()))
    const missing = must.find((name) => !this.#attributes.has(name.toLowerCase()))
    if (missing !== undefined) throw failed('schemaViolation', 65, missing)
    for (const [name, { type }] of this.#attributes) {
      if (!allowed.has(name) && !type.isOperational) throw failed('schemaViolation', 65, type.name)
    }
  }

  #structuralClass(): string {
    const names = valuesOf(this.entry(), 'objectClass').map((value) =>
      value.toString().toLowerCase(),
    )
    return names
      .filter((name) => memorySchema.objectClass(name)?.kind === 'structural')
      .sort()
      .join()
  }

  #values(type: AttributeType): readonly Buffer[] {
    return this.#attributes.get(type.name.toLowerCase())?.values ?? []
  }

  #without(type: AttributeType, value: Buffer): readonly Buffer[] {
    const key = matchKey(type.equality, value)
    return this.#values(type).filter((other) => matchKey(type.equality, other) !== key)
  }
}

function writable(attribute: string): AttributeType {
  const type = memorySchema.attributeType(attribute)
  if (type === undefined) throw failed('schemaViolation', 17, attribute)
  if (type.isReadOnly) throw failed('readOnly', 19, attribute)
  return type
}

function accepted(type: AttributeType, attribute: string, value: Buffer): Buffer {
  if (type.name === 'userPassword') return acceptedPassword(value)
  if (isWellFormed(type, value)) return value
  throw failed('invalidValue', 21, attribute)
}

/** ppolicy with its quality check and `ppolicy_hash_cleartext`; a hash is taken as it is. */
function acceptedPassword(value: Buffer): Buffer {
  const text = value.toString('utf8')
  if (/^\{[\w-]+\}/.test(text)) return value
  if (text.length < minPasswordLength) throw failed('passwordRefused', 19, 'userPassword')
  return toBytes(hashed(text))
}
