import { isSameDn, isWithin, parentDn } from '../../src/directory/dn.ts'
import type {
  Capabilities,
  Directory,
  SearchRequest,
  WriteReason,
} from '../../src/directory/directory.ts'
import { type AttributeValue, Entry } from '../../src/directory/entry.ts'
import { DirectoryError } from '../../src/directory/error.ts'
import { dnAfter, type LdapOperation, type Plan } from '../../src/directory/operation.ts'
import { failed, keyOfDn, type StoredEntry, type Tree, valuesOf } from './memory-directory-entry.ts'
import { evaluate, hasValue } from './memory-directory-filter.ts'
import { memorySchema } from './memory-directory-schema.ts'
import { apply, hashed, type Overlays } from './memory-directory-write.ts'

/** An entry to begin with: its DN, and its attributes with one value or several. */
export interface SeedEntry {
  readonly dn: string
  readonly attributes: Readonly<Record<string, AttributeValue | readonly AttributeValue[]>>
}

/** How a memory directory is set up; by default it is as the OpenLDAP of the tests. */
export interface MemoryDirectoryOptions {
  readonly suffix?: string
  /** Entries to begin with, parents first; `organizationalUnit`s people and groups are there anyway. */
  readonly entries?: readonly SeedEntry[]
  /** What the server can do, where it is not what OpenLDAP can. Everything works all the same. */
  readonly capabilities?: Partial<Capabilities>
  readonly overlays?: Partial<Overlays>
}

/** What an operation is called when it is made to fail. */
export type FailingKind = LdapOperation['kind'] | 'search' | 'compare'

/** A plan that was carried out. */
export interface ExecutedPlan {
  readonly plan: Plan
  readonly reason: WriteReason
}

const hidden: readonly string[] = ['userpassword']

/** A directory in memory that behaves as OpenLDAP does with ppolicy, memberof, refint and unique, as far as
 *  `directory-contract.ts` tells. Passwords are hashed and can be bound with, never read. */
export class MemoryDirectory implements Directory {
  /** Makes every operation fail as unavailable until it is set to false. */
  isDown = false
  /** Every plan that was carried out, in order. */
  readonly executed: ExecutedPlan[] = []
  /** The number of searches so far. */
  searchCount = 0
  readonly #capabilities: Capabilities
  readonly #overlays: Overlays
  readonly #failures: { readonly error: DirectoryError; readonly kind: FailingKind | undefined }[] =
    []
  #tree: Tree = new Map()
  #isClosed = false

