import type { Problem } from '../codec/decode.ts'
import type { DirectorySchema } from '../directory/directory-schema.ts'
import { childDn, isWithin } from '../directory/dn.ts'
import type { Attribute, Entry } from '../directory/entry.ts'
import { and, equals, type Filter, not } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject, JsonValue } from '../scim/json.ts'
import type { ResourceSchema } from '../scim/schema/resource-schema.ts'
import { compileMap } from './attribute-map.ts'
import { type Derivation, derivationsOf, type DerivedValues } from './derivation.ts'
import { Fallbacks } from './fallback.ts'
import { idOf, type Identity } from './identity.ts'
import type { MapSource } from './map-line.ts'
import { canonicalKey } from './map-path.ts'
import { metaOf } from './meta.ts'
import { modificationsFor } from './modification-plan.ts'
import { type NumberedAttribute, numberedAttributesOf } from './numbered-attribute.ts'
import { classesAllow, distinctClasses, isNamed, lackingClasses } from './object-classes.ts'
import { dnKey } from './reference.ts'
import { rdnValueOf, renamedRdn } from './rdn-value.ts'
import type { EntrySettings } from './settings.ts'
import { hasElements, isSibling, type Slot } from './slot.ts'
import {
  changeSlot,
  isAsWanted,
  readValues,
  toLdapValues,
  type WantedValues,
} from './slot-change.ts'
import { type Draft, hasPrimary, putValues, takeValues } from './slot-values.ts'
import { writtenName } from './syntax.ts'
import { refuseMisfits, refuseNul } from './unmet-syntax.ts'
import { versionOfValues } from './version.ts'

/** What a write changes of an entry. */
export interface EntryChange {
  /** The new RDN, when a mapped attribute that names the entry changes. */
  readonly newRdn: string | undefined
  /** What is to be changed behind the rename. */
  readonly modifications: readonly Modification[]
}

/** The attribute map at work: what users and groups have in common when an entry is read or written. Pure. */
export class EntryMapping {
  readonly settings: EntrySettings
  readonly identity: Identity
  readonly directorySchema: DirectorySchema
  readonly slots: readonly Slot[]
  readonly problems: readonly Problem[]
  readonly derivations: readonly Derivation[]
  readonly numbered: readonly NumberedAttribute[]
  readonly #schema: ResourceSchema
  readonly #byKey: ReadonlyMap<string, Slot>
  readonly #siblings: ReadonlyMap<Slot, readonly Slot[]>
  readonly #fallbacks: Fallbacks
  readonly #unversioned: readonly string[]

