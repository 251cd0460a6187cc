import type { Problem } from '../codec/decode.ts'
import type { DirectorySchema } from '../directory/directory-schema.ts'
import { childDn, foldText, formatRdn, rdnOf } from '../directory/dn.ts'
import type { Attribute, AttributeValue, Entry } from '../directory/entry.ts'
import { equals, type Filter } from '../directory/filter.ts'
import type { Modification } from '../directory/operation.ts'
import { scimErrors } from '../scim/error.ts'
import type { JsonObject, JsonValue } from '../scim/json.ts'
import { classesAllow, compileMap, type MapSource } from './attribute-map.ts'
import { toDateTime } from './generalized-time.ts'
import { idOf, type Identity } from './identity.ts'
import { modificationsFor } from './modification-plan.ts'
import type { EntrySettings } from './settings.ts'
import {
  type Draft,
  fallbackPaths,
  putValues,
  readValues,
  type Slot,
  takeValues,
  toLdapValues,
} from './slot.ts'

/** What a write changes of an entry. */
export interface EntryChange {
  /** The new RDN, when a mapped attribute that names the entry changes. */
  readonly newRdn: string | undefined
  readonly modifications: readonly Modification[]
}

/** The attribute map at work: what users and groups have in common when an entry is read or written. Pure. */
export class EntryMapping {
  readonly settings: EntrySettings
  readonly identity: Identity
  readonly slots: readonly Slot[]
  readonly problems: readonly Problem[]
  readonly #directorySchema: DirectorySchema
  readonly #siblings: ReadonlyMap<Slot, readonly Slot[]>