  constructor(options: MemoryDirectoryOptions = {}) {
    const suffix = options.suffix ?? 'dc=example,dc=org'
    this.#overlays = {
      uniqueBase: `ou=people,${suffix}`,
      emptyMembership: `cn=empty-membership,${suffix}`,
      ...options.overlays,
    }
    this.#capabilities = {
      kind: 'openldap',
      hasReadEntry: true,
      hasAssertion: true,
      hasTransactions: false,
      hasPasswordModify: true,
      schema: memorySchema,
      ...options.capabilities,
    }
    this.#tree.set(keyOfDn(parentDn(suffix)), rootOf(parentDn(suffix)))
    this.#seed({
      dn: suffix,
      attributes: { objectClass: ['organization', 'dcObject'], o: 'Example', dc: 'example' },
    })
    this.#tree.delete(keyOfDn(parentDn(suffix)))
    for (const ou of ['people', 'groups']) {
      this.#seed({
        dn: `ou=${ou},${suffix}`,
        attributes: { objectClass: 'organizationalUnit', ou },
      })
    }
    for (const entry of options.entries ?? []) this.#seed(entry)
  }

  /** Makes the next operation, or the next one of a kind, fail in this way; several wait for their turn. */
  failNext(error: DirectoryError, kind?: FailingKind): void {
    this.#failures.push({ error, kind })
  }

  /** An entry with every attribute, the password hash included; nothing when there is none. For assertions. */
  entry(dn: string): Entry | undefined {
    const stored = this.#tree.get(keyOfDn(dn))
    return stored === undefined ? undefined : toEntry(this.#withMemberOf(stored))
  }

  /** The DNs of all entries, in the order of their creation. For assertions. */
  get dns(): readonly string[] {
    return [...this.#tree.values()].map(({ dn }) => dn)
  }

  /** Whether a person could bind: the password fits and the account is not locked. */
  canBind(dn: string, password: string): boolean {
    const entry = this.entry(dn)
    if (entry === undefined || entry.has('pwdAccountLockedTime')) return false
    return entry.texts('userPassword').includes(hashed(password))
  }

  async capabilities(): Promise<Capabilities> {
    this.#checkReachable()
    return this.#capabilities
  }

  async *search(request: SearchRequest): AsyncIterable<Entry> {
    this.#checkReachable()
    this.searchCount += 1
    this.#failIfWanted('search')
    const base = this.#tree.get(keyOfDn(request.base))
    if (base === undefined) throw failed('noSuchEntry', 32)
    let count = 0
    const needsMemberOf = /memberof|"\+"/i.test(
      JSON.stringify([request.filter, request.attributes]),
    )
    // A write puts another tree in its place, so that this one stands still.
    for (const stored of this.#tree.values()) {
      if (!isInScope(stored.dn, base.dn, request.scope)) continue
      const entry = needsMemberOf ? this.#withMemberOf(stored) : stored
      if (evaluate(request.filter, entry) !== true) continue
      count += 1
      if (request.limit !== undefined && count > request.limit) throw failed('limitExceeded', 4)
      yield toEntry(entry, request.attributes)
    }
  }

  async compare(dn: string, attribute: string, value: AttributeValue): Promise<boolean> {
    this.#checkReachable()
    this.#failIfWanted('compare')
    const entry = this.#tree.get(keyOfDn(dn))
    if (entry === undefined) throw failed('noSuchEntry', 32)
    const type = memorySchema.attributeType(attribute)
    if (type === undefined) throw failed('schemaViolation', 17, attribute)
    const present = this.#withMemberOf(entry)
    if (valuesOf(present, attribute).length === 0) return false
    const answer = hasValue(present, type, value)
    if (answer === undefined) throw failed('invalidValue', 21, attribute)
    return answer
  }

  async execute(plan: Plan, reason: WriteReason): Promise<Entry | undefined> {
    this.#checkReachable()
    const tree: Tree = new Map(this.#tree)
    for (const [index, operation] of plan.operations.entries()) {
      try {
        this.#failIfWanted(operation.kind)
        apply(tree, this.#sent(operation), this.#overlays)
      } catch (error) {
        throw error instanceof DirectoryError ? atIndex(error, index) : error
      }
    }
    this.#tree = tree
    this.executed.push({ plan, reason })
    return this.#entryAfter(plan)
  }

  async isReachable(): Promise<boolean> {
    return !this.isDown && !this.#isClosed
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #entryAfter({ operations, read }: Plan): Entry | undefined {
    const last = operations.at(-1)
    const dn = last === undefined || read.length === 0 ? undefined : dnAfter(last)
    const stored = dn === undefined ? undefined : this.#tree.get(keyOfDn(dn))
    return stored === undefined ? undefined : toEntry(this.#withMemberOf(stored), read)
  }

  /** As the adapter does, an assertion is left out where the server cannot check it. */
  #sent(operation: LdapOperation): LdapOperation {
    if (this.#capabilities.hasAssertion || !('assertion' in operation)) return operation
    const { assertion: _, ...rest } = operation
    return rest
  }

  #checkReachable(): void {
    if (this.isDown || this.#isClosed) {
      throw new DirectoryError('unavailable', 'memory directory: down')
    }
  }

  #failIfWanted(kind: FailingKind): void {
    const index = this.#failures.findIndex((each) => each.kind === undefined || each.kind === kind)
    const [failure] = index === -1 ? [] : this.#failures.splice(index, 1)
    if (failure !== undefined) throw failure.error
  }

  #seed({ dn, attributes }: SeedEntry): void {
    const list = Object.entries(attributes).map(([type, value]) => ({
      type,
      values: typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value,
    }))
    apply(this.#tree, { kind: 'add', dn, attributes: list }, this.#overlays)
  }

  /** memberOf as the overlay keeps it: the groups that name the entry. */
  #withMemberOf(entry: StoredEntry): StoredEntry {
    const type = memorySchema.attributeType('memberOf')
    const groups = this.#tree
      .values()
      .filter((group) =>
        valuesOf(group, 'member').some((member) => isSameDn(member.toString(), entry.dn)),
      )
      .map(({ dn }) => Buffer.from(dn))
      .toArray()
    if (type === undefined || groups.length === 0) return entry
    return {
      ...entry,
      attributes: new Map(entry.attributes).set('memberof', { type, values: groups }),
    }
  }
}

function rootOf(dn: string): StoredEntry {
  return { dn, attributes: new Map() }
}

function isInScope(dn: string, base: string, scope: SearchRequest['scope']): boolean {
  switch (scope) {
    case 'base':
      return isSameDn(dn, base)
    case 'one':
      return !isSameDn(dn, base) && isSameDn(parentDn(dn), base)
    case 'sub':
      return isWithin(dn, base)
  }
}

/** @param wanted the attributes as a search names them; left out: all. RFC 4511 §4.5.1.8 */
function toEntry({ dn, attributes }: StoredEntry, wanted?: readonly string[]): Entry {
  if (wanted === undefined) {
    return new Entry(
      dn,
      attributes.values().map(({ type, values }) => [type.name, values]),
    )
  }
  const all = attributes.values().filter(({ type }) => {
    const names = [type.oid, ...type.names].map((name) => name.toLowerCase())
    const wildcard = type.isOperational ? '+' : '*'
    return (
      !hidden.includes(type.name.toLowerCase()) &&
      wanted.some((name) => name === wildcard || names.includes(name.toLowerCase()))
    )
  })
  return new Entry(
    dn,
    all.map(({ type, values }) => [nameAsked(type.names, wanted), values]),
  )
}

/** Servers answer with the name that was asked for where a type has several. */
function nameAsked(names: readonly string[], wanted: readonly string[]): string {
  const lower = wanted.map((name) => name.toLowerCase())
  return names.find((name) => lower.includes(name.toLowerCase())) ?? names[0] ?? ''
}

function atIndex(error: DirectoryError, operationIndex: number): DirectoryError {
  const { failure, resultCode, attribute, isPartial } = error
  return new DirectoryError(failure, error.message, {
    operationIndex,
    isPartial,
    ...(resultCode === undefined ? {} : { resultCode }),
    ...(attribute === undefined ? {} : { attribute }),
    cause: error.cause,
  })
}