  constructor(source: MapSource, identity: Identity) {
    const { slots, problems } = compileMap(source)
    this.settings = source.settings
    this.identity = identity
    this.directorySchema = source.directorySchema
    this.slots = slots
    this.problems = problems
    this.derivations = derivationsOf(source, slots)
    this.numbered = numberedAttributesOf(source.settings, source.directorySchema)
    this.#schema = source.schema
    // Servers add classes by themselves, and no resource shows them.
    this.#unversioned = ['objectClass', ...source.unversioned]
    this.#byKey = new Map(slots.map((slot) => [slot.key, slot]))
    this.#siblings = new Map(
      slots.map((slot) => [slot, slots.filter((other) => isSibling(slot, other))]),
    )
    this.#fallbacks = new Fallbacks(this.#siblings)
  }

  /** The entries that are served: those of the object class, without those that are excluded. */
  get entryFilter(): Filter {
    const { objectClass, excludedClasses } = this.settings
    const others = excludedClasses.map((name) => not(equals('objectClass', name)))
    return and([equals('objectClass', objectClass), ...others])
  }

  /** The attributes to read for everything the slots and the common attributes show. */
  get attributes(): readonly string[] {
    const { idAttribute, versionAttribute, createdAttribute, modifiedAttribute } = this.identity
    const ofEntry = [idAttribute, versionAttribute, createdAttribute, modifiedAttribute]
    const mapped = [...this.slots, ...this.derivations].map(({ type }) => type.name)
    const telling = Object.keys(this.settings.protectedValues)
    return [...new Set(['objectClass', ...ofEntry, ...mapped, ...telling])]
  }

  /** The attributes to read for whether an entry may be deleted. */
  get attributesToDelete(): readonly string[] {
    const { idAttribute, versionAttribute } = this.identity
    return [
      'objectClass',
      idAttribute,
      versionAttribute,
      ...Object.keys(this.settings.protectedValues),
    ]
  }

  /** Whether an entry is one of those that are never changed. */
  isProtected(entry: Entry): boolean {
    const { protectedValues, protectedBases, protectedEntries = [] } = this.settings
    const isMarked = Object.entries(protectedValues).some(([name, value]) =>
      entry.texts(name).some((each) => each.toLowerCase() === value.toLowerCase()),
    )
    const isOwn = protectedEntries.some((dn) => dnKey(dn) === dnKey(entry.dn))
    return isMarked || isOwn || protectedBases.some((base) => isWithin(entry.dn, base))
  }

  /** The slot of a path, in whatever way the path is written. */
  slot(key: string): Slot | undefined {
    return this.#byKey.get(key) ?? this.#byKey.get(canonicalKey(this.#schema, key))
  }

  /** The slot that an LDAP attribute is written by, or else shown by. */
  slotOfLdap(attribute: string): Slot | undefined {
    const slots = this.slots.filter(({ type }) => isNamed(type, attribute))
    return slots.find(({ isReadOnly }) => !isReadOnly) ?? slots[0]
  }

  /** Whether what is written to an LDAP attribute is decided by what it held. Members, and object classes, come and go one by one,
   *  whatever others there are. */
  isDecidedByRead(attribute: string): boolean {
    const name = attribute.toLowerCase()
    return !this.#unversioned.some((each) => each.toLowerCase() === name)
  }

  /** How an LDAP attribute is derived; nothing when it is not. */
  derivationOf(attribute: string): Derivation | undefined {
    return this.derivations.find(({ type }) => isNamed(type, attribute))
  }

  /** The text that a derived attribute is made from. */
  sourceOf({ from }: Derivation, resource: JsonObject): string | undefined {
    const [text] = this.#fallbacks.textOf(resource, from)
    return text
  }

  /** The common attributes and the mapped ones of an entry; `meta.location` and `schemas` are added where they are known.
   *  @throws {Error} when the entry was read without its id attribute. */
  toDraft(entry: Entry, resourceType: string): Draft {
    const draft: Draft = { id: idOf(this.identity, entry) }
    for (const slot of this.slots) putValues(draft, slot, readValues(slot, entry))
    this.#fallbacks.show(draft)
    draft['meta'] = metaOf(this.identity, entry, { resourceType, version: this.versionOf(entry) })
    return draft
  }

  /** A resource as a write sees it: without what the entry has not, and shows in place of it in any case. A value that is shown
   *  so counts as written only where it would no longer be shown by itself. */
  withoutRepeated(entry: Entry, resource: JsonObject): JsonObject {
    return this.#fallbacks.withoutRepeated(resource, (slot) => readValues(slot, entry).length > 0)
  }

  /** The values of a resource for a slot. */
  valuesOf(resource: JsonObject, slot: Slot): JsonValue[] {
    return takeValues(resource, slot, this.#siblingsOf(slot))
  }

  /** The version of an entry as it stands in ETags. RFC 7644 §3.14 */
  versionOf(entry: Entry): string {
    const version =
      entry.text(this.identity.versionAttribute) ?? versionOfValues(entry, this.#unversioned)
    return `W/"${version}"`
  }

  /** The DN of the new entry of a resource.
   *  @throws {ScimError} invalidValue when the resource has no value to name the entry. */
  dnFor(resource: JsonObject, derived: DerivedValues = new Map()): string {
    const { rdn, createBase, base } = this.settings
    const derivation = this.derivationOf(rdn)
    const made = derivation && derived.get(derivation.type.name)
    const slot = derivation === undefined ? this.slotOfLdap(rdn) : derivation.own
    const value = made ?? (slot && this.#wanted(resource, slot, true).values[0])
    if (typeof value !== 'string') throw scimErrors.invalidValue(`${slot?.key ?? rdn} is required.`)
    return childDn(rdn, value, createBase ?? base)
  }

  /** The attributes of the new entry of a resource, object classes included.
   *  @param others attributes beside the slots that the entry gets.
   *  @throws {ScimError} invalidValue when the directory has no room for a value. */
  attributesFor(resource: JsonObject, others: readonly Attribute[]): Attribute[] {
    const { objectClass, createClasses, optionalClasses, rdn } = this.settings
    const has = distinctClasses(this.directorySchema, [objectClass, ...createClasses])
    const mapped = this.#writtenSlots.map((slot) => {
      const isNaming = isNamed(slot.type, rdn)
      const { values } = this.#wanted(resource, slot, isNaming || this.#isDemanded(slot, has))
      refuseMisfits(slot, values)
      if (this.identity.endsNamesAtNul) refuseNul(slot, values, isNaming)
      return { type: writtenName(slot.type), values }
    })
    const fixed = Object.entries(this.settings.fixed).map(([type, value]) => ({
      type,
      values: [value],
    }))
    const attributes = [...mapped, ...others, ...fixed].filter(({ values }) => values.length > 0)
    const names = attributes.map(({ type }) => type)
    const added = lackingClasses(this.directorySchema, { has, onOffer: optionalClasses }, names)
    return [{ type: 'objectClass', values: [...has, ...added] }, ...attributes]
  }

  /** The least changes that turn an entry that shows as `before` into one that shows as `after`. What the two have in
   *  common is not touched, even where the entry holds more than is shown.
   *  @throws {ScimError} mutability when a value that names the entry is taken away, invalidValue when the directory has no
   *    room for a value. */
  changes(
    entry: Entry,
    before: JsonObject,
    after: JsonObject,
    derived: DerivedValues = new Map(),
  ): EntryChange {
    const classes = entry.texts('objectClass')
    let newRdn: string | undefined
    const modifications: Modification[] = []
    for (const slot of this.#writtenSlots) {
      const isNaming = rdnValueOf(slot.type, entry) !== undefined
      const isNeeded = isNaming || this.#isDemanded(slot, classes)
      const wanted = this.#wanted(after, slot, isNeeded)
      // What clients do not give of it is made.
      if (wanted.values.length === 0 && this.#isDerived(slot)) continue
      if (isAsWanted(this.#wanted(before, slot, isNeeded).values, wanted)) continue
      if (this.identity.endsNamesAtNul) refuseNul(slot, wanted.values, isNaming)
      const change = changeSlot(slot, entry, wanted)
      modifications.push(...change.modifications)
      if (change.rdnValue !== undefined) {
        newRdn = renamedRdn(newRdn ?? entry.dn, slot.type, change.rdnValue)
      }
    }
    const made = this.#derivedChanges(entry, derived)
    return {
      newRdn: made.naming.reduce(
        (rdn, { type, value }) => renamedRdn(rdn ?? entry.dn, type, value),
        newRdn,
      ),
      modifications: [...modifications, ...made.modifications],
    }
  }

  /** The modifications with the object classes that they need added. */
  withClasses(entry: Entry, modifications: readonly Modification[]): Modification[] {
    const names = modifications
      .filter(({ operation, values }) => operation !== 'delete' && values.length > 0)
      .map(({ attribute }) => attribute)
    const known = { has: entry.texts('objectClass'), onOffer: this.settings.optionalClasses }
    const classes = lackingClasses(this.directorySchema, known, names)
    if (classes.length === 0) return [...modifications]
    return [{ operation: 'add', attribute: 'objectClass', values: classes }, ...modifications]
  }

  #derivedChanges(entry: Entry, derived: DerivedValues) {
    const changes = this.derivations.flatMap(({ type }) => {
      const value = derived.get(type.name)
      return value === undefined ? [] : [{ type, value }]
    })
    const isNaming = ({ type }: (typeof changes)[number]): boolean =>
      rdnValueOf(type, entry) !== undefined
    const others = changes.filter((change) => !isNaming(change))
    return {
      naming: changes.filter(isNaming),
      modifications: others.flatMap(({ type, value }) =>
        modificationsFor({ type, current: entry.bytes(type.name), wanted: [value] }),
      ),
    }
  }

  get #writtenSlots(): readonly Slot[] {
    return this.slots.filter(({ isReadOnly }) => !isReadOnly)
  }

  #siblingsOf(slot: Slot): readonly Slot[] {
    return this.#siblings.get(slot) ?? [slot]
  }

  #isDerived(slot: Slot): boolean {
    return this.derivations.some(({ own }) => own === slot)
  }

  #isDemanded({ type }: Slot, classes: readonly string[]): boolean {
    return classesAllow(this.directorySchema, classes, type) === 'must'
  }

  /** What the LDAP attribute of a slot is to hold.
   *  @param isNeeded it cannot go without a value, so that the fallback is written where there is none. */
  #wanted(resource: JsonObject, slot: Slot, isNeeded: boolean): WantedValues {
    const own = this.valuesOf(resource, slot)
    const values =
      own.length === 0 && isNeeded ? this.#fallbacks.textOf(resource, slot.fallback) : own
    const isFirstFirst = !hasElements(slot) || hasPrimary(resource, slot, this.#siblingsOf(slot))
    const all = toLdapValues(slot, values)
    // Of several elements the primary one stands first, and the answer shows what was stored.
    const isCut = hasElements(slot) && slot.type.isSingleValued
    return { values: isCut ? all.slice(0, 1) : all, isFirstFirst }
  }
}