  constructor(source: MapSource, identity: Identity) {
    const { slots, problems } = compileMap(source)
    this.settings = source.settings
    this.identity = identity
    this.slots = slots
    this.problems = problems
    this.#directorySchema = source.directorySchema
    this.#siblings = new Map(
      slots.map((slot) => [slot, slots.filter((other) => isSibling(slot, other))]),
    )
  }

  /** The entries that are served: those of the object class. */
  get entryFilter(): Filter {
    return equals('objectClass', this.settings.objectClass)
  }

  /** The attributes to read for everything the slots and the common attributes show. */
  get attributes(): readonly string[] {
    const { idAttribute, versionAttribute, createdAttribute, modifiedAttribute } = this.identity
    const common = [
      'objectClass',
      idAttribute,
      versionAttribute,
      createdAttribute,
      modifiedAttribute,
    ]
    return [...new Set([...common, ...this.slots.map(({ type }) => type.name)])]
  }

  /** The schema of the directory the map was made for. */
  get directorySchema(): DirectorySchema {
    return this.#directorySchema
  }

  /** The slot of a path as `formatAttributePath` or the map writes it. */
  slot(key: string): Slot | undefined {
    return this.slots.find((slot) => slot.key.toLowerCase() === key.toLowerCase())
  }

  /** The slot that an LDAP attribute is mapped by. */
  slotOfLdap(attribute: string): Slot | undefined {
    const name = attribute.toLowerCase()
    return this.slots.find(({ type }) => type.names.some((each) => each.toLowerCase() === name))
  }

  /** The common attributes and the mapped ones of an entry; `meta.location` and `schemas` are added where they are known.
   *  @throws {Error} when the entry was read without its id attribute. */
  toDraft(entry: Entry, resourceType: string): Draft {
    const draft: Draft = { id: idOf(this.identity, entry) }
    for (const slot of this.slots) putValues(draft, slot, this.#read(slot, entry))
    for (const slot of this.slots) this.#putFallback(draft, slot)
    draft['meta'] = this.#metaOf(entry, resourceType)
    return draft
  }

  /** The values of a resource for a slot. */
  valuesOf(resource: JsonObject, slot: Slot): JsonValue[] {
    return takeValues(resource, slot, this.#siblings.get(slot) ?? [slot])
  }

  /** The version of an entry as it stands in ETags. RFC 7644 §3.14 */
  versionOf(entry: Entry): string | undefined {
    const version = entry.text(this.identity.versionAttribute)
    return version === undefined ? undefined : `W/"${version}"`
  }

  /** The DN of the new entry of a resource.
   *  @throws {ScimError} invalidValue when the resource has no value to name the entry. */
  dnFor(resource: JsonObject): string {
    const slot = this.slotOfLdap(this.settings.rdn)
    const value = slot === undefined ? undefined : this.#wanted(resource, slot)[0]
    if (typeof value !== 'string') {
      throw scimErrors.invalidValue(`${slot?.key ?? this.settings.rdn} is required.`)
    }
    return childDn(this.settings.rdn, value, this.settings.createBase ?? this.settings.base)
  }

  /** The attributes of the new entry of a resource, object classes included.
   *  @param others attributes beside the slots that the entry gets. */
  attributesFor(resource: JsonObject, others: readonly Attribute[]): Attribute[] {
    const mapped = this.slots
      .filter(({ isReadOnly }) => !isReadOnly)
      .map((slot) => ({ type: slot.type.name, values: this.#wanted(resource, slot) }))
    const attributes = [...mapped, ...others].filter(({ values }) => values.length > 0)
    const classes = [this.settings.objectClass, ...this.settings.createClasses]
    const added = this.classesFor(
      classes,
      attributes.map(({ type }) => type),
    )
    return [{ type: 'objectClass', values: [...classes, ...added] }, ...attributes]
  }

  /** The auxiliary classes that must be added so that entries of the classes may have the attributes. */
  classesFor(classes: readonly string[], attributes: readonly string[]): string[] {
    const lacking = attributes.filter((name) => {
      const type = this.#directorySchema.attributeType(name)
      return (
        type !== undefined &&
        !type.isOperational &&
        classesAllow(this.#directorySchema, classes, type.names) === undefined
      )
    })
    return this.settings.optionalClasses.filter((name) =>
      lacking.some(
        (attribute) => classesAllow(this.#directorySchema, [name], [attribute]) !== undefined,
      ),
    )
  }

  /** The least changes that turn an entry that shows as `before` into one that shows as `after`. What the two have in
   *  common is not touched, even where the entry holds more than is shown.
   *  @throws {ScimError} mutability when a value that names the entry is taken away. */
  changes(entry: Entry, before: JsonObject, after: JsonObject): EntryChange {
    let newRdn: string | undefined
    const modifications: Modification[] = []
    for (const slot of this.slots.filter(({ isReadOnly }) => !isReadOnly)) {
      const wanted = this.#wanted(after, slot)
      if (isSameValues(this.#wanted(before, slot), wanted)) continue
      if (rdnValueOf(slot, entry) !== undefined) newRdn = renamed(slot, entry, wanted, newRdn)
      else
        modifications.push(
          ...modificationsFor({ type: slot.type, current: entry.bytes(slot.type.name), wanted }),
        )
    }
    return { newRdn, modifications }
  }

  /** The modifications with the object classes that they need added. */
  withClasses(entry: Entry, modifications: readonly Modification[]): Modification[] {
    const given = modifications
      .filter(({ operation, values }) => operation !== 'delete' && values.length > 0)
      .map(({ attribute }) => attribute)
    const classes = this.classesFor(entry.texts('objectClass'), given)
    if (classes.length === 0) return [...modifications]
    return [{ operation: 'add', attribute: 'objectClass', values: classes }, ...modifications]
  }

  /** What the LDAP attribute of a slot should hold; a value that the object class demands is taken from the fallback. */
  #wanted(resource: JsonObject, slot: Slot): AttributeValue[] {
    const own = this.valuesOf(resource, slot)
    const values = own.length > 0 || !slot.isDemanded ? own : this.#fallbackOf(resource, slot)
    return toLdapValues(slot, values)
  }

  #read(slot: Slot, entry: Entry): JsonValue[] {
    return readValues(slot, entry, rdnValueOf(slot, entry))
  }

  // OneLogin takes no answer without name.givenName and name.familyName, so an entry without shows its fallback.
  #putFallback(draft: Draft, slot: Slot): void {
    if (slot.fallback.length === 0 || this.valuesOf(draft, slot).length > 0) return
    putValues(draft, slot, this.#fallbackOf(draft, slot))
  }

  #fallbackOf(resource: JsonObject, { fallback }: Slot): JsonValue[] {
    for (const text of fallback) {
      const values = fallbackPaths(text).flatMap((key) => {
        const slot = this.slot(key)
        return slot === undefined ? [] : this.valuesOf(resource, slot).slice(0, 1)
      })
      if (values.length > 0) return [values.join(' ')]
    }
    return []
  }

  #metaOf(entry: Entry, resourceType: string): Draft {
    const { createdAttribute, modifiedAttribute } = this.identity
    const meta: Draft = { resourceType }
    const created = toDateTime(entry.text(createdAttribute) ?? '')
    const lastModified = toDateTime(entry.text(modifiedAttribute) ?? '')
    const version = this.versionOf(entry)
    if (created !== undefined) meta['created'] = created
    if (lastModified !== undefined) meta['lastModified'] = lastModified
    if (version !== undefined) meta['version'] = version
    return meta
  }
}

function isSibling(one: Slot, other: Slot): boolean {
  return one.urn === other.urn && one.attribute.name === other.attribute.name
}

/** The value by which the slot's attribute names the entry, as the entry spells it. */
function rdnValueOf(slot: Slot, entry: Entry): string | undefined {
  const names = slot.type.names.map((name) => name.toLowerCase())
  const pair = rdnOf(entry.dn).find(({ type }) => names.includes(type.toLowerCase()))
  if (pair === undefined) return undefined
  const values = entry.texts(slot.type.name)
  return (
    values.find((value) => value === pair.value) ??
    values.find((value) => foldText(value) === foldText(pair.value)) ??
    pair.value
  )
}

function renamed(
  slot: Slot,
  entry: Entry,
  wanted: readonly AttributeValue[],
  newRdn: string | undefined,
): string {
  const [value] = wanted
  if (typeof value !== 'string') {
    throw scimErrors.mutability(`${slot.key} cannot be removed: it names the entry.`)
  }
  const names = slot.type.names.map((name) => name.toLowerCase())
  const rdn = rdnOf(newRdn ?? entry.dn)
  return formatRdn(
    rdn.map((pair) => (names.includes(pair.type.toLowerCase()) ? { ...pair, value } : pair)),
  )
}

function isSameValues(one: readonly AttributeValue[], other: readonly AttributeValue[]): boolean {
  const keys = (values: readonly AttributeValue[]): string[] =>
    values.map((value) => Buffer.from(value).toString('latin1')).sort()
  return JSON.stringify(keys(one)) === JSON.stringify(keys(other))
}
